import {
  type CaseResult,
  formatInstant,
  INDICATORS,
  type Indicator,
  type Instant,
  type Kind,
  mostUrgent,
  type Rulebook,
  type TimeValue,
  type Value,
  type Verdict,
} from '../../rules/index.ts'
import type { Clause } from '../alerts/index.ts'
import { type ApiBase, caseLink, casesLink } from '../cases/index.ts'
import { localTime } from './clock-time.ts'
import { type ShownDay, type Strip, type StripDays, stripOf } from './strip.ts'

/** The name of what is published; another number when something no longer means what it did. */
export const STATUS_SCHEMA = 'servanda.status/1'

/** The published status: one documented shape. */
export interface StatusDocument {
  readonly schema: typeof STATUS_SCHEMA
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
  readonly next_deadlines: readonly NextDeadline[]
  readonly rejected_rulebooks: readonly RejectedRulebook[]
  readonly links: StatusLinks
}

/** Where else the status is to be had. */
export interface StatusLinks {
  readonly self: string
  readonly summary: string
  readonly stream: string
  readonly calendar: string
  readonly feed: string
}

export interface AgreementStatus {
  readonly id: string
  readonly title: string
  readonly legal_force: Rulebook['legalForce']
  /** Whether everybody may see it, or only who may read all. */
  readonly visibility: Rulebook['visibility']
  readonly zone: string
  readonly rulebook_version: number
  /** The number of the status with which something of this agreement changed last, and when that was. */
  readonly seq: number
  readonly as_of: string | null
  readonly evaluated_at: string | null
  /** True when what is shown of it may be out of date. */
  readonly stale: boolean
  /** What went wrong at the last evaluation; null: nothing. */
  readonly failure: string | null
  /** How many events it is evaluated without, because with them that failed. */
  readonly set_aside: number
  readonly indicator: Indicator | null
  readonly counts: Readonly<Partial<Record<Indicator, number>>>
  readonly silent_sources: readonly SilentSource[]
  readonly links: AgreementLinks
  readonly commitments: readonly CommitmentStatus[]
}

export interface AgreementLinks {
  readonly self: string
  readonly cases: string
  readonly badge: string
  readonly card: string
  readonly calendar: string
  readonly feed: string
}

export interface CommitmentStatus {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly severity: Severity
  /** The commitment this is another reading of; it counts in no indicator but its own. */
  readonly reading_of: string | null
  readonly indicator: Indicator
  readonly since: string | null
  /** One sentence about the case shown. */
  readonly reason: string
  readonly next_check: string | null
  readonly due: TimeValue | null
  /** The clock that runs for the case shown; null: none does. */
  readonly deadline: Deadline | null
  readonly value: Value | null
  readonly case: CaseStatus | null
  readonly cases: number
  readonly record: Readonly<Partial<Record<Verdict, number>>>
  readonly strip: Strip
  readonly clause: Clause | null
  readonly note: string | null
  readonly links: CommitmentLinks
}

type Severity = Rulebook['commitments'][number]['severity']

export interface CommitmentLinks {
  readonly self: string
  readonly badge: string
  readonly card: string
  readonly calendar: string
}

export interface CaseStatus {
  readonly id: string
  readonly phase: CaseResult['phase']
  readonly verdict: CaseResult['verdict']
  readonly certainty: CaseResult['certainty']
  readonly flags: CaseResult['flags']
  /** How many events it rests on. */
  readonly evidence: number
  readonly link: string
}

/** Until when a case can still be kept. */
export interface Deadline {
  /** The last instant at which it is kept in time. */
  readonly due: TimeValue
  /** The same on the clocks of `zone`. */
  readonly due_local: TimeValue
  readonly zone: string
  /** Until when it is tolerated after `due`; null: not at all. */
  readonly grace_until: TimeValue | null
}

/** One of the deadlines that come next. */
export interface NextDeadline extends Deadline {
  readonly agreement: string
  readonly commitment: string
  readonly case: string
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

/** A commitment as it was last recorded. */
export interface CommitmentFacts {
  readonly indicator: Indicator
  readonly nextCheck: Instant | null
  readonly record: Readonly<Partial<Record<Verdict, number>>>
  /** The latest case that shows the indicator, else the latest; null: there is none. */
  readonly shown: { readonly result: CaseResult; readonly since: Instant } | null
  readonly days: readonly ShownDay[]
}

const NOT_SET_GOING = 'Nothing has set it going yet, so nothing is owed.'
const NEVER_SET_GOING = 'Nothing set it going while the agreement was in force.'

/** What is published about one commitment. Pure. */
export function commitmentStatus(
  rulebook: Rulebook,
  { id, title, kind, severity, readingOf, note }: Rulebook['commitments'][number],
  clause: Clause | null,
  facts: CommitmentFacts,
  { base, days }: { readonly base: ApiBase; readonly days: StripDays },
): CommitmentStatus {
  const { shown, indicator, nextCheck, record } = facts
  const result = shown?.result ?? null
  const isRunning = result?.phase === 'running' && result.verdict === 'open'
  return {
    id,
    title,
    kind,
    severity,
    reading_of: readingOf,
    indicator,
    since: shown && formatInstant(shown.since),
    reason: result?.explanation ?? (indicator === 'ended' ? NEVER_SET_GOING : NOT_SET_GOING),
    next_check: nextCheck === null ? null : formatInstant(nextCheck),
    due: result?.due ?? null,
    deadline: isRunning ? deadlineOf(result, rulebook.where.zone) : null,
    value: result?.value ?? null,
    case: result && {
      id: result.id,
      phase: result.phase,
      verdict: result.verdict,
      certainty: result.certainty,
      flags: result.flags,
      evidence: result.evidence.filter(({ role }) => role !== 'ignored').length,
      link: caseLink(base, rulebook.id, result.id),
    },
    cases: Object.values(record).reduce((sum, count) => sum + count, 0),
    record,
    strip: stripOf(facts.days, days),
    clause,
    note,
    links: commitmentLinks(base, rulebook.id, id),
  }
}

/** Until when a case can be kept that is due at `due` and closes at `close`; null: it has no end. */
export function deadlineOf({ due, close }: Pick<CaseResult, 'due' | 'close'>, zone: string): Deadline | null {
  if (due === null) return null
  const hasGrace = close !== null && JSON.stringify(close) !== JSON.stringify(due)
  return { due, due_local: localTime(due, zone), zone, grace_until: hasGrace ? close : null }
}

/** What the commitments of an agreement show together; other readings of a promise do not count. */
export function together(commitments: readonly Pick<CommitmentStatus, 'indicator' | 'reading_of'>[]) {
  const own = commitments.flatMap(({ indicator, reading_of }) => (reading_of === null ? [indicator] : []))
  return { indicator: mostUrgent(own), counts: countsOf(own) }
}

/** What `counts` of several agreements are together. */
export function sumOf(counts: readonly AgreementStatus['counts'][]): AgreementStatus['counts'] {
  const sums = INDICATORS.map((one) => [one, counts.reduce((sum, each) => sum + (each[one] ?? 0), 0)] as const)
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0))
}

/** How many times each indicator occurs, the most urgent first. */
function countsOf(indicators: readonly Indicator[]): AgreementStatus['counts'] {
  return sumOf(indicators.map((one) => ({ [one]: 1 })))
}

export function statusLinks(base: ApiBase): StatusLinks {
  return {
    self: `${base}/status`,
    summary: `${base}/status/summary.json`,
    stream: `${base}/stream`,
    calendar: `${base}/calendar.ics`,
    feed: `${base}/feed.atom`,
  }
}

export function agreementLinks(base: ApiBase, agreement: string): AgreementLinks {
  const name = encodeURIComponent(agreement)
  return {
    self: `${base}/status/${name}`,
    cases: casesLink(base, agreement),
    badge: `${base}/badges/${name}.svg`,
    card: `${base}/cards/${name}.html`,
    calendar: `${base}/calendars/${name}.ics`,
    feed: `${base}/feeds/${name}.atom`,
  }
}

function commitmentLinks(base: ApiBase, agreement: string, commitment: string): CommitmentLinks {
  const name = `${encodeURIComponent(agreement)}/${encodeURIComponent(commitment)}`
  return {
    self: `${base}/status/${name}`,
    badge: `${base}/badges/${name}.svg`,
    card: `${base}/cards/${name}.html`,
    calendar: `${base}/calendars/${name}.ics`,
  }
}
