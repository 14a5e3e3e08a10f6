import { type KnownEvent, knownEvent, parseEvent } from '../../language/event.ts'
import { parseJson } from '../../language/json.ts'
import type { Commitment, Rulebook } from '../../language/rulebook.ts'
import type { Fact } from '../history.ts'
import type { Instant } from '../instant.ts'
import type { CaseResult } from '../result.ts'
import { type CaseStatus, NO_CASE, rungOfCode, statusCode, statusOfCode } from '../status-code.ts'
import { Engine, type StatusChange } from './engine.ts'
import { type Share, Shares } from './shares.ts'
import { isFact } from './tellings.ts'
import { instantOrNull } from './tracked.ts'

/** What the engine keeps of an agreement, in rows: one a case, one an event, and one for the agreement. */

/** One case, by its commitment and what follows `@` in its id; the commitment itself where that is empty. */
export interface CaseKey {
  readonly commitment: string
  readonly case: string
}

export interface CaseRow extends CaseKey {
  readonly share: Share
  /** How it stands, and how many of its reminders are due; null: it is no case yet. */
  readonly status: (CaseStatus & { readonly rung: number }) | null
  /** When it has to be looked at again without news; null: never. */
  readonly wake: Instant | null
}

/** The highest telling of one event. */
export interface EventRow {
  readonly source: string
  readonly id: string
  readonly revision: number
  readonly recordedAt: Instant | null
  /** On whose cases it bears: on none, when it was taken back; null: on all. */
  readonly shares: readonly Share[] | null
  /** The event as RFC 8785 text. */
  readonly content: string
}

/** How far the agreement as a whole has come. */
export interface AgreementRow {
  readonly asOf: Instant
  /** When every case has to be looked at again without news; null: never. */
  readonly wake: Instant | null
}

/** What has to be loaded: everything in every share that one of these names. */
export interface StateKeys {
  /** Null: all. */
  readonly shares: readonly Share[] | null
  readonly events: readonly { readonly source: string; readonly id: string }[]
  readonly cases: readonly CaseKey[]
  /** Those that wake by then. */
  readonly wakeBy: Instant
  /** No more of those than this, the earliest first; null: all. */
  readonly mostWaking: number | null
}

/** What was loaded: the cases of the shares that were asked for, and all events that bear on them. */
export interface SavedState {
  /** Null: all. */
  readonly shares: readonly Share[] | null
  readonly events: readonly EventRow[]
  readonly cases: readonly CaseRow[]
}

/** What is to be written. */
export interface StateChanges {
  readonly agreement: AgreementRow
  readonly events: readonly EventRow[]
  readonly cases: readonly CaseRow[]
  readonly gone: readonly CaseKey[]
}

/**
 * What `events` and the passing of time up to `asOf` may change of an agreement that stands at `agreement` (null: nowhere).
 * @param mostWaking how many of the cases that time alone may change are asked for at once; null: all
 */
export function keysFor(
  rulebook: Rulebook,
  agreement: AgreementRow | null,
  events: readonly KnownEvent[],
  asOf: Instant,
  mostWaking: number | null = null,
): StateKeys {
  const shares = new Set<Share>()
  const cases: CaseKey[] = []
  const sharing = new Shares(rulebook)
  let isWhole = agreement === null || asOf < agreement.asOf || (agreement.wake !== null && agreement.wake <= asOf)
  for (const event of events) {
    const { control } = event
    if (control?.kind === 'judgement') cases.push(...judgedCase(rulebook, control.case))
    else {
      const found = sharing.of(event)
      if (found === null) isWhole = true
      else for (const share of found) shares.add(share)
    }
  }
  return {
    shares: isWhole ? null : [...shares],
    events: events.map(({ source, id }) => ({ source, id })),
    cases,
    wakeBy: asOf,
    mostWaking,
  }
}

function judgedCase({ id }: Rulebook, named: string): readonly CaseKey[] {
  const own = named.slice(id.length + 1)
  const at = own.indexOf('@')
  return named.startsWith(`${id}/`) && at > 0 ? [{ commitment: own.slice(0, at), case: own.slice(at + 1) }] : []
}

/** What is known of the cases of one commitment that were loaded. */
export interface CommitmentPart {
  readonly id: string
  readonly kind: Commitment['kind']
  /** Whether it has ceased to bind. */
  readonly isOver: boolean
  /** By opening, then id. Ignored evidence is that of the share alone. */
  readonly cases: readonly CaseResult[]
}

/** What became of what was loaded. */
export interface Increment {
  readonly changes: readonly StatusChange[]
  readonly save: StateChanges
  /** The cases that were loaded, with evidence and explanations: worked out when this is called. */
  parts(): readonly CommitmentPart[]
}

/**
 * The cases in `saved` (as {@link keysFor} asked for them) brought up to `asOf` with `events`: what changed, and what is
 * to be saved. Pure: nothing is kept between two calls.
 */
export function increment(
  rulebook: Rulebook,
  saved: SavedState,
  events: readonly KnownEvent[],
  asOf: Instant,
): Increment {
  const sharing = new Shares(rulebook)
  const engine = new Engine(rulebook)
  engine.rememberEach()
  engine.take(saved.events.map(eventIn))
  engine.take(events)
  engine.advance(asOf)
  const before = new Map(saved.cases.map((row) => [nameOf(row), row]))
  const wanted = saved.shares && new Set(saved.shares)
  const isWanted = (share: Share): boolean => wanted === null || wanted.has(share)
  const rows: CaseRow[] = []
  const changes: StatusChange[] = []
  const upcoming = new Upcoming(engine.index.facts(), sharing, asOf)
  for (const row of caseRows(engine, sharing, upcoming)) {
    if (!isWanted(row.share)) continue
    const old = before.get(nameOf(row))
    before.delete(nameOf(row))
    if (!old || !isSameRow(old, row)) rows.push(row)
    if (!isSameStatus(old?.status ?? null, row.status)) changes.push(changeOf(row, row.status))
  }
  const gone = [...before.values()]
  for (const row of gone) if (row.status !== null) changes.push(changeOf(row, null))
  const agreement = { asOf, wake: instantOrNull(engine.settingUntil) }
  return {
    changes,
    save: { agreement, events: eventRows(engine, sharing, events), cases: rows, gone: gone.map(keyOf) },
    parts: () =>
      engine
        .reportsOn(asOf, ({ tracked, trigger }) =>
          isWanted(sharing.ofCase(tracked.commitment.id, trigger?.event ?? null)),
        )
        .map((report) => ({
          id: report.head.id,
          kind: report.head.kind,
          isOver: report.isOver,
          cases: [...report.cases()],
        })),
  }
}

/**
 * When what was told beforehand happens: the evidence is more from then on, even where the status stays as it is and
 * nothing else would have the case looked at.
 */
class Upcoming {
  private readonly first = new Map<Share, Instant>()
  private ofAll = Number.POSITIVE_INFINITY

  constructor(facts: Iterable<Fact>, sharing: Shares, asOf: Instant) {
    for (const { event, span } of facts) {
      const { from } = span
      if (from <= asOf) continue
      const shares = sharing.of(event)
      if (shares === null) this.ofAll = Math.min(this.ofAll, from)
      else for (const share of shares) this.first.set(share, Math.min(this.first.get(share) ?? from, from) as Instant)
    }
  }

  /** The first instant after now at which something happens in `share`; infinite: nothing was told beforehand. */
  in(share: Share): number {
    return Math.min(this.ofAll, this.first.get(share) ?? Number.POSITIVE_INFINITY)
  }
}

function* caseRows(engine: Engine, sharing: Shares, upcoming: Upcoming): Iterable<CaseRow> {
  for (const { commitment, entries, wake } of engine.commitments) {
    const { id } = commitment
    if (wake !== Number.POSITIVE_INFINITY)
      yield { commitment: id, case: '', share: sharing.ofCase(id, null), status: null, wake: wake as Instant }
    for (const entry of entries) {
      const { code } = entry
      if (code === NO_CASE && entry.wake === Number.POSITIVE_INFINITY) continue
      const share = sharing.ofCase(id, entry.trigger?.event ?? null)
      const until = instantOrNull(Math.min(entry.wake, upcoming.in(share)))
      const status = code === NO_CASE ? null : { ...statusOfCode(code), rung: rungOfCode(code) }
      yield { commitment: id, case: entry.part, share, status, wake: until }
    }
  }
}

/** The rows of what `events` tell of, as far as anything of it is kept. */
function eventRows(engine: Engine, sharing: Shares, events: readonly KnownEvent[]): readonly EventRow[] {
  const tellings = new Set(events.flatMap(({ source, id }) => engine.telling(source, id) ?? []))
  return [...tellings].map((telling) => {
    const { source, id, revision, recordedAt, content } = telling.event
    return { source, id, revision, recordedAt, content, shares: isFact(telling) ? sharing.of(telling.event) : [] }
  })
}

function eventIn({ content, recordedAt, source, id }: EventRow): KnownEvent {
  const parsed = parseEvent(parseJson(content))
  if (!parsed.ok) throw new TypeError(`what was saved of event ${id} of ${source} is no event`)
  return knownEvent(parsed.event, recordedAt)
}

function isSameRow(a: CaseRow, b: CaseRow): boolean {
  return a.share === b.share && a.wake === b.wake && isSameStatus(a.status, b.status)
}

function isSameStatus(a: CaseRow['status'], b: CaseRow['status']): boolean {
  return (a && statusCode(a)) === (b && statusCode(b))
}

function changeOf({ commitment, case: part }: CaseKey, status: CaseStatus | null): StatusChange {
  if (status === null) return { commitment, part, status }
  const { phase, verdict, certainty, flags } = status
  return { commitment, part, status: { phase, verdict, certainty, flags } }
}

function keyOf({ commitment, case: part }: CaseKey): CaseKey {
  return { commitment, case: part }
}

function nameOf({ commitment, case: part }: CaseKey): string {
  return `${commitment}@${part}`
}
