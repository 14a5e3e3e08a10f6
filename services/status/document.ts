import {
  type CaseResult,
  formatInstant,
  INDICATORS,
  type Indicator,
  type Instant,
  type Kind,
  type TimeValue,
  type Value,
  type Verdict,
} from '../../rules/index.ts'
import type { Clause } from '../alerts/index.ts'

/** The published status: one documented shape, versioned by `schema`. */
export interface StatusDocument {
  readonly schema: 'servanda.status/1'
  /** Grows with every change of anything shown here. */
  readonly seq: number
  /** When it last changed. */
  readonly as_of: string | null
  /** The instant up to which every agreement has been evaluated; nothing has become due since. */
  readonly evaluated_through: string | null
  /** True when something shown may be out of date: an evaluation failed, an event was set aside, or the database is away. */
  readonly stale: boolean
  /** How the clock is described when it is not the real one. */
  readonly clock: string | null
  readonly indicator: Indicator | null
  readonly counts: Readonly<Partial<Record<Indicator, number>>>
  readonly agreements: readonly AgreementStatus[]
  readonly next_deadlines: readonly Deadline[]
  readonly rejected_rulebooks: readonly RejectedRulebook[]
}

export interface AgreementStatus {
  readonly id: string
  readonly title: string
  readonly legal_force: string
  readonly zone: string
  readonly rulebook_version: number
  readonly evaluated_at: string | null
  /** True when what is shown of it may be out of date. */
  readonly stale: boolean
  /** What went wrong at the last evaluation; null: nothing. */
  readonly failure: string | null
  /** How many events it is evaluated without, because with them that failed. */
  readonly set_aside: number
  readonly indicator: Indicator | null
  readonly counts: Readonly<Partial<Record<Indicator, number>>>
  readonly commitments: readonly CommitmentStatus[]
  readonly silent_sources: readonly SilentSource[]
  readonly links: { readonly self: string; readonly cases: string }
}

export interface CommitmentStatus {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly severity: string
  /** The commitment this is another reading of; it counts in no indicator but its own. */
  readonly reading_of: string | null
  readonly indicator: Indicator
  readonly since: string | null
  /** One sentence about the case shown. */
  readonly reason: string
  readonly next_check: string | null
  readonly due: TimeValue | null
  readonly value: Value | null
  readonly case: CaseStatus | null
  readonly cases: number
  readonly record: Readonly<Partial<Record<Verdict, number>>>
  readonly clause: Clause | null
  readonly note: string | null
}

export interface CaseStatus {
  readonly id: string
  readonly phase: CaseResult['phase']
  readonly verdict: CaseResult['verdict']
  readonly certainty: CaseResult['certainty']
  readonly flags: CaseResult['flags']
  readonly evidence: number
  readonly link: string
}

export interface Deadline {
  readonly agreement: string
  readonly commitment: string
  readonly case: string
  readonly due: TimeValue
}

/** A source that was expected to report by now and has not: no news of it is no sign that nothing happened. */
export interface SilentSource {
  readonly id: string
  readonly title: string | null
  readonly last_heard_at: string | null
  readonly expected_by: string
}

export interface RejectedRulebook {
  /** The door it came to. */
  readonly origin: 'folder' | 'http'
  readonly file: string
  readonly agreement: string | null
  readonly rejected_at: string
  readonly problems: unknown
}

/** A commitment as the projection reads it: the rulebook's words and what was last recorded. */
export interface CommitmentFacts {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly severity: string
  readonly readingOf: string | null
  readonly clause: Clause | null
  readonly note: string | null
  readonly indicator: Indicator
  readonly nextCheck: Instant | null
  readonly record: Readonly<Partial<Record<Verdict, number>>>
  /** The latest case that shows the indicator, else the latest; null: there is none. */
  readonly shown: { readonly result: CaseResult; readonly since: Instant } | null
}

const NOT_SET_GOING = 'Nothing has set it going yet, so nothing is owed.'
const NEVER_SET_GOING = 'Nothing set it going while the agreement was in force.'

/** What is published about one commitment. Pure. */
export function commitmentStatus(facts: CommitmentFacts, caseLink: (id: string) => string): CommitmentStatus {
  const { shown } = facts
  return {
    id: facts.id,
    title: facts.title,
    kind: facts.kind,
    severity: facts.severity,
    reading_of: facts.readingOf,
    indicator: facts.indicator,
    since: shown && formatInstant(shown.since),
    reason: shown?.result.explanation ?? (facts.indicator === 'ended' ? NEVER_SET_GOING : NOT_SET_GOING),
    next_check: facts.nextCheck === null ? null : formatInstant(facts.nextCheck),
    due: shown?.result.due ?? null,
    value: shown?.result.value ?? null,
    case: shown && {
      id: shown.result.id,
      phase: shown.result.phase,
      verdict: shown.result.verdict,
      certainty: shown.result.certainty,
      flags: shown.result.flags,
      evidence: shown.result.evidence.filter(({ role }) => role !== 'ignored').length,
      link: caseLink(shown.result.id),
    },
    cases: Object.values(facts.record).reduce((sum, count) => sum + count, 0),
    record: facts.record,
    clause: facts.clause,
    note: facts.note,
  }
}

/** Whether what is shown of an agreement may be out of date. */
export function isStale(row: {
  readonly failure: string | null
  readonly evaluated_at: Instant | null
  readonly set_aside: number | null
}): boolean {
  return row.failure !== null || row.evaluated_at === null || (row.set_aside ?? 0) > 0
}

/** How many times each indicator occurs, the most urgent first. */
export function countsOf(indicators: readonly Indicator[]): Partial<Record<Indicator, number>> {
  return Object.fromEntries(
    INDICATORS.map((one) => [one, indicators.filter((other) => other === one).length] as const).filter(
      ([, n]) => n > 0,
    ),
  )
}
