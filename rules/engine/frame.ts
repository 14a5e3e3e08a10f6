import { addDuration, addOnWallClock, type Duration, rounds } from '../language/duration.ts'
import type { Commitment, Power } from '../language/rulebook.ts'
import type { Frame, Occasion } from './case.ts'
import type { Fact } from './history.ts'
import type { Horizon } from './horizon.ts'
import { type Instant, instant, type Span } from './instant.ts'
import type { Suspension, World } from './world.ts'
import { endOfDay, wallClockMs, wallDate } from './zone-time.ts'

/** A deadline: an instant, `never` (no end is fixed), or `paused` (a suspension that still lasts moves it). */
export type Deadline = Instant | 'never' | 'paused'

/**
 * The deadlines of one case, as suspension, extension and termination leave them.
 * @param settledAt when the case was settled at once: suspensions that begin after it leave it alone; null: it was not
 */
export function frameOf(
  world: World,
  commitment: Commitment,
  occasion: Occasion,
  settledAt: Instant | null,
  h: Horizon,
): Frame {
  const clock = new CaseClock(world, commitment, occasion, settledAt, h)
  const anchors = clock.anchors()
  const due = anchors === null ? null : ([clock.due(anchors.from), clock.due(anchors.to)] as const)
  const close = due && ([clock.close(due[0]), clock.close(due[1])] as const)
  const until = due === null ? FOREVER : { from: clock.lastChance(due[0]), to: clock.lastChance(due[1]) }
  const stays = close === null || close.includes('paused') || close.includes('never')
  const suspendedSince = stays ? (clock.lasting?.from ?? null) : null
  const natural: Frame = {
    due: suspendedSince === null ? spanOf(due) : null,
    close: spanOf(close),
    until,
    suspendedSince,
    movedBy: clock.movedBy(),
    ended: null,
  }
  const { termination } = world.life(h)
  if (termination === null || commitment.survives) return natural
  if (natural.close !== null && natural.close.to <= termination.at) return natural
  const capped = { from: Math.min(until.from, termination.at), to: Math.min(until.to, termination.at) }
  if (commitment.kind === 'act' || commitment.kind === 'power' || commitment.kind === 'total')
    return { ...natural, until: capped, ended: termination }
  return endAt(termination.at, { ...natural, until: capped, ended: termination })
}

/** `frame` with its due and close at `at`. */
export function endAt(at: Instant, frame: Frame): Frame {
  return { ...frame, due: { from: at, to: at }, close: { from: at, to: at }, suspendedSince: null }
}

const FOREVER = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }

function spanOf(pair: readonly [Deadline, Deadline] | null): Span | null {
  if (pair === null) return null
  const [from, to] = pair
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : null
}

/** On what a deadline is counted, as numbers: elapsed milliseconds or milliseconds of the wall clock. */
interface Scale {
  readonly of: (at: Instant) => number
  readonly add: (at: number, duration: Duration) => number
  /** The deadline proper: rounded, where it rounds. */
  readonly deadline: (at: number) => Instant
}

/** The deadlines that a possible performance is measured against when the trigger is its earliest and its latest. */
class CaseClock {
  private readonly world: World
  private readonly commitment: Commitment
  private readonly occasion: Occasion
  private readonly h: Horizon
  private readonly suspensions: readonly Suspension[]
  /** The suspension that lasts now and concerns this case. */
  readonly lasting: Suspension | null

  constructor(world: World, commitment: Commitment, occasion: Occasion, settledAt: Instant | null, h: Horizon) {
    this.world = world
    this.commitment = commitment
    this.occasion = occasion
    this.h = h
    const all = world.suspensions(commitment, h)
    this.suspensions = settledAt === null ? all : all.filter((s) => s.from <= settledAt)
    this.lasting = this.suspensions.find((s) => s.to === null) ?? null
    const { where } = world.rulebook
    this.calendar = {
      of: (at) => wallClockMs(at, where.zone),
      add: (wall, duration) => addOnWallClock(wall, duration, where),
      deadline: (wall) => endOfDay(wallDate(wall), where.zone),
    }
    this.elapsed = {
      of: (at) => at,
      add: (at, duration) => addDuration(instant(at), duration, where),
      deadline: (at) => instant(at),
    }
  }

  /** Deadlines that run to the end of a local day: counted and moved on the wall clock, rounded in the end. */
  private readonly calendar: Scale
  /** Deadlines in hours and minutes: counted and moved in elapsed time. */
  private readonly elapsed: Scale

  /** From when the deadline is counted, at the earliest and at the latest; null before entry into force. */
  anchors(): Span | null {
    const { occasion } = this
    if (occasion.trigger) return occasion.trigger.span
    if (occasion.period?.from == null) return this.fixedEnd() === null ? null : { from: 0 as Instant, to: 0 as Instant }
    return { from: occasion.period.from, to: occasion.period.from }
  }

  /** A deadline that needs no anchor: it stands although the agreement is not in force yet. */
  private fixedEnd(): Instant | null {
    const { commitment, occasion } = this
    if (commitment.kind === 'act' && commitment.byDate !== null)
      return endOfDay(commitment.byDate, this.world.rulebook.where.zone)
    return occasion.period?.to ?? null
  }

  due(anchor: Instant): Deadline {
    const { commitment, occasion } = this
    const { zone } = this.world.rulebook.where
    if (commitment.kind === 'act') {
      if (commitment.byDate !== null) {
        const opened = occasion.opened?.from ?? null
        const pauses = this.tolling().filter((s) => opened === null || s.to === null || s.to > opened)
        return this.moved(this.calendar, this.calendar.of(endOfDay(commitment.byDate, zone)), pauses)
      }
      if (commitment.within !== null) {
        const from = occasion.period ? occasion.period.to : anchor
        return from === null ? 'never' : this.counted(from, commitment.within)
      }
    }
    if (commitment.kind === 'power' && commitment.availableFor !== null) {
      return this.counted(this.availableFrom(commitment, anchor), commitment.availableFor)
    }
    const end = occasion.period ? occasion.period.to : this.world.life(this.h).end
    // What a case of the term opens after its end has no end of its own.
    return end === null || (occasion.trigger !== null && end < anchor) ? 'never' : end
  }

  private availableFrom(power: Power, anchor: Instant): Instant {
    return power.availableAfter === null ? anchor : addDuration(anchor, power.availableAfter, this.world.rulebook.where)
  }

  /** `duration` from `anchor`; one that begins while suspended is counted from the resumption. */
  private counted(anchor: Instant, duration: Duration): Deadline {
    const inside = this.tolling().find((s) => s.from <= anchor && (s.to === null || anchor < s.to))
    if (inside?.to === null) return 'paused'
    const start = inside?.to ?? anchor
    const scale = rounds(duration) ? this.calendar : this.elapsed
    return this.moved(
      scale,
      scale.add(scale.of(start), duration),
      this.tolling().filter((s) => s.from >= start),
    )
  }

  private tolling(): readonly Suspension[] {
    return this.commitment.suspension === 'tolls' ? this.suspensions : []
  }

  /**
   * `unrounded`, moved by every suspension that begins at or before the deadline as it then stands, by its whole length,
   * and by extensions.
   */
  private moved(scale: Scale, unrounded: number, pauses: readonly Suspension[]): Deadline {
    const moves = [
      ...pauses.map(({ from, to }) => ({
        at: from,
        apply: (d: number) => (to === null ? null : d + scale.of(to) - scale.of(from)),
      })),
      ...this.extensions().map((e) => ({ at: e.at, apply: (d: number): number | null => scale.add(d, e.by) })),
    ].sort((a, b) => a.at - b.at)
    let at = unrounded
    for (const move of moves) {
      if (move.at > scale.deadline(at)) continue
      const next = move.apply(at)
      if (next === null) return 'paused'
      at = next
    }
    return scale.deadline(at)
  }

  /** The facts that suspended or resumed the case before its close, or extended its deadline. */
  movedBy(): readonly Fact[] {
    const opened = this.occasion.opened?.from ?? null
    const anchors = this.anchors()
    const closes = anchors === null ? 'never' : this.close(this.due(anchors.to))
    const during = this.suspensions.filter(
      (s) => (opened === null || s.to === null || s.to > opened) && (typeof closes !== 'number' || s.from <= closes),
    )
    return [
      ...during.flatMap((s) => s.facts),
      ...this.extensions()
        .filter((e) => typeof closes !== 'number' || e.at <= closes)
        .map((e) => e.fact),
    ]
  }

  private extensions(): readonly { readonly at: Instant; readonly by: Duration; readonly fact: Fact }[] {
    const opened = this.occasion.opened?.from
    return this.world
      .effects(this.h)
      .flatMap(({ effect, at, exercise }) =>
        effect.kind === 'extends' && effect.commitment === this.commitment.id && (opened === undefined || at >= opened)
          ? [{ at, by: effect.by, fact: exercise }]
          : [],
      )
  }

  /** The last instant at which performance is in time: `due` with its grace, wherever suspensions leave the close. */
  lastChance(due: Deadline): number {
    if (typeof due !== 'number') return Number.POSITIVE_INFINITY
    const { grace } = this.commitment
    return grace === null ? due : addDuration(due, grace, this.world.rulebook.where)
  }

  /** `due` plus grace; nothing closes while suspended: a close inside a suspension is the resumption. */
  close(due: Deadline): Deadline {
    if (typeof due !== 'number') return due
    const end = this.lastChance(due) as Instant
    const inside = this.suspensions.find((s) => s.from <= end && (s.to === null || end < s.to))
    if (!inside) return end
    return inside.to ?? 'paused'
  }
}
