import { type Amount, formatDecimal } from '../language/decimal.ts'
import type { KnownEvent } from '../language/event.ts'
import type { Rulebook, Total } from '../language/rulebook.ts'
import type { CaseState } from './case.ts'
import { Dossier } from './evidence.ts'
import { type Flow, flowsOf, sumsOfFirst } from './flows.ts'
import { firstIndex, historyOf } from './history.ts'
import { type Instant, instant } from './instant.ts'
import { pathOf } from './pace.ts'
import { Outlook, type Viewpoint } from './reference.ts'
import { type Window, windowOf } from './window.ts'
import type { World } from './world.ts'

/** How the value of a case of a total grew over the time of the world, as it is known at one viewpoint. */
export interface Series {
  readonly bound: 'at_least' | 'at_most'
  readonly unit: string
  /** The target as stated; null when it is not known or not one figure. */
  readonly target: string | null
  /** The time in which flows count: the period, cut short by a termination. */
  readonly from: Instant
  /** Null: without end. */
  readonly to: Instant | null
  readonly asOf: Instant
  /**
   * Never empty: the value from each instant up to the next, in order; a null end is unbounded. The first is where the
   * period begins, the last where it ends or, before that, `asOf`, with the value of the case.
   */
  readonly points: readonly { readonly at: Instant; readonly min: string | null; readonly max: string | null }[]
  /** The corners of the promised path, a straight line between two; empty where no path is promised. */
  readonly pace: readonly { readonly at: Instant; readonly value: string }[]
}

/** So many points of a series are kept. */
export const MOST_POINTS = 400

/**
 * The growth of the case `caseId` of a total. A flow counts from its earliest instant, as for the pace; what is now known
 * of it is what it counted then. Null when there is no such case of a total, or its period has no beginning yet.
 */
export function totalSeries(
  rulebook: Rulebook,
  caseId: string,
  events: readonly KnownEvent[],
  { asOf, knownAt = null }: Viewpoint,
): Series | null {
  const commitment = rulebook.commitments.find(
    (c): c is Total => c.kind === 'total' && caseId.startsWith(`${rulebook.id}/${c.id}@`),
  )
  if (commitment === undefined) return null
  const outlook = new Outlook(historyOf(rulebook, events, knownAt))
  const state = outlook.statesAt(commitment, asOf).states.find(({ context }) => context.id === caseId)
  return state ? seriesOf(outlook.worldAt(asOf), commitment, state) : null
}

/** The growth of the case of `commitment` that stands as in `state`; null: its period has no beginning yet. */
export function seriesOf(
  world: World,
  commitment: Total,
  { context, assessment: { value } }: CaseState,
): Series | null {
  const window = windowOf(context.occasion, context.frame)
  if (window === null || value === null) return null
  const flows = flowsOf(world, { ...context, commitment, dossier: new Dossier() }, window)
  const { target, expected } = value
  const pace = { flows, commitment, window, zone: world.rulebook.where.zone }
  return {
    bound: commitment.target.bound,
    unit: commitment.target.unit,
    target: target && formatDecimal(target),
    from: instant(window.from),
    to: Number.isFinite(window.to) ? instant(window.to) : null,
    asOf: world.now,
    points: pointsOf(flows, commitment, window, world.now),
    // Something is expected exactly where a path is promised.
    pace:
      target === null || expected === null
        ? []
        : (pathOf({ ...pace, goal: target }) ?? []).map(({ at, value }) => ({ at, value: formatDecimal(value) })),
  }
}

function pointsOf(flows: readonly Flow[], commitment: Total, window: Window, now: Instant): Series['points'] {
  // Before the period begins there is nothing to see but how it stands now.
  const first = Math.min(window.from, now)
  const last = Math.max(first, Math.min(window.to, now))
  const turns = [...new Set([first, ...flows.map(({ span }) => Math.max(span.from, first)), last])]
  const shown = thinned(turns, MOST_POINTS)
  const counts = shown.map((at) => (at === last ? flows.length : firstIndex(flows, ({ span }) => span.from > at)))
  return sumsOfFirst(flows, counts, commitment).map(({ min, max }, n) => ({
    at: instant(shown[n] ?? last),
    min: text(min),
    max: text(max),
  }))
}

/** At most `most` of `items`, evenly, the first and the last among them. */
function thinned<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, n) => items[Math.round((n * (items.length - 1)) / (most - 1))] as T)
}

function text(amount: Amount | null): string | null {
  return amount && formatDecimal(amount)
}
