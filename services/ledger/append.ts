import { type RawBuilder, sql, type Transaction } from 'kysely'
import { formatInstant, type Instant, type ServandaEvent } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import { GENESIS } from './chain.ts'
import { lockLedger } from './lock.ts'
import {
  type Batch,
  type Head,
  type HeldRevision,
  identity,
  type NewRow,
  type Objector,
  type Outcome,
  type Plan,
  planAppend,
} from './plan.ts'
import { eventOf } from './read.ts'

/** A commitment whose cases an event may change. */
export interface Touched {
  readonly agreement: string
  readonly commitment: string
}

/** A commitment that is to be evaluated because of a row. */
interface Work extends Touched {
  readonly seq: number
  readonly cause: 'evidence' | 'import'
}

/** Those who listen to events. */
export interface Listening {
  /** Whom an event concerns: all of `revisions` are revisions of it, the new one last. */
  touchedBy(revisions: readonly ServandaEvent[]): Touched[]
  /** What they have against an event. */
  readonly object: Objector
}

/** Who listens, asked inside the append's transaction. */
export type Listeners = (trx: Transaction<Database>) => Promise<Listening>

/**
 * Appends `batches` in the caller's transaction, each whole or not at all, and writes what is now to be evaluated into
 * the outbox. Appends follow one another: the lock is held until the transaction ends, so that a row is never seen
 * before the rows that precede it.
 * @returns one outcome a batch, and the agreements with something new to evaluate
 */
export async function appendBatches(
  trx: Transaction<Database>,
  batches: readonly Batch[],
  at: Instant,
  listeners: Listeners,
): Promise<{ outcomes: readonly Outcome[]; agreements: readonly string[] }> {
  await lockLedger(trx)
  const { rows, outcomes, work } = await foreseeAppend(trx, batches, at, listeners)
  if (rows.length === 0) return { outcomes, agreements: [] }
  await insertRows(trx, rows)
  await insertOutbox(trx, work)
  return { outcomes, agreements: [...new Set(work.map((row) => row.agreement))] }
}

/** What an append would come to. */
export interface Rehearsal {
  readonly outcome: Outcome
  /** The rows it would add. */
  readonly rows: readonly NewRow[]
  /** What would then be to evaluate, and for which of the rows. */
  readonly work: readonly Work[]
}

/** What {@link appendBatches} would do with `batch` now. Nothing is written, and nobody has to wait. */
export async function rehearseAppend(
  trx: Transaction<Database>,
  batch: Batch,
  at: Instant,
  listeners: Listeners,
): Promise<Rehearsal> {
  const { rows, outcomes, work } = await foreseeAppend(trx, [batch], at, listeners)
  return { rows, outcome: outcomes[0] as Outcome, work }
}

async function foreseeAppend(
  trx: Transaction<Database>,
  batches: readonly Batch[],
  at: Instant,
  listeners: Listeners,
): Promise<Plan & { readonly work: readonly Work[] }> {
  const head = await readHead(trx)
  const held = await heldRevisions(
    trx,
    batches.flatMap((batch) => batch.events),
  )
  const listening = await listeners(trx)
  const plan = planAppend(head, held, batches, at, listening.object)
  return { ...plan, work: await workFor(trx, plan.rows, listening) }
}

async function readHead(trx: Transaction<Database>): Promise<Head> {
  const last = await trx
    .selectFrom('servanda.events')
    .select(['seq', 'hash', 'recorded_at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last) return { seq: 0, hash: GENESIS, recordedAt: Number.NEGATIVE_INFINITY as Instant }
  return { seq: last.seq, hash: last.hash, recordedAt: last.recorded_at }
}

async function heldRevisions(
  trx: Transaction<Database>,
  events: readonly ServandaEvent[],
): Promise<readonly HeldRevision[]> {
  const rows = await revisionsOf<Omit<HeldRevision, 'recordedAt'> & { readonly recorded_at: Instant }>(
    trx,
    events,
    sql`source, id, revision, type, standing, seq, recorded_at, digest`,
  )
  return rows.map(({ recorded_at, ...row }) => ({ ...row, recordedAt: recorded_at }))
}

/** Rows handed to one statement. */
const CHUNK = 5_000

/** The `columns` of all revisions of `events`, by revision. Each is looked up in the index, however many are asked for. */
async function revisionsOf<Row>(
  trx: Transaction<Database>,
  events: readonly ServandaEvent[],
  columns: RawBuilder<unknown>,
): Promise<readonly Row[]> {
  const asked = [...new Map(events.map((event) => [identity(event), event])).values()]
  const found: Row[] = []
  for (const part of chunks(asked, CHUNK)) {
    const { rows } = await sql<Row>`
      select held.* from unnest(${part.map(({ source }) => source)}::text[], ${part.map(({ id }) => id)}::text[])
        as asked (asked_source, asked_id)
      cross join lateral (
        select ${columns} from servanda.events where source = asked_source and id = asked_id order by revision
      ) as held`.execute(trx)
    found.push(...rows)
  }
  return found
}

async function insertRows(trx: Transaction<Database>, rows: readonly NewRow[]): Promise<void> {
  for (const part of chunks(rows, CHUNK)) {
    const all = <T>(value: (row: NewRow) => T): readonly T[] => part.map(value)
    await sql`
      insert into servanda.events (seq, source, id, revision, type, retracted, standing, recorded_at, claimed_at,
        content, digest, origin, key_id, previous_hash, hash)
      select * from unnest(
        ${all((row) => row.seq)}::bigint[],
        ${all((row) => row.event.source)}::text[],
        ${all((row) => row.event.id)}::text[],
        ${all((row) => row.event.revision)}::integer[],
        ${all((row) => row.event.type)}::text[],
        ${all((row) => row.event.retracted)}::boolean[],
        ${all((row) => row.event.standing)}::text[],
        ${all((row) => formatInstant(row.recordedAt))}::timestamptz[],
        ${all((row) => row.claimedAt && formatInstant(row.claimedAt))}::timestamptz[],
        ${all((row) => row.content)}::text[],
        ${all((row) => row.digest)}::text[],
        ${all((row) => row.origin)}::text[],
        ${all((row) => row.keyId)}::text[],
        ${all((row) => row.previousHash)}::text[],
        ${all((row) => row.hash)}::text[]
      )`.execute(trx)
  }
}

async function insertOutbox(trx: Transaction<Database>, work: readonly Work[]): Promise<void> {
  for (const part of chunks(work, CHUNK)) {
    await sql`
      insert into servanda.outbox (agreement, commitment, seq, cause)
      select * from unnest(
        ${part.map(({ agreement }) => agreement)}::text[],
        ${part.map(({ commitment }) => commitment)}::text[],
        ${part.map(({ seq }) => seq)}::bigint[],
        ${part.map(({ cause }) => cause)}::text[]
      )`.execute(trx)
  }
}

/** A correction or retraction concerns whoever listened to the revisions before it, whatever its own type is. */
async function workFor(
  trx: Transaction<Database>,
  rows: readonly NewRow[],
  listening: Listening,
): Promise<readonly Work[]> {
  const earlier = await earlierRevisions(trx, rows)
  return rows.flatMap((row) => {
    const revisions = [...(earlier.get(identity(row.event)) ?? []), row.event]
    const cause = row.origin === 'import' ? ('import' as const) : ('evidence' as const)
    return listening
      .touchedBy(revisions)
      .map(({ agreement, commitment }) => ({ agreement, commitment, seq: row.seq, cause }))
  })
}

/** The revisions of whatever `rows` correct: those that the ledger holds, and those among `rows` themselves. */
async function earlierRevisions(
  trx: Transaction<Database>,
  rows: readonly NewRow[],
): Promise<ReadonlyMap<string, readonly ServandaEvent[]>> {
  const corrections = rows.filter((row) => row.event.revision > 1).map(({ event }) => event)
  const earlier = new Map<string, ServandaEvent[]>(corrections.map((event) => [identity(event), []]))
  if (earlier.size === 0) return earlier
  const found = await revisionsOf<{ source: string; id: string; content: string; seq: number }>(
    trx,
    corrections,
    sql`source, id, content, seq`,
  )
  for (const row of found) earlier.get(identity(row))?.push(eventOf(row))
  for (const { event } of rows) earlier.get(identity(event))?.push(event)
  return earlier
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
}
