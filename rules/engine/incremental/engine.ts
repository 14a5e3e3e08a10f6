import { CONTROL_KINDS, type Control } from '../../language/control-event.ts'
import { type KnownEvent, occurrence } from '../../language/event.ts'
import type { Commitment, Rulebook } from '../../language/rulebook.ts'
import { assessor } from '../assessor.ts'
import type { Fact } from '../history.ts'
import { Horizon } from '../horizon.ts'
import { formatInstant, type Instant } from '../instant.ts'
import type { Evaluation } from '../result.ts'
import { type CaseStatus, isSameStatus, NO_CASE, type StatusCode, statusOfCode } from '../status-code.ts'
import { effectTypesOf, restsOn } from '../touched.ts'
import { type AppliedEffect, type Life, Memory, type Suspension, World } from '../world.ts'
import type { Entry } from './entry.ts'
import { FactIndex, NO_STREAMS } from './fact-index.ts'
import { type CommitmentReport, Report } from './report.ts'
import { isFact, type Telling, Tellings } from './tellings.ts'
import { type Keeper, Tracked } from './tracked.ts'
import { type Sleeper, WakeQueue } from './wake-queue.ts'

/** How one case stands; null in place of a status: it is no case any more. */
export interface StatusChange {
  readonly commitment: string
  /** The part of the case's id that follows `@`. */
  readonly part: string
  readonly status: CaseStatus | null
}

/** Which cases are listed: those not closed, those whose status is not what it was at an instant, or all. */
export type CaseChoice = { readonly kind: 'all' | 'open' } | { readonly kind: 'changed'; readonly since: Instant }

/** What bears on every case of an agreement, to see whether it is still what it was. */
interface Setting {
  readonly life: Life
  readonly effects: readonly AppliedEffect[]
  readonly suspensions: readonly (readonly Suspension[])[]
  readonly hasOrders: boolean
}

/**
 * The cases of one rulebook, kept up to date: news of any age is taken in where it bears, and time passes for the cases
 * it is due for. Equal to the reference on every history, at a cost that follows what an event touches.
 */
export class Engine implements Keeper {
  readonly rulebook: Rulebook
  readonly index: FactIndex
  private readonly tellings = new Tellings()
  readonly commitments: readonly Tracked[]
  private readonly byId: ReadonlyMap<string | null, Tracked>
  /** Each after those that it rests on. */
  private readonly inOrder: readonly Tracked[]
  private readonly queue = new WakeQueue<Sleeper>()
  private readonly memory = new Memory()
  private readonly effectTypes: ReadonlySet<string | null>
  private changes: Entry[] = []
  private now: Instant = Number.NEGATIVE_INFINITY as Instant
  private setting: Setting | null = null
  private isUnsettled = true
  /** When what bears on the whole agreement may be different without news; infinite: never. */
  settingUntil = Number.POSITIVE_INFINITY

  constructor(rulebook: Rulebook) {
    this.rulebook = rulebook
    this.index = new FactIndex(rulebook)
    for (const kind of CONTROL_KINDS) this.index.listenToType(`servanda.${kind}`)
    const effectTypes = effectTypesOf(rulebook)
    for (const type of effectTypes) this.index.listenToType(type)
    this.effectTypes = effectTypes
    this.index.listen(rulebook.inForce.when).listeners.push({ heard: () => this.unsettle() })
    for (const { of } of rulebook.terms.values()) this.index.listen(of)
    this.commitments = rulebook.commitments.map((commitment) => new Tracked(commitment, this))
    this.byId = new Map(this.commitments.map((tracked) => [tracked.commitment.id, tracked]))
    for (const tracked of this.commitments) this.byId.get(restsOn(tracked.commitment))?.opens(tracked)
    this.inOrder = this.sorted()
  }

  /** Takes news in: in any order, as often as it is told. */
  take(events: Iterable<KnownEvent>): void {
    for (const event of events) this.takeOne(event)
  }

  /**
   * Brings every case up to `asOf` (which may also lie before the instant it was brought to last).
   * @returns the cases whose status is not what it was after the last call
   */
  advance(asOf: Instant): readonly StatusChange[] {
    this.moveTo(asOf)
    const noted = this.changes
    this.changes = []
    const changes: StatusChange[] = []
    for (const entry of noted) {
      entry.isNoted = false
      if (entry.code === entry.toldCode) continue
      entry.toldCode = entry.code
      changes.push(new Changed(entry))
    }
    return changes
  }

  /** Everything at `asOf`, with evidence and explanations, as the reference prints it. */
  evaluate(asOf: Instant): Evaluation {
    const commitments = this.reports(asOf).map((report) => ({ ...report.head, cases: [...report.cases()] }))
    return { as_of: formatInstant(asOf), known_at: null, commitments }
  }

  /** The same, commitment by commitment, and case by case as they are read; to be read before anything else is asked. */
  reports(asOf: Instant, choice: CaseChoice = { kind: 'all' }): readonly CommitmentReport[] {
    const before = choice.kind === 'changed' ? this.codesAt(choice.since) : null
    return this.reportsOn(asOf, (entry) => {
      if (before) return !isSameStatus(entry.code, before.get(entry.tracked)?.get(entry.part) ?? NO_CASE)
      return choice.kind === 'all' || statusOfCode(entry.code).phase !== 'closed'
    })
  }

  /** The same of the cases that `lists` wants. */
  reportsOn(asOf: Instant, lists: (entry: Entry) => boolean): readonly CommitmentReport[] {
    const world = this.moveTo(asOf)
    return this.commitments.map((tracked) => new Report(tracked, world, this, lists))
  }

  /** The same of all cases, at a fraction of the cost: nothing says when it changes next, every `next_check` is null. */
  glance(asOf: Instant): readonly CommitmentReport[] {
    const world = this.moveTo(asOf)
    return this.commitments.map((tracked) => new Report(tracked, world, this, () => true, false))
  }

  /** How every case stands, in no particular order. */
  *statuses(): Iterable<StatusChange & { readonly status: CaseStatus }> {
    for (const { entries } of this.commitments)
      for (const entry of entries)
        if (entry.code !== NO_CASE) yield new Changed(entry) as StatusChange & { readonly status: CaseStatus }
  }

  /** From now on every event is remembered by its name, as {@link telling} asks for it. */
  rememberEach(): void {
    this.tellings.expectCorrections(() => this.index.facts())
  }

  /** The highest telling of an event, where each is remembered and somebody listens to it or it was a correction. */
  telling(source: string, id: string): Telling | undefined {
    return this.tellings.get(source, id)
  }

  tracked(id: string): Tracked | undefined {
    return this.byId.get(id)
  }

  wakes(sleeper: Sleeper): void {
    this.queue.add(sleeper)
  }

  changed(entry: Entry): void {
    if (entry.isNoted) return
    entry.isNoted = true
    this.changes.push(entry)
  }

  /** The world at `at`, as far as is known. */
  worldAt(at: Instant): World {
    return new World(this.index, at, assessor, null, this.memory)
  }

  /** How the cases of each commitment stand at `at`, by the parts of their ids. */
  private codesAt(at: Instant): ReadonlyMap<Tracked, ReadonlyMap<string, StatusCode>> {
    this.moveTo(at)
    return new Map(this.commitments.map((t) => [t, new Map(t.entries.map(({ part, code }) => [part, code]))]))
  }

  /** Each after the one that it rests on; none rests on itself. */
  private sorted(): readonly Tracked[] {
    const found = new Set<Tracked>()
    const add = (tracked: Tracked | undefined): void => {
      if (tracked === undefined) return
      add(this.byId.get(restsOn(tracked.commitment)))
      found.add(tracked)
    }
    for (const tracked of this.commitments) add(tracked)
    return [...found]
  }

  private takeOne(event: KnownEvent): void {
    const { source, id, revision, retracted } = event
    const streams = retracted ? NO_STREAMS : this.index.streamsFor(event)
    if (revision > 1 || retracted) this.rememberEach()
    // Nobody listens to it, and it corrects nothing.
    else if (streams.length === 0) return
    const known = this.tellings.get(source, id)
    if (known) {
      if (revision < known.event.revision) return
      if (revision === known.event.revision && !isEarlierTold(event, known)) return
      if (isFact(known)) {
        this.index.remove(known)
        this.hear(known, false)
      }
    }
    const span = streams.length === 0 ? null : occurrence(event, this.rulebook.where.zone)
    const telling: Telling = { event, span, streams: span === null ? NO_STREAMS : streams }
    if (isFact(telling)) {
      const twin = this.index.add(telling)
      if (twin) {
        if (!isEarlierTold(event, twin)) return
        this.index.remove(twin)
        this.index.add(telling)
      }
      this.tellings.set(telling)
      this.hear(telling, true)
    } else if (known || revision > 1 || retracted) this.tellings.set(telling)
  }

  /** Something has been told or taken back. */
  private hear({ event: { control, type } }: Fact, isNew: boolean): void {
    if (control) this.hearOrder(control, isNew)
    if (this.effectTypes.size > 0 && (control || this.effectTypes.has(type))) this.unsettle()
  }

  private hearOrder(control: Control, isNew: boolean): void {
    if ('agreement' in control && control.agreement !== this.rulebook.id) return
    switch (control.kind) {
      case 'judgement':
        for (const tracked of this.commitments) {
          const prefix = `${this.rulebook.id}/${tracked.commitment.id}@`
          if (control.case.startsWith(prefix)) tracked.spoilPart(control.case.slice(prefix.length))
        }
        return
      case 'watermark':
        for (const tracked of this.commitments)
          if (tracked.commitment.evidence.reportedBy.includes(control.source)) tracked.spoilSilent(isNew)
        return
      case 'indicator':
        this.memory.forget(`indicator ${control.series}`)
        for (const tracked of this.commitments)
          if (restsOnSeries(tracked.commitment, control.series)) tracked.spoilAll()
        return
      case 'waiver':
      case 'discharge':
        this.isUnsettled = true
        for (const tracked of this.commitments)
          if (control.case === null ? control.commitment === tracked.commitment.id : true) tracked.spoilAll()
        return
      default:
        this.unsettle()
    }
  }

  /** Something that bears on the whole agreement has come or gone. */
  private unsettle(): void {
    this.isUnsettled = true
    this.memory.forget('life')
    this.memory.forget('suspensions')
    this.memory.forget('effects')
  }

  private moveTo(asOf: Instant): World {
    const isBack = asOf < this.now
    this.now = asOf
    const world = this.worldAt(asOf)
    if (isBack || this.isUnsettled || asOf >= this.settingUntil) this.settle(world, isBack)
    for (let sleeper = this.queue.next(asOf); sleeper; sleeper = this.queue.next(asOf)) {
      if (sleeper instanceof Tracked) sleeper.isListStale = true
      else (sleeper as Entry).tracked.spoil(sleeper as Entry)
    }
    for (const tracked of this.inOrder) tracked.update(world)
    for (const tracked of this.inOrder) tracked.repair(world)
    return world
  }

  /** Finds out whether the agreement as a whole stands as it did; where not, every case is looked at again. */
  private settle(world: World, isBack: boolean): void {
    this.isUnsettled = false
    const h = new Horizon(world.now)
    const life = world.life(h)
    // What a commitment without cases shows is another thing once it has ceased to bind.
    for (const end of [life.end, life.termination?.at ?? null]) if (end !== null) h.passed(end)
    const effects = world.effects(h)
    const suspensions = this.commitments.map(({ commitment }) => world.suspensions(commitment, h))
    const hasOrders = ['waiver', 'discharge'].some((kind) => this.index.ofType(`servanda.${kind}`).length > 0)
    this.settingUntil = h.next ?? Number.POSITIVE_INFINITY
    const setting = { life, effects, suspensions, hasOrders }
    if (!isBack && this.setting && isSameSetting(setting, this.setting)) return
    this.setting = setting
    for (const [i, tracked] of this.commitments.entries()) {
      const isCalm = life.termination === null && effects.length === 0 && suspensions[i]?.length === 0 && !hasOrders
      tracked.unsettle(life, isCalm)
    }
  }
}

/** A change that writes out which case it is about when somebody asks. */
class Changed implements StatusChange {
  readonly commitment: string
  readonly status: CaseStatus | null
  readonly #entry: Entry

  constructor(entry: Entry) {
    this.commitment = entry.tracked.commitment.id
    this.status = entry.code === NO_CASE ? null : statusOfCode(entry.code)
    this.#entry = entry
  }

  get part(): string {
    return this.#entry.part
  }
}

/** Whether the same telling of a fact is claimed to have been known earlier. */
function isEarlierTold(event: KnownEvent, known: Telling): boolean {
  if (!isFact(known) || known.event.recordedAt === null) return false
  return event.recordedAt === null || event.recordedAt < known.event.recordedAt
}

function restsOnSeries(commitment: Commitment, series: string): boolean {
  if (commitment.kind === 'maintain') return commitment.state.kind === 'indicator' && commitment.state.series === series
  if (commitment.kind !== 'total') return false
  return series === commitment.target.percentOf?.indicator || series.startsWith(`${commitment.convert.series}.`)
}

function isSameSetting(a: Setting, b: Setting): boolean {
  return settingText(a) === settingText(b)
}

/** A setting as text: two are the same when their texts are. */
function settingText({ life, effects, suspensions, hasOrders }: Setting): string {
  const named = ({ event }: Fact) => [event.source, event.id, event.revision]
  return JSON.stringify([
    life.entry,
    life.end,
    life.termination && [life.termination.at, named(life.termination.fact)],
    effects.map(({ effect, at, exercise }) => [effect.kind, at, named(exercise)]),
    suspensions.map((all) => all.map(({ from, to, facts }) => [from, to, facts.map(named)])),
    hasOrders,
  ])
}
