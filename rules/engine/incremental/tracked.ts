import type { Act, Commitment, EventState, Maintain, Match, Power, Rulebook } from '../../language/rulebook.ts'
import type { CaseState, Exercise, Occasion } from '../case.ts'
import { caseId, repaired, settle, windowContext } from '../case-state.ts'
import type { Purpose } from '../evidence.ts'
import { countedBy } from '../flows.ts'
import type { Fact } from '../history.ts'
import { Horizon } from '../horizon.ts'
import type { Instant } from '../instant.ts'
import { exercisesIn, isCoupled, notTooSoon } from '../kinds/power.ts'
import {
  breachesIn,
  type Candidate,
  candidateOf,
  episodes,
  occasionOn,
  occasionsOf,
  performancesIn,
} from '../occasions.ts'
import { NO_CASE, type StatusCode, statusCode, statusOfCode } from '../status-code.ts'
import type { Life, World } from '../world.ts'
import { CaseList } from './case-list.ts'
import { decidedAt, looksBack } from './decided.ts'
import { Entry, sameCandidate, sameOccasion } from './entry.ts'
import { Exercises } from './exercises.ts'
import type { FactIndex } from './fact-index.ts'
import { isQuick, NOT_PLAIN, type Quick, quickStatus } from './quick-status.ts'
import { RunningTotal } from './running-total.ts'
import { StateTrack } from './state-track.ts'
import type { Group, Listener, Stream } from './stream.ts'
import type { Sleeper } from './wake-queue.ts'

/** What the engine does for those it tracks. */
export interface Keeper {
  readonly rulebook: Rulebook
  readonly index: FactIndex
  /** Before this instant the agreement as a whole stands as it does, unless something is told. */
  readonly settingUntil: number
  /** `sleeper` has to be looked at again at its `wake`. */
  wakes(sleeper: Sleeper): void
  /** The status of `entry` is not what it was. */
  changed(entry: Entry): void
  /** Who tracks the commitment `id`. */
  tracked(id: string): Tracked | undefined
}

/** One commitment and the cases it has, kept up to date by what is heard and by time. */
export class Tracked implements Sleeper {
  readonly commitment: Commitment
  readonly keeper: Keeper
  /** Those whose cases this one's open. */
  readonly dependents: Tracked[] = []
  /** Those of them that repair it. */
  readonly repairers: Tracked[] = []
  /** When the list of its cases has to be looked at again. */
  wake = Number.POSITIVE_INFINITY
  isListStale = false
  private readonly list = new CaseList()
  private dirty: Entry[] = []
  /** Breaches to be looked at again for repair. */
  private unrepaired = new Set<Entry>()
  private readonly evidence: Stream | null
  /** The commitment, when its cases may be read off directly. */
  private readonly quick: Quick | null
  /** Sums kept from one event to the next, for a total; null: it has to be weighed as a whole. */
  private readonly running: RunningTotal | null = null
  /** The course of a state kept from one event to the next. */
  private readonly track: StateTrack | null = null
  /** Other cases open by how its own end: they have to be weighed in full. */
  private opensByVerdict = false
  /** Whose breaches performance here repairs. */
  private repaired: Tracked | null = null
  /** The power whose exercises open cases here. */
  private power: Power | null = null
  /** The life of an agreement in which nothing but time and evidence bears on the cases; null: something else does. */
  private calm: Life | null = null
  /** The exercises that open cases here. */
  private readonly exercises = new Exercises()

  constructor(commitment: Commitment, keeper: Keeper) {
    this.commitment = commitment
    this.keeper = keeper
    const { index, rulebook } = keeper
    const isTriggered = commitment.kind === 'act' || commitment.kind === 'power'
    const on = (matches: readonly Match[], heard: Listener['heard']): Stream => {
      const stream = index.listen(matches)
      stream.listeners.push({ heard })
      return stream
    }
    const onEvidence = (matches: readonly Match[]): Stream => {
      const stream = on(matches, (fact, _, group) => this.touch(fact, stream, group))
      this.list.waitFor(stream)
      return stream
    }
    const onCondition = (state: EventState | null): void => {
      for (const matches of state ? [state.starts, state.ends] : []) {
        const stream = on(matches, (fact) => this.list.timeline.touchFrom(fact.span.from, (e) => this.spoil(e)))
        this.list.waitFor(stream)
      }
    }
    if (isTriggered) {
      const { when } = commitment
      if (when?.kind === 'event')
        on(when.matches, (fact, isNew) => (isNew ? this.open(new Entry(this, fact)) : this.closeOpenedBy(fact)))
      if (when?.kind === 'episode')
        on(rulebook.terms.get(when.term)?.of ?? [], () => {
          this.isListStale = true
        })
      onCondition(commitment.onlyIf)
      onCondition(commitment.unless)
    }
    onEvidence(commitment.excusedBy)
    this.evidence =
      commitment.kind === 'act'
        ? onEvidence(commitment.counts)
        : commitment.kind === 'power'
          ? onEvidence(commitment.exercisedBy)
          : null
    switch (commitment.kind) {
      case 'power':
        index.listen(commitment.withdrawnBy)
        break
      case 'total': {
        const stream = onEvidence(countedBy(commitment))
        if (!RunningTotal.suits(commitment)) break
        const running = new RunningTotal(commitment, stream, rulebook)
        stream.listeners.push({ heard: (fact, isNew) => running.heard(fact, isNew) })
        this.running = running
        break
      }
      case 'maintain':
        if (commitment.state.kind === 'events') this.track = this.trackState(commitment, commitment.state, onEvidence)
        break
      case 'prohibit':
        for (const matches of [commitment.what, commitment.unclear]) onEvidence(matches)
        break
      case 'endeavour':
        for (const matches of [commitment.signsOfEffort, commitment.outcome]) onEvidence(matches)
    }
    this.list.performedBy = this.evidence
    this.quick = isQuick(commitment) && this.evidence?.needsTrigger === false ? commitment : null
  }

  private trackState(
    commitment: Maintain,
    { starts, ends }: EventState,
    on: (m: readonly Match[]) => Stream,
  ): StateTrack {
    const track = new StateTrack(commitment, this.keeper.rulebook)
    const starting = on(starts)
    starting.listeners.push({ heard: (fact, isNew) => track.heard(fact, true, isNew) })
    on(ends).listeners.push({
      // An event that both starts and ends it starts it.
      heard: (fact, isNew) => {
        if (!starting.takes(fact.event)) track.heard(fact, false, isNew)
      },
    })
    return track
  }

  get entries(): readonly Entry[] {
    return this.list.entries
  }

  /** Says that the cases of `other` rest on this one's. */
  opens(other: Tracked): void {
    this.dependents.push(other)
    const commitment = other.commitment as Act | Power
    if (commitment.kind === 'act' && commitment.repairs) {
      this.repairers.push(other)
      other.repaired = this
    }
    if (commitment.when?.kind === 'exercised') other.power = this.commitment as Power
    else this.opensByVerdict = true
  }

  /** What bears on the whole agreement is no longer what it was: everything is to be looked at again. */
  unsettle(life: Life, isCalm: boolean): void {
    this.calm = isCalm ? life : null
    this.isListStale = true
    this.running?.startOver()
    this.spoilAll()
  }

  spoilAll(): void {
    for (const entry of this.entries) this.spoil(entry)
  }

  /** Looks again at the case whose id ends in `part`, or at all. */
  spoilPart(part: string): void {
    const entry = this.find(part)
    if (entry) this.spoil(entry)
  }

  spoil(entry: Entry): void {
    if (entry.isDirty) return
    entry.isDirty = true
    this.dirty.push(entry)
    if (entry.decided !== Number.POSITIVE_INFINITY) {
      entry.decided = Number.POSITIVE_INFINITY
      this.list.timeline.reopened(entry)
    }
  }

  /** A named source has reported further: what its silence left open may be settled. Or it takes that back. */
  spoilSilent(isFurther: boolean): void {
    const { kind } = this.commitment
    const bySilence = isFurther && (kind === 'act' || kind === 'power')
    for (const entry of this.entries)
      if (!bySilence || entry.isJudged || statusOfCode(entry.code).verdict === 'unknown') this.spoil(entry)
  }

  /** Brings the cases up to `world`; those that this one rests on have been brought there before. */
  update(world: World): void {
    if (this.isListStale) this.refresh(world)
    this.running?.bringTo(world.now, this.entries)
    // An exercise in one window may bar what comes soon after it in another.
    if (this.dirty.length > 0 && this.commitment.kind === 'power' && isCoupled(this.commitment)) this.spoilAll()
    for (let i = 0; i < this.dirty.length; i++) {
      const entry = this.dirty[i] as Entry
      if (entry.isDirty && !entry.isGone) this.evaluate(entry, world)
    }
    if (this.dirty.length > 0) this.list.timeline.lookedAt()
    this.dirty = []
  }

  /** Takes repair into account, once the cases of those that repair are up to date. */
  repair(world: World): void {
    for (const entry of this.unrepaired) {
      if (entry.settled === null) continue
      // What repairs it moved on and it did not: its status has to be of now.
      if (entry.settled.h.now !== world.now) this.evaluate(entry, world)
      this.conclude(entry, entry.settled, world)
    }
    this.unrepaired = new Set()
  }

  /** What opens the case now; null when nothing does. */
  occasionOf(entry: Entry, world: World, h: Horizon): Occasion | null {
    if (entry.occasion) return entry.occasion
    const candidate = entry.candidate ?? (entry.fact && candidateOf(entry.fact))
    if (candidate === null || !h.reached(candidate.span.from)) return null
    const life = world.life(h)
    const { commitment } = this
    const { termination } = life
    if (termination !== null && !commitment.survives && candidate.span.from > termination.at) return null
    return occasionOn(world, commitment as Act | Power, candidate, life, h)
  }

  /** What opens the case at another instant, given the world there. */
  occasionAt(entry: Entry, world: World, h: Horizon): Occasion | null {
    if (!entry.occasion) return this.occasionOf(entry, world, h)
    return occasionsOf(world, this.commitment, h).find(({ part }) => part === entry.part) ?? null
  }

  /** `state` of `entry` with what repairs it. */
  withRepairs(entry: Entry, state: CaseState, world: World): CaseState {
    if (this.repairers.length === 0) return state
    const repairs = this.repairers.flatMap((repairer) =>
      (entry.offspring?.get(repairer) ?? []).flatMap(({ part }) => repairer.find(part)?.settled ?? []),
    )
    return repaired(world, state, repairs)
  }

  find(part: string): Entry | undefined {
    return this.list.find(part)
  }

  purposeFor(entry: Entry): Purpose {
    const { index, rulebook } = this.keeper
    // A judgement is weighed against the evidence.
    if (index.hasJudgements && index.judgementsOf(caseId(rulebook, this.commitment, entry)).length > 0)
      return 'evidence'
    return this.dependents.length > 0 ? 'violations' : 'status'
  }

  private evaluate(entry: Entry, world: World): void {
    entry.isDirty = false
    const exercises: Fact[] = []
    const quick = this.quickStatusOf(entry, world.now, exercises)
    if (quick !== NOT_PLAIN) {
      for (const dependent of this.dependents)
        dependent.takeExercises(
          entry,
          exercises.map((fact) => ({ fact, doubts: [] })),
        )
      entry.settled = null
      this.set(entry, quick)
      return
    }
    const h = new Horizon(world.now)
    const occasion = this.occasionOf(entry, world, h)
    const settled = occasion && this.settle(entry, occasion, world)
    for (const dependent of this.dependents) this.passOn(entry, dependent, { occasion, settled }, world, h)
    entry.wake = h.next ?? Number.POSITIVE_INFINITY
    entry.decided = decidedAt(settled, this.commitment)
    const parent = this.parentOf(entry)
    if (parent) parent.tracked.unrepaired.add(parent)
    // Only what repair is about is worth its memory.
    entry.settled = parent || this.repairers.length > 0 ? settled : null
    if (this.repairers.length > 0 && settled) this.unrepaired.add(entry)
    else this.conclude(entry, settled, world)
  }

  /** Before repair, with as much of what was worked out before as is of use. */
  private settle(entry: Entry, occasion: Occasion, world: World): CaseState {
    const { commitment, running, track } = this
    const purpose = this.purposeFor(entry)
    if (purpose === 'status' && running)
      return settle(world, commitment, occasion, purpose, (w, context) => running.assess(w, context, entry))
    if (purpose === 'status' && track)
      return settle(world, commitment, occasion, purpose, (w, context) => track.assess(w, context))
    return settle(world, commitment, occasion, purpose)
  }

  /** The status with repair, once everything that it rests on is known. */
  private conclude(entry: Entry, settled: CaseState | null, world: World): void {
    const state = settled && this.withRepairs(entry, settled, world)
    const next = state?.h.next ?? Number.POSITIVE_INFINITY
    if (next < entry.wake) entry.wake = next
    entry.isJudged = state !== null && state.judgement !== null
    this.set(entry, state ? statusCode(state) : NO_CASE)
  }

  private parentOf(entry: Entry): Entry | null {
    const breach = entry.candidate?.breach
    return (breach && this.repaired?.find(breach.part)) ?? null
  }

  /** The status at another instant than the one reached, and the next instant at which it may differ. */
  foresee(entry: Entry, world: World): { readonly code: StatusCode; readonly next: Instant | null } {
    const { wake, decided } = entry
    const { settingUntil } = this.keeper
    const quick = world.now < settingUntil ? this.quickStatusOf(entry, world.now, []) : NOT_PLAIN
    const woken = Math.min(entry.wake, settingUntil)
    entry.wake = wake
    entry.decided = decided
    if (quick !== NOT_PLAIN) return { code: quick, next: instantOrNull(woken) }
    const h = new Horizon(world.now)
    const occasion = this.occasionAt(entry, world, h)
    if (occasion === null) return { code: NO_CASE, next: h.next }
    const state = settle(world, this.commitment, occasion, this.purposeFor(entry))
    h.restsOn(state.h)
    return { code: statusCode(state), next: h.next }
  }

  private quickStatusOf(entry: Entry, now: Instant, exercises: Fact[]): StatusCode | typeof NOT_PLAIN {
    const { quick, evidence, running, calm } = this
    if (calm === null || this.opensByVerdict || this.purposeFor(entry) === 'evidence') return NOT_PLAIN
    if (running) return running.quickStatus(entry, calm, now)
    if (quick === null || evidence === null) return NOT_PLAIN
    const facts = evidence.isKeyed ? (entry.group?.facts ?? NO_FACTS) : evidence.since(entry.from)
    return quickStatus(entry, quick, facts, calm, this.keeper.rulebook, now, exercises)
  }

  private set(entry: Entry, code: StatusCode): void {
    this.keeper.wakes(entry)
    if (entry.code === code) return
    entry.code = code
    this.keeper.changed(entry)
  }

  /** Brings the list of cases up to date where it is not the triggers that make it. */
  private refresh(world: World): void {
    this.isListStale = false
    const { commitment } = this
    const h = new Horizon(world.now)
    const isTriggered = commitment.kind === 'act' || commitment.kind === 'power'
    const when = isTriggered ? commitment.when : null
    if (when === null) this.keepOccasions(occasionsOf(world, commitment, h))
    else if (when.kind === 'episode') {
      const term = world.rulebook.terms.get(when.term)
      this.keepOpenedBy(term ? episodes(world, term, h) : [])
    } else this.keepExercises(world)
    this.wake = h.next ?? Number.POSITIVE_INFINITY
    this.keeper.wakes(this)
  }

  private keepOccasions(occasions: readonly Occasion[]): void {
    const wanted = new Map(occasions.map((occasion) => [occasion.part, occasion]))
    for (const entry of [...this.entries]) if (!wanted.has(entry.part)) this.close(entry)
    for (const occasion of occasions) {
      const entry = this.find(occasion.part)
      if (entry && sameOccasion(entry.occasion, occasion)) continue
      this.reopen(entry ?? new Entry(this, null, occasion.part), (e) => {
        e.occasion = occasion
      })
    }
  }

  private keepOpenedBy(firsts: readonly Fact[]): void {
    const wanted = new Set(firsts)
    for (const entry of [...this.entries]) {
      if (entry.fact && wanted.delete(entry.fact)) continue
      this.close(entry)
    }
    for (const fact of wanted) this.open(new Entry(this, fact))
  }

  /** Where one exercise bars the next for a time, all are weighed together. */
  private keepExercises(world: World): void {
    const { power } = this
    if (!power || !isCoupled(power)) return
    const counted = notTooSoon(world, power, this.exercises.all())
    const wanted = new Set(counted.map(({ fact }) => fact))
    for (const entry of [...this.entries])
      if (entry.candidate?.fact && !wanted.has(entry.candidate.fact)) this.close(entry)
    for (const { fact, doubts } of counted) this.put(candidateOf(fact, doubts, true))
  }

  /** Tells `dependent` what `entry` opens there. */
  private passOn(
    entry: Entry,
    dependent: Tracked,
    { occasion, settled }: { readonly occasion: Occasion | null; readonly settled: CaseState | null },
    world: World,
    h: Horizon,
  ): void {
    const { power } = dependent
    if (power) {
      const found = occasion
        ? exercisesIn(world, windowContext(world, power, occasion, h)).map(({ fact, doubts }) => ({
            fact,
            doubts: [...new Set([...doubts, ...occasion.doubts])],
          }))
        : []
      dependent.takeExercises(entry, found)
      return
    }
    const { when } = dependent.commitment as Act | Power
    const opens = when?.kind === 'met' ? performancesIn : breachesIn
    dependent.adopt(entry, settled ? opens(world, settled, h) : [])
  }

  /** The cases that `parent` opens here are those of `candidates`. */
  private adopt(parent: Entry, candidates: readonly Candidate[]): void {
    const before = parent.offspring?.get(this) ?? []
    if (before.length === 0 && candidates.length === 0) return
    parent.offspring ??= new Map()
    parent.offspring.set(this, candidates)
    const parts = new Set(candidates.map(({ part }) => part))
    for (const { part } of before) if (!parts.has(part)) this.closePart(part)
    for (const candidate of candidates) this.put(candidate)
  }

  private takeExercises(window: Entry, exercises: readonly Exercise[]): void {
    const isWhole = this.power !== null && isCoupled(this.power)
    for (const fact of this.exercises.set(window, exercises)) {
      const exercise = this.exercises.of(fact)
      if (isWhole) this.isListStale = true
      else if (exercise === null) this.closeExercisedBy(fact)
      else this.put(candidateOf(fact, exercise.doubts, true))
    }
  }

  private put(candidate: Candidate): void {
    const entry = this.find(candidate.part)
    if (entry?.candidate && sameCandidate(entry.candidate, candidate)) {
      // What time may change about the other case is news even where nothing else is.
      entry.candidate = candidate
      return
    }
    this.reopen(entry ?? new Entry(this, null, candidate.part), (e) => {
      e.candidate = candidate
    })
  }

  /** Gives `entry` another origin, or its first. */
  private reopen(entry: Entry, change: (entry: Entry) => void): void {
    if (entry.slot < 0) {
      change(entry)
      this.open(entry)
      return
    }
    this.list.move(entry, change)
    entry.due = Number.NaN
    this.running?.forget(entry)
    this.spoil(entry)
  }

  private closeExercisedBy(fact: Fact): void {
    const entry = this.find(candidateOf(fact).part)
    // Another telling of the same event may have opened it since.
    if (entry?.candidate?.fact === fact) this.close(entry)
  }

  private closePart(part: string): void {
    const entry = this.find(part)
    if (entry) this.close(entry)
  }

  private closeOpenedBy(fact: Fact): void {
    for (const entry of this.list.openedBy(fact)) this.close(entry)
  }

  private open(entry: Entry): void {
    this.list.add(entry)
    entry.isDirty = true
    this.dirty.push(entry)
  }

  private close(entry: Entry): void {
    entry.isGone = true
    entry.wake = Number.POSITIVE_INFINITY
    this.list.remove(entry)
    for (const dependent of this.dependents) {
      dependent.takeExercises(entry, [])
      dependent.adopt(entry, [])
    }
    entry.settled = null
    if (entry.code === NO_CASE) return
    entry.code = NO_CASE
    this.keeper.changed(entry)
  }

  /** Evidence has come or gone: who may stand otherwise for it is looked at again. */
  private touch(fact: Fact, stream: Stream, group: Group | null): void {
    if (stream.isKeyed) {
      if (group) for (const entry of group.waiting) this.spoil(entry)
      return
    }
    const to = looksBack(this.commitment) ? Number.POSITIVE_INFINITY : fact.span.to
    this.list.timeline.touch(fact.span.from, to, (entry) => this.spoil(entry))
  }
}

const NO_FACTS: readonly Fact[] = []
/** `at`, or null when it is never. */
export function instantOrNull(at: number): Instant | null {
  return Number.isFinite(at) ? (at as Instant) : null
}
