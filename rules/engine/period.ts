import { Temporal } from 'temporal-polyfill'
import type { During, Every, FiscalYear, Rulebook } from '../language/rulebook.ts'
import { type Instant, instant, type Span } from './instant.ts'
import { addCalendar, addDays, dateOf, endOfDay, type IsoDate, startOfDay } from './zone-time.ts'

/** A period as a case is named after it. */
export interface Period {
  readonly name: string
  readonly from: Instant
  readonly to: Instant
  /** The year a percentage's indicator is taken for. */
  readonly year: number
}

/** The fixed period of `during` (all but the term), with its own first and last millisecond. */
export function fixedPeriod(during: Exclude<During, { kind: 'term' }>, rulebook: Rulebook): Period {
  const { zone } = rulebook.where
  switch (during.kind) {
    case 'calendar_year':
      return {
        name: yearName(during.year),
        ...spanOfDays(`${yearName(during.year)}-01-01`, `${yearName(during.year)}-12-31`, zone),
        year: during.year,
      }
    case 'fiscal_year':
      return fiscalYear(during.year, rulebook.fiscalYears.get(during.of), zone)
    case 'range':
      return { name: 'term', ...spanOfDays(during.from, during.until, zone), year: Number(during.from.slice(0, 4)) }
  }
}

/**
 * The periods of `every` that overlap `[from, to]` (to null: without end) and have begun by `now`, in order, unclipped.
 * @param entry entry into force, from which anniversaries are counted
 */
export function periodsOf(
  every: Every,
  range: { readonly from: Instant; readonly to: Instant | null },
  entry: Instant | null,
  now: Instant,
  rulebook: Rulebook,
): readonly Period[] {
  const { zone } = rulebook.where
  const periods: Period[] = []
  const until = range.to === null ? now : Math.min(range.to, now)
  for (let n = firstIndex(every, range.from, entry, rulebook); ; n++) {
    const period = nthPeriod(every, n, entry, rulebook, zone)
    if (period === null || period.from > until) return periods
    if (period.to >= range.from) periods.push(period)
  }
}

/** When the first period of `every` after `now` begins, if it overlaps the range. */
export function nextPeriodStart(
  every: Every,
  range: { readonly from: Instant; readonly to: Instant | null },
  entry: Instant | null,
  now: Instant,
  rulebook: Rulebook,
): Instant | null {
  if (range.from > now) return range.from
  for (let n = firstIndex(every, now, entry, rulebook); ; n++) {
    const period = nthPeriod(every, n, entry, rulebook, rulebook.where.zone)
    if (period === null) return null
    if (period.from > now) return range.to === null || period.from <= range.to ? period.from : null
  }
}

/** An index at or before the period that holds `at`: years, quarters and months are counted from year 0. */
function firstIndex(every: Every, at: Instant, entry: Instant | null, rulebook: Rulebook): number {
  const date = dateOf(at, rulebook.where.zone)
  const year = Number(date.slice(0, 4))
  const month = Number(date.slice(5, 7)) - 1
  if (every === 'month') return year * 12 + month
  if (every === 'quarter') return year * 4 + Math.floor(month / 3)
  if (every === 'anniversary')
    return entry === null ? 0 : Math.max(0, year - Number(dateOf(entry, rulebook.where.zone).slice(0, 4)) - 1)
  return year - 1
}

function nthPeriod(every: Every, n: number, entry: Instant | null, rulebook: Rulebook, zone: string): Period | null {
  if (typeof every === 'object') return fiscalYear(n, rulebook.fiscalYears.get(every.fiscalYear), zone)
  switch (every) {
    case 'year':
      return { name: yearName(n), ...spanOfDays(`${yearName(n)}-01-01`, `${yearName(n)}-12-31`, zone), year: n }
    case 'quarter': {
      const year = Math.floor(n / 4)
      const quarter = n - year * 4
      return { name: `${yearName(year)}-Q${quarter + 1}`, ...spanOfMonths(year, quarter * 3 + 1, 3, zone), year }
    }
    case 'month': {
      const year = Math.floor(n / 12)
      const month = n - year * 12 + 1
      return {
        name: `${yearName(year)}-${String(month).padStart(2, '0')}`,
        ...spanOfMonths(year, month, 1, zone),
        year,
      }
    }
    case 'anniversary': {
      if (entry === null) return null
      const from = addCalendar(entry, { years: n }, zone)
      const to = instant(addCalendar(entry, { years: n + 1 }, zone) - 1)
      const date = dateOf(from, zone)
      return { name: date, from, to, year: Number(date.slice(0, 4)) }
    }
  }
}

/** The fiscal year named `name`: by the year it starts, or by the year it ends. */
function fiscalYear(name: number, rule: FiscalYear | undefined, zone: string): Period {
  const { starts, named } = rule as FiscalYear // no rulebook names one that it does not define
  const startYear = named === 'end' && starts !== '01-01' ? name - 1 : name
  const first = dayOf(startYear, starts)
  const last = addDays(dayOf(startYear + 1, starts), -1)
  return { name: `FY${yearName(name)}`, ...spanOfDays(first, last, zone), year: name }
}

/** @param monthDay  a day that every year has */
function dayOf(year: number, monthDay: string): IsoDate {
  return Temporal.PlainDate.from({
    year,
    month: Number(monthDay.slice(0, 2)),
    day: Number(monthDay.slice(3)),
  }).toString()
}

function spanOfMonths(year: number, month: number, months: number, zone: string): Span {
  const first = Temporal.PlainDate.from({ year, month, day: 1 })
  return spanOfDays(first.toString(), first.add({ months }).subtract({ days: 1 }).toString(), zone)
}

function spanOfDays(first: IsoDate, last: IsoDate, zone: string): Span {
  return { from: startOfDay(first, zone), to: endOfDay(last, zone) }
}

function yearName(year: number): string {
  return String(year).padStart(4, '0')
}
