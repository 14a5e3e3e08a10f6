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

/** `at` as a mail's `Date` header has it. */
export function mailDate(at: Instant): string {
  const utc = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC')
  const day = `${WEEKDAYS[utc.dayOfWeek - 1]}, ${two(utc.day)} ${MONTHS[utc.month - 1]} ${utc.year}`
  return `${day} ${two(utc.hour)}:${two(utc.minute)}:${two(utc.second)} +0000`
}

/** `at` as a file name that sorts: `20260302T100000Z`. */
export function compactTime(at: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toString({ smallestUnit: 'second', roundingMode: 'floor' })
    .replaceAll(/[-:]/g, '')
}

/** RFC 5322 knows the English names only. */
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function wallClock(at: Instant, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second', roundingMode: 'floor' })
    .replace('T', ' ')
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}
