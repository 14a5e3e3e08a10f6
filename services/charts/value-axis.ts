import { ticks } from 'd3-array'
import type { Series } from '../../rules/index.ts'
import { compactAmount } from './amount-text.ts'

/** A mark on an axis, and what stands beside it. */
export interface Tick {
  readonly at: number
  readonly label: string
}

/** From the least to the greatest that has to be seen, and nothing: a sum is seen against zero. */
export function valueRange({ points, target, pace }: Series): { readonly low: number; readonly high: number } {
  const seen = [...points.flatMap(({ min, max }) => [min, max]), target, ...pace.map(({ value }) => value)]
  const values = [0, ...seen.flatMap((value) => (value === null ? [] : [Number(value)]))]
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return low === high ? { low, high: low + 1 } : { low, high }
}

/** Round values between `low` and `high`, about `count` of them. */
export function valueTicks(low: number, high: number, count: number, locale: string): readonly Tick[] {
  return ticks(low, high, count).map((at) => ({ at, label: compactAmount(at, locale, { digits: 3 }) }))
}
