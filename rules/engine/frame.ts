import { addDuration, type Duration, rounds } from '../language/duration.ts'
import type { Commitment, Power } from '../language/rulebook.ts'
import type { Frame, Occasion } from './case.ts'
import type { Horizon } from './horizon.ts'
import { type Instant, instant, type Span } from './instant.ts'
import type { Suspension, World } from './world.ts'
import { endOfDay, endOfDayOf, fromWallClockMs, wallClockMs } from './zone-time.ts'

/** A deadline: an instant, `never` (no end is fixed), or `paused` (a suspension that still lasts moves it). */
export type Deadline = Instant | 'never' | 'paused'

/**
 * The deadlines of one case, as suspension, extension and termination leave them.
 * @param closedBefore the case was settled before the suspension that lasts now, which therefore leaves it alone
 */
export function frameOf(
  world: World,
  commitment: Commitment,
  occasion: Occasion,
  closedBefore: boolean,
  h: Horizon,
): Frame {
  const clock = new CaseClock(world, commitment, occasion, closedBefore, h)
  const anchors = clock.anchors()
  const due = anchors === null ? null : ([clock.due(anchors.from), clock.due(anchors.to)] as const)
  const close = due && ([clock.close(due[0]), clock.close(due[1])] as const)
  const until = due === null ? FOREVER : { from: clock.lastChance(due[0]), to: clock.lastChance(due[1]) }
  const suspended = clock.lasting !== null && (close === null || close.includes('paused') || close.includes('never'))
  const natural: Frame = {
    due: suspended ? null : spanOf(due),
    close: suspended ? null : spanOf(close),
    until,
    suspended,
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
  return { ...frame, due: { from: at, to: at }, close: { from: at, to: at }, suspended: false }
}

const FOREVER = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }

function spanOf(pair: readonly [Deadline, Deadline] | null): Span | null {
  if (pair === null) return null
  const [from, to] = pair
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : null
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

  constructor(world: World, commitment: Commitment, occasion: Occasion, closedBefore: boolean, h: Horizon) {
    this.world = world
    this.commitment = commitment
    this.occasion = occasion
    this.h = h
    const all = world.suspensions(commitment, h)
    this.suspensions = closedBefore ? all.filter((s) => s.to !== null) : all
    this.lasting = this.suspensions.find((s) => s.to === null) ?? null
  }

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
      if (commitment.byDate !== null)
        return this.moved(
          null,
          endOfDay(commitment.byDate, zone),
          occasion.trigger ? anchor : (occasion.period?.from ?? null),
          true,
        )
      if (commitment.within !== null) {
        const from = occasion.period ? occasion.period.to : anchor
        return from === null ? 'never' : this.counted(from, commitment.within)
      }
    }
    if (commitment.kind === 'power' && commitment.availableFor !== null) {
      return this.counted(this.availableFrom(commitment, anchor), commitment.availableFor)
    }
    const end = occasion.period ? occasion.period.to : this.world.life(this.h).end
    return end ?? 'never'
  }

  private availableFrom(power: Power, anchor: Instant): Instant {
    return power.availableAfter === null ? anchor : addDuration(anchor, power.availableAfter, this.world.rulebook.where)
  }

  /** `duration` from `anchor`; one that begins while suspended is counted from the resumption. */
  private counted(anchor: Instant, duration: Duration): Deadline {
    const { where } = this.world.rulebook
    const inside = this.tolling().find((s) => s.from <= anchor && (s.to === null || anchor < s.to))
    if (inside?.to === null) return 'paused'
    const start = inside?.to ?? anchor
    return this.moved(start, addDuration(start, duration, where), anchor, rounds(duration))
  }

  private tolling(): readonly Suspension[] {
    return this.commitment.suspension === 'tolls' ? this.suspensions : []
  }

  /**
   * `unrounded`, moved by every suspension that begins at or before the deadline as it then stands, and by extensions.
   * @param start suspensions that began before it are already counted; null: none are
   */
  private moved(start: Instant | null, unrounded: Instant, opened: Instant | null, toEndOfDay: boolean): Deadline {
    const { zone } = this.world.rulebook.where
    const round = (at: Instant): Instant => (toEndOfDay ? endOfDayOf(at, zone) : at)
    const moves = [
      ...this.tolling()
        .filter((s) => (start === null ? opened === null || s.to === null || s.to > opened : s.from >= start))
        .map((s) => ({
          at: s.from,
          apply: (d: Instant) => this.pausedBy(d, s, start === null ? opened : start, toEndOfDay),
        })),
      ...this.extensions().map((e) => ({
        at: e.at,
        apply: (d: Instant): Instant | null => addDuration(d, e.by, this.world.rulebook.where),
      })),
    ].sort((a, b) => a.at - b.at)
    let at = unrounded
    for (const move of moves) {
      if (move.at > round(at)) continue
      const next = move.apply(at)
      if (next === null) return 'paused'
      at = next
    }
    return round(at)
  }

  /** `deadline` plus the length of the suspension: on the wall clock when it rounds to a day, else elapsed. */
  private pausedBy(deadline: Instant, pause: Suspension, opened: Instant | null, onWallClock: boolean): Instant | null {
    if (pause.to === null) return null
    const { zone } = this.world.rulebook.where
    const from = instant(Math.max(pause.from, opened ?? pause.from))
    if (!onWallClock) return instant(deadline + (pause.to - from))
    return fromWallClockMs(wallClockMs(deadline, zone) + wallClockMs(pause.to, zone) - wallClockMs(from, zone), zone)
  }

  private extensions(): readonly { readonly at: Instant; readonly by: Duration }[] {
    const opened = this.occasion.opened?.from
    return this.world
      .effects(this.h)
      .flatMap(({ effect, at }) =>
        effect.kind === 'extends' && effect.commitment === this.commitment.id && (opened === undefined || at >= opened)
          ? [{ at, by: effect.by }]
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
