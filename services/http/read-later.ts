import { formatInstant, type Instant } from '../../rules/index.ts'
import { problem } from './problem.ts'
import { instantIn } from './query.ts'

/** The time to come that a field of a body gives. @throws {ServandaError} `REQUEST_INVALID` */
export function readLater(text: string, field: string, at: Instant): Instant {
  const time = instantIn(text)
  if (time !== null && time > at) return time
  const message = time === null ? 'not RFC 3339 with an offset' : `has passed: it is ${formatInstant(at)}`
  throw problem('REQUEST_INVALID', `The field ${field} is no time to come.`, [
    { pointer: `/${field}`, message, mend: 'for example 2027-01-01T00:00:00Z' },
  ])
}
