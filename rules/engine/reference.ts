import { type Amount, formatDecimal } from '../language/decimal.ts'
import type { KnownEvent } from '../language/event.ts'
import type { Commitment, Power, Rulebook } from '../language/rulebook.ts'
import type { Assessment, CaseContext, CaseState, Exercise, Measured, Occasion } from './case.ts'
import { Dossier } from './evidence.ts'
import { explain } from './explain.ts'
import { frameOf } from './frame.ts'
import { compare, type History, historyOf } from './history.ts'
import { Horizon } from './horizon.ts'
import { indicatorOf } from './indicators.ts'
import { formatInstant, type Instant, type Span } from './instant.ts'
import { assessAct } from './kinds/act.ts'
import { assessEndeavour } from './kinds/endeavour.ts'
import { assessMaintain } from './kinds/maintain.ts'
import { assessPower, effectAt, exercisesIn, notTooSoon, withdraws } from './kinds/power.ts'
import { assessProhibit } from './kinds/prohibit.ts'
import { assessTotal } from './kinds/total.ts'
import { byViolation, occasionsOf } from './occasions.ts'
import type { CaseResult, CommitmentResult, Evaluation, TimeValue, Value, Verdict } from './result.ts'
import { CLOSES_AT_ONCE, reckon, statusOf } from './status.ts'
import { type Assessor, World } from './world.ts'

/** When to evaluate: as the world stands at `asOf`, knowing what was recorded by `knownAt` (null: all that is recorded). */
export interface Viewpoint {
  readonly asOf: Instant
  readonly knownAt?: Instant | null
}

/**
 * The cases of every commitment of `rulebook`, given `events`: the plain statement of the language, which sorts and scans
 * and keeps no state. Pure: the same arguments give the same answer, whatever the order of the events.
 */
export function evaluate(
  rulebook: Rulebook,
  events: readonly KnownEvent[],
  { asOf, knownAt = null }: Viewpoint,
): Evaluation {
  const evaluation = new ReferenceEvaluation(historyOf(rulebook, events, knownAt))
  return {
    as_of: formatInstant(asOf),
    known_at: knownAt === null ? null : formatInstant(knownAt),
    commitments: rulebook.commitments.map((commitment) => evaluation.commitment(commitment, asOf)),
  }
}

const assessor: Assessor = {
  settled(world, commitment, h) {
    return occasionsOf(world, commitment, h).map((occasion) => {
      const state = settle(world, commitment, occasion)
      h.restsOn(state.h)
      return state
    })
  },

  /** Every exercise while available, once each however many windows it fits: certain when it is so in one of them. */
  exercises(world, power, h) {
    const found = new Map<string, Exercise>()
    for (const occasion of occasionsOf(world, power, h)) {
      const context = contextOf(world, power, occasion, null, h) as CaseContext<Power>
      for (const { fact, doubts } of exercisesIn(world, context)) {
        const key = `${fact.event.source}\u0000${fact.event.id}`
        const all = [...new Set([...doubts, ...occasion.doubts])]
        const before = found.get(key)
        if (!before || before.doubts.length > all.length) found.set(key, { fact, doubts: all })
      }
    }
    return notTooSoon(world, power, [...found.values()])
  },

  effectOf(world, power, exercise, h) {
    const withdrawn = world
      .factsOfKind(power.withdrawnBy, exercise, h)
      .some((fact) => withdraws(world, power, exercise, fact))
    return { at: effectAt(world, power, exercise), withdrawn }
  },
}

function contextOf(
  world: World,
  commitment: Commitment,
  occasion: Occasion,
  settledAt: Instant | null,
  h: Horizon,
): CaseContext {
  const id = `${world.rulebook.id}/${commitment.id}@${occasion.part}`
  const dossier = new Dossier()
  if (occasion.trigger?.fact && !occasion.trigger.inherited) dossier.add(occasion.trigger.fact, 'trigger', 'trigger')
  return { id, commitment, occasion, frame: frameOf(world, commitment, occasion, settledAt, h), dossier, h }
}

/** One case before repair. What was settled at once is left alone by every suspension that began later. */
function settle(world: World, commitment: Commitment, occasion: Occasion): CaseState {
  const state = settleIn(world, commitment, occasion, null)
  if (!settlesAtOnce(state)) return state
  const decided = state.judgement?.fact.span.to ?? state.reckoning.claim.at?.to ?? null
  const later = decided !== null && world.suspensions(commitment, state.h).some((s) => s.from > decided)
  return later ? settleIn(world, commitment, occasion, decided) : state
}

function settlesAtOnce({ commitment, judgement, verdict }: CaseState): boolean {
  if (verdict === 'excused' || verdict === 'void') return true
  return !byViolation(commitment) && (judgement !== null || CLOSES_AT_ONCE.has(verdict))
}

/** @param settledAt suspensions that begin after it do not concern the case; null: all may */
function settleIn(world: World, commitment: Commitment, occasion: Occasion, settledAt: Instant | null): CaseState {
  const h = new Horizon(world.now)
  if (occasion.restsOn) h.restsOn(occasion.restsOn)
  const context = contextOf(world, commitment, occasion, settledAt, h)
  const assessment = assess(world, context)
  const reckoning = reckon(world, context, assessment)
  return statusOf(world, context, assessment, reckoning, reckoning.verdict)
}

function assess(world: World, context: CaseContext): Assessment {
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

/** The cases of `commitment` with repair: a breach is repaired when every part of it is. A judged one stays. */
function finalStates(world: World, commitment: Commitment, h: Horizon): readonly CaseState[] {
  const settled = world.settled(commitment.id, h)
  const repairers = world.rulebook.commitments.filter(
    (c) => c.kind === 'act' && c.repairs && c.when?.kind === 'breached' && c.when.of === commitment.id,
  )
  if (repairers.length === 0) return settled
  const repairs = repairers.flatMap((repairer) => world.settled(repairer.id, h))
  return settled.map((state) => {
    if (!REPAIRABLE.has(state.reckoning.verdict)) return state
    const breaches = byViolation(commitment) ? state.assessment.violations.map((_, i) => i) : [null]
    const mine = repairs.filter((r) => r.occasion.breach?.part === state.occasion.part)
    for (const repair of mine) state.h.restsOn(repair.h)
    const isRepaired = (n: number | null): boolean =>
      mine.some((r) => r.occasion.breach?.violation === n && r.verdict === 'met')
    const repaired = breaches.every(isRepaired)
    if (repaired) return statusOf(world, state.context, state.assessment, state.reckoning, 'repaired')
    // What is left of the breach is the first violation that nothing has repaired.
    const left = state.assessment.violations.find((_, i) => !isRepaired(i))
    if (!left || left === state.assessment.violations[0]) return state
    const claims = { ...state.assessment.claims, breached: { at: left.span, fact: left.fact } }
    return statusOf(world, state.context, { ...state.assessment, claims }, state.reckoning, state.reckoning.verdict)
  })
}

/** How many instants ahead `next_check` looks; what recurs that often without a change never changes by itself. */
const MOST_STEPS = 150

class ReferenceEvaluation {
  private readonly history: History
  private readonly worlds = new Map<Instant, World>()

  constructor(history: History) {
    this.history = history
  }

  commitment(commitment: Commitment, asOf: Instant): CommitmentResult {
    const { states, next } = this.statesAt(commitment, asOf)
    const sorted = [...states].sort(byOpening)
    const cases = sorted.map((state) => this.caseResult(state))
    const life = this.worldAt(asOf).life(new Horizon(asOf))
    const ended = life.termination !== null && asOf > life.termination.at && !commitment.survives
    const over = ended || (life.end !== null && asOf > life.end)
    const record: Partial<Record<Verdict, number>> = {}
    for (const { verdict } of sorted) record[verdict] = (record[verdict] ?? 0) + 1
    return {
      id: commitment.id,
      agreement: this.history.rulebook.id,
      kind: commitment.kind,
      indicator: indicatorOf(sorted, over),
      next_check: earliest([...cases.map((c) => c.next_check), this.nextCase(commitment, states, next)]),
      record,
      cases,
    }
  }

  private worldAt(at: Instant): World {
    const known = this.worlds.get(at)
    if (known) return known
    const world = new World(this.history, at, assessor)
    this.worlds.set(at, world)
    return world
  }

  private statesAt(
    commitment: Commitment,
    at: Instant,
  ): { readonly states: readonly CaseState[]; readonly next: Instant | null } {
    const world = this.worldAt(at)
    const own = new Horizon(at)
    const states = world.remember(`final ${commitment.id}`, own, (h) => finalStates(world, commitment, h))
    return { states, next: own.next }
  }

  /** When the next case opens, if time alone opens one. */
  private nextCase(commitment: Commitment, states: readonly CaseState[], next: Instant | null): string | null {
    const parts = new Set(states.map((state) => state.occasion.part))
    let at = next
    for (let step = 0; at !== null && step < MOST_STEPS; step++) {
      const later = this.statesAt(commitment, at)
      if (later.states.some((state) => !parts.has(state.occasion.part))) return formatInstant(at)
      at = later.next
    }
    return null
  }

  /** The earliest later instant at which something about the case changes with no news. */
  private nextChange(state: CaseState): string | null {
    if (state.phase === 'suspended') return null
    let at = state.h.next
    for (let step = 0; at !== null && step < MOST_STEPS; step++) {
      const later = this.statesAt(state.commitment, at).states.find((s) => s.occasion.part === state.occasion.part)
      if (!later || signature(later) !== signature(state)) return formatInstant(at)
      at = later.h.next
    }
    return null
  }

  private caseResult(state: CaseState): CaseResult {
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
      next_check: this.nextChange(state),
      value: measuredValue(state.assessment.value),
      explanation: explain(state, this.history.rulebook.where.zone),
      evidence,
      evidence_omitted: omitted,
    }
  }
}

function signature({ phase, verdict, certainty, flags, rung }: CaseState): string {
  return `${phase} ${verdict} ${certainty} ${flags.join()} ${rung}`
}

function byOpening(a: CaseState, b: CaseState): number {
  const from = (state: CaseState): number => state.occasion.opened?.from ?? Number.POSITIVE_INFINITY
  const to = (state: CaseState): number => state.occasion.opened?.to ?? Number.POSITIVE_INFINITY
  return compareNumbers(from(a), from(b)) || compareNumbers(to(a), to(b)) || compare(a.context.id, b.context.id)
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function earliest(instants: readonly (string | null)[]): string | null {
  return instants.filter((at) => at !== null).sort()[0] ?? null
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
