import {
  compileRulebook,
  type IncludedText,
  type Indicator,
  type Instant,
  includeFrom,
  type KnownEvent,
  knownEvent,
  parseEvent,
  parseInstant,
  parseJson,
  type Rulebook,
  type Verdict,
} from '../../rules/index.ts'
import type { CaseChange } from '../evaluation/index.ts'

/** A rulebook as it is given to a child process. */
export interface RulebookText {
  readonly file: string
  readonly text: string
  readonly included: readonly IncludedText[]
}

/** From when, and on what knowledge, something is looked at. Times are RFC 3339. */
export interface LookedAt extends RulebookText {
  readonly rulebookVersion: number
  readonly asOf: string
  readonly knownAt: string | null
}

/** What a child process is asked: the first line it reads; every further line is a {@link ToldEvent}. */
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
  /** Events that are not on record. */
  readonly news: readonly ToldEvent[]
}

/**
 * One agreement whose cases it is to compare; the events on record follow, a {@link ToldEvent} a line, and an empty line
 * ends them. Either its rules are to be others (null: there are none yet), or some of the news are to count as well.
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

/** An event of the ledger: its canonical text, when it was recorded, and when its sender claims that it was. */
export type ToldEvent = readonly [content: string, recordedAt: string, claimedAt: string | null]

/** The event in `told`, known from when its sender claims that it was. */
export function eventIn([content, recordedAt, claimedAt]: ToldEvent): KnownEvent {
  const parsed = parseEvent(parseJson(content))
  if (!parsed.ok) throw new Error(`the ledger holds what is no event: ${content}`)
  return knownEvent(parsed.event, parseInstant(claimedAt ?? recordedAt))
}

/**
 * Whether only the sender's word decides that the event counts as known at `knownAt`, or, in an import, that it does not
 * yet; null: all that is known counts.
 */
export function restsOnClaim([, recorded, claimed]: ToldEvent, knownAt: Instant | null): boolean {
  if (knownAt === null || claimed === null) return false
  const isKnown = (at: string): boolean => parseInstant(at) <= knownAt
  return isKnown(claimed) !== isKnown(recorded)
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

/** A rulebook that was checked before it was given away. */
export function rulebookIn({ file, text, included }: RulebookText): Rulebook {
  const found = compileRulebook(text, file, includeFrom(included))
  if (!found.ok) throw new Error(`the rulebook ${file} can no longer be read`)
  return found.rulebook
}
