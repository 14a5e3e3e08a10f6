import type { Commitment, Power, Rulebook } from '../language/rulebook.ts'
import type { Assessment, CaseContext, CaseState, Occasion } from './case.ts'
import { Dossier, type Purpose } from './evidence.ts'
import { frameOf } from './frame.ts'
import { Horizon } from './horizon.ts'
import type { Instant } from './instant.ts'
import { assessAct } from './kinds/act.ts'
import { assessEndeavour } from './kinds/endeavour.ts'
import { assessMaintain } from './kinds/maintain.ts'
import { assessPower } from './kinds/power.ts'
import { assessProhibit } from './kinds/prohibit.ts'
import { assessTotal } from './kinds/total.ts'
import { byViolation } from './occasions.ts'
import type { Verdict } from './result.ts'
import { CLOSES_AT_ONCE, reckon, statusOf } from './status.ts'
import type { World } from './world.ts'

/** The full id of the case that `occasion` makes of `commitment`. */
export function caseId(rulebook: Rulebook, commitment: Commitment, occasion: Pick<Occasion, 'part'>): string {
  return `${rulebook.id}/${commitment.id}@${occasion.part}`
}

/** The case of `commitment` on `occasion`, ready to be assessed for `purpose`. */
export function contextOf<C extends Commitment>(
  world: World,
  commitment: C,
  occasion: Occasion,
  h: Horizon,
  purpose: Purpose,
  settledAt: Instant | null = null,
): CaseContext<C> {
  const dossier = new Dossier(purpose)
  if (occasion.trigger?.fact && !occasion.trigger.inherited) dossier.add(occasion.trigger.fact, 'trigger', 'trigger')
  const frame = frameOf(world, commitment, occasion, settledAt, h)
  return { id: caseId(world.rulebook, commitment, occasion), commitment, occasion, frame, dossier, h }
}

/** One case before repair. What was settled at once is left alone by every suspension that began later. */
export function settle(
  world: World,
  commitment: Commitment,
  occasion: Occasion,
  purpose: Purpose = 'evidence',
  assessed: (world: World, context: CaseContext) => Assessment = assess,
): CaseState {
  const state = settleIn(world, commitment, occasion, purpose, null, assessed)
  if (!settlesAtOnce(state)) return state
  const decided = state.judgement?.fact.span.to ?? state.reckoning.claim.at?.to ?? null
  const later = decided !== null && world.suspensions(commitment, state.h).some((s) => s.from > decided)
  return later ? settleIn(world, commitment, occasion, purpose, decided, assessed) : state
}

function settlesAtOnce({ commitment, judgement, verdict }: CaseState): boolean {
  if (verdict === 'excused' || verdict === 'void') return true
  return !byViolation(commitment) && (judgement !== null || CLOSES_AT_ONCE.has(verdict))
}

/** @param settledAt suspensions that begin after it do not concern the case; null: all may */
function settleIn(
  world: World,
  commitment: Commitment,
  occasion: Occasion,
  purpose: Purpose,
  settledAt: Instant | null,
  assessed: (world: World, context: CaseContext) => Assessment,
): CaseState {
  const h = new Horizon(world.now)
  if (occasion.restsOn) h.restsOn(occasion.restsOn)
  const context = contextOf(world, commitment, occasion, h, purpose, settledAt)
  const assessment = assessed(world, context)
  const reckoning = reckon(world, context, assessment)
  return statusOf(world, context, assessment, reckoning, reckoning.verdict)
}

/** What the commitment's kind says of a case. */
export function assess(world: World, context: CaseContext): Assessment {
  const { commitment } = context
  switch (commitment.kind) {
    case 'act':
      return assessAct(world, { ...context, commitment })
    case 'total':
      return assessTotal(world, { ...context, commitment })
    case 'maintain':
      return assessMaintain(world, { ...context, commitment })
    case 'prohibit':
      return assessProhibit(world, { ...context, commitment })
    case 'endeavour':
      return assessEndeavour(world, { ...context, commitment })
    case 'power':
      return assessPower(world, { ...context, commitment })
  }
}

const REPAIRABLE: ReadonlySet<Verdict> = new Set(['breached', 'partly_met', 'met_late'])

/** The commitments that repair a breach of `commitment`. */
export function repairersOf({ commitments }: Rulebook, { id }: Commitment): readonly Commitment[] {
  return commitments.filter((c) => c.kind === 'act' && c.repairs && c.when?.kind === 'breached' && c.when.of === id)
}

/**
 * `state` with repair: a breach is repaired when every part of it is. A judged one stays.
 * @param repairs the cases of the repairing commitments, before repair
 */
export function repaired(world: World, state: CaseState, repairs: readonly CaseState[]): CaseState {
  if (!REPAIRABLE.has(state.reckoning.verdict)) return state
  const breaches = byViolation(state.commitment) ? state.assessment.violations.map((_, i) => i) : [null]
  const mine = repairs.filter((r) => r.occasion.breach?.part === state.occasion.part)
  for (const repair of mine) state.h.restsOn(repair.h)
  const isRepaired = (n: number | null): boolean =>
    mine.some((r) => r.occasion.breach?.violation === n && r.verdict === 'met')
  if (breaches.every(isRepaired)) return statusOf(world, state.context, state.assessment, state.reckoning, 'repaired')
  // What is left of the breach is the first violation that nothing has repaired.
  const left = state.assessment.violations.find((_, i) => !isRepaired(i))
  if (!left || left === state.assessment.violations[0]) return state
  const claims = { ...state.assessment.claims, breached: { at: left.span, fact: left.fact } }
  return statusOf(world, state.context, { ...state.assessment, claims }, state.reckoning, state.reckoning.verdict)
}

/** A power's occasion as {@link exercisesIn} needs it: only who exercised it is asked. */
export function windowContext(world: World, power: Power, occasion: Occasion, h: Horizon): CaseContext<Power> {
  return contextOf(world, power, occasion, h, 'violations')
}
