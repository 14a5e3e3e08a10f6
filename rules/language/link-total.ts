import { decimal, dividedBy } from './decimal.ts'
import type { Duration } from './duration.ts'
import { countingOf } from './link-counting.ts'
import { type Linking, linkDuring, linkEvery, type Raw, useCalendars } from './link-parts.ts'
import type { Convert, Target } from './rulebook.ts'
import type { Reading } from './shape.ts'

/** What only a total has: its target, what counts towards it, and over which period. */
export function linkTotal(raw: Raw<'total'>, linking: Linking) {
  const { to } = linking
  if ([raw.during, raw.every, raw.by_date].filter((part) => part !== undefined).length !== 1) {
    to.complain(
      raw.place,
      'wrong-form',
      `${raw.id} has not exactly one of during, every and by_date`,
      'say over which period the total is counted',
    )
  }
  const target = linkTarget(raw, to)
  const counts = raw.counts.flatMap((counting) => countingOf(counting, linking) ?? [])
  for (const { currency, match } of counts) {
    if (currency === null || /^[A-Z]{3}$/.test(target.unit)) continue
    to.complain(
      match.at,
      'unit',
      `amounts in a currency cannot add up to ${target.unit}`,
      'write a currency (ISO 4217, such as USD) as the unit, or count a quantity',
    )
  }
  if (raw.convert && counts.length > 0 && counts.every((counting) => counting.currency === null)) {
    to.complain(
      raw.convert.place,
      'unit',
      'convert stands here, but no currency is counted',
      'add currency to counts, or remove convert',
    )
  }
  useCalendars(linking, raw.place, raw.convert?.max_age)
  return {
    kind: 'total' as const,
    target,
    counts,
    during: linkDuring(raw.during, linking),
    every: linkEvery(raw, linking),
    byDate: raw.by_date ?? null,
    convert: linkConvert(raw),
  }
}

const SEVEN_DAYS: Duration = { unit: 'd', count: 7, text: '7d' }

function linkConvert(raw: Raw<'total'>): Convert {
  const rate = raw.convert?.rate ?? 'flow_day'
  return {
    rate: typeof rate === 'string' ? rate : new Map([...rate].map(([currency, { value }]) => [currency, value])),
    series: raw.convert?.series ?? 'fx',
    via: raw.convert?.via ?? null,
    maxAge: raw.convert?.max_age ?? SEVEN_DAYS,
  }
}

const DEFAULT_RISK = dividedBy(decimal(80), decimal(100))

function linkTarget(raw: Raw<'total'>, to: Reading): Target {
  const { target } = raw
  const { at_least: least, at_most: most, percent_of: percentOf, path } = target
  const figure = least ?? most
  if ((least === undefined) === (most === undefined)) {
    to.complain(
      target.place,
      'wrong-form',
      figure === undefined ? 'the target has neither at_least nor at_most' : 'the target has both at_least and at_most',
      'a floor is at_least, a ceiling ("up to") is at_most',
    )
  }
  if (figure?.percent && percentOf === undefined) {
    to.complain(
      target.place,
      'unit',
      'the target is a percentage of nothing',
      'add percent_of: {indicator: …}, or write the figure',
    )
  }
  const watched = path !== undefined || target.at_risk_below !== undefined
  if (watched && most !== undefined)
    to.complain(target.place, 'wrong-form', 'a ceiling has no pace', 'remove path and at_risk_below')
  const dated =
    path instanceof Map
      ? [...path].map(([on, { value }]) => ({ on, share: value })).sort((a, b) => (a.on < b.on ? -1 : 1))
      : []
  return {
    bound: most !== undefined ? 'at_most' : 'at_least',
    amount: figure?.amount ?? decimal(0),
    unit: target.unit,
    percentOf: percentOf ? { indicator: percentOf.indicator, year: percentOf.year ?? 'same' } : null,
    approximately: target.approximately ?? null,
    path: watched ? dated : null,
    partial: target.shortfall === 'partial',
    atRiskBelow: target.at_risk_below ?? DEFAULT_RISK,
  }
}
