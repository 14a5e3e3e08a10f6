import { Temporal } from 'temporal-polyfill'
import { civilDate, DAY_MS, dayNumber, daysInMonth, FIRST_DAY, isoDate, LAST_DAY, parseIsoDate } from './civil-date.ts'
import { type Instant, instant } from './instant.ts'
import { compatibleReading, firstReading, offsetAt } from './zone-offsets.ts'

/**
 * Calendar arithmetic in a zone, on instants: the only place where the engine meets Temporal.
 * Gaps and folds of clock changes are resolved as Temporal's "compatible": later in a gap, earlier in a fold.
 * In the years 1 to 9998 it is arithmetic on numbers, a hundred times faster; Temporal itself answers for the rest.
 */

/** A civil date without a zone, `YYYY-MM-DD`. */
export type IsoDate = string

/** The first instant of local day `date` in `zone`. A day that the zone skipped starts where the next one does. */
export function startOfDay(date: IsoDate, zone: string): Instant {
  const day = parseIsoDate(date)
  const start = isPlainDay(day) ? firstReading(day * DAY_MS, zone) : null
  // Where midnight is skipped, the day starts with the clock change, at whatever it shows then.
  return start === null
    ? instant(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone }).epochMilliseconds)
    : (start as Instant)
}

/** The last millisecond of local day `date` in `zone`. */
export function endOfDay(date: IsoDate, zone: string): Instant {
  return instant(startOfDay(addDays(date, 1), zone) - 1)
}

/** The local date of `at` in `zone`. */
export function dateOf(at: Instant, zone: string): IsoDate {
  return isPlain(at)
    ? isoDate(Math.floor((at + offsetAt(at, zone)) / DAY_MS))
    : zoned(at, zone).toPlainDate().toString()
}

/** `date` plus `days` (negative: minus). */
export function addDays(date: IsoDate, days: number): IsoDate {
  const day = parseIsoDate(date) + days
  return isPlainDay(day) ? isoDate(day) : Temporal.PlainDate.from(date).add({ days }).toString()
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  const days = parseIsoDate(to) - parseIsoDate(from)
  if (!Number.isNaN(days)) return days
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days
}

/** ISO weekday of `date`: 1 Monday to 7 Sunday. */
export function weekdayOf(date: IsoDate): number {
  const day = parseIsoDate(date)
  // 1970-01-01 was a Thursday.
  return Number.isNaN(day) ? Temporal.PlainDate.from(date).dayOfWeek : ((((day + 3) % 7) + 7) % 7) + 1
}

export interface CalendarAmount {
  readonly days?: number
  readonly months?: number
  readonly years?: number
}

/** `at` moved by a calendar amount (times `sign`) keeping the wall clock; a month too short gives its last day. */
export function addCalendar(at: Instant, amount: CalendarAmount, zone: string, sign: 1 | -1 = 1): Instant {
  const { days = 0, months = 0, years = 0 } = amount
  if (isPlain(at)) {
    if (days === 0 && months === 0 && years === 0) return at
    const wallMs = at + offsetAt(at, zone)
    const day = Math.floor(wallMs / DAY_MS)
    const moved = moveDay(day, days * sign, years * 12 * sign + months * sign)
    if (isPlainDay(moved) && isOneWay(amount)) {
      return compatibleReading(moved * DAY_MS + (wallMs - day * DAY_MS), zone) as Instant
    }
  }
  return instant(
    zoned(at, zone).add({ days: days * sign, months: months * sign, years: years * sign }).epochMilliseconds,
  )
}

/** The wall clock of `at` in `zone` as milliseconds, so that differences are measured on the wall clock. */
export function wallClockMs(at: Instant, zone: string): number {
  if (isPlain(at)) return at + offsetAt(at, zone)
  return zoned(at, zone).toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds
}

/** The date that the wall clock `wallMs` (as from {@link wallClockMs}) shows. */
export function wallDate(wallMs: number): IsoDate {
  return dateOf(instant(wallMs), 'UTC')
}

/** A wall clock moved by a calendar amount; a month too short gives its last day. */
export function addOnCalendar(wallMs: number, amount: CalendarAmount): number {
  return addCalendar(instant(wallMs), amount, 'UTC')
}

/** The instant whose wall clock in `zone` reads `wallMs` (as from {@link wallClockMs}). */
export function fromWallClockMs(wallMs: number, zone: string): Instant {
  if (isPlain(wallMs)) return compatibleReading(wallMs, zone) as Instant
  const local = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime()
  return instant(local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds)
}

/** Whether `zone` is an IANA time zone (or a fixed offset) that this runtime knows. */
export function isZone(zone: string): boolean {
  const known = zones.get(zone)
  if (known !== undefined) return known
  const is = isKnownToTemporal(zone)
  if (zones.size >= MOST_ZONES) zones.clear()
  zones.set(zone, is)
  return is
}

/** A pure memo. */
const zones = new Map<string, boolean>()
const MOST_ZONES = 2_000

function isKnownToTemporal(zone: string): boolean {
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

/** Days and instants a year away from where years stop having four digits; false for what is no whole number. */
function isPlainDay(day: number): boolean {
  return day >= FIRST_DAY + 366 && day <= LAST_DAY - 366 && Number.isInteger(day)
}

function isPlain(ms: number): boolean {
  return ms >= (FIRST_DAY + 366) * DAY_MS && ms <= (LAST_DAY - 366) * DAY_MS && Number.isInteger(ms)
}

/** Whole numbers of one sign, as a Temporal duration has to be. */
function isOneWay({ days = 0, months = 0, years = 0 }: CalendarAmount): boolean {
  const whole = Number.isInteger(days) && Number.isInteger(months) && Number.isInteger(years)
  return whole && ((days >= 0 && months >= 0 && years >= 0) || (days <= 0 && months <= 0 && years <= 0))
}

/** Day `day` moved by months, to the last day of a month that is too short, and then by days. */
function moveDay(day: number, days: number, months: number): number {
  if (months === 0) return day + days
  const date = civilDate(day)
  const count = date.year * 12 + date.month - 1 + months
  const year = Math.floor(count / 12)
  const month = count - year * 12 + 1
  return dayNumber(year, month, Math.min(date.day, daysInMonth(year, month))) + days
}
