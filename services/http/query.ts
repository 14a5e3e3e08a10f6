import { Type } from 'typebox'
import type { ServandaError } from '../../config/error.ts'
import { type Instant, parseInstant } from '../../rules/index.ts'
import { problem } from './problem.ts'

/** The parameters of a query are texts: what they mean is read here, and what is wrong with them is said. */

/** Of a route that has no parameters in its query. */
export const NoQuery = Type.Object({}, { additionalProperties: false })

/** A parameter with several of `words`, or of names, with commas between them. */
export function Several(words?: readonly string[]) {
  const which = words === undefined ? 'One or several' : `One or several of ${words.join(', ')}`
  const examples = words === undefined ? {} : { examples: [words.slice(0, 2).join(','), ...words] }
  return Type.Optional(
    Type.String({ maxLength: 4_000, description: `${which}, with commas between them`, ...examples }),
  )
}

export const Timestamp = Type.Optional(
  Type.String({ maxLength: 40, description: 'RFC 3339 with an offset', examples: ['2026-03-01T00:00:00Z'] }),
)

/** The instants that are written with a year of four digits, and that PostgreSQL reads. */
export const EARLIEST = parseInstant('0001-01-01T00:00:00Z')
export const LATEST = parseInstant('9999-12-31T23:59:59.999Z')

/** An instant. @throws {ServandaError} `REQUEST_INVALID` */
export function readInstant(text: string, parameter: string): Instant {
  const at = instantIn(text)
  if (at !== null) return at
  const mend = 'for example 2026-03-01T00:00:00Z'
  throw wrongParameter(parameter, 'is not a timestamp', 'not RFC 3339 with an offset, in the years 1 to 9999', mend)
}

/** The instant that `text` says, between EARLIEST and LATEST; null where it says none. */
export function instantIn(text: string): Instant | null {
  try {
    const at = parseInstant(text)
    return at >= EARLIEST && at <= LATEST ? at : null
  } catch {
    return null
  }
}

/** An instant; null: left out. */
export function readInstantOrNull(text: string | undefined, parameter: string): Instant | null {
  return text === undefined ? null : readInstant(text, parameter)
}

/** Several, with commas between them; null: left out. */
export function readList(text: string | undefined): readonly string[] | null {
  return text === undefined ? null : text.split(',').map((one) => one.trim())
}

/** Several of `words`, with commas between them; null: left out. @throws {ServandaError} `REQUEST_INVALID` */
export function readWords<Word extends string>(
  text: string | undefined,
  words: readonly Word[],
  parameter: string,
): readonly Word[] | null {
  const found = readList(text)
  const unknown = found?.filter((one) => !words.some((word) => word === one)) ?? []
  if (unknown.length === 0) return found as readonly Word[] | null
  const mend = `for example ${parameter}=${words.slice(0, 2).join(',')}`
  throw wrongParameter(parameter, `does not know ${unknown.join(', ')}`, `not among ${words.join(', ')}`, mend)
}

/** The problem of a parameter that `is` wrong. */
export function wrongParameter(parameter: string, is: string, message: string, mend: string): ServandaError {
  return problem('REQUEST_INVALID', `The parameter ${parameter} ${is}.`, [{ pointer: `/${parameter}`, message, mend }])
}
