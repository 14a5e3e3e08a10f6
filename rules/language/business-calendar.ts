import Holidays from 'date-holidays'
import { addDays, type IsoDate, weekdayOf } from '../engine/zone-time.ts'

/** Which days are worked: a weekend (ISO weekdays, 1 Monday to 7 Sunday) and holidays, listed or those of a country. */
export interface BusinessCalendar {
  readonly weekend: readonly number[]
  readonly holidays: ReadonlySet<IsoDate>
  /** ISO 3166 alpha-2 code whose public holidays count, from the date-holidays package. */
  readonly country: string | null
}

/** The first business day after `date` (before it, when `direction` is negative). */
export function nextBusinessDay(date: IsoDate, direction: number, calendar: BusinessCalendar): IsoDate {
  let day = date
  do day = addDays(day, direction < 0 ? -1 : 1)
  while (!isBusinessDay(day, calendar))
  return day
}

/** Whether `date` is neither weekend nor holiday in `calendar`. */
export function isBusinessDay(date: IsoDate, calendar: BusinessCalendar): boolean {
  if (calendar.weekend.includes(weekdayOf(date)) || calendar.holidays.has(date)) return false
  return calendar.country === null || !publicHolidays(calendar.country, Number(date.slice(0, 4))).has(date)
}

/** Whether the maintained library knows the public holidays of `country` (ISO 3166 alpha-2). */
export function knowsCountry(country: string): boolean {
  return Object.hasOwn(new Holidays().getCountries(), country)
}

const DAY_MS = 86_400_000
const memo = new Map<string, ReadonlySet<IsoDate>>()

function publicHolidays(country: string, year: number): ReadonlySet<IsoDate> {
  const key = `${country} ${year}`
  const known = memo.get(key)
  if (known) return known
  const found = new Set<IsoDate>()
  for (const holiday of new Holidays(country).getHolidays(year)) {
    if (holiday.type !== 'public') continue
    const days = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / DAY_MS))
    for (let day = 0; day < days; day++) found.add(addDays(holiday.date.slice(0, 10), day))
  }
  memo.set(key, found)
  return found
}
