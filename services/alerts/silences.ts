import { randomBytes } from 'node:crypto'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, type Page, type PageOrder, pageOf, timestamp } from '../store/index.ts'
import { type AlertFilter, meets } from './filter.ts'
import type { Intent } from './intents.ts'
import { filterColumns, filterOf } from './subscriptions.ts'

/** Alerts that nobody is told for a while, and why. It never hides that a verdict has changed since it began. */
export interface Silence extends SilenceOrder {
  readonly id: string
  /** By id: a key, a person or a subscription. */
  readonly createdBy: string
  readonly createdAt: Instant
  readonly endedAt: Instant | null
  readonly endedWhy: string | null
}

export interface SilenceOrder {
  /** A case alone, by its id; null: whatever the filter means. */
  readonly about: string | null
  readonly filter: AlertFilter
  /** Whom it spares; null: everybody. */
  readonly subscription: string | null
  readonly reason: string
  readonly expiresAt: Instant
}

/** Begins a silence. */
export async function createSilence(trx: Transaction<Database>, order: SilenceOrder, author: Author): Promise<Silence> {
  const id = randomBytes(6).toString('hex')
  await trx
    .insertInto('servanda.silences')
    .values({
      id,
      about: order.about,
      subscription: order.subscription,
      ...filterColumns(order.filter),
      reason: order.reason,
      created_by: author.actor,
      created_at: timestamp(author.at),
      expires_at: timestamp(order.expiresAt),
    })
    .execute()
  const { about, filter, subscription } = order
  const details = { about, subscription, ...filterDetails(filter), expires_at: formatInstant(order.expiresAt) }
  await note(trx, author, 'silence.created', { subject: id, details })
  return { ...order, id, createdBy: author.actor, createdAt: author.at, endedAt: null, endedWhy: null }
}

/** Ends a silence now. @returns whether one stood */
export async function endSilence(trx: Transaction<Database>, id: string, author: Author): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('servanda.silences')
    .set({ ended_at: timestamp(author.at), ended_why: 'it was ended by hand' })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', timestamp(author.at))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await note(trx, author, 'silence.ended', { subject: id })
  return true
}

/** Those that stand at `at`. */
export async function standingSilences(db: Kysely<Database>, at: Instant): Promise<readonly Silence[]> {
  const rows = await db
    .selectFrom('servanda.silences')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('expires_at', '>', timestamp(at))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(silenceOf)
}

/** A place in the list of silences. */
export type SilencePlace = readonly [createdAt: Instant, id: string]

/** All of them, newest first, also those that ended. */
export async function silencePages(
  db: Kysely<Database>,
  { after, limit }: PageOrder<SilencePlace>,
): Promise<Page<Silence, SilencePlace>> {
  let query = db.selectFrom('servanda.silences').selectAll()
  if (after !== null) {
    const [at, id] = after
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'id'), '<', tuple(timestamp(at) as never, id)),
    )
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows.map(silenceOf), limit, ({ createdAt, id }) => [createdAt, id] as const)
}

export async function silenceById(db: Kysely<Database>, id: string): Promise<Silence | null> {
  const row = await db.selectFrom('servanda.silences').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? silenceOf(row) : null
}

/** Whether an order for a silence means the alert; of a case that took another's place, by either id. Pure. */
export function isMeant(
  intent: Intent,
  { about, filter }: Pick<Silence, 'about' | 'filter'>,
  formerIds: readonly string[] = [],
): boolean {
  return (about === null || about === intent.about || formerIds.includes(about)) && meets(intent, filter)
}

/**
 * The silences that hide an alert. One of a single case whose verdict has changed since it began ends, and any other lets
 * that case through.
 */
export async function silencesOver(
  trx: Transaction<Database>,
  intent: Intent,
  standing: readonly Silence[],
  formerIds: readonly string[],
  at: Instant,
): Promise<readonly Silence[]> {
  const hiding: Silence[] = []
  for (const silence of standing.filter((one) => isMeant(intent, one, formerIds))) {
    if (!(await verdictChangedSince(trx, intent, silence.createdAt))) hiding.push(silence)
    else if (silence.about !== null) {
      await trx
        .updateTable('servanda.silences')
        .set({ ended_at: timestamp(at), ended_why: 'the verdict changed' })
        .where('id', '=', silence.id)
        .where('ended_at', 'is', null)
        .execute()
    }
  }
  return hiding
}

async function verdictChangedSince(
  trx: Transaction<Database>,
  { about, body }: Intent,
  since: Instant,
): Promise<boolean> {
  if (body.about !== 'case') return false
  const { rows } = await sql`
    select from servanda.transitions
    where case_id = ${about} and recorded_at > ${timestamp(since)} and before is not null
      and before ->> 'verdict' <> after ->> 'verdict'
    limit 1`.execute(trx)
  return rows.length > 0
}

function filterDetails(filter: AlertFilter) {
  const { agreements, parties, commitments, tags, kinds, minimumSeverity } = filter
  return { agreements, parties, commitments, tags, kinds, minimum_severity: minimumSeverity }
}

function silenceOf(row: Selectable<Database['servanda.silences']>): Silence {
  return {
    id: row.id,
    about: row.about,
    subscription: row.subscription,
    filter: filterOf(row),
    reason: row.reason,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    endedWhy: row.ended_why,
  }
}
