import {
  type Amount,
  decimal,
  dividedBy,
  formatDecimal,
  greatest,
  least,
  plus,
  times,
  ZERO,
} from '../../language/decimal.ts'
import type { Total } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim, Measured, Violation } from '../case.ts'
import type { Doubt } from '../evidence.ts'
import { type Flow, flowsOf, type Sum, sumOf, sumsOfFirst } from '../flows.ts'
import type { Fact } from '../history.ts'
import { readings } from '../indicator.ts'
import { expectedNow, isAtRisk } from '../pace.ts'
import { windowOf } from '../window.ts'
import type { World } from '../world.ts'

/** Flows that have been added up already, and the facts that have not. */
export interface Running {
  readonly sum: { readonly min: Amount; readonly max: Amount }
  readonly left: readonly Fact[]
  /** The flow since which the ceiling has been exceeded. */
  exceededSince(ceiling: Amount): Claim | null
}

/**
 * A quantitative obligation: what the flows of a period add up to, against a floor or a ceiling.
 * @param running what has been added up already, where only the status is wanted; null: nothing
 */
export function assessTotal(world: World, context: CaseContext<Total>, running: Running | null = null): Assessment {
  const { commitment, frame, h } = context
  const { target } = commitment
  const window = windowOf(context.occasion, frame)
  const flows = window === null ? [] : flowsOf(world, context, window, running?.left)
  const sum = running ? together(sumOf(flows, commitment), running.sum) : sumOf(flows, commitment)
  const goal = goalOf(world, context)
  const closed = frame.close !== null && h.passed(frame.close.to)
  const doubts: Doubt[] = [
    ...new Set([...flows.flatMap((f) => f.doubts), ...(goal.contested ? (['contested'] as const) : [])]),
  ]
  const claims: Record<string, Claim> = {}
  let violations: readonly Violation[] = []
  let awaiting = false
  let atRisk = false
  let expected: Amount | null = null
  const close: Claim = { at: frame.close, fact: null }
  if (goal.low === null || goal.high === null) {
    claims.unknown = { at: null, fact: null }
    awaiting = true
  } else if (target.bound === 'at_least') {
    if (sum.min?.greaterThanOrEqualTo(goal.high))
      claims.met = since(flows, commitment, (min) => min.greaterThanOrEqualTo(goal.high as Amount))
    else if (closed && sum.max?.lessThan(goal.low)) {
      const something = target.partial && sum.min?.greaterThan(0)
      claims[something ? 'partly_met' : 'breached'] = close
    } else if (closed) claims.unknown = close
    if (target.path !== null && window !== null && goal.stated !== null) {
      const pace = { flows, commitment, window, goal: goal.stated, zone: world.rulebook.where.zone }
      expected = expectedNow(pace, h.now)
      atRisk = isAtRisk(pace, h)
    }
  } else {
    violations = sum.min?.greaterThan(goal.high) ? violationsOf(flows, commitment, goal.high) : []
    if (sum.min?.greaterThan(goal.high))
      claims.breached =
        running?.exceededSince(goal.high) ?? since(flows, commitment, (min) => min.greaterThan(goal.high as Amount))
    else if (sum.max === null || sum.max.greaterThan(goal.low))
      claims.unknown = { at: flows.at(-1)?.span ?? null, fact: null }
    else if (closed && frame.ended === null) claims.met = close
  }
  file(context, flows, violations)
  const value: Measured = { ...sum, unit: target.unit, target: goal.stated, expected }
  const story = storyOf(commitment, flows, sum, goal, context)
  return { claims, doubts, awaiting, violations, value, stalled: false, atRisk, story }
}

function together(a: Sum, b: Running['sum']): Sum {
  return { min: a.min && plus(a.min, b.min), max: a.max && plus(a.max, b.max) }
}

/** Every report of a flow goes on file with what it was counted as. */
function file({ dossier }: CaseContext<Total>, flows: readonly Flow[], violations: readonly Violation[]): void {
  for (const flow of flows) {
    const exceeds = violations.some((v) => v.fact === flow.reports[0])
    for (const [i, report] of flow.reports.entries()) {
      const maybe = flow.doubts.includes('imprecise') ? 'maybe_time' : 'maybe_source'
      dossier.add(report, exceeds ? 'violated' : 'counted', (flow.certain && flow.how[i]) || maybe, flow.details[i])
    }
  }
}

interface Goal {
  /** The target as stated; null when it is not known or not one figure. */
  readonly stated: Amount | null
  /** The threshold after `approximately`, at its lowest and highest; null when the indicator has no value. */
  readonly low: Amount | null
  readonly high: Amount | null
  readonly contested: boolean
  /** The year of the figure that it is a share of. */
  readonly year: number | null
}

function goalOf(world: World, { commitment: { target }, occasion, dossier, h }: CaseContext<Total>): Goal {
  if (target.percentOf === null)
    return {
      stated: target.amount,
      ...thresholds(target, target.amount, target.amount),
      contested: false,
      year: null,
    }
  const year = occasion.year === null ? null : occasion.year - (target.percentOf.year === 'previous' ? 1 : 0)
  const name = year === null ? null : String(year).padStart(4, '0')
  const reading =
    readings(world, target.percentOf.indicator, h).find((r) => r.name === name && r.unit === target.unit) ?? null
  if (reading === null) return { stated: null, low: null, high: null, contested: false, year }
  for (const fact of reading.facts) dossier.add(fact, 'control', 'indicator')
  const share = dividedBy(target.amount, decimal(100))
  const low = times(share, reading.low)
  const high = times(share, reading.high)
  return {
    stated: low.equals(high) ? low : null,
    ...thresholds(target, low, high),
    contested: reading.contested,
    year,
  }
}

/** `approximately` moves the threshold only: a floor down, a ceiling up. */
export function thresholds(
  { approximately, bound }: Total['target'],
  low: Amount,
  high: Amount,
): { low: Amount; high: Amount } {
  if (approximately === null) return { low, high }
  const one = decimal(1)
  const factor = bound === 'at_least' ? plus(one, approximately.negated()) : plus(one, approximately)
  return { low: times(low, factor), high: times(high, factor) }
}

/** What there is after each of `flows`. */
function sumsAfterEach(flows: readonly Flow[], commitment: Total): readonly Sum[] {
  return sumsOfFirst(
    flows,
    flows.map((_, i) => i + 1),
    commitment,
  )
}

/** The flow since which `holds` stays true of the lower end. */
function since(flows: readonly Flow[], commitment: Total, holds: (min: Amount) => boolean): Claim {
  let decided: Flow | undefined
  for (const [i, { min }] of sumsAfterEach(flows, commitment).entries()) {
    if (min === null || !holds(min)) decided = undefined
    else decided ??= flows[i]
  }
  return { at: decided?.span ?? null, fact: decided?.reports[0] ?? null }
}

/** Each flow that adds to the lower end and after which it exceeds the ceiling. */
function violationsOf(flows: readonly Flow[], commitment: Total, ceiling: Amount): readonly Violation[] {
  const found: Violation[] = []
  const sums = sumsAfterEach(flows, commitment)
  let before: Amount | null = ZERO
  for (const [i, flow] of flows.entries()) {
    const min: Amount | null = sums[i]?.min ?? null
    if (min !== null && before !== null && min.greaterThan(before) && min.greaterThan(ceiling))
      found.push({ span: flow.span, fact: flow.reports[0] ?? null })
    before = min
  }
  return found
}

function storyOf(
  commitment: Total,
  flows: readonly Flow[],
  sum: Sum,
  goal: Goal,
  { occasion }: CaseContext<Total>,
): Assessment['story'] {
  const { target } = commitment
  const uncertain = [...flows].filter((f) => !isExact(f)).sort((a, b) => breadth(b) - breadth(a))
  const rates = flows.flatMap((f) => (f.rate ? [f.rate] : []))
  return {
    bound: target.bound,
    min: sum.min && formatDecimal(sum.min),
    max: sum.max && formatDecimal(sum.max),
    target: goal.stated && formatDecimal(goal.stated),
    unit: target.unit,
    period: occasion.part,
    flows: flows.length,
    converted: rates.length,
    rateLow:
      rates.length > 0
        ? rates
            .map((r) => r.low)
            .reduce(least)
            .toSignificantDigits(6)
            .toFixed()
        : null,
    rateHigh:
      rates.length > 0
        ? rates
            .map((r) => r.high)
            .reduce(greatest)
            .toSignificantDigits(6)
            .toFixed()
        : null,
    ...countedByDoubt(uncertain),
    settles:
      uncertain
        .slice(0, 2)
        .map((f) => f.reports[0]?.event.id ?? '')
        .join(' and ') || null,
    missing: flows.flatMap((f) => f.how).find((how) => how.startsWith('missing')) ?? null,
    indicator: target.percentOf?.indicator ?? null,
    year: goal.year,
  }
}

const OPEN_POINTS = ['source', 'time', 'rateless', 'valueless', 'rate', 'value'] as const

/** How many flows leave which point open: each counts once, by what weighs most. */
function countedByDoubt(uncertain: readonly Flow[]): Readonly<Record<(typeof OPEN_POINTS)[number], number>> {
  const points = uncertain.map(openPoint)
  const count = (point: (typeof OPEN_POINTS)[number]): number => points.filter((p) => p === point).length
  return {
    source: count('source'),
    time: count('time'),
    rateless: count('rateless'),
    valueless: count('valueless'),
    rate: count('rate'),
    value: count('value'),
  }
}

function openPoint({ certain, doubts, how, rate }: Flow): (typeof OPEN_POINTS)[number] {
  if (!certain) return doubts.includes('imprecise') ? 'time' : 'source'
  if (how.includes('missing_rate')) return 'rateless'
  if (how.includes('missing_amount')) return 'valueless'
  return rate !== null && !rate.low.equals(rate.high) ? 'rate' : 'value'
}

/** Whether a flow leaves nothing open: it counts for certain, and for one sum. */
function isExact({ certain, worth: { low, high } }: Flow): boolean {
  return certain && low !== null && high !== null && low.equals(high)
}

/** How much a flow leaves open. */
function breadth({ certain, worth: { low, high } }: Flow): number {
  if (low === null || high === null) return Number.POSITIVE_INFINITY
  return Math.max(Math.abs(high.toNumber()), Math.abs(low.toNumber())) - (certain ? low.toNumber() : 0)
}
