import type { EventState, EvidencePolicy } from '../language/rulebook.ts'
import { type Doubt, isDoubtful } from './evidence.ts'
import { byWorldTime, type Fact, isPrecise } from './history.ts'
import type { Horizon } from './horizon.ts'
import type { Instant, Span } from './instant.ts'
import type { World } from './world.ts'

/** Whether a state may hold, may not hold, and why that is not certain. */
export interface Possibility {
  readonly on: boolean
  readonly off: boolean
  readonly doubts: readonly Doubt[]
  /** No event has said anything yet, and the rule does not either. */
  readonly neverSaid: boolean
}

/** One start or end of a state. */
export interface Switch {
  readonly fact: Fact
  readonly on: boolean
  readonly doubtful: boolean
}

/** Evidence that rests on time and dispute alone, as triggers and conditions do. */
export const ANY_REPORT: EvidencePolicy = { accepts: null, minimumSources: 1, reportedBy: [] }

/** The events that start or end `state`, in the order of the world. */
export function switchesOf(
  world: World,
  state: EventState,
  trigger: Fact | null,
  policy: EvidencePolicy,
  h: Horizon,
): readonly Switch[] {
  const as = (facts: readonly Fact[], on: boolean): Switch[] =>
    facts.map((fact) => ({ fact, on, doubtful: isDoubtful(fact, policy, world.rulebook) }))
  const starts = world.facts(state.starts, trigger, h)
  // An event that both starts and ends it starts it.
  const ends = world.facts(state.ends, trigger, h).filter((fact) => !starts.includes(fact))
  return [...as(starts, true), ...as(ends, false)].sort((a, b) => byWorldTime(a.fact, b.fact))
}

/**
 * The state at `at`: set by the events that may be the last ones before it. An imprecise event that changes it leaves it
 * open over its interval (one that says again what held before does not), a doubtful one until a certain one follows.
 */
export function possibleAt(switches: readonly Switch[], initially: boolean | null, at: Instant): Possibility {
  const settled = switches.filter((s) => !s.doubtful && hasHappenedBy(s.fact, at))
  const candidates = switches.filter(
    (s) => s.fact.span.from <= at && !settled.some((later) => later !== s && follows(later, s)),
  )
  const initialStands = settled.length === 0
  const outcomes = new Set(candidates.map((s) => s.on))
  if (initialStands && initially !== null) outcomes.add(initially)
  const neverSaid = initialStands && initially === null
  const on = outcomes.has(true) || neverSaid
  const off = outcomes.has(false) || neverSaid
  const certain = candidates.filter((s) => !s.doubtful)
  const orderOpen = certain.some((s) => s.on) && certain.some((s) => !s.on)
  const doubts: Doubt[] = []
  if (on && off && (orderOpen || candidates.some((s) => !hasHappenedBy(s.fact, at)))) doubts.push('imprecise')
  if (on && off && candidates.some((s) => s.doubtful)) doubts.push('contested')
  return { on, off, doubts, neverSaid }
}

/** The instants at which `possibleAt` may change, in order. */
export function changesOf(switches: readonly Switch[]): readonly Instant[] {
  const points = new Set<number>()
  for (const { fact } of switches) {
    points.add(fact.span.from)
    if (!isPrecise(fact)) points.add(fact.span.to + 1)
  }
  return [...points].sort((a, b) => a - b) as Instant[]
}

/** The state over the whole of `span`: everything it may be at any instant of it. */
export function possibleOver(switches: readonly Switch[], initially: boolean | null, span: Span): Possibility {
  const points = [span.from, ...changesOf(switches).filter((at) => at > span.from && at <= span.to)]
  const all = points.map((at) => possibleAt(switches, initially, at))
  const on = all.some((p) => p.on)
  const off = all.some((p) => p.off)
  const doubts = new Set(all.flatMap((p) => p.doubts))
  // It differs from one instant of the trigger to another: which one it was would settle it.
  if (all.some((p) => p.on !== all[0]?.on || p.off !== all[0]?.off)) doubts.add('imprecise')
  return { on, off, doubts: [...doubts], neverSaid: all.some((p) => p.neverSaid) }
}

function hasHappenedBy(fact: Fact, at: Instant): boolean {
  return isPrecise(fact) ? fact.span.from <= at : fact.span.to < at
}

function follows(later: Switch, earlier: Switch): boolean {
  if (later.fact.span.from > earlier.fact.span.to) return true
  return (
    isPrecise(later.fact) &&
    isPrecise(earlier.fact) &&
    later.fact.span.from === earlier.fact.span.from &&
    byWorldTime(later.fact, earlier.fact) > 0
  )
}
