import { type Kysely, type SqlBool, sql } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import {
  type Instant,
  type KnownEvent,
  knownEvent,
  listenedTypes,
  parseEvent,
  parseJson,
  type Rulebook,
  type ServandaEvent,
  type Standing,
} from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import type { HeldRevision, KnownRevision } from './plan.ts'

/** The event a ledger row holds. */
export function eventOf(row: { readonly seq: number; readonly content: string }): ServandaEvent {
  const parsed = parseEvent(parseJson(row.content))
  if (parsed.ok) return parsed.event
  throw new ServandaError('LEDGER_ROW_UNREADABLE', `Row ${row.seq} of the ledger does not hold an event`, {
    details: { seq: row.seq, problems: parsed.problems },
  })
}

/** Rows a query of the ledger returns at a time. */
const PAGE = 2_000

/** An event and its place in the ledger. */
export interface LedgerEvent {
  readonly seq: number
  readonly event: KnownEvent
}

/** Which rows of the ledger: after `from`, up to `to`, but for those `without`. */
export interface LedgerRange {
  readonly from: number
  readonly to: number
  readonly without?: readonly number[]
}

/** A row of the ledger, as far as an evaluation reads it. */
export interface LedgerRow {
  readonly seq: number
  readonly content: string
  readonly recordedAt: Instant
  readonly claimedAt: Instant | null
}

/** The rows in `range` that may bear on any of `rulebooks`, in the ledger's order, page by page. */
export async function* ledgerPages(
  db: Kysely<Database>,
  rulebooks: readonly Rulebook[],
  { from, to, without = [] }: LedgerRange,
): AsyncIterable<readonly LedgerRow[]> {
  const types = [...new Set(rulebooks.flatMap(listenedTypes))]
  for (let after = from; after < to; ) {
    const rows = await db
      .selectFrom('servanda.events')
      .select(['seq', 'content', 'recorded_at as recordedAt', 'claimed_at as claimedAt'])
      .where('seq', '>', after)
      .where('seq', '<=', to)
      .where(listensTo(types))
      .where(sql<SqlBool>`seq <> all(${without}::bigint[])`)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    yield rows
    after = rows.length < PAGE ? to : (rows.at(-1)?.seq ?? to)
  }
}

/**
 * The events in `range` that may bear on `rulebook`; a `recordedtime` claim counts as its recording.
 * @throws {ServandaError} `LEDGER_ROW_UNREADABLE` with its `seq`
 */
export async function eventsBetween(
  db: Kysely<Database>,
  rulebook: Rulebook,
  range: LedgerRange,
): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = []
  for await (const page of ledgerPages(db, [rulebook], range))
    for (const row of page) events.push({ seq: row.seq, event: knownOf(row) })
  return events
}

/** Every event that may bear on `rulebook`, where there are at most `most`; null: there are more. */
export async function eventsWhereFew(
  db: Kysely<Database>,
  rulebook: Rulebook,
  most: number,
): Promise<readonly KnownEvent[] | null> {
  const events: KnownEvent[] = []
  for await (const page of ledgerPages(db, [rulebook], { from: 0, to: await lastSeq(db) })) {
    if (events.length + page.length > most) return null
    for (const row of page) events.push(knownOf(row))
  }
  return events
}

/** A correction concerns whoever listened to what it corrects, whatever its own type is. */
function listensTo(types: readonly string[]) {
  return sql<SqlBool>`(type = any(${types}::text[]) or type is null or revision > 1)`
}

/** What the ledger holds of an event last. */
export interface LatestRevision extends Omit<HeldRevision, 'source' | 'id'> {
  readonly retracted: boolean
  readonly standing: Standing
  /** RFC 8785 text of the CloudEvent. */
  readonly content: string
}

/** The highest revision of an event; null when the ledger holds none. */
export async function latestRevision(
  db: Kysely<Database>,
  { source, id }: { readonly source: string; readonly id: string },
): Promise<LatestRevision | null> {
  const row = await db
    .selectFrom('servanda.events')
    .select(['revision', 'type', 'retracted', 'standing', 'content', 'digest', 'seq', 'recorded_at'])
    .where('source', '=', source)
    .where('id', '=', id)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  const { recorded_at, standing, ...rest } = row
  return { ...rest, standing: standing as Standing, recordedAt: recorded_at }
}

/** All revisions of an event, in their order; none: there is no such event. */
export async function knownRevisions(
  db: Kysely<Database>,
  { source, id }: { readonly source: string; readonly id: string },
): Promise<readonly KnownRevision[]> {
  const rows = await db
    .selectFrom('servanda.events')
    .select(['revision', 'type', 'standing'])
    .where('source', '=', source)
    .where('id', '=', id)
    .orderBy('revision')
    .execute()
  return rows.map((row) => ({ ...row, standing: row.standing as Standing }))
}

/** The number of the ledger's last row; 0 when it is empty. */
export async function lastSeq(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('servanda.events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.seq ?? 0
}

/** The last instant the ledger recorded something at; null when it is empty. */
export async function lastRecordedAt(db: Kysely<Database>): Promise<Instant | null> {
  const row = await db
    .selectFrom('servanda.events')
    .select('recorded_at')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.recorded_at ?? null
}

function knownOf(row: LedgerRow): KnownEvent {
  return knownEvent(eventOf(row), row.claimedAt ?? row.recordedAt)
}
