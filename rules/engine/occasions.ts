import { addDuration } from '../language/duration.ts'
import type { Act, Commitment, EpisodeTerm, EventState, Power, Recurrence } from '../language/rulebook.ts'
import type { CaseState, Occasion, Trigger } from './case.ts'
import type { Doubt } from './evidence.ts'
import type { Fact } from './history.ts'
import { Horizon } from './horizon.ts'
import { type Instant, instant, type Span } from './instant.ts'
import { fixedPeriod, nextPeriodStart, periodsOf } from './period.ts'
import { ANY_REPORT, possibleOver, switchesOf } from './state.ts'
import { type Life, moment, type World } from './world.ts'
import { dateOf, endOfDay, startOfDay } from './zone-time.ts'

/** The occasions on which `commitment` has to be kept that exist now: its cases, before anything is said of them. */
export function occasionsOf(world: World, commitment: Commitment, h: Horizon): readonly Occasion[] {
  const life = world.life(h)
  const found = occasionsInForce(world, commitment, life, h)
  const { termination } = life
  if (termination === null || commitment.survives) return found
  return found.filter((o) => (startOf(o) ?? Number.POSITIVE_INFINITY) <= termination.at)
}

function startOf(occasion: Occasion): Instant | null {
  return occasion.trigger?.span.from ?? occasion.period?.from ?? null
}

function occasionsInForce(world: World, commitment: Commitment, life: Life, h: Horizon): readonly Occasion[] {
  switch (commitment.kind) {
    case 'act':
    case 'power':
      if (commitment.when) return triggered(world, commitment, life, h)
      if (commitment.every) return recurring(world, commitment.every, life, h)
      return [overTerm(world, life)]
    case 'total':
      if (commitment.every) return recurring(world, commitment.every, life, h)
      if (commitment.byDate !== null) {
        const term = overTerm(world, life)
        return [
          {
            ...term,
            period: { from: life.entry, to: endOfDay(commitment.byDate, world.rulebook.where.zone) },
          },
        ]
      }
      return [during(world, commitment.during, life)]
    default:
      return [during(world, commitment.during, life)]
  }
}

function overTerm(world: World, life: Life): Occasion {
  const { entry, end } = life
  return {
    part: 'term',
    trigger: null,
    opened: entry === null ? null : moment(entry),
    period: { from: entry, to: end },
    year: entry === null ? null : Number(dateOf(entry, world.rulebook.where.zone).slice(0, 4)),
    doubts: [],
    breach: null,
    restsOn: null,
  }
}

function during(world: World, written: Extract<Commitment, { kind: 'total' }>['during'], life: Life): Occasion {
  if (written === null || written.kind === 'term') return overTerm(world, life)
  const { name, from, to, year } = fixedPeriod(written, world.rulebook)
  return {
    part: name,
    trigger: null,
    opened: moment(from),
    period: { from, to },
    year,
    doubts: [],
    breach: null,
    restsOn: null,
  }
}

function recurring(world: World, { every, from, until }: Recurrence, life: Life, h: Horizon): readonly Occasion[] {
  const { zone } = world.rulebook.where
  const start = from === null ? life.entry : startOfDay(from, zone)
  if (start === null || (every === 'anniversary' && life.entry === null)) return []
  const range = { from: start, to: until === null ? life.end : endOfDay(until, zone) }
  const next = nextPeriodStart(every, range, life.entry, world.now, world.rulebook)
  if (next !== null) h.reached(next)
  return periodsOf(every, range, life.entry, world.now, world.rulebook).flatMap((period): readonly Occasion[] => {
    const clipped = {
      from: instant(Math.max(period.from, range.from)),
      to: range.to === null ? period.to : instant(Math.min(period.to, range.to)),
    }
    if (!h.reached(clipped.from)) return []
    return [
      {
        part: period.name,
        trigger: null,
        opened: moment(clipped.from),
        period: clipped,
        year: period.year,
        doubts: [],
        breach: null,
        restsOn: null,
      },
    ]
  })
}

/** A trigger before it is known whether it falls into the term. */
export interface Candidate extends Trigger {
  readonly part: string
  readonly doubts: readonly Doubt[]
  /** It follows from another case, so that the term does not clip it. */
  readonly derived: boolean
  readonly breach: Occasion['breach']
  readonly restsOn: Horizon | null
}

function triggered(world: World, commitment: Act | Power, life: Life, h: Horizon): readonly Occasion[] {
  const found: Occasion[] = []
  const seen = new Set<string>()
  for (const candidate of candidates(world, commitment, h)) {
    if (seen.has(candidate.part)) continue
    const occasion = occasionOn(world, commitment, candidate, life, h)
    if (occasion === null) continue
    seen.add(candidate.part)
    found.push(occasion)
  }
  return found
}

/** The occasion that `candidate` makes of `commitment`; null when it opens none: outside the term, or not under its conditions. */
export function occasionOn(
  world: World,
  commitment: Act | Power,
  candidate: Candidate,
  life: Life,
  h: Horizon,
): Occasion | null {
  const clip = candidate.derived ? null : outsideTerm(candidate.span, life, commitment.survives)
  if (clip === 'outside') return null
  const conditions = conditionDoubts(world, commitment, candidate, h)
  if (conditions === 'no') return null
  return {
    part: candidate.part,
    trigger: { span: candidate.span, fact: candidate.fact, inherited: candidate.inherited },
    opened: candidate.span,
    period: null,
    year: null,
    doubts: [
      ...new Set([...candidate.doubts, ...(clip === 'straddles' ? (['imprecise'] as const) : []), ...conditions]),
    ],
    breach: candidate.breach,
    restsOn: together(world.now, candidate.restsOn, candidate.span.to > world.now ? h : null),
  }
}

/** Rests on the case it follows from, and on what may yet happen during its trigger. */
function together(now: Instant, ...horizons: readonly (Horizon | null)[]): Horizon | null {
  const [first, ...others] = horizons.flatMap((horizon) => horizon ?? [])
  if (!first || others.length === 0) return first ?? null
  const all = new Horizon(now)
  for (const horizon of [first, ...others]) all.restsOn(horizon)
  return all
}

/** What follows `@` in the id of a case that `fact` opens. */
export function partOf({ event }: Fact): string {
  return `${event.source}#${event.id}`
}

/** The trigger that an event is by itself. */
export function candidateOf(fact: Fact, doubts: readonly Doubt[] = disputed(fact), derived = false): Candidate {
  return { part: partOf(fact), span: fact.span, fact, inherited: false, doubts, derived, breach: null, restsOn: null }
}

function candidates(world: World, commitment: Act | Power, h: Horizon): readonly Candidate[] {
  const { when } = commitment
  if (when === null) return []
  switch (when.kind) {
    case 'event':
      return world.facts(when.matches, null, h).map((fact) => candidateOf(fact))
    case 'episode': {
      const term = world.rulebook.terms.get(when.term)
      return term ? episodes(world, term, h).map((fact) => candidateOf(fact)) : []
    }
    case 'exercised':
      return world.exercises(when.of, h).map(({ fact, doubts }) => candidateOf(fact, doubts, true))
    case 'breached':
      return world.settled(when.of, h).flatMap((state) => breachesIn(world, state, h))
    case 'met':
      return world.settled(when.of, h).flatMap((state) => performancesIn(world, state, h))
  }
}

function disputed(fact: Fact): readonly Doubt[] {
  return fact.event.standing === 'disputed' ? ['contested'] : []
}

/**
 * The first event of every episode: one joins the current episode when it starts at most `merge_within` after the latest
 * start in it and less than `longest` after its first.
 */
export function episodes(world: World, term: EpisodeTerm, h: Horizon): readonly Fact[] {
  const { where } = world.rulebook
  const firsts: Fact[] = []
  let latest: Instant | null = null
  for (const fact of world.facts(term.of, null, h)) {
    const first = firsts.at(-1)
    const near =
      latest !== null && fact.span.from <= (term.mergeWithin ? addDuration(latest, term.mergeWithin, where) : latest)
    const early =
      first !== undefined &&
      (term.longest === null || fact.span.from < addDuration(first.span.from, term.longest, where))
    if (!first || !near || !early) firsts.push(fact)
    latest = fact.span.from
  }
  return firsts
}

/** What stands as a breach, judged before repair and lateness. */
const STANDS = new Set(['breached', 'partly_met', 'met_late', 'repaired'])

/** The breaches of one case that stand: triggers of what `{breached: …}` waits for. */
export function breachesIn(world: World, state: CaseState, h: Horizon): readonly Candidate[] {
  if (!STANDS.has(state.verdict)) return []
  const { part } = state.occasion
  const of = state.commitment.id
  const base = derivedFrom(world, state, h)
  if (byViolation(state.commitment) && state.assessment.violations.length > 0) {
    return state.assessment.violations.map(({ span, fact }, i) => ({
      ...base,
      part: `${of}@${part}#${i + 1}`,
      span,
      fact: fact ?? base.fact,
      inherited: fact === null,
      breach: { part, violation: i },
    }))
  }
  const { close } = state.frame
  if (close === null || !h.reached(close.from)) return []
  return [{ ...base, part: `${of}@${part}`, span: close, inherited: true, breach: { part, violation: null } }]
}

/** What a case passes on to those that it triggers: its doubts, its trigger, and whether the term still clips them. */
function derivedFrom(world: World, { occasion, h: own }: CaseState, h: Horizon) {
  const life = world.life(h)
  const derived = occasion.opened !== null && outsideTerm(occasion.opened, life, false) !== 'outside'
  return { doubts: occasion.doubts, derived, restsOn: own, fact: occasion.trigger?.fact ?? null }
}

/** Whether a commitment is breached by what happens, not by what fails to happen. */
export function byViolation(commitment: Commitment): boolean {
  return (
    commitment.kind === 'prohibit' ||
    commitment.kind === 'maintain' ||
    (commitment.kind === 'total' && commitment.target.bound === 'at_most')
  )
}

/** The performance that decided one case, as the trigger of what `{met: …}` waits for. */
export function performancesIn(world: World, state: CaseState, h: Horizon): readonly Candidate[] {
  if (state.verdict !== 'met') return []
  const base = derivedFrom(world, state, h)
  const claim = state.assessment.claims.met
  const judged = byViolation(state.commitment) ? null : (state.judgement?.fact ?? null)
  const span = claim?.at ?? judged?.span ?? state.frame.close
  if (!span || !h.reached(span.from)) return []
  return [
    {
      ...base,
      part: `${state.commitment.id}@${state.occasion.part}`,
      span,
      fact: claim?.fact ?? judged ?? base.fact,
      inherited: !claim?.fact && !judged,
      breach: null,
    },
  ]
}

function outsideTerm(span: Span, life: Life, survives: boolean): 'outside' | 'straddles' | null {
  const end = life.termination && !survives ? life.termination.at : life.end
  if (life.entry === null || span.to < life.entry || (end !== null && span.from > end)) return 'outside'
  return span.from < life.entry || (end !== null && span.to > end) ? 'straddles' : null
}

/** What `only_if` and `unless` say at the trigger: no case, or the doubts they leave. */
function conditionDoubts(world: World, commitment: Act | Power, trigger: Trigger, h: Horizon): readonly Doubt[] | 'no' {
  const doubts: Doubt[] = []
  for (const [state, wanted] of [[commitment.onlyIf, true] as const, [commitment.unless, false] as const]) {
    if (state === null) continue
    const { on, off, doubts: why, neverSaid } = conditionAt(world, state, trigger, h)
    if (wanted ? !on : !off) return 'no'
    if (on && off) doubts.push(...why, ...(neverSaid || why.length === 0 ? (['contested'] as const) : []))
  }
  return doubts
}

function conditionAt(world: World, state: EventState, trigger: Trigger, h: Horizon) {
  const switches = switchesOf(world, state, trigger.fact, ANY_REPORT, h)
  return possibleOver(switches, state.initially, trigger.span)
}
