import { Temporal } from 'temporal-polyfill'
import { DAY_MS, digitsAt, FIRST_DAY, isoDate, LAST_DAY, leadingDate, twoDigits } from './civil-date.ts'

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. Compared and added as a number. */
export type Instant = number & { readonly __brand: 'Instant' }

/** A closed interval of instants, `from <= to`; a precise moment has `from === to`. */
export interface Span {
  readonly from: Instant
  readonly to: Instant
}

/** The number `ms` (milliseconds since the epoch) as an instant; fractions are cut off. */
export function instant(ms: number): Instant {
  return Math.floor(ms) as Instant
}

/** The instant `ms` milliseconds after `at` (before it, when negative). */
export function after(at: Instant, ms: number): Instant {
  return (at + ms) as Instant
}

/**
 * The instant written in `text` (RFC 3339 with an offset); digits finer than milliseconds are cut off.
 * @throws {RangeError} when `text` is not an RFC 3339 timestamp
 */
export function parseInstant(text: string): Instant {
  const ms = plainInstant(text)
  if (!Number.isNaN(ms)) return ms as Instant
  if (!RFC3339.test(text)) throw new RangeError(`not an RFC 3339 timestamp with an offset: ${text}`)
  return instant(Temporal.Instant.from(text.toUpperCase()).epochMilliseconds)
}

/** RFC 3339 section 5.6 `date-time`: the offset is required. */
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

const T = 84
const Z = 90
const COLON = 58
const POINT = 46
const PLUS = 43
const MINUS = 45
const ZERO = 48

/**
 * `parseInstant` for nearly all that is met, in arithmetic alone. NaN for what is rare (a leap second, small letters)
 * or wrong: Temporal decides about that.
 */
export function plainInstant(text: string): number {
  const { length } = text
  const plain =
    length >= 20 && text.charCodeAt(10) === T && text.charCodeAt(13) === COLON && text.charCodeAt(16) === COLON
  if (!plain) return Number.NaN
  const day = leadingDate(text)
  const hour = digitsAt(text, 11)
  const minute = digitsAt(text, 14)
  const second = digitsAt(text, 17)
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  let at = 19
  let fraction = 0
  if (text.charCodeAt(at) === POINT) {
    let unit = 100
    for (at++; at < length; at++) {
      const digit = text.charCodeAt(at) - ZERO
      if (digit < 0 || digit > 9) break
      fraction += digit * unit
      unit = unit === 1 ? 0 : unit / 10
    }
    if (at === 20 || at > 29) return Number.NaN
  }
  const offset = offsetAt(text, at)
  return day * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1_000 + fraction - offset
}

/** The offset, `Z` or `+hh:mm`, that ends `text` from `at` on, in milliseconds; NaN when it is none. */
function offsetAt(text: string, at: number): number {
  const sign = text.charCodeAt(at)
  if (sign === Z) return text.length === at + 1 ? 0 : Number.NaN
  if ((sign !== PLUS && sign !== MINUS) || text.length !== at + 6 || text.charCodeAt(at + 3) !== COLON)
    return Number.NaN
  const hours = digitsAt(text, at + 1)
  const minutes = digitsAt(text, at + 4)
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN
  const ms = hours * 3_600_000 + minutes * 60_000
  return sign === MINUS ? -ms : ms
}

/** `at` as RFC 3339 in UTC with exactly three fraction digits: `2024-06-13T18:00:00.000Z`. */
export function formatInstant(at: Instant): string {
  const day = Math.floor(at / DAY_MS)
  if (!(day >= FIRST_DAY && day <= LAST_DAY && Number.isInteger(at)))
    return Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 3 })
  const ms = at - day * DAY_MS
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  const clock = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`
  return `${isoDate(day)}T${clock}.${String(ms % 1_000).padStart(3, '0')}Z`
}
