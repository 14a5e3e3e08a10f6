import {
  type CaseResult,
  type CommitmentResult,
  type Evaluation,
  type Instant,
  type KnownEvent,
  parseInstant,
} from '../../rules/index.ts'
import { decidedAt, hasNewViolation } from '../alerts/index.ts'
import type { AgreementState, Changes, StoredCase, StoredCommitment, Transition, TransitionCause } from './state.ts'

/** What an evaluation is about, beside the state before it. */
export interface Occasion {
  readonly at: Instant
  readonly seq: number
  readonly rulebookVersion: number
  /** Why a commitment was looked at. */
  readonly causeOf: (commitment: string) => 'evidence' | 'time' | 'import' | 'rule_change'
  /** The event of a piece of evidence, when it is news in this evaluation, and when it took place. */
  readonly newsOf: (event: {
    readonly source: string
    readonly id: string
  }) => { readonly event: KnownEvent; readonly at: Instant } | null
}

/** What is to be stored and kept after `evaluation`, given the state before it. Pure. */
export function changesBetween(state: AgreementState, evaluation: Evaluation, occasion: Occasion): Changes {
  const { agreement } = state
  const stored = new Map(state.cases.map((one) => [one.id, one]))
  const cases: StoredCase[] = []
  const transitions: Transition[] = []
  const dropped = droppedFrom(state, evaluation)
  for (const commitment of [...evaluation.commitments, ...dropped.map((id) => ({ id, cases: [] }))]) {
    for (const { next, before } of casesOf(commitment, stored, state)) {
      if (before && sameText(before.result, next.result) && before.replacedBy === next.replacedBy) continue
      const { id: caseId, verdictVersion, result } = next
      const was = before?.result ?? null
      const moved = !was || isTransition(was, result)
      const occurredAt = occurredAtOf(was, result, occasion)
      cases.push({ ...next, since: before && !moved ? before.since : occurredAt, result })
      if (!moved) continue
      const cause = transitionCause(was, result, occasion.causeOf(commitment.id), occasion)
      transitions.push({
        caseId,
        commitment: commitment.id,
        verdictVersion,
        cause,
        occurredAt,
        before: was,
        after: result,
      })
    }
  }
  return {
    agreement,
    evaluatedAt: occasion.at,
    evaluatedSeq: occasion.seq,
    rulebookVersion: occasion.rulebookVersion,
    commitments: commitmentChanges(state, evaluation, occasion.at),
    dropped,
    cases,
    transitions,
  }
}

/** Evaluated cases, then the stored ones that evaluation no longer yields, closed as void. */
function casesOf(
  commitment: Pick<CommitmentResult, 'id' | 'cases'>,
  stored: ReadonlyMap<string, StoredCase>,
  state: AgreementState,
): { next: Omit<StoredCase, 'since'>; before: StoredCase | undefined }[] {
  const yielded = new Set(commitment.cases.map(({ id }) => id))
  const live = commitment.cases.map((result) => {
    const before = stored.get(result.id)
    return { before, next: storedCase(commitment.id, result, before) }
  })
  const vanished = state.cases.filter(
    (one) => one.commitment === commitment.id && !yielded.has(one.id) && !isGone(one.result),
  )
  const appeared = commitment.cases.filter(({ id }) => !stored.has(id))
  // One case gone and one come: the same occasion, whose trigger turned out to be another event.
  const successor = vanished.length === 1 && appeared.length === 1 ? (appeared[0]?.id ?? null) : null
  const gone = vanished.map((before) => ({
    before,
    next: { ...storedCase(commitment.id, voided(before.result, successor), before), replacedBy: successor },
  }))
  return [...live, ...gone]
}

function storedCase(commitment: string, result: CaseResult, before: StoredCase | undefined): Omit<StoredCase, 'since'> {
  const moved = before && (before.result.verdict !== result.verdict || hasNewViolation(before.result, result))
  const verdictVersion = before ? before.verdictVersion + (moved ? 1 : 0) : 1
  return { id: result.id, commitment, verdictVersion, replacedBy: null, result }
}

function voided(was: CaseResult, successor: string | null): CaseResult {
  const why = successor
    ? `Its trigger turned out to be another event: the case is now ${successor}.`
    : 'What opened it no longer stands, so there is nothing left to keep.'
  return { ...was, phase: 'closed', verdict: 'void', certainty: 'final', flags: [], next_check: null, explanation: why }
}

/** A case that was closed here before, because nothing yields it any more. */
function isGone(result: CaseResult): boolean {
  return result.verdict === 'void' && result.phase === 'closed' && result.next_check === null
}

function isTransition(was: CaseResult, now: CaseResult): boolean {
  return (
    was.phase !== now.phase ||
    was.verdict !== now.verdict ||
    was.certainty !== now.certainty ||
    was.flags.join() !== now.flags.join() ||
    hasNewViolation(was, now)
  )
}

function transitionCause(
  was: CaseResult | null,
  now: CaseResult,
  cause: ReturnType<Occasion['causeOf']>,
  { newsOf }: Occasion,
): TransitionCause {
  if (cause !== 'evidence') return cause
  if (now.evidence.some(({ event }) => newsOf(event)?.event.control?.kind === 'judgement')) return 'judgement'
  return was && was.verdict !== 'open' && was.verdict !== now.verdict ? 'correction' : 'evidence'
}

function occurredAtOf(was: CaseResult | null, now: CaseResult, { at, newsOf }: Occasion): Instant {
  if (!was && now.verdict === 'open') {
    const opened = typeof now.opened === 'string' ? now.opened : now.opened?.to
    return opened === undefined ? at : (Math.min(parseInstant(opened), at) as Instant)
  }
  return decidedAt(now, { recordedAt: at, newsAt: (event) => newsOf(event)?.at ?? null })
}

function commitmentChanges(state: AgreementState, evaluation: Evaluation, at: Instant): StoredCommitment[] {
  const known = new Map(state.commitments.map((one) => [one.id, one]))
  return evaluation.commitments
    .map((one, position) => ({
      id: one.id,
      position,
      indicator: one.indicator,
      nextCheck: laterThan(at, one.next_check),
      record: one.record,
    }))
    .filter((one) => !sameText(one, known.get(one.id)))
}

function droppedFrom(state: AgreementState, evaluation: Evaluation): string[] {
  const kept = new Set(evaluation.commitments.map(({ id }) => id))
  return state.commitments.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
}

/** A check that is due already would be done again at once and for ever: it waits a second. */
function laterThan(at: Instant, nextCheck: string | null): Instant | null {
  if (nextCheck === null) return null
  const next = parseInstant(nextCheck)
  return next > at ? next : ((at + 1_000) as Instant)
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
