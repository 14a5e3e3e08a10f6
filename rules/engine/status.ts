import { addDuration, subtractDuration } from '../language/duration.ts'
import type { Assessment, CaseContext, CaseState, Claim, Frame, Judgement, Reckoning } from './case.ts'
import { endAt } from './frame.ts'
import { type Instant, instant } from './instant.ts'
import { judgementOn } from './judgement.ts'
import { byViolation } from './occasions.ts'
import { reliefOf } from './relief.ts'
import type { Certainty, Flag, Phase, Verdict } from './result.ts'
import { silentSources } from './watermark.ts'
import type { World } from './world.ts'

/** Which verdict wins when several could be given: the first that applies. A judgement stands above them all. */
export const PRECEDENCE = [
  'met',
  'exercised',
  'excused',
  'void',
  'repaired',
  'unknown',
  'met_late',
  'needs_judgement',
  'partly_met',
  'breached',
  'lapsed',
  'open',
] as const satisfies readonly Verdict[]

/** Verdicts that close a case at once, before its deadline. */
export const CLOSES_AT_ONCE: ReadonlySet<Verdict> = new Set(['met', 'exercised', 'excused', 'void'])

const NOTHING: Claim = { at: null, fact: null }

/** Weighs the claims of a case against what excuses, waives, ends or leaves it undecided. */
export function reckon(world: World, context: CaseContext, assessment: Assessment): Reckoning {
  const { commitment, occasion, frame, h } = context
  const claims: Partial<Record<Verdict, Claim>> = { ...assessment.claims }
  const relief = reliefOf(world, context, assessment.violations)
  if (relief.excused) claims.excused = relief.excused
  if (relief.discharged) claims.void = relief.discharged
  const ended = endOf(context, claims)
  if (ended?.voids) claims.void ??= { at: { from: ended.at, to: ended.at }, fact: ended.fact }
  const silence = (): readonly string[] =>
    frame.close === null ? [] : silentSources(world, commitment, frame.close.to, h)
  const keptInSilence = byViolation(commitment) && claims.met ? silence() : []
  if (keptInSilence.length > 0) {
    claims.unknown ??= claims.met
    delete claims.met
  }
  const chosen = PRECEDENCE.find((v) => claims[v]) ?? 'open'
  const claim = claims[chosen] ?? NOTHING
  const isMiss = chosen === 'breached' || chosen === 'partly_met'
  // A late performance, too, rests on there having been none in time.
  const missedInSilence = (isMiss || chosen === 'met_late') && !byViolation(commitment) ? silence() : []
  const inDoubt = isMiss && (occasion.doubts.length > 0 || relief.possibleExcuse !== null)
  const verdict = missedInSilence.length > 0 || inDoubt ? 'unknown' : chosen
  const stands = CLOSES_AT_ONCE.has(verdict) && verdict !== 'void' && !(byViolation(commitment) && verdict === 'met')
  const isEnded = ended !== null && !stands
  if (isEnded) context.dossier.add(ended.fact, 'control', 'termination')
  return {
    verdict,
    claim,
    frame: isEnded ? endAt(ended.at, frame) : frame,
    doubts: [...new Set([...assessment.doubts, ...(relief.possibleExcuse ?? [])])],
    awaiting: verdict === 'unknown' ? [...keptInSilence, ...missedInSilence] : [],
    relief,
  }
}

/** How a termination before its close touches this case: acts, totals and powers still unfinished become void. */
function endOf({ commitment, frame }: CaseContext, claims: Partial<Record<Verdict, Claim>>) {
  const { ended } = frame
  if (ended === null) return null
  const endures = commitment.kind === 'act' || commitment.kind === 'power' || commitment.kind === 'total'
  const breachedCeiling = commitment.kind === 'total' && byViolation(commitment) && claims.breached !== undefined
  return { ...ended, voids: endures && !breachedCeiling }
}

/** Whether the case has not begun: the agreement is not in force, or its own start lies ahead. */
export function isDormant(world: World, { occasion, h }: CaseContext): boolean {
  const { entry } = world.life(h)
  if (entry === null || !h.reached(entry)) return true
  const start = occasion.trigger?.span.from ?? occasion.period?.from ?? null
  return start === null || !h.reached(start)
}

/** The whole status of a case, given how it was reckoned and what repair made of it. */
export function statusOf(
  world: World,
  context: CaseContext,
  assessment: Assessment,
  reckoning: Reckoning,
  computed: Verdict,
): CaseState {
  const { commitment, occasion, dossier, id, h } = context
  const base = { commitment, occasion, context, assessment, reckoning, h }
  if (isDormant(world, context)) {
    return {
      ...base,
      frame: context.frame,
      phase: 'dormant',
      verdict: 'open',
      certainty: 'provisional',
      flags: [...occasion.doubts].sort(),
      rung: 0,
      judgement: null,
    }
  }
  const judgement = judgementOn(world, id, h)
  if (judgement) dossier.add(judgement.fact, 'control', 'judgement')
  const verdict = judgement?.verdict ?? computed
  const { frame } = reckoning
  const phase = phaseOf(context, frame, verdict, judgement !== null)
  for (const fact of frame.movedBy)
    dossier.add(fact, 'control', fact.event.type?.startsWith('servanda.') ? 'suspension' : 'effect')
  const active = phase === 'running' && verdict === 'open'
  const flags = new Set<Flag>(occasion.doubts)
  if (verdict === 'open' || verdict === 'unknown' || verdict === 'needs_judgement')
    for (const doubt of reckoning.doubts) flags.add(doubt)
  const awaiting = verdict === 'unknown' && judgement === null && (reckoning.awaiting.length > 0 || assessment.awaiting)
  if (awaiting) flags.add('awaiting_reports')
  if (judgement && judgement.verdict !== computed) {
    flags.add('overridden')
    if (hasLaterEvidence(context, judgement)) flags.add('contested')
  }
  if (active && assessment.atRisk) flags.add('at_risk')
  if (active && assessment.stalled) flags.add('stalled')
  const clock = active ? clockOf(world, context, frame) : { dueSoon: false, overdue: false, rung: 0 }
  if (clock.dueSoon) flags.add('due_soon')
  if (clock.overdue) flags.add('overdue')
  const certainty = certaintyOf(world, context, assessment, reckoning, { verdict, phase, judgement, awaiting })
  return { ...base, frame, phase, verdict, certainty, flags: [...flags].sort(), rung: clock.rung, judgement }
}

function phaseOf({ commitment, h }: CaseContext, frame: Frame, verdict: Verdict, judged: boolean): Phase {
  if (frame.suspendedSince !== null) return 'suspended'
  if (verdict === 'excused' || verdict === 'void') return 'closed'
  // What is kept by abstaining can still be broken: it runs to its close whatever was said of it.
  if (!byViolation(commitment) && (judged || CLOSES_AT_ONCE.has(verdict))) return 'closed'
  return frame.close !== null && h.passed(frame.close.to) ? 'closed' : 'running'
}

/** Whether evidence came to be known, or happened, after the judgement was given. */
function hasLaterEvidence({ dossier }: CaseContext, judgement: Judgement): boolean {
  return dossier
    .facts(['performed', 'counted', 'violated', 'excused'])
    .some((f) => Math.max(f.event.recordedAt ?? f.span.from, f.span.from) > judgement.fact.span.from)
}

/** The kinds for which a deadline draws near: performance is awaited. */
function awaitsPerformance({ commitment }: CaseContext): boolean {
  return (
    commitment.kind === 'act' ||
    commitment.kind === 'power' ||
    (commitment.kind === 'total' && commitment.target.bound === 'at_least')
  )
}

function clockOf(
  world: World,
  context: CaseContext,
  { due }: Frame,
): { readonly dueSoon: boolean; readonly overdue: boolean; readonly rung: number } {
  const { commitment, occasion, h } = context
  if (due === null || !awaitsPerformance(context)) return { dueSoon: false, overdue: false, rung: 0 }
  const isPast = h.passed(due.to)
  const rungs = commitment.remind
    .map((before) => subtractDuration(due.to, before, world.rulebook.where))
    .filter((at) => h.reached(at)).length
  const opened = occasion.opened?.to ?? null
  const byDefault = opened === null ? null : instant(Math.floor(due.to - (due.to - opened) / 10))
  const begins = commitment.remind.length > 0 ? rungs > 0 : byDefault !== null && h.reached(byDefault)
  return { dueSoon: begins && !isPast, overdue: isPast && commitment.kind !== 'power', rung: isPast ? 0 : rungs }
}

interface Said {
  readonly verdict: Verdict
  readonly phase: Phase
  readonly judgement: Judgement | null
  readonly awaiting: boolean
}

function certaintyOf(
  world: World,
  { commitment, h }: CaseContext,
  assessment: Assessment,
  reckoning: Reckoning,
  { verdict, phase, judgement, awaiting }: Said,
): Certainty {
  if (verdict === 'open' || verdict === 'needs_judgement' || awaiting || phase === 'suspended') return 'provisional'
  const from = settlesFrom()
  if (from === null) return 'provisional'
  const settled = commitment.settle === null ? from : addDuration(from, commitment.settle, world.rulebook.where)
  return h.passed(from) && h.reached(settled) ? 'final' : 'provisional'

  /** The close; for a breach by what happened, the violation; with no close, the evidence that decided it. */
  function settlesFrom(): Instant | null {
    if (byViolation(commitment) && verdict === 'breached') {
      return (assessment.claims.breached?.at ?? judgement?.fact.span)?.to ?? null
    }
    if (reckoning.frame.close !== null) return reckoning.frame.close.to
    return judgement ? judgement.fact.span.to : (reckoning.claim.at?.to ?? null)
  }
}
