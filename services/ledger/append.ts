import { sql, type Transaction } from 'kysely'
import type { Instant, ServandaEvent } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
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
  planAppend,
} from './plan.ts'
import { eventOf } from './read.ts'

/** A commitment whose cases an event may change. */
export interface Touched {
  readonly agreement: string
  readonly commitment: string
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
  const head = await readHead(trx)
  const held = await heldRevisions(
    trx,
    batches.flatMap((batch) => batch.events),
  )
  const listening = await listeners(trx)
  const { rows, outcomes } = planAppend(head, held, batches, at, listening.object)
  if (rows.length === 0) return { outcomes, agreements: [] }
  await insertRows(trx, rows)
  const work = await outboxRows(trx, rows, listening)
  for (const part of chunks(work, 5_000)) await trx.insertInto('servanda.outbox').values(part).execute()
  return { outcomes, agreements: [...new Set(work.map((row) => row.agreement))] }
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
  const identities = [...new Map(events.map((event) => [identity(event), event])).values()]
  const held: HeldRevision[] = []
  for (const part of chunks(identities, 1_000)) {
    const pairs = sql.join(part.map((event) => sql`(${event.source}, ${event.id})`))
    const rows = await trx
      .selectFrom('servanda.events')
      .select(['source', 'id', 'revision', 'type', 'seq', 'recorded_at', 'digest'])
      .where(sql<boolean>`(source, id) in (${pairs})`)
      .orderBy('revision')
      .execute()
    held.push(...rows.map(({ recorded_at, ...row }) => ({ ...row, recordedAt: recorded_at })))
  }
  return held
}

async function insertRows(trx: Transaction<Database>, rows: readonly NewRow[]): Promise<void> {
  for (const part of chunks(rows, 1_000)) {
    await trx
      .insertInto('servanda.events')
      .values(
        part.map((row) => ({
          seq: row.seq,
          source: row.event.source,
          id: row.event.id,
          revision: row.event.revision,
          type: row.event.type,
          retracted: row.event.retracted,
          standing: row.event.standing,
          recorded_at: timestamp(row.recordedAt),
          claimed_at: row.claimedAt === null ? null : timestamp(row.claimedAt),
          content: row.content,
          digest: row.digest,
          origin: row.origin as 'http' | 'import',
          key_id: row.keyId,
          previous_hash: row.previousHash,
          hash: row.hash,
        })),
      )
      .execute()
  }
}

/** A correction or retraction concerns whoever listened to the revisions before it, whatever its own type is. */
async function outboxRows(trx: Transaction<Database>, rows: readonly NewRow[], listening: Listening) {
  const earlier = await earlierRevisions(trx, rows)
  return rows.flatMap((row) => {
    const revisions = [...(earlier.get(identity(row.event)) ?? []), row.event]
    const cause = row.origin === 'import' ? ('import' as const) : ('evidence' as const)
    return listening
      .touchedBy(revisions)
      .map(({ agreement, commitment }) => ({ agreement, commitment, seq: row.seq, cause }))
  })
}

async function earlierRevisions(
  trx: Transaction<Database>,
  rows: readonly NewRow[],
): Promise<ReadonlyMap<string, readonly ServandaEvent[]>> {
  const corrections = rows.filter((row) => row.event.revision > 1)
  const earlier = new Map<string, ServandaEvent[]>()
  for (const part of chunks(corrections, 1_000)) {
    const pairs = sql.join(part.map(({ event }) => sql`(${event.source}, ${event.id})`))
    const found = await trx
      .selectFrom('servanda.events')
      .select(['source', 'id', 'content', 'seq'])
      .where(sql<boolean>`(source, id) in (${pairs})`)
      .orderBy('revision')
      .execute()
    for (const row of found) earlier.set(identity(row), [...(earlier.get(identity(row)) ?? []), eventOf(row)])
  }
  return earlier
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
}
