import {
  type Amount,
  convertAt,
  decimal,
  formatDecimal,
  greatest,
  least,
  parseDecimal,
  plus,
  ZERO,
} from '../language/decimal.ts'
import { identityOf } from '../language/event.ts'
import { isJsonObject, JsonNumber, valueAt } from '../language/json.ts'
import { isMatch } from '../language/match.ts'
import type { Counting, Match, Total } from '../language/rulebook.ts'
import type { CaseContext } from './case.ts'
import { type Doubt, hasEnoughSources, isDoubtful } from './evidence.ts'
import { compare, type Fact } from './history.ts'
import { type Instant, instant, type Span } from './instant.ts'
import type { Values } from './messages/catalogue.ts'
import { rateFor } from './rates.ts'
import { spanFit, type Window } from './window.ts'
import type { World } from './world.ts'

/** What one flow may be worth in the target's unit; a null end is unbounded. */
export interface Worth {
  readonly low: Amount | null
  readonly high: Amount | null
}

/** One payment, delivery or other thing counted: all the reports with the same dedupe key. */
export interface Flow {
  readonly reports: readonly Fact[]
  readonly span: Span
  /** It lies in the period for certain and enough good sources report it. */
  readonly certain: boolean
  readonly worth: Worth
  /** Values of the `distinct` field that the reports name. */
  readonly distinct: readonly string[]
  readonly doubts: readonly Doubt[]
  /** How each report was reckoned: `missing_amount`, `missing_rate`, `converted` or `as_told`. */
  readonly how: readonly string[]
  /** The rates it was converted at; null when it was not. */
  readonly rate: { readonly low: Amount; readonly high: Amount } | null
  /** What each report told, for its reason. */
  readonly details: readonly Values[]
}

/** The interval that the flows add up to; null is unbounded. */
export interface Sum {
  readonly min: Amount | null
  readonly max: Amount | null
}

/** What `flows` add up to. */
export function sumOf(flows: readonly Flow[], commitment: Total): Sum {
  return isOfDistinct(commitment) ? distinctSum(flows) : flows.reduce(withFlow, NOTHING)
}

/** What the first of `flows` add up to: of so many as each of `counts` says, which never fall. */
export function sumsOfFirst(flows: readonly Flow[], counts: readonly number[], commitment: Total): readonly Sum[] {
  if (isOfDistinct(commitment)) return counts.map((count) => distinctSum(flows.slice(0, count)))
  let [sum, summed] = [NOTHING, 0]
  return counts.map((count) => {
    sum = flows.slice(summed, count).reduce(withFlow, sum)
    summed = count
    return sum
  })
}

const NOTHING: Sum = { min: ZERO, max: ZERO }

/** A certain flow counts as it is; a possible one may only widen the interval. */
function withFlow({ min, max }: Sum, { certain, worth }: Flow): Sum {
  const low = certain || worth.low === null ? worth.low : worth.low.isNegative() ? worth.low : ZERO
  const high = certain || worth.high === null ? worth.high : worth.high.isNegative() ? ZERO : worth.high
  return {
    min: min === null || low === null ? null : plus(min, low),
    max: max === null || high === null ? null : plus(max, high),
  }
}

function isOfDistinct({ counts }: Total): boolean {
  return counts[0]?.measure === 'distinct'
}

/** Different values: those that a certain flow names alone, and those that any may name. */
function distinctSum(flows: readonly Flow[]): Sum {
  const named = (flow: Flow): ReadonlySet<string> => new Set(flow.distinct)
  const certain = new Set(flows.filter((f) => f.certain && named(f).size === 1).flatMap((f) => f.distinct))
  const possible = new Set([...certain, ...flows.flatMap((f) => f.distinct)])
  return { min: decimal(certain.size), max: decimal(possible.size) }
}

const RANK = { disputed: 0, reported: 1, confirmed: 2 } as const

/**
 * The flows of one case that may lie in its period, in the order of the world; the reports that are none go on file.
 * @param among the facts to look at (in the order of the world); null: all that `commitment` counts
 */
export function flowsOf(
  world: World,
  context: CaseContext<Total>,
  window: Window,
  among: readonly Fact[] | null = null,
): readonly Flow[] {
  const { commitment, dossier, h } = context
  const matches = countedBy(commitment)
  // A report from before the period may outrank, or widen, one of the same flow inside it.
  const dedupes = commitment.counts.some((c) => c.dedupe)
  const from = dedupes ? Number.NEGATIVE_INFINITY : window.from
  const to = dedupes ? Number.POSITIVE_INFINITY : window.to
  const facts = among?.filter((fact) => h.reached(fact.span.from)) ?? world.bearing(matches, { from, to, dossier, h })
  const counted = [...facts].filter((fact) => {
    const named = !isOfDistinct(commitment) || distinctValue(commitment, fact).length > 0
    if (!named) dossier.add(fact, 'ignored', 'names_nothing')
    return named
  })
  const flows: Flow[] = []
  for (const reports of groups(counted, commitment).values()) {
    const winners = winning(reports)
    for (const report of reports) if (!winners.includes(report)) dossier.add(report, 'ignored', 'outranked')
    const span = hull(winners)
    const fit = spanFit(span, window)
    if (fit === 'outside') {
      for (const report of winners) dossier.add(report, 'ignored', span.from > window.to ? 'too_late' : 'too_early')
      continue
    }
    const flow = reckon(world, context, winners, reports, span, fit === 'inside')
    flows.push(flow)
  }
  return flows.sort((a, b) => a.span.from - b.span.from || a.span.to - b.span.to || byFirstReport(a, b))
}

/** The matches of what `commitment` counts, always the same array. */
export function countedBy(commitment: Total): readonly Match[] {
  const known = countedMatches.get(commitment)
  if (known) return known
  const matches = commitment.counts.map((c) => c.match)
  countedMatches.set(commitment, matches)
  return matches
}

const countedMatches = new WeakMap<Total, readonly Match[]>()

function byFirstReport(a: Flow, b: Flow): number {
  const [x, y] = [a.reports[0]?.event, b.reports[0]?.event]
  return compare(x?.source ?? '', y?.source ?? '') || compare(x?.id ?? '', y?.id ?? '')
}

/** What of `commitment` counts `fact`: the first that means it. */
export function countingOf(commitment: Total, fact: Fact): Counting | undefined {
  return commitment.counts.find((c) => isMatch(c.match, fact.event, null))
}

/** What reports of the same flow share; null: nothing, it stands alone. */
export function flowKey(commitment: Total, fact: Fact): string | null {
  const dedupe = countingOf(commitment, fact)?.dedupe
  const value = dedupe ? valueAt(fact.event.data, dedupe) : undefined
  return value === undefined || value === null ? null : JSON.stringify(value)
}

/** Reports by dedupe key; one without a key stands alone. */
function groups(facts: readonly Fact[], commitment: Total): ReadonlyMap<string, readonly Fact[]> {
  const found = new Map<string, Fact[]>()
  for (const fact of facts) {
    const shared = flowKey(commitment, fact)
    const key = shared === null ? `event ${identityOf(fact.event)}` : `key ${shared}`
    const group = found.get(key)
    if (group) group.push(fact)
    else found.set(key, [fact])
  }
  return found
}

/** The reports of the highest standing. */
function winning(reports: readonly Fact[]): readonly Fact[] {
  const best = Math.max(...reports.map((r) => RANK[r.event.standing]))
  return reports.filter((r) => RANK[r.event.standing] === best)
}

function hull(reports: readonly Fact[]): Span {
  return {
    from: instant(Math.min(...reports.map((r) => r.span.from))) as Instant,
    to: instant(Math.max(...reports.map((r) => r.span.to))),
  }
}

function reckon(
  world: World,
  context: CaseContext<Total>,
  winners: readonly Fact[],
  all: readonly Fact[],
  span: Span,
  inside: boolean,
): Flow {
  const policy = context.commitment.evidence
  const trusted =
    winners.some((r) => !isDoubtful(r, policy, world.rulebook)) && hasEnoughSources(all, policy, world.rulebook)
  const amounts = winners.map((report) => worthOf(world, context, report, span))
  const worth = amounts.map((a) => a.worth).reduce(widest)
  const disagree = amounts.some((a) => a.told !== amounts[0]?.told)
  const doubts: Doubt[] = []
  if (!inside) doubts.push('imprecise')
  if (!trusted || disagree || amounts.some((a) => a.contested)) doubts.push('contested')
  const distinct = winners.flatMap((report) => distinctValue(context.commitment, report))
  return {
    reports: winners,
    span,
    certain: inside && trusted,
    worth,
    distinct,
    doubts,
    how: amounts.map((a) => a.how),
    rate: amounts.find((a) => a.rate !== null)?.rate ?? null,
    details: amounts.map((a, i) => ({ ...a.details, shared: othersOf(winners, i) })),
  }
}

function widest(a: Worth, b: Worth): Worth {
  return {
    low: a.low === null || b.low === null ? null : least(a.low, b.low),
    high: a.high === null || b.high === null ? null : greatest(a.high, b.high),
  }
}

interface Told {
  readonly worth: Worth
  /** The amount and currency as told, to see whether reports agree. */
  readonly told: string
  readonly details: Values
  readonly how: string
  readonly contested: boolean
  readonly rate: Flow['rate']
}

/** The ids of the other reports of the same flow; null when it has one only. */
function othersOf(reports: readonly Fact[], index: number): string | null {
  const others = reports.filter((_, i) => i !== index).map((r) => r.event.id)
  return others.length === 0 ? null : others.join(', ')
}

function distinctValue(commitment: Total, report: Fact): readonly string[] {
  const counting = countingOf(commitment, report)
  if (counting?.measure !== 'distinct') return []
  const value = valueAt(report.event.data, counting.path)
  return value === undefined || value === null ? [] : [JSON.stringify(value)]
}

const ONE = decimal(1)

function worthOf(world: World, { commitment, occasion, h }: CaseContext<Total>, report: Fact, span: Span): Told {
  const counting = countingOf(commitment, report)
  const plain = { contested: false, rate: null }
  if (!counting || counting.measure === 'events' || counting.measure === 'distinct')
    return { worth: { low: ONE, high: ONE }, told: '1', details: { worth: null }, how: 'as_told', ...plain }
  const amount = readAmount(valueAt(report.event.data, counting.path))
  if (amount === null)
    return {
      worth: { low: null, high: null },
      told: 'none',
      details: {},
      how: 'missing_amount',
      contested: false,
      rate: null,
    }
  const { low, high } = amount
  const currency = counting.currency ? valueAt(report.event.data, counting.currency) : commitment.target.unit
  const told = `${ranged(low, high)} ${String(currency ?? '')}`.trim()
  if (currency === commitment.target.unit)
    return { worth: { low, high }, told, details: { worth: told }, how: 'as_told', ...plain }
  const { period } = occasion
  const whole = period?.from != null && period.to != null ? { from: period.from, to: period.to } : null
  const rate =
    typeof currency === 'string'
      ? rateFor(world, commitment.convert, currency, commitment.target.unit, span, whole, h)
      : null
  if (rate === null) {
    const worth = { low: low.isNegative() && !low.isZero() ? null : ZERO, high: high.greaterThan(0) ? null : ZERO }
    return { worth, told, details: { told }, how: 'missing_rate', contested: false, rate: null }
  }
  const at = [
    convertAt(low, rate.low),
    convertAt(low, rate.high),
    convertAt(high, rate.low),
    convertAt(high, rate.high),
  ]
  const worth = { low: at.reduce(least), high: at.reduce(greatest) }
  return {
    worth,
    told,
    details: {
      told,
      rate: ranged(rate.low, rate.high),
      worth: `${ranged(worth.low, worth.high)} ${commitment.target.unit}`,
    },
    how: 'converted',
    rate,
    contested: rate.contested,
  }
}

/** `12` or `12 to 14`, without trailing zeros. */
function ranged(low: Amount, high: Amount): string {
  return low.equals(high) ? formatDecimal(low) : `${formatDecimal(low)} to ${formatDecimal(high)}`
}

/** A decimal text, a JSON number, or a range `{min, max}`; null when it is none of these. */
export function readAmount(value: unknown): { readonly low: Amount; readonly high: Amount } | null {
  if (isJsonObject(value)) {
    const low = Object.hasOwn(value, 'min') ? readDecimal(value.min) : null
    const high = Object.hasOwn(value, 'max') ? readDecimal(value.max) : null
    return low === null || high === null || low.greaterThan(high) ? null : { low, high }
  }
  const exact = readDecimal(value)
  return exact && { low: exact, high: exact }
}

function readDecimal(value: unknown): Amount | null {
  if (value instanceof JsonNumber) return parseDecimal(value.text)
  if (typeof value === 'number') return parseDecimal(String(value))
  return typeof value === 'string' && !/[eE]/.test(value) ? parseDecimal(value) : null
}
