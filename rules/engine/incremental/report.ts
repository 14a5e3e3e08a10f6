import type { CaseState } from '../case.ts'
import { caseResult, commitmentHead, earlier, isOver } from '../case-result.ts'
import { caseId, settle } from '../case-state.ts'
import { compare } from '../history.ts'
import { Horizon } from '../horizon.ts'
import type { Instant } from '../instant.ts'
import { occasionsOf } from '../occasions.ts'
import { MOST_STEPS, Outlook } from '../reference.ts'
import type { CaseResult, CommitmentHead } from '../result.ts'
import { type Series, seriesOf } from '../series.ts'
import { NO_CASE, statusOfCode } from '../status-code.ts'
import type { World } from '../world.ts'
import type { Engine } from './engine.ts'
import type { Entry } from './entry.ts'
import { instantOrNull, type Tracked } from './tracked.ts'

/** What is printed of one commitment: everything but the cases, which are worked out one by one when they are read. */
export interface CommitmentReport {
  readonly head: CommitmentHead
  /** Whether it has ceased to bind. */
  readonly isOver: boolean
  /** How many cases are listed. */
  readonly count: number
  /** Those that are listed, in order of opening, without the first `from`. */
  cases(from?: number): Iterable<CaseResult>
  /** How the value of the case `id` grew; null where it is none of a total, or its period has no beginning yet. */
  growth(id: string): Series | null
}

/** What is printed of one commitment: built when it is asked for, case by case. */
export class Report implements CommitmentReport {
  readonly head: CommitmentHead
  private readonly tracked: Tracked
  private readonly world: World
  private readonly engine: Engine
  private readonly outlook: Outlook
  private readonly listed: readonly Entry[]
  /** Of each case that is listed, when it changes next; infinite: never. */
  private readonly checks: Float64Array

  /**
   * @param lists says of a case whether it is listed; the head is about all
   * @param foresees whether it is worked out when something changes next: it takes far longer than all the rest
   */
  constructor(tracked: Tracked, world: World, engine: Engine, lists: (entry: Entry) => boolean, foresees = true) {
    this.tracked = tracked
    this.world = world
    this.engine = engine
    this.outlook = new Outlook(engine.index)
    const all = this.entries()
    const listed: Entry[] = []
    const checks = new Float64Array(all.length)
    let check = foresees ? this.nextCase() : null
    for (const entry of all) {
      const change = foresees ? this.nextChange(entry) : null
      check = earlier(check, change)
      if (!lists(entry)) continue
      checks[listed.length] = change ?? Number.POSITIVE_INFINITY
      listed.push(entry)
    }
    this.listed = listed
    this.checks = checks
    const statuses = all.map(({ code }) => statusOfCode(code))
    this.head = commitmentHead(world, tracked.commitment, statuses, check)
  }

  get isOver(): boolean {
    return isOver(this.world, this.tracked.commitment)
  }

  get count(): number {
    return this.listed.length
  }

  *cases(from = 0): Iterable<CaseResult> {
    for (let i = from; i < this.listed.length; i++)
      yield this.case(this.listed[i] as Entry, instantOrNull(this.checks[i] as number))
  }

  growth(id: string): Series | null {
    const { commitment } = this.tracked
    const entry = commitment.kind === 'total' ? this.listed.find((one) => this.idOf(one) === id) : undefined
    return commitment.kind === 'total' && entry ? seriesOf(this.world, commitment, this.stateOf(entry)) : null
  }

  private idOf(entry: Entry): string {
    return caseId(this.tracked.keeper.rulebook, this.tracked.commitment, entry)
  }

  /** The cases there are, in the order in which they are printed. */
  private entries(): readonly Entry[] {
    return this.tracked.entries
      .filter((entry) => entry.code !== NO_CASE)
      .sort((a, b) => {
        const [x, y] = [openedOf(a), openedOf(b)]
        return x.from - y.from || x.to - y.to || compare(this.idOf(a), this.idOf(b)) || 0
      })
  }

  private case(entry: Entry, change: Instant | null): CaseResult {
    return caseResult(this.stateOf(entry), change, this.tracked.keeper.rulebook)
  }

  /** The case with all its evidence. */
  private stateOf(entry: Entry): CaseState {
    const { tracked, world } = this
    const occasion = tracked.occasionOf(entry, world, new Horizon(world.now))
    if (occasion === null) throw new TypeError(`no case on ${entry.part}`)
    return tracked.withRepairs(entry, settle(world, tracked.commitment, occasion, 'evidence'), world)
  }

  /** The earliest later instant at which something about the case changes with no news. */
  private nextChange(entry: Entry): Instant | null {
    const { code } = entry
    if (statusOfCode(code).phase === 'suspended') return null
    if (entry.candidate || this.tracked.repairers.length > 0) return this.nextChangeAmongAll(entry)
    let at = this.firstLook(entry.wake)
    for (let step = 0; at !== null && step < MOST_STEPS; step++) {
      const later = this.tracked.foresee(entry, this.engine.worldAt(at))
      if (later.code !== code) return at
      at = later.next
    }
    return null
  }

  /** For a case that rests on others: what changes them may change it. */
  private nextChangeAmongAll({ part }: Entry): Instant | null {
    const { states } = this.outlook.statesAt(this.tracked.commitment, this.world.now)
    const state = states.find(({ occasion }) => occasion.part === part)
    return state ? this.outlook.nextChange(state) : null
  }

  /** When the next case opens, if time alone opens one. */
  private nextCase(): Instant | null {
    const { commitment } = this.tracked
    const when = commitment.kind === 'act' || commitment.kind === 'power' ? commitment.when : null
    if (when === null) return this.nextPeriod()
    if (when.kind === 'event') return this.nextTrigger()
    const { states, next } = this.outlook.statesAt(commitment, this.world.now)
    return this.outlook.nextCase(commitment, states, next)
  }

  private nextPeriod(): Instant | null {
    const { commitment, wake } = this.tracked
    const parts = new Set(this.tracked.entries.map(({ part }) => part))
    let at = this.firstLook(wake)
    for (let step = 0; at !== null && step < MOST_STEPS; step++) {
      const h = new Horizon(at)
      if (occasionsOf(this.engine.worldAt(at), commitment, h).some(({ part }) => !parts.has(part))) return at
      at = h.next
    }
    return null
  }

  private nextTrigger(): Instant | null {
    const waiting = this.tracked.entries.filter((entry) => entry.code === NO_CASE)
    let first: Instant | null = null
    for (const entry of waiting.sort((a, b) => a.wake - b.wake)) {
      let at = this.firstLook(entry.wake)
      for (let step = 0; at !== null && (first === null || at < first) && step < MOST_STEPS; step++) {
        const later = this.tracked.foresee(entry, this.engine.worldAt(at))
        if (later.code !== NO_CASE) first = at
        at = later.next
      }
    }
    return first
  }

  /** The first instant at which something that wakes at `wake` may be different. */
  private firstLook(wake: number): Instant | null {
    return instantOrNull(Math.min(wake, this.engine.settingUntil))
  }
}

function openedOf({ fact, candidate, occasion }: Entry): { readonly from: number; readonly to: number } {
  return fact?.span ?? candidate?.span ?? occasion?.opened ?? NEVER
}

const NEVER = { from: Number.MAX_VALUE, to: Number.MAX_VALUE }
