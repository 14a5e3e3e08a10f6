import { Temporal } from 'temporal-polyfill'
import type { Instant, Span } from './instant.ts'
import { addDays, dateOf, endOfDay, startOfDay } from './zone-time.ts'

/** `at` as a reader of `zone` writes it: `2024-07-09 14:30`, with the zone's name; the end of a day as that day. */
export function writtenInstant(at: Instant, zone: string): string {
  const date = dateOf(at, zone)
  if (at === endOfDay(date, zone)) return `the end of ${date} (${zone})`
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const time =
    local.second === 0 && local.millisecond === 0
      ? local.toPlainTime().toString({ smallestUnit: 'minute' })
      : local.toPlainTime().toString({ smallestUnit: 'second' })
  return `${date} ${time} (${zone})`
}

/** An occurrence as short as it is precise: a moment, a day, a month, or from one to another. */
export function writtenSpan(span: Span, zone: string): string {
  if (span.from === span.to) return writtenInstant(span.from, zone)
  const first = dateOf(span.from, zone)
  const last = dateOf(span.to, zone)
  if (span.from !== startOfDay(first, zone) || span.to !== endOfDay(last, zone))
    return `${writtenInstant(span.from, zone)} to ${writtenInstant(span.to, zone)}`
  if (first === last) return first
  const isMonth = first.endsWith('-01') && first.slice(0, 7) === last.slice(0, 7) && addDays(last, 1).endsWith('-01')
  return isMonth ? first.slice(0, 7) : `${first} to ${last}`
}
