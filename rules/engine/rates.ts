import { type Amount, decimal, dividedBy, greatest, least, plus, Rate } from '../language/decimal.ts'
import { addDuration } from '../language/duration.ts'
import type { Convert } from '../language/rulebook.ts'
import type { Horizon } from './horizon.ts'
import { type Reading, readings } from './indicator.ts'
import type { Span } from './instant.ts'
import type { World } from './world.ts'
import { addCalendar, dateOf, startOfDay } from './zone-time.ts'

/** What one unit of a currency is worth, from the lowest to the highest that it may be. */
export interface RateRange {
  readonly low: Amount
  readonly high: Amount
  /** Fixings that disagree about the same day. */
  readonly contested: boolean
}

/**
 * The rate from `currency` to `unit` for a flow in `span` of the case's `period`: directly, else inverted, else through
 * `via`; null when there is none.
 */
export function rateFor(
  world: World,
  convert: Convert,
  currency: string,
  unit: string,
  span: Span,
  period: Span | null,
  h: Horizon,
): RateRange | null {
  if (typeof convert.rate === 'object') {
    const fixed = convert.rate.get(currency)
    return fixed ? { low: fixed, high: fixed, contested: false } : null
  }
  const pick = (a: string, b: string): RateRange | null =>
    convert.rate === 'flow_day' ? ofDays(world, convert, a, b, span, h) : average(world, convert, a, b, period, h)
  const oneStep = (from: string, to: string): RateRange | null => pick(from, to) ?? inverted(pick(to, from))
  const direct = oneStep(currency, unit)
  if (direct !== null || convert.via === null || convert.via === currency || convert.via === unit) return direct
  const first = oneStep(currency, convert.via)
  const second = oneStep(convert.via, unit)
  if (first === null || second === null) return null
  return {
    low: Rate.mul(first.low, second.low),
    high: Rate.mul(first.high, second.high),
    contested: first.contested || second.contested,
  }
}

function inverted(rate: RateRange | null): RateRange | null {
  if (rate === null || rate.low.lessThanOrEqualTo(0)) return null
  const one = decimal(1)
  return { low: dividedBy(one, rate.high), high: dividedBy(one, rate.low), contested: rate.contested }
}

/** 1 `from` = value `to`. */
function fixings(world: World, convert: Convert, from: string, to: string, h: Horizon): readonly Reading[] {
  return readings(world, `${convert.series}.${from}.${to}`, h)
}

/** The lowest and highest of the fixings that stand on the days of `span`; null when a day of it has none recent enough. */
function ofDays(world: World, convert: Convert, from: string, to: string, span: Span, h: Horizon): RateRange | null {
  const { where } = world.rulebook
  const all = fixings(world, convert, from, to, h)
  const firstDay = startOfDay(dateOf(span.from, where.zone), where.zone)
  const lastDay = startOfDay(dateOf(span.to, where.zone), where.zone)
  const before = all.filter((r) => r.period.from <= firstDay).at(-1)
  const standing = [
    ...(before ? [before] : []),
    ...all.filter((r) => r.period.from > firstDay && r.period.from <= lastDay),
  ]
  // A fixing stands until the next one, but for no longer than its greatest age.
  const covered = standing.every((r, i) => {
    const next = standing[i + 1]
    const needed = next ? addCalendar(next.period.from, { days: -1 }, where.zone) : lastDay
    return needed <= addDuration(r.period.from, convert.maxAge, where)
  })
  return before && covered ? range(standing) : null
}

/** The mean of the fixings dated in the period. */
function average(
  world: World,
  convert: Convert,
  from: string,
  to: string,
  period: Span | null,
  h: Horizon,
): RateRange | null {
  if (period === null) return null
  const dated = fixings(world, convert, from, to, h).filter(
    (r) => r.period.from >= period.from && r.period.from <= period.to,
  )
  if (dated.length === 0) return null
  const mean = (side: 'low' | 'high'): Amount =>
    dividedBy(dated.map((r) => r[side]).reduce(plus), decimal(dated.length))
  return { low: mean('low'), high: mean('high'), contested: dated.some((r) => r.contested) }
}

function range(found: readonly Reading[]): RateRange | null {
  if (found.length === 0) return null
  return {
    low: found.map((r) => r.low).reduce(least),
    high: found.map((r) => r.high).reduce(greatest),
    contested: found.some((r) => r.contested),
  }
}
