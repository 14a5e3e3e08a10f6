import type { CaseResult, CommitmentHead, Indicator, Instant, Verdict } from '../../rules/index.ts'

/** A case as it was last recorded. */
export interface StoredCase {
  readonly id: string
  readonly commitment: string
  /** Grows with every new verdict and every further violation. */
  readonly verdictVersion: number
  /** Nothing yields it any more; its result says `void`. */
  readonly isGone: boolean
  /** The case that took its place when its trigger turned out to be another; null: none did. */
  readonly replacedBy: string | null
  /** Since when its status is what it is. */
  readonly since: Instant
  readonly result: CaseResult
}

/** How many cases of a commitment stand how: by the text of their {@link CaseStanding}. */
export type Tally = Readonly<Record<string, number>>

/** A commitment as it was last recorded. */
export interface StoredCommitment extends Pick<CommitmentHead, 'id'> {
  readonly position: number
  readonly indicator: Indicator
  /** When it is looked at again without news: never later than the next change; null: never. */
  readonly nextCheck: Instant | null
  readonly record: Readonly<Partial<Record<Verdict, number>>>
  readonly tally: Tally
}

/** What the service last worked out about an agreement, but for the cases. */
export interface AgreementState {
  readonly agreement: string
  /** The instant it was worked out for; null: never. */
  readonly evaluatedAt: Instant | null
  /** The last row of the ledger it takes into account. */
  readonly evaluatedSeq: number
  readonly commitments: readonly StoredCommitment[]
}

export const TRANSITION_CAUSES = ['evidence', 'time', 'correction', 'import', 'rule_change', 'judgement'] as const
export type TransitionCause = (typeof TRANSITION_CAUSES)[number]

/** One change of a case, kept for ever. */
export interface Transition {
  readonly caseId: string
  readonly commitment: string
  readonly verdictVersion: number
  readonly cause: TransitionCause
  readonly occurredAt: Instant
  readonly before: CaseResult | null
  readonly after: CaseResult
}

/** A case that is not what is stored. */
export interface ChangedCase extends StoredCase {
  /** As it is stored; null: it is not. */
  readonly before: StoredCase | null
}

/** What an evaluation changes among the cases. */
export interface CaseChanges {
  readonly cases: readonly ChangedCase[]
  readonly transitions: readonly Transition[]
}
