import type { Rulebook } from '../../rules/index.ts'
import { asksFor, isWithin } from './filter.ts'
import type { AlertKind } from './kind.ts'
import type { Subscription } from './subscription.ts'

/** A commitment whose worst news would reach nobody. */
export interface Unreached {
  readonly agreement: string
  readonly commitment: string
  readonly kind: AlertKind
}

/**
 * The commitments whose worst news no active subscription takes: a breach, or where there can be none, that a judgement
 * is needed. Powers have no such news, and another reading of a promise never alerts. Pure.
 */
export function unreachedCommitments(
  rulebooks: readonly Rulebook[],
  subscriptions: readonly Subscription[],
): readonly Unreached[] {
  const active = subscriptions.filter(({ state }) => state === 'active')
  return rulebooks.flatMap(({ id: agreement, commitments }) =>
    commitments.flatMap(({ id: commitment, kind: ofWhat, by, to, tags, severity, readingOf }) => {
      if (ofWhat === 'power' || readingOf !== null) return []
      const kind = ofWhat === 'endeavour' ? 'needs_judgement' : 'breached'
      const topic = { agreement, commitment, parties: [...by, ...to], tags }
      const alert = { kind, verdict: kind, severity } as const
      const isReached = active.some(({ filter }) => isWithin(topic, filter) && asksFor(alert, filter))
      return isReached ? [] : [{ agreement, commitment, kind }]
    }),
  )
}
