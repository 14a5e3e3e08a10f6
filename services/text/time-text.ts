import { Temporal } from 'temporal-polyfill'
import { type Instant, parseInstant, type TimeValue } from '../../rules/index.ts'

/** `at` in the reader's zone and in UTC: `2026-03-02 12:00:00 Europe/Kyiv (2026-03-02 10:00:00 UTC)`. */
export function timeText(at: Instant, zone: string): string {
  const utc = `${wallClock(at, 'UTC')} UTC`
  return zone === 'UTC' ? utc : `${wallClock(at, zone)} ${zone} (${utc})`
}

/** A time that may be imprecise, as {@link timeText}. */
export function timeValueText(time: TimeValue, zone: string): string {
  if (typeof time === 'string') return timeText(parseInstant(time), zone)
  return `between ${timeText(parseInstant(time.from), zone)} and ${timeText(parseInstant(time.to), zone)}`
}

function wallClock(at: Instant, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second', roundingMode: 'floor' })
    .replace('T', ' ')
}
