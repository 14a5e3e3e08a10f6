import { Temporal } from 'temporal-polyfill'
import { ServandaError } from '../../config/error.ts'
import { formatInstant, type Instant, instant } from '../../rules/index.ts'
import type { Period } from './report.ts'

/** How often something is reported. */
export const RHYTHMS = ['day', 'week', 'month', 'quarter', 'year'] as const
export type Rhythm = (typeof RHYTHMS)[number]

/** When reports of a rhythm are made: some days after the period has ended, at an hour of the local day. */
export interface Timing {
  readonly every: Rhythm
  readonly zone: string
  /** 0 to 23. */
  readonly hour: number
  /** Whole days that late news has after the period. */
  readonly daysAfter: number
}

/** When the next report of a schedule is due, and what it is about. */
export interface Due {
  readonly at: Instant
  readonly period: Period
}

/**
 * The period that `name` names in `zone`: `2024`, `2024-Q1`, `2024-03`, `2024-W10`, `2024-03-04`, or from one day to
 * another, both included: `2024-01-01/2024-06-30`.
 * @throws {ServandaError} `PERIOD_UNKNOWN`
 */
export function periodNamed(name: string, zone: string): Period {
  try {
    for (const [shape, days] of SHAPES) {
      const parts = shape.exec(name)
      if (parts) return periodOf(days(...(parts.slice(1) as [string, string])), zone)
    }
  } catch (error) {
    // A day that no calendar has.
    if (!(error instanceof RangeError)) throw error
  }
  throw new ServandaError(
    'PERIOD_UNKNOWN',
    `${name} is no period. Write a year (2024), a quarter (2024-Q1), a month (2024-03), a week (2024-W10), a day (2024-03-04), or two days and a slash between (2024-01-01/2024-06-30).`,
  )
}

/** When the first report after `after` is due. */
export function nextDue(timing: Timing, after: Instant): Due {
  // A report that waits for late news may be of a period that ended long before.
  let day = dayOf(after, timing.zone).subtract({ days: timing.daysAfter + 1 })
  for (;;) {
    const days = AROUND[timing.every](day)
    const at = dueAfter(days.next, timing)
    if (at > after) return { at, period: periodOf(days, timing.zone) }
    day = days.next
  }
}

/** Days of a calendar: the first, and the one after the last. */
interface Days {
  readonly first: Temporal.PlainDate
  readonly next: Temporal.PlainDate
}

const SHAPES: readonly (readonly [RegExp, (a: string, b: string) => Days])[] = [
  [/^(\d{4})$/, (year) => yearOf(Number(year))],
  [/^(\d{4})-Q([1-4])$/, (year, quarter) => monthsFrom(Number(year), Number(quarter) * 3 - 2, 3)],
  [/^(\d{4})-(\d{2})$/, (year, month) => monthsFrom(Number(year), Number(month), 1)],
  [/^(\d{4})-W(\d{2})$/, (year, week) => weekNumbered(Number(year), Number(week))],
  [/^(\d{4}-\d{2}-\d{2})$/, (day) => daysTo(day, day)],
  [/^(\d{4}-\d{2}-\d{2})\/(\d{4}-\d{2}-\d{2})$/, daysTo],
]

const AROUND: Readonly<Record<Rhythm, (day: Temporal.PlainDate) => Days>> = {
  day: (day) => ({ first: day, next: day.add({ days: 1 }) }),
  week: (day) => {
    const first = day.subtract({ days: day.dayOfWeek - 1 })
    return { first, next: first.add({ days: 7 }) }
  },
  month: ({ year, month }) => monthsFrom(year, month, 1),
  quarter: ({ year, month }) => monthsFrom(year, month - ((month - 1) % 3), 3),
  year: ({ year }) => yearOf(year),
}

function yearOf(year: number): Days {
  return monthsFrom(year, 1, 12)
}

function monthsFrom(year: number, month: number, months: number): Days {
  const first = Temporal.PlainDate.from({ year, month, day: 1 }, { overflow: 'reject' })
  return { first, next: first.add({ months }) }
}

/** By ISO 8601: the first week of a year is the one with its first Thursday. */
function weekNumbered(year: number, week: number): Days {
  const fourth = Temporal.PlainDate.from({ year, month: 1, day: 4 })
  const days = AROUND.week(fourth.add({ weeks: week - 1 }))
  const { weekOfYear, yearOfWeek } = days.first
  if (weekOfYear !== week || yearOfWeek !== year) throw new RangeError(`${year} has no week ${week}`)
  return days
}

function daysTo(from: string, to: string): Days {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)]
  if (Temporal.PlainDate.compare(first, last) > 0) throw new RangeError('it ends before it begins')
  return { first, next: last.add({ days: 1 }) }
}

/** A day begins where its zone says: not everywhere and always at midnight. */
function beginOf(day: Temporal.PlainDate, zone: string): Instant {
  return instant(day.toZonedDateTime(zone).epochMilliseconds)
}

function dayOf(at: Instant, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
}

function dueAfter(next: Temporal.PlainDate, { zone, hour, daysAfter }: Timing): Instant {
  const plainTime = Temporal.PlainTime.from({ hour })
  // An hour that is left out when clocks go forward comes one later; one that comes twice counts the first time.
  return instant(next.add({ days: daysAfter }).toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds)
}

function periodOf({ first, next }: Days, zone: string): Period {
  const last = next.subtract({ days: 1 })
  return {
    ...named(first, last, next),
    zone,
    from: formatInstant(beginOf(first, zone)),
    until: formatInstant(beginOf(next, zone)),
  }
}

const QUARTERS = ['first', 'second', 'third', 'fourth']

function named(
  first: Temporal.PlainDate,
  last: Temporal.PlainDate,
  next: Temporal.PlainDate,
): Pick<Period, 'name' | 'words'> {
  const { year, month } = first
  const isWhole = ({ first: from, next: to }: Days) => from.equals(first) && to.equals(next)
  if (first.equals(last)) return { name: first.toString(), words: dayText(first, true) }
  if (isWhole(yearOf(year))) return { name: String(year), words: `the year ${year}` }
  if (isWhole(AROUND.quarter(first))) {
    const quarter = Math.ceil(month / 3)
    return { name: `${year}-Q${quarter}`, words: `the ${QUARTERS[quarter - 1]} quarter of ${year}` }
  }
  if (isWhole(AROUND.month(first)))
    return { name: `${year}-${String(month).padStart(2, '0')}`, words: `${MONTHS[month - 1]} ${year}` }
  const words = `${dayText(first, first.year !== last.year)} to ${dayText(last, true)}`
  if (isWhole(AROUND.week(first)))
    return {
      name: `${first.yearOfWeek}-W${String(first.weekOfYear).padStart(2, '0')}`,
      words: `the week from ${words}`,
    }
  return { name: `${first}/${last}`, words: `the days from ${words}` }
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
]

function dayText({ day, month, year }: Temporal.PlainDate, withYear: boolean): string {
  return `${day} ${MONTHS[month - 1]}${withYear ? ` ${year}` : ''}`
}
