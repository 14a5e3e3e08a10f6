import { type Amount, greatest, least } from '../language/decimal.ts'
import { edtfSpan, normaliseEdtf } from '../language/edtf.ts'
import type { Fact } from './history.ts'
import type { Horizon } from './horizon.ts'
import type { Span } from './instant.ts'
import type { World } from './world.ts'

/** The published value of a series for one period; an interval when equal publications disagree. */
export interface Reading {
  readonly period: Span
  readonly name: string
  readonly low: Amount
  readonly high: Amount
  readonly unit: string
  readonly contested: boolean
  readonly facts: readonly Fact[]
}

/** The latest published value for every period of `series`, in order of period. Disputed publications do not count. */
export function readings(world: World, series: string, h: Horizon): readonly Reading[] {
  return allReadings(world, h).get(series) ?? []
}

function allReadings(world: World, h: Horizon): ReadonlyMap<string, readonly Reading[]> {
  return world.remember('indicators', h, (own) => {
    const latest = new Map<string, Map<string, Reading & { published: number }>>()
    for (const order of world.orders('indicator', own)) {
      const { series, period, value, unit } = order.control
      const span = edtfSpan(period, world.rulebook.where.zone)
      if (span === null || order.event.standing === 'disputed') continue
      const name = normaliseEdtf(period)
      const periods = latest.get(series) ?? new Map<string, Reading & { published: number }>()
      latest.set(series, periods)
      const before = periods.get(name)
      const published = order.span.from
      if (before && before.published === published) {
        const low = least(before.low, value)
        const high = greatest(before.high, value)
        periods.set(name, { ...before, low, high, contested: !low.equals(high), facts: [...before.facts, order] })
      } else if (!before || before.published < published) {
        periods.set(name, {
          period: span,
          name,
          low: value,
          high: value,
          unit,
          contested: false,
          facts: [order],
          published,
        })
      }
    }
    return new Map(
      [...latest].map(([series, periods]) => [
        series,
        [...periods.values()].sort((a, b) => a.period.from - b.period.from || a.period.to - b.period.to),
      ]),
    )
  })
}
