import { type Instant, parseInstant, type TimeValue } from '../../../rules/index.ts'
import { type Html, html, type Reader, readableDate, readableTime } from '../../text/index.ts'
import { beginsDay, endsDay } from '../spoken.ts'

/** A time for a cell of a table. */
export function timeHtml(time: TimeValue, reader: Reader): Html {
  const words = timeWords(time, reader)
  return typeof time === 'string' ? html`<time datetime="${time}">${words}</time>` : html`${words}`
}

/**
 * A time as it is said: `end of Tuesday 31 December 2024` where a day of the reader ends, and so where one begins; days
 * where it is known no better than by whole days; and to the second otherwise.
 */
export function timeWords(time: TimeValue, reader: Reader): string {
  if (typeof time === 'string') return instantWords(parseInstant(time), reader)
  const [from, to] = [parseInstant(time.from), parseInstant(time.to)]
  const isWhole = beginsDay(from, reader) && endsDay(to, reader)
  const [first, last] = [from, to].map((at) => (isWhole ? readableDate(at, reader) : instantWords(at, reader)))
  return isWhole && first === last ? `${first}` : `between ${first} and ${last}`
}

function instantWords(at: Instant, reader: Reader): string {
  if (beginsDay(at, reader)) return `start of ${readableDate(at, reader)}`
  return endsDay(at, reader) ? `end of ${readableDate(at, reader)}` : readableTime(at, reader)
}
