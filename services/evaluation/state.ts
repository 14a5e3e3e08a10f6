import type { CaseResult, Indicator, Instant, Verdict } from '../../rules/index.ts'

/** A case as it was last recorded. */
export interface StoredCase {
  readonly id: string
  readonly commitment: string
  /** Grows with every new verdict and every further violation. */
  readonly verdictVersion: number
  /** The case that took its place when its trigger turned out to be another; null: none did. */
  readonly replacedBy: string | null
  /** Since when its status is what it is. */
  readonly since: Instant
  readonly result: CaseResult
}

/** A commitment as it was last recorded. */
export interface StoredCommitment {
  readonly id: string
  readonly position: number
  readonly indicator: Indicator
  readonly nextCheck: Instant | null
  readonly record: Readonly<Partial<Record<Verdict, number>>>
}

/** What the service last worked out about an agreement. */
export interface AgreementState {
  readonly agreement: string
  /** The instant it was worked out for; null: never. */
  readonly evaluatedAt: Instant | null
  /** The last row of the ledger it takes into account. */
  readonly evaluatedSeq: number
  readonly commitments: readonly StoredCommitment[]
  readonly cases: readonly StoredCase[]
}

export type TransitionCause = 'evidence' | 'time' | 'correction' | 'import' | 'rule_change' | 'judgement'

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

/** What an evaluation changes in the stored state. */
export interface Changes {
  readonly agreement: string
  readonly evaluatedAt: Instant
  readonly evaluatedSeq: number
  readonly rulebookVersion: number
  /** Only those that differ from what is stored. */
  readonly commitments: readonly StoredCommitment[]
  /** Commitments the rulebook no longer has. */
  readonly dropped: readonly string[]
  /** Only those that differ from what is stored. */
  readonly cases: readonly StoredCase[]
  readonly transitions: readonly Transition[]
}

/**
 * Where the engine's state lives. The worker loads what it needs, works out what changed, and saves that, all inside one
 * transaction; whoever loads an agreement holds it until that ends.
 */
export interface CaseStore {
  load(agreement: string): Promise<AgreementState>
  save(changes: Changes): Promise<void>
}
