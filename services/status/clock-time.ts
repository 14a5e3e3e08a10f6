import { Temporal } from 'temporal-polyfill'
import { type Instant, instant, parseInstant, type TimeValue } from '../../rules/index.ts'

/** The day that `at` is in `zone`: `2026-03-02`. */
export function localDay(at: Instant, zone: string): string {
  return zoned(at, zone).toPlainDate().toString()
}

/** When that day ends and the next begins. */
export function endOfLocalDay(at: Instant, zone: string): Instant {
  return instant(zoned(at, zone).startOfDay().add({ days: 1 }).startOfDay().epochMilliseconds)
}

/** As a clock in `zone` shows it, with its offset: `2026-03-02T13:00:00.000+02:00`. */
export function localTime(time: TimeValue, zone: string): TimeValue {
  const text = (one: string) =>
    zoned(parseInstant(one), zone).toString({ timeZoneName: 'never', fractionalSecondDigits: 3 })
  return typeof time === 'string' ? text(time) : { from: text(time.from), to: text(time.to) }
}

function zoned(at: Instant, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}
