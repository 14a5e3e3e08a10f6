import { type Kysely, sql, type Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type ChannelName, type Content, type Intent, intentsByNumber, type ReportNews } from '../alerts/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, isAmong, type Page, type PageOrder, pageOf, timestamp } from '../store/index.ts'

export const DELIVERY_STATES = ['pending', 'sending', 'uncertain', 'sent', 'failed', 'bounced', 'withheld'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** A message to one recipient: whom it was for, what it told, and what became of it. */
export interface DeliveryRecord {
  readonly number: number
  readonly id: string
  readonly purpose: Content['purpose']
  readonly state: DeliveryState
  readonly channel: ChannelName
  readonly subscription: { readonly id: string; readonly name: string; readonly address: string }
  readonly messageId: string
  /** What it tells of. */
  readonly alerts: readonly Intent[]
  /** The id of the report that it brings. */
  readonly report: string | null
  readonly attempts: number
  readonly createdAt: Instant
  readonly nextAttemptAt: Instant | null
  readonly sentAt: Instant | null
  /** What the other side said last. */
  readonly answer: string | null
}

/** Which deliveries are asked for; null: any. */
export interface DeliveriesAsked {
  readonly states: readonly DeliveryState[] | null
  readonly subscription: string | null
  /** A case, or what else alerts are about. */
  readonly about: string | null
}

/** Who was told what, newest first. */
export async function deliveryPages(
  db: Kysely<Database>,
  { states, subscription, about }: DeliveriesAsked,
  { after, limit }: PageOrder<number>,
): Promise<Page<DeliveryRecord, number>> {
  let query = deliveries(db)
    .where(({ ref }) => isAmong(ref('delivery.state'), states))
    .where(({ ref }) => isAmong(ref('delivery.subscription'), subscription === null ? null : [subscription]))
    .where('delivery.number', '<', after ?? Number.MAX_SAFE_INTEGER)
  if (about !== null)
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('servanda.told as told')
          .innerJoin('servanda.intents as intent', 'intent.number', 'told.intent')
          .select('told.intent')
          .whereRef('told.delivery', '=', 'delivery.id')
          .where('intent.about', '=', about),
      ),
    )
  const rows = await query
    .orderBy('delivery.number', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(await recordsOf(db, rows), limit, ({ number }) => number)
}

export async function deliveryById(db: Kysely<Database>, id: string): Promise<DeliveryRecord | null> {
  const rows = await deliveries(db).where('delivery.id', '=', id).execute()
  return (await recordsOf(db, rows))[0] ?? null
}

/**
 * Sends a delivery that was given up once more, under its old id.
 * @returns whether it was one that was given up, to somebody who still takes alerts
 */
export async function replayDelivery(trx: Transaction<Database>, id: string, author: Author): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('servanda.deliveries')
    .set({ state: 'pending', attempts: 0, next_attempt_at: timestamp(author.at) })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'bounced'])
    .where('subscription', 'in', (query) =>
      query.selectFrom('servanda.subscriptions').select('id').where('state', '=', 'active'),
    )
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await note(trx, author, 'delivery.replayed', { subject: id })
  return true
}

function deliveries(db: Kysely<Database>) {
  return db
    .selectFrom('servanda.deliveries as delivery')
    .innerJoin('servanda.subscriptions as subscription', 'subscription.id', 'delivery.subscription')
    .selectAll('delivery')
    .select(['subscription.name', 'subscription.address'])
}

type Row = Awaited<ReturnType<ReturnType<typeof deliveries>['execute']>>[number]

async function recordsOf(db: Kysely<Database>, rows: readonly Row[]): Promise<readonly DeliveryRecord[]> {
  const told = await db
    .selectFrom('servanda.told')
    .select(['delivery', 'intent'])
    .where('delivery', '=', sql<string>`any(${rows.map(({ id }) => id)}::text[])`)
    .orderBy('intent')
    .execute()
  const intents = await intentsByNumber(db, [...new Set(told.map(({ intent }) => intent))])
  return rows.map((row) => ({
    number: row.number,
    id: row.id,
    purpose: row.purpose,
    state: row.state,
    channel: row.channel,
    subscription: { id: row.subscription, name: row.name, address: row.address },
    messageId: row.message_id,
    alerts: told.filter(({ delivery }) => delivery === row.id).flatMap(({ intent }) => intents.get(intent) ?? []),
    report: row.report === null ? null : (row.report as ReportNews).id,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    sentAt: row.sent_at,
    answer: row.answer,
  }))
}
