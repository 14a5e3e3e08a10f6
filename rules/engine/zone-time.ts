import { Temporal } from 'temporal-polyfill'
import { type Instant, instant } from './instant.ts'

/**
 * Calendar arithmetic in a zone, on instants: the only place where the engine meets Temporal.
 * Gaps and folds of clock changes are resolved as Temporal's "compatible": later in a gap, earlier in a fold.
 */

/** A civil date without a zone, `YYYY-MM-DD`. */
export type IsoDate = string

/** The first instant of local day `date` in `zone`. A day that the zone skipped starts where the next one does. */
export function startOfDay(date: IsoDate, zone: string): Instant {
  return cached(dayStarts, `${zone} ${date}`, () =>
    instant(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone }).epochMilliseconds),
  )
}

/** The last millisecond of local day `date` in `zone`. */
export function endOfDay(date: IsoDate, zone: string): Instant {
  return instant(startOfDay(addDays(date, 1), zone) - 1)
}

/** The local date of `at` in `zone`. */
export function dateOf(at: Instant, zone: string): IsoDate {
  return zoned(at, zone).toPlainDate().toString()
}

/** `date` plus `days` (negative: minus). */
export function addDays(date: IsoDate, days: number): IsoDate {
  return Temporal.PlainDate.from(date).add({ days }).toString()
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days
}

/** ISO weekday of `date`: 1 Monday to 7 Sunday. */
export function weekdayOf(date: IsoDate): number {
  return Temporal.PlainDate.from(date).dayOfWeek
}

export interface CalendarAmount {
  readonly days?: number
  readonly months?: number
  readonly years?: number
}

/** `at` moved by a calendar amount (times `sign`) keeping the wall clock; a month too short gives its last day. */
export function addCalendar(at: Instant, amount: CalendarAmount, zone: string, sign: 1 | -1 = 1): Instant {
  const { days = 0, months = 0, years = 0 } = amount
  return instant(
    zoned(at, zone).add({ days: days * sign, months: months * sign, years: years * sign }).epochMilliseconds,
  )
}

/** The wall clock of `at` in `zone` as milliseconds, so that differences are measured on the wall clock. */
export function wallClockMs(at: Instant, zone: string): number {
  return zoned(at, zone).toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds
}

/** The date that the wall clock `wallMs` (as from {@link wallClockMs}) shows. */
export function wallDate(wallMs: number): IsoDate {
  return Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDate().toString()
}

/** A wall clock moved by a calendar amount; a month too short gives its last day. */
export function addOnCalendar(wallMs: number, amount: CalendarAmount): number {
  return addCalendar(instant(wallMs), amount, 'UTC')
}

/** The instant whose wall clock in `zone` reads `wallMs` (as from {@link wallClockMs}). */
export function fromWallClockMs(wallMs: number, zone: string): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime()
  return instant(local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds)
}

/** Whether `zone` is an IANA time zone (or a fixed offset) that this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return /^[A-Za-z]/.test(zone)
  } catch {
    return false
  }
}

function zoned(at: Instant, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}

const dayStarts = new Map<string, Instant>()
const CACHE_LIMIT = 50_000

/** A pure memo: what it remembers depends on the arguments alone. */
function cached(memo: Map<string, Instant>, key: string, compute: () => Instant): Instant {
  const known = memo.get(key)
  if (known !== undefined) return known
  const value = compute()
  if (memo.size >= CACHE_LIMIT) memo.clear()
  memo.set(key, value)
  return value
}
