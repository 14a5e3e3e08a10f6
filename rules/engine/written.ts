import { twoDigits } from './civil-date.ts'
import type { Instant, Span } from './instant.ts'
import { addDays, dateOf, endOfDay, startOfDay, wallClockMs } from './zone-time.ts'

/** `at` as a reader of `zone` writes it: `2024-07-09 14:30`, with the zone's name; the end of a day as that day. */
export function writtenInstant(at: Instant, zone: string): string {
  const date = dateOf(at, zone)
  if (at === endOfDay(date, zone)) return `the end of ${date} (${zone})`
  return `${date} ${clockText(wallClockMs(at, zone))} (${zone})`
}

/** The time of day that a wall clock shows: `14:30`, and the seconds where there are any. */
function clockText(wallMs: number): string {
  const minutes = Math.floor(wallMs / 60_000)
  const clock = `${twoDigits(remainder(Math.floor(minutes / 60), 24))}:${twoDigits(remainder(minutes, 60))}`
  const ms = remainder(wallMs, 60_000)
  return ms === 0 ? clock : `${clock}:${twoDigits(Math.floor(ms / 1_000))}`
}

/** Of a division rounded down, so that it is right before 1970 too. */
function remainder(a: number, b: number): number {
  return a - Math.floor(a / b) * b
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
