/**
 * Dates of the proleptic Gregorian calendar as numbers, where Temporal would be too slow: a day is counted from
 * 1970-01-01, before it negative.
 */

/** A day of the calendar; `month` and `day` from 1. */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** The milliseconds of a day without clock changes. */
export const DAY_MS = 86_400_000

const ERA_DAYS = 146_097
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAYS = 719_468

/**
 * The number of the day `year-month-day`, which has to exist.
 * Years are counted from March, so that a leap day is the last of its year.
 * @see Howard Hinnant, chrono-Compatible Low-Level Date Algorithms: days_from_civil
 */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * ERA_DAYS + dayOfEra - EPOCH_DAYS
}

/** The date of day `number`. @see civil_from_days, in the same place */
export function civilDate(number: number): CivilDate {
  const shifted = number + EPOCH_DAYS
  const era = Math.floor(shifted / ERA_DAYS)
  const dayOfEra = shifted - era * ERA_DAYS
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  }
}

/** How many days `month` of `year` has. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** `value`, 0 to 99, in two digits. */
export function twoDigits(value: number): string {
  return TWO_DIGITS[value] as string // the table has them all
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

/** The first and last day whose year has four digits. */
export const FIRST_DAY = -719_528
export const LAST_DAY = 2_932_896

/** Day `number` as `YYYY-MM-DD`, from {@link FIRST_DAY} to {@link LAST_DAY}. */
export function isoDate(number: number): string {
  const known = WRITTEN.get(number)
  if (known !== undefined) return known
  const { year, month, day } = civilDate(number)
  const text = `${twoDigits(Math.floor(year / 100))}${twoDigits(year % 100)}-${twoDigits(month)}-${twoDigits(day)}`
  if (WRITTEN.size >= MOST_WRITTEN) WRITTEN.clear()
  WRITTEN.set(number, text)
  return text
}

/** A pure memo: many events happen on few days. */
const WRITTEN = new Map<number, string>()
const MOST_WRITTEN = 50_000

/** The number of the day written `YYYY-MM-DD`; NaN when it is written otherwise or does not exist. */
export function parseIsoDate(text: string): number {
  return text.length === 10 ? leadingDate(text) : Number.NaN
}

/** The number of the day that `text` begins with, as `YYYY-MM-DD`; NaN when it begins otherwise or there is no such day. */
export function leadingDate(text: string): number {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN
  const year = digitsAt(text, 0) * 100 + digitsAt(text, 2)
  const month = digitsAt(text, 5)
  const day = digitsAt(text, 8)
  const exists = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
  return exists ? dayNumber(year, month, day) : Number.NaN
}

const DASH = 45
const ZERO = 48

/** The two digits of `text` at `index` as a number; NaN when they are none. */
export function digitsAt(text: string, index: number): number {
  const tens = text.charCodeAt(index) - ZERO
  const units = text.charCodeAt(index + 1) - ZERO
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : Number.NaN
}
