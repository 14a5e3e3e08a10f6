import { type Amount, formatDecimal } from '../language/decimal.ts'
import type { Commitment, Rulebook } from '../language/rulebook.ts'
import type { CaseState, Measured } from './case.ts'
import { explain } from './explain.ts'
import { compare } from './history.ts'
import { Horizon } from './horizon.ts'
import { indicatorOf } from './indicators.ts'
import { formatInstant, type Instant, type Span } from './instant.ts'
import type { CaseResult, CommitmentHead, TimeValue, Value, Verdict } from './result.ts'
import type { World } from './world.ts'

/** A case as it is printed. */
export function caseResult(state: CaseState, nextCheck: Instant | null, rulebook: Rulebook): CaseResult {
  const { id, dossier } = state.context
  const { evidence, omitted } = dossier.list()
  return {
    id,
    phase: state.phase,
    verdict: state.verdict,
    certainty: state.certainty,
    flags: state.flags,
    opened: timeValue(state.occasion.opened),
    due: timeValue(state.frame.due),
    close: timeValue(state.frame.close),
    next_check: nextCheck === null ? null : formatInstant(nextCheck),
    value: measuredValue(state.assessment.value),
    explanation: explain(state, rulebook),
    evidence,
    evidence_omitted: omitted,
  }
}

/**
 * A commitment as it is printed, but for its cases.
 * @param cases how each stands, in order of opening
 * @param nextCheck the earliest instant at which one of them changes with no news, or one opens
 */
export function commitmentHead(
  world: World,
  commitment: Commitment,
  cases: readonly Pick<CaseResult, 'phase' | 'verdict' | 'certainty' | 'flags'>[],
  nextCheck: Instant | null,
): CommitmentHead {
  const record: Partial<Record<Verdict, number>> = {}
  for (const { verdict } of cases) record[verdict] = (record[verdict] ?? 0) + 1
  return {
    id: commitment.id,
    agreement: world.rulebook.id,
    kind: commitment.kind,
    indicator: indicatorOf(cases, isOver(world, commitment)),
    next_check: nextCheck === null ? null : formatInstant(nextCheck),
    record,
  }
}

/** Whether the commitment has ceased to bind: the agreement was terminated, or has run its term. */
export function isOver(world: World, commitment: Commitment): boolean {
  const { now } = world
  const life = world.life(new Horizon(now))
  const ended = life.termination !== null && now > life.termination.at && !commitment.survives
  return ended || (life.end !== null && now > life.end)
}

/** In the order in which cases are printed: by opening, then id. */
export function byOpening(a: CaseState, b: CaseState): number {
  const from = (state: CaseState): number => state.occasion.opened?.from ?? Number.POSITIVE_INFINITY
  const to = (state: CaseState): number => state.occasion.opened?.to ?? Number.POSITIVE_INFINITY
  return compareNumbers(from(a), from(b)) || compareNumbers(to(a), to(b)) || compare(a.context.id, b.context.id)
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The earlier of two instants; null: never. */
export function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null ? b : b === null || a < b ? a : b
}

function timeValue(span: Span | null): TimeValue | null {
  if (span === null) return null
  return span.from === span.to
    ? formatInstant(span.from)
    : { from: formatInstant(span.from), to: formatInstant(span.to) }
}

function measuredValue(value: Measured | null): Value | null {
  if (value === null) return null
  const text = (amount: Amount | null): string | null => (amount === null ? null : formatDecimal(amount))
  return {
    min: text(value.min),
    max: text(value.max),
    unit: value.unit,
    target: text(value.target),
    expected: text(value.expected),
  }
}
