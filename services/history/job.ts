import type { Indicator, Instant, Verdict } from '../../rules/index.ts'
import type { RulebookText, ToldRow } from '../child-process/index.ts'
import type { CaseChange } from '../evaluation/index.ts'

/** From when, and on what knowledge, something is looked at. Times are RFC 3339. */
export interface LookedAt extends RulebookText {
  readonly rulebookVersion: number
  readonly asOf: string
  readonly knownAt: string | null
}

/** What a child process is asked: the first line it reads; every further line is a row of the ledger. */
export interface HistoryJob extends LookedAt {
  readonly cases: 'all' | 'open'
}

/** The same of a child process that explains one case. */
export interface ExplanationJob extends LookedAt {
  readonly case: string
}

/** What a child process that compares is told first. */
export interface PreviewOpening {
  readonly asOf: string
  /** Rows that are not on record: the lines that tell of them. */
  readonly news: readonly string[]
}

/**
 * One agreement whose cases it is to compare; the rows on record follow, and an empty line ends
 * them. Either its rules are to be others (null: there are none yet), or some of the news are to count as well.
 */
export type PreviewJob = {
  /** The cases somebody was told of: what changes about them is always said. */
  readonly told: readonly string[]
} & (
  | { readonly kind: 'rules'; readonly before: RulebookText | null; readonly after: RulebookText }
  | { readonly kind: 'news'; readonly rulebook: RulebookText; readonly news: readonly number[] }
)

/** What it prints of each agreement: a line for each change, and last how everything stands. */
export type PreviewLine = { readonly change: CaseChange } | ({ readonly change: null } & PreviewEnd)

export interface PreviewEnd {
  readonly before: Standings
  readonly after: Standings
  /** Changes that were not printed. */
  readonly omitted: number
}

/** How commitments and cases stand, in numbers. */
export interface Standings {
  readonly indicators: Readonly<Record<string, Indicator>>
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>
}

/**
 * Whether only the sender's word decides that the event counts as known at `knownAt`, or, in an import, that it does not
 * yet; null: all that is known counts.
 */
export function restsOnClaim({ recordedAt, claimedAt }: Omit<ToldRow, 'event'>, knownAt: Instant | null): boolean {
  if (knownAt === null || claimedAt === null) return false
  const isKnown = (at: Instant): boolean => at <= knownAt
  return isKnown(claimedAt) !== isKnown(recordedAt)
}

/** What an answer says of how it was looked at. */
export function headOf({ asOf, knownAt, rulebookVersion }: LookedAt, isClaimed: boolean) {
  return {
    as_of: asOf,
    known_at: knownAt,
    known_basis: isClaimed ? 'claimed' : 'ledger',
    rulebook_version: rulebookVersion,
  } as const
}
