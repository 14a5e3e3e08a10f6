import { Temporal } from 'temporal-polyfill'

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
  if (!RFC3339.test(text)) throw new RangeError(`not an RFC 3339 timestamp with an offset: ${text}`)
  return instant(Temporal.Instant.from(text.toUpperCase()).epochMilliseconds)
}

/** RFC 3339 section 5.6 `date-time`: the offset is required. */
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/** `at` as RFC 3339 in UTC with exactly three fraction digits: `2024-06-13T18:00:00.000Z`. */
export function formatInstant(at: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 3 })
}
