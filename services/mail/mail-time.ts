import { Temporal } from 'temporal-polyfill'
import type { Instant } from '../../rules/index.ts'

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

function two(n: number): string {
  return String(n).padStart(2, '0')
}
