import { Temporal } from 'temporal-polyfill'
import type { Instant } from '../../rules/index.ts'
import type { Tick } from './value-axis.ts'

/** A mark on the axis of time; `under` is said where it is not what it was at the mark before: the year, the day. */
export interface TimeTick extends Tick {
  readonly under: string | null
}

interface Step {
  readonly unit: 'hour' | 'day' | 'month' | 'year'
  readonly count: number
  readonly ms: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MONTH = 30.4 * DAY
const YEAR = 365.2 * DAY

/** The smallest step that is looked at is an hour: nothing that is promised is measured in less. */
const STEPS: readonly Step[] = [
  ...[1, 3, 6, 12].map((count) => ({ unit: 'hour' as const, count, ms: count * HOUR })),
  ...[1, 2, 5, 10].map((count) => ({ unit: 'day' as const, count, ms: count * DAY })),
  ...[1, 2, 3, 6].map((count) => ({ unit: 'month' as const, count, ms: count * MONTH })),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].map((count) => ({ unit: 'year' as const, count, ms: count * YEAR })),
]

const FORMATS = {
  hour: [
    { hour: '2-digit', minute: '2-digit' },
    { day: 'numeric', month: 'short' },
  ],
  day: [{ day: 'numeric', month: 'short' }, { year: 'numeric' }],
  month: [{ month: 'short' }, { year: 'numeric' }],
  year: [{ year: 'numeric' }, null],
} as const satisfies Record<Step['unit'], readonly [Intl.DateTimeFormatOptions, Intl.DateTimeFormatOptions | null]>

/** Round times between `from` and `to` by the clock and calendar of `zone`, no more than about `most`. */
export function timeTicks(from: number, to: number, most: number, locale: string, zone: string): readonly TimeTick[] {
  const step = STEPS.find(({ ms }) => (to - from) / ms < most + 0.5) ?? (STEPS.at(-1) as Step)
  const [format, under] = FORMATS[step.unit].map((options) => options && timeFormat(locale, zone, options))
  let before = ''
  return roundTimes(from, to, step, zone).map((at) => {
    const said = under?.format(at) ?? ''
    const changed = said !== before
    before = said
    return { at, label: format?.format(at) ?? '', under: changed ? said : null }
  })
}

/** The day of `at` in the reader's zone, in full. */
export function dayText(at: Instant, locale: string, zone: string): string {
  return timeFormat(locale, zone, { dateStyle: 'long' }).format(at)
}

/** Days are told by the calendar by which the marks are set, whatever calendar the locale prefers. */
function timeFormat(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, calendar: 'gregory' })
}

function roundTimes(from: number, to: number, step: Step, zone: string): readonly number[] {
  const found: number[] = []
  let next = floor(Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone), step)
  for (let at = next.epochMilliseconds; at <= to; at = next.epochMilliseconds) {
    if (at >= from && at > (found.at(-1) ?? Number.NEGATIVE_INFINITY)) found.push(at)
    next = after(next, step)
  }
  return found
}

/** The last round time at or before `time`. */
function floor(time: Temporal.ZonedDateTime, { unit, count }: Step): Temporal.ZonedDateTime {
  const day = time.startOfDay()
  if (unit === 'hour') return day
  if (unit === 'day') return day.with({ day: 1 })
  if (unit === 'month') return day.with({ day: 1, month: 1 })
  return day.with({ day: 1, month: 1, year: Math.floor(time.year / count) * count })
}

/**
 * The round time after `time`: hours are counted anew every day, by the clock on the wall, and days every month; a short
 * rest is passed over.
 */
function after(time: Temporal.ZonedDateTime, { unit, count }: Step): Temporal.ZonedDateTime {
  if (unit === 'hour') {
    const hour = (Math.floor(time.hour / count) + 1) * count
    return hour < 24 ? time.with({ hour, minute: 0 }) : time.add({ days: 1 }).startOfDay()
  }
  const next = time.add({ [`${unit}s`]: count })
  if (unit === 'day' && count > 1 && (next.month !== time.month || next.daysInMonth - next.day < count / 2))
    return time.add({ months: 1 }).with({ day: 1 })
  return next
}
