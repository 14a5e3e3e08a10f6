import { after, type Instant } from '../engine/instant.ts'
import {
  addCalendar,
  addOnCalendar,
  type CalendarAmount,
  daysBetween,
  fromWallClockMs,
  wallClockMs,
  wallDate,
} from '../engine/zone-time.ts'
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

/** `at` plus `duration` on the clock, unrounded: what `settle`, `grace` and the like use. */
export function addDuration(at: Instant, duration: Duration, where: Calendars): Instant {
  return move(at, duration, where, 1)
}

/** `at` minus `duration` on the clock: when a reminder falls, how early a performance may count. */
export function subtractDuration(at: Instant, duration: Duration, where: Calendars): Instant {
  return move(at, duration, where, -1)
}

/** A wall clock (as from `wallClockMs`) plus `duration`: how deadlines that run to the end of a day are counted. */
export function addOnWallClock(wallMs: number, duration: Duration, where: Calendars): number {
  if (duration.unit === 'ms') return wallMs + duration.count
  if (duration.unit === 'bd') return moveBusinessDays(wallMs, duration.count, duration.calendar, where)
  return addOnCalendar(wallMs, calendarAmount(duration))
}

function move(at: Instant, duration: Duration, where: Calendars, sign: 1 | -1): Instant {
  if (duration.unit === 'ms') return after(at, sign * duration.count)
  if (duration.unit !== 'bd') return addCalendar(at, calendarAmount(duration), where.zone, sign)
  const wall = moveBusinessDays(wallClockMs(at, where.zone), sign * duration.count, duration.calendar, where)
  return fromWallClockMs(wall, where.zone)
}

function calendarAmount({
  unit,
  count,
}: {
  readonly unit: 'd' | 'w' | 'mo' | 'y'
  readonly count: number
}): CalendarAmount {
  switch (unit) {
    case 'd':
      return { days: count }
    case 'w':
      return { days: 7 * count }
    case 'mo':
      return { months: count }
    case 'y':
      return { years: count }
  }
}

const DAY_MS = 86_400_000

/** The day of the start is not counted; the wall clock is kept on the day arrived at. */
function moveBusinessDays(wallMs: number, count: number, name: string, where: Calendars): number {
  const calendar = where.calendars.get(name)
  if (!calendar) return wallMs
  const first = wallDate(wallMs)
  let date = first
  for (let left = Math.abs(count); left > 0; left--) date = nextBusinessDay(date, Math.sign(count), calendar)
  return wallMs + daysBetween(first, date) * DAY_MS
}
