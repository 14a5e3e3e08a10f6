import type { Rulebook } from '../../rules/index.ts'
import { asksFor, isWithin } from './filter.ts'
import type { AlertKind } from './kind.ts'
import type { Subscription } from './subscription.ts'
import { DEFAULT_ID } from './subscriptions.ts'

/** A commitment whose worst news would reach nobody. */
export interface Unreached {
  readonly agreement: string
  readonly commitment: string
  readonly kind: AlertKind
}

/** Whether whoever has to hear of something would. */
export interface Reach {
  readonly unreached: readonly Unreached[]
  /** Whether mail to whoever runs the service came back: nobody can be told of it by mail. */
  readonly isOperatorLost: boolean
}

/** Pure. */
export function reachOf(rulebooks: readonly Rulebook[], subscriptions: readonly Subscription[]): Reach {
  const operator = subscriptions.find(({ id }) => id === DEFAULT_ID)
  return {
    unreached: unreachedCommitments(rulebooks, subscriptions),
    isOperatorLost: operator?.state === 'bounced' || operator?.state === 'gone',
  }
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
