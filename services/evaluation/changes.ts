import {
  type CaseResult,
  type CommitmentPart,
  type Instant,
  type KnownEvent,
  occurrence,
  parseInstant,
} from '../../rules/index.ts'
import { decidedAt, hasNewViolation } from '../alerts/index.ts'
import type { CaseChanges, ChangedCase, StoredCase, Transition, TransitionCause } from './state.ts'

/** What an evaluation is about, beside the cases before it. */
export interface Occasion {
  readonly at: Instant
  /** Why a commitment was looked at. */
  readonly causeOf: (commitment: string) => 'evidence' | 'time' | 'import' | 'rule_change'
  /** The event of a piece of evidence, when it is news in this evaluation, and when it took place. */
  readonly newsOf: (event: {
    readonly source: string
    readonly id: string
  }) => { readonly event: KnownEvent; readonly at: Instant } | null
}

/** Finds a piece of evidence among `events`, which are news at `at` in an agreement of `zone`. */
export function newsAmong(events: readonly KnownEvent[], zone: string, at: Instant): Occasion['newsOf'] {
  const news = new Map(
    events.map((event) => [nameOf(event), { event, at: occurrence(event, zone)?.to ?? at }] as const),
  )
  return (event) => news.get(nameOf(event)) ?? null
}

function nameOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return JSON.stringify([source, id])
}

/**
 * What is to be stored and kept when the cases `stored` turn out to be those in `parts`; what is in no part is gone.
 * Cases that neither holds stay as they are. Pure.
 */
export function changesBetween(
  stored: readonly StoredCase[],
  parts: readonly Pick<CommitmentPart, 'id' | 'cases'>[],
  occasion: Occasion,
): CaseChanges {
  const known = new Map(stored.map((one) => [one.id, one]))
  const named = new Set(parts.map(({ id }) => id))
  const dropped = [...new Set(stored.map(({ commitment }) => commitment))].filter((id) => !named.has(id))
  const cases: ChangedCase[] = []
  const transitions: Transition[] = []
  for (const part of [...parts, ...dropped.map((id) => ({ id, cases: [] }))]) {
    for (const { next, before } of casesOf(part, known, stored)) {
      if (before && isSame(before, next)) continue
      const { id: caseId, verdictVersion, result } = next
      const was = before?.result ?? null
      const moved = !was || isTransition(was, result)
      const occurredAt = occurredAtOf(was, result, occasion)
      cases.push({ ...next, since: before && !moved ? before.since : occurredAt, before: before ?? null })
      if (!moved) continue
      const cause = transitionCause(was, result, occasion.causeOf(part.id), occasion)
      transitions.push({ caseId, commitment: part.id, verdictVersion, cause, occurredAt, before: was, after: result })
    }
  }
  return { cases, transitions }
}

type NextCase = Omit<StoredCase, 'since'>

/** The cases there are, then the stored ones that nothing yields any more, closed as void. */
function casesOf(
  { id, cases }: Pick<CommitmentPart, 'id' | 'cases'>,
  known: ReadonlyMap<string, StoredCase>,
  stored: readonly StoredCase[],
): { next: NextCase; before: StoredCase | undefined }[] {
  const yielded = new Set(cases.map((one) => one.id))
  const live = cases.map((result) => {
    const before = known.get(result.id)
    return { before, next: nextCase(id, result, before) }
  })
  const vanished = stored.filter((one) => one.commitment === id && !yielded.has(one.id) && !one.isGone)
  const appeared = cases.filter((one) => !known.has(one.id))
  // One case gone and one come: the same occasion, whose trigger turned out to be another event.
  const successor = vanished.length === 1 && appeared.length === 1 ? (appeared[0]?.id ?? null) : null
  const gone = vanished.map((before) => ({
    before,
    next: { ...nextCase(id, voided(before.result, successor), before), isGone: true, replacedBy: successor },
  }))
  return [...live, ...gone]
}

function nextCase(commitment: string, result: CaseResult, before: StoredCase | undefined): NextCase {
  const moved = before && (before.result.verdict !== result.verdict || hasNewViolation(before.result, result))
  const verdictVersion = before ? before.verdictVersion + (moved ? 1 : 0) : 1
  return { id: result.id, commitment, verdictVersion, isGone: false, replacedBy: null, result }
}

function voided(was: CaseResult, successor: string | null): CaseResult {
  const why = successor
    ? `Its trigger turned out to be another event: the case is now ${successor}.`
    : 'What opened it no longer stands, so there is nothing left to keep.'
  return { ...was, phase: 'closed', verdict: 'void', certainty: 'final', flags: [], next_check: null, explanation: why }
}

function isSame(before: StoredCase, next: NextCase): boolean {
  return (
    before.isGone === next.isGone &&
    before.replacedBy === next.replacedBy &&
    JSON.stringify(before.result) === JSON.stringify(next.result)
  )
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
