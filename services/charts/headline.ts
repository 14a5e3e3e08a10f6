import type { Series } from '../../rules/index.ts'
import { oneLine } from '../text/index.ts'
import { compactAmount } from './amount-text.ts'
import { dayText } from './time-axis.ts'
import { TARGET_WORDS, WORDS } from './words.ts'

/** What a chart shows, in words. */
export interface Headline {
  /** How much it is now. */
  readonly value: string
  /** How much it has to be. */
  readonly target: string
  readonly asOf: string
  /** From when to when it counts. */
  readonly period: string
}

const LONGEST_UNIT = 40

/** Rounded so that nothing looks kept that is not: the interval outwards, one figure away from the target. */
export function headlineOf(series: Series, locale: string, zone: string): Headline {
  const { bound, target, from, to, asOf } = series
  const unit = oneLine(series.unit, LONGEST_UNIT)
  const words = TARGET_WORDS[bound]
  const day = (at: Series['from']): string => dayText(at, locale, zone)
  return {
    value: valueText(series, unit, locale),
    target: target === null ? words.unknown : words.sentence(compactAmount(target, locale), unit),
    asOf: WORDS.asOf(day(asOf)),
    period: `${to === null ? WORDS.since(day(from)) : WORDS.fromTo(day(from), day(to))} (${zone})`,
  }
}

function valueText({ points, bound }: Series, unit: string, locale: string): string {
  const { min, max } = points.at(-1) ?? { min: null, max: null }
  const low = min === null ? null : compactAmount(min, locale, { rounding: 'floor' })
  const high = max === null ? null : compactAmount(max, locale, { rounding: 'ceil' })
  if (low === null) return high === null ? WORDS.anything(unit) : WORDS.orLess(high, unit)
  if (high === null) return WORDS.orMore(low, unit)
  return min === max ? WORDS.exactly(bound === 'at_least' ? low : high, unit) : WORDS.between(low, high, unit)
}
