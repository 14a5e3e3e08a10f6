import { type Amount, decimal, plus, Rate, times } from '../language/decimal.ts'
import type { Total } from '../language/rulebook.ts'
import { type Flow, sumOf } from './flows.ts'
import type { Horizon } from './horizon.ts'
import { type Instant, instant } from './instant.ts'
import type { Window } from './window.ts'
import { endOfDay } from './zone-time.ts'

/** A total on its way: what has been given, and the path it was expected to take. */
export interface Pace {
  readonly flows: readonly Flow[]
  readonly commitment: Total
  readonly window: Window
  /** The target as stated. */
  readonly goal: Amount
  readonly zone: string
}

/** A corner of the path: by `at`, this share of the target. */
interface Corner {
  readonly at: number
  readonly share: Amount
}

const CLEARED_ABOVE = Rate.div(9, 10)

/** What was expected by `now`, or null when the period has no end. */
export function expectedNow(pace: Pace, now: Instant): Amount | null {
  const corners = cornersOf(pace)
  return corners === null ? null : pathAt(corners, pace, Math.min(Math.max(now, pace.window.from), pace.window.to))
}

/** The corners of the path and what is expected by each, a straight line between two; null when the period has no end. */
export function pathOf(pace: Pace): readonly { readonly at: Instant; readonly value: Amount }[] | null {
  return cornersOf(pace)?.map(({ at, share }) => ({ at: instant(at), value: times(pace.goal, share) })) ?? null
}

/**
 * Whether the total is behind: set while the lower end is below `at_risk_below` of the path, cleared only above nine
 * tenths of it, over world time after the first tenth of the period.
 */
export function isAtRisk(pace: Pace, h: Horizon): boolean {
  const corners = cornersOf(pace)
  if (corners === null) return false
  const { from, to } = pace.window
  const begin = Math.floor(from + (to - from) / 10) + 1
  const turns = [...new Set([begin, ...pace.flows.map((f) => f.span.from), ...corners.map((c) => c.at)])]
    .filter((t) => t >= begin)
    .sort((a, b) => a - b)
  let risk = false
  for (const [i, turn] of turns.entries()) {
    // At the next corner the path may steepen.
    if (!h.reached(turn)) break
    const { min } = sumOf(
      pace.flows.filter((f) => f.span.from <= turn),
      pace.commitment,
    )
    if (min === null) {
      risk = true
      continue
    }
    if (isBehind(min, corners, pace, turn)) risk = true
    else if (min.greaterThan(times(CLEARED_ABOVE, pathAt(corners, pace, turn)))) risk = false
    // Between two turns the total stands still and the path climbs: it can only fall behind.
    const last = Math.min((turns[i + 1] ?? to + 1) - 1, to)
    const crossing = risk ? null : firstBehind(min, corners, pace, turn, last)
    if (crossing !== null && h.reached(crossing)) risk = true
  }
  return risk
}

function isBehind(min: Amount, corners: readonly Corner[], pace: Pace, at: number): boolean {
  return min.lessThan(times(pace.commitment.target.atRiskBelow, pathAt(corners, pace, at)))
}

/** The first millisecond after `from`, up to `to`, at which `min` is behind; null when it never is. The path does not fall. */
function firstBehind(min: Amount, corners: readonly Corner[], pace: Pace, from: number, to: number): number | null {
  if (!isBehind(min, corners, pace, to)) return null
  let before = from
  let behind = to
  while (behind - before > 1) {
    const middle = Math.floor((before + behind) / 2)
    if (isBehind(min, corners, pace, middle)) behind = middle
    else before = middle
  }
  return behind
}

/** The path from nothing at the start to the target at the end, through the dated shares at the end of their days. */
function cornersOf({ window, commitment, zone }: Pace): readonly Corner[] | null {
  if (!Number.isFinite(window.to)) return null
  const dated = (commitment.target.path ?? []).map(({ on, share }) => ({ at: endOfDay(on, zone) as number, share }))
  const inside = dated.filter((c) => c.at > window.from && c.at < window.to)
  return [{ at: window.from, share: decimal(0) }, ...inside, { at: window.to, share: decimal(1) }]
}

/** Piecewise linear: the amount expected by `at`. */
function pathAt(corners: readonly Corner[], { goal }: Pace, at: number): Amount {
  const next = corners.findIndex((c) => c.at >= at)
  const b = corners[next]
  const a = corners[next - 1]
  if (!a || !b) return times(goal, (b ?? corners.at(-1))?.share ?? decimal(0))
  const part = Rate.div(at - a.at, b.at - a.at)
  return times(goal, plus(a.share, times(plus(b.share, a.share.negated()), decimal(part.toFixed()))))
}
