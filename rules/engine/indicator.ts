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
  return world.recall(`indicator ${series}`, h, (own) => {
    const latest = new Map<string, Reading & { published: number }>()
    for (const order of world.orders('indicator', own)) {
      if (order.control.series !== series || order.event.standing === 'disputed') continue
      const { period, value, unit } = order.control
      const span = edtfSpan(period, world.rulebook.where.zone)
      if (span === null) continue
      const name = normaliseEdtf(period)
      const before = latest.get(name)
      const published = order.span.from
      if (before && before.published === published) {
        const low = least(before.low, value)
        const high = greatest(before.high, value)
        latest.set(name, { ...before, low, high, contested: !low.equals(high), facts: [...before.facts, order] })
      } else if (!before || before.published < published) {
        const facts = [order]
        latest.set(name, { period: span, name, low: value, high: value, unit, contested: false, facts, published })
      }
    }
    return [...latest.values()].sort((a, b) => a.period.from - b.period.from || a.period.to - b.period.to)
  })
}
