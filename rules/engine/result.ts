/** What an evaluation says: the JSON of `servanda evaluate --format json`, field by field. */

export const PHASES = ['dormant', 'running', 'suspended', 'closed'] as const
export type Phase = (typeof PHASES)[number]

export const VERDICTS = [
  'open',
  'met',
  'met_late',
  'partly_met',
  'breached',
  'repaired',
  'excused',
  'exercised',
  'lapsed',
  'void',
  'needs_judgement',
  'unknown',
] as const
export type Verdict = (typeof VERDICTS)[number]

export const CERTAINTIES = ['provisional', 'final'] as const
export type Certainty = (typeof CERTAINTIES)[number]

export const FLAGS = [
  'at_risk',
  'awaiting_reports',
  'contested',
  'due_soon',
  'imprecise',
  'overdue',
  'overridden',
  'stalled',
] as const
export type Flag = (typeof FLAGS)[number]

/** Most urgent first. */
export const INDICATORS = [
  'breached',
  'overdue',
  'unknown',
  'at_risk',
  'due_soon',
  'suspended',
  'on_track',
  'dormant',
  'fulfilled',
  'ended',
] as const
export type Indicator = (typeof INDICATORS)[number]

export const ROLES = ['trigger', 'performed', 'counted', 'ignored', 'violated', 'excused', 'control'] as const
export type Role = (typeof ROLES)[number]

export const KINDS = ['act', 'total', 'maintain', 'prohibit', 'endeavour', 'power'] as const
export type Kind = (typeof KINDS)[number]

/** An RFC 3339 UTC instant with three fraction digits, or its two ends when what it is counted from is imprecise. */
export type TimeValue = string | { readonly from: string; readonly to: string }

/** The measured value of a total or an indicator bound: exact decimals as strings, `null` for unbounded or not known. */
export interface Value {
  readonly min: string | null
  readonly max: string | null
  readonly unit: string | null
  readonly target: string | null
  readonly expected: string | null
}

export interface Evidence {
  readonly event: { readonly source: string; readonly id: string; readonly revision: number }
  readonly role: Role
  readonly reason: string
}

export interface CaseResult {
  /** `<agreement>/<commitment>@<case part>` */
  readonly id: string
  readonly phase: Phase
  readonly verdict: Verdict
  readonly certainty: Certainty
  /** Sorted. */
  readonly flags: readonly Flag[]
  readonly opened: TimeValue | null
  readonly due: TimeValue | null
  readonly close: TimeValue | null
  /** The earliest later instant at which something about the case changes with no news. */
  readonly next_check: string | null
  readonly value: Value | null
  /** One sentence. */
  readonly explanation: string
  readonly evidence: readonly Evidence[]
  readonly evidence_omitted: number
}

/** A commitment without its cases. */
export interface CommitmentHead {
  /** The bare id, without the agreement's. */
  readonly id: string
  readonly agreement: string
  readonly kind: Kind
  readonly indicator: Indicator
  readonly next_check: string | null
  /** How many cases have each verdict; zeros are left out. */
  readonly record: Readonly<Partial<Record<Verdict, number>>>
}

export interface CommitmentResult extends CommitmentHead {
  readonly cases: readonly CaseResult[]
}

export interface Evaluation {
  readonly as_of: string
  readonly known_at: string | null
  readonly commitments: readonly CommitmentResult[]
}
