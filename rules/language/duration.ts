import { after, type Instant } from '../engine/instant.ts'
import { addCalendar, addDays, dateOf, fromWallClockMs, startOfDay, wallClockMs } from '../engine/zone-time.ts'
import { type BusinessCalendar, nextBusinessDay } from './business-calendar.ts'

/**
 * How long something may take. `m` and `h` are elapsed time; days, weeks, months and years are counted on the calendar
 * of the agreement's zone; business days on a declared calendar.
 */
export type Duration =
  | { readonly unit: 'ms'; readonly count: number; readonly text: string }
  | { readonly unit: 'd' | 'w' | 'mo' | 'y'; readonly count: number; readonly text: string }
  | { readonly unit: 'bd'; readonly count: number; readonly calendar: string; readonly text: string }

const DURATION = /^(\d{1,6})(m|h|d|w|mo|y)$/
const BUSINESS_DAYS = /^(\d{1,4})bd of ([A-Za-z][\w-]*)$/
const MINUTE = 60_000

/** What `text` says (`90m`, `24h`, `3d`, `2w`, `6mo`, `10y`, `10bd of tokyo`), or null. */
export function parseDuration(text: string): Duration | null {
  const business = BUSINESS_DAYS.exec(text)
  if (business) return { unit: 'bd', count: Number(business[1]), calendar: business[2] ?? '', text }
  const found = DURATION.exec(text)
  if (!found) return null
  const count = Number(found[1])
  const unit = found[2]
  if (unit === 'm' || unit === 'h') return { unit: 'ms', count: count * (unit === 'h' ? 60 * MINUTE : MINUTE), text }
  if ((unit === 'y' && count > 1000) || (unit === 'mo' && count > 12_000)) return null
  return { unit: unit as 'd' | 'w' | 'mo' | 'y', count, text }
}

/** Where durations are counted: the agreement's zone and calendars. */
export interface Calendars {
  readonly zone: string
  readonly calendars: ReadonlyMap<string, BusinessCalendar>
}

/** Whether a deadline of this duration runs to the end of the local day. */
export function rounds(duration: Duration): boolean {
  return duration.unit !== 'ms'
}

/** `at` plus `duration` on the clock, unrounded: what `settle`, `grace` and the like use, and deadlines before rounding. */
export function addDuration(at: Instant, duration: Duration, where: Calendars): Instant {
  switch (duration.unit) {
    case 'ms':
      return after(at, duration.count)
    case 'd':
      return addCalendar(at, { days: duration.count }, where.zone)
    case 'w':
      return addCalendar(at, { days: 7 * duration.count }, where.zone)
    case 'mo':
      return addCalendar(at, { months: duration.count }, where.zone)
    case 'y':
      return addCalendar(at, { years: duration.count }, where.zone)
    case 'bd':
      return addBusinessDays(at, duration.count, duration.calendar, where)
  }
}

/** `at` minus `duration` on the clock: when a reminder falls, how early a performance may count. */
export function subtractDuration(at: Instant, duration: Duration, where: Calendars): Instant {
  switch (duration.unit) {
    case 'ms':
      return after(at, -duration.count)
    case 'd':
      return addCalendar(at, { days: duration.count }, where.zone, -1)
    case 'w':
      return addCalendar(at, { days: 7 * duration.count }, where.zone, -1)
    case 'mo':
      return addCalendar(at, { months: duration.count }, where.zone, -1)
    case 'y':
      return addCalendar(at, { years: duration.count }, where.zone, -1)
    case 'bd':
      return addBusinessDays(at, -duration.count, duration.calendar, where)
  }
}

/** The day of `at` is not counted; the wall clock is kept on the day arrived at. */
function addBusinessDays(at: Instant, count: number, name: string, where: Calendars): Instant {
  const calendar = where.calendars.get(name)
  if (!calendar) return at
  let date = dateOf(at, where.zone)
  const clock = wallClockMs(at, where.zone) - wallClockMs(startOfDay(date, where.zone), where.zone)
  for (let left = Math.abs(count); left > 0; left--) date = nextBusinessDay(date, Math.sign(count), calendar)
  const midnight = wallClockMs(startOfDay(addDays(date, 0), where.zone), where.zone)
  return fromWallClockMs(midnight + clock, where.zone)
}
