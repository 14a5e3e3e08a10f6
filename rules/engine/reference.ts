import type { KnownEvent } from '../language/event.ts'
import type { Commitment, Rulebook } from '../language/rulebook.ts'
import { assessor } from './assessor.ts'
import type { CaseState } from './case.ts'
import { byOpening, caseResult, commitmentHead, earlier } from './case-result.ts'
import { repaired, repairersOf } from './case-state.ts'
import { type History, historyOf } from './history.ts'
import { Horizon } from './horizon.ts'
import { formatInstant, type Instant } from './instant.ts'
import type { CommitmentResult, Evaluation } from './result.ts'
import { statusCode } from './status-code.ts'
import { World } from './world.ts'

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
  const outlook = new Outlook(historyOf(rulebook, events, knownAt))
  return {
    as_of: formatInstant(asOf),
    known_at: knownAt === null ? null : formatInstant(knownAt),
    commitments: rulebook.commitments.map((commitment) => outlook.commitment(commitment, asOf)),
  }
}

/** The cases of `commitment` with repair. */
function finalStates(world: World, commitment: Commitment, h: Horizon): readonly CaseState[] {
  const settled = world.settled(commitment.id, h)
  const repairers = repairersOf(world.rulebook, commitment)
  if (repairers.length === 0) return settled
  const repairs = repairers.flatMap((repairer) => world.settled(repairer.id, h))
  return settled.map((state) => repaired(world, state, repairs))
}

/** How many instants ahead `next_check` looks; what recurs that often without a change never changes by itself. */
export const MOST_STEPS = 150

/** A history at whatever instant is asked: how the cases stand there, and when they change next. */
export class Outlook {
  private readonly history: History
  private readonly worlds = new Map<Instant, World>()

  constructor(history: History) {
    this.history = history
  }

  commitment(commitment: Commitment, asOf: Instant): CommitmentResult {
    const { states, next } = this.statesAt(commitment, asOf)
    let check = this.nextCase(commitment, states, next)
    const cases = [...states].sort(byOpening).map((state) => {
      const change = this.nextChange(state)
      check = earlier(check, change)
      return caseResult(state, change, this.history.rulebook)
    })
    return { ...commitmentHead(this.worldAt(asOf), commitment, cases, check), cases }
  }

  /** When the next case opens, if time alone opens one. */
  nextCase(commitment: Commitment, states: readonly CaseState[], next: Instant | null): Instant | null {
    const parts = new Set(states.map((state) => state.occasion.part))
    let at = next
    for (let step = 0; at !== null && step < MOST_STEPS; step++) {
      const later = this.statesAt(commitment, at)
      if (later.states.some((state) => !parts.has(state.occasion.part))) return at
      at = later.next
    }
    return null
  }

  /** The earliest later instant at which something about the case changes with no news. */
  nextChange(state: CaseState): Instant | null {
    if (state.phase === 'suspended') return null
    const code = statusCode(state)
    let at = state.h.next
    for (let step = 0; at !== null && step < MOST_STEPS; step++) {
      const later = this.statesAt(state.commitment, at).states.find((s) => s.occasion.part === state.occasion.part)
      if (!later || statusCode(later) !== code) return at
      at = later.h.next
    }
    return null
  }

  statesAt(
    commitment: Commitment,
    at: Instant,
  ): { readonly states: readonly CaseState[]; readonly next: Instant | null } {
    const world = this.worldAt(at)
    const own = new Horizon(at)
    const states = world.remember(`final ${commitment.id}`, own, (h) => finalStates(world, commitment, h))
    return { states, next: own.next }
  }

  worldAt(at: Instant): World {
    const known = this.worlds.get(at)
    if (known) return known
    const world = new World(this.history, at, assessor)
    this.worlds.set(at, world)
    return world
  }
}
