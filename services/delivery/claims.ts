import { type Selectable, sql, type Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import {
  type ChannelName,
  type Content,
  type Delivery,
  type Intent,
  intentsByNumber,
  type Notice,
  type ReportNews,
  type Subscription,
  subscriptionById,
  subscriptionsById,
  type ToldAlert,
  type ToldBecause,
} from '../alerts/index.ts'
import { type Database, type Store, timestamp } from '../store/index.ts'
import type { Ending } from './ending.ts'
import { endReceiver, type Sending } from './messages.ts'

/** What is not to be claimed now. */
export interface Busy {
  readonly channel: ChannelName
  /** Subscriptions to which something is being sent: each is told one thing after another. */
  readonly subscriptions: readonly string[]
  /** Domains and hosts that do not answer in good time. */
  readonly receivers: readonly string[]
}

/**
 * Claims up to `limit` deliveries that are due, oldest first, for `leaseMs`: whoever claims one and dies leaves it to be
 * claimed again after that. What answers a message that still waits waits with it.
 */
export async function claimDeliveries(
  store: Store,
  at: Instant,
  leaseMs: number,
  limit: number,
  busy: Busy,
): Promise<readonly Delivery[]> {
  const { rows } = await sql<Selectable<Database['servanda.deliveries']>>`
    update servanda.deliveries
    set state = 'sending', attempts = attempts + 1, next_attempt_at = ${timestamp((at + leaseMs) as Instant)}
    where id in (
      select id from servanda.deliveries as due
      where due.next_attempt_at <= ${timestamp(at)} and due.channel = ${busy.channel}
        and due.subscription <> all(${busy.subscriptions}::text[])
        and due.receiver <> all(${busy.receivers}::text[])
        and not ${ANSWERS_WHAT_WAITS}
      order by due.number limit ${limit} for update skip locked
    )
    returning *`.execute(store.db)
  const claimed = rows.toSorted((a, b) => a.number - b.number)
  const contents = await contentsOf(store, claimed)
  const subscriptions = await subscriptionsById(store.db, [...new Set(claimed.map((row) => row.subscription))])
  return claimed.map((row) => ({
    id: row.id,
    subscription: subscriptions.get(row.subscription) as Subscription,
    receiver: row.receiver,
    content: contents.get(row.id) as Content,
    messageId: row.message_id,
    thread: row.thread,
    attempts: row.attempts,
    createdAt: row.created_at,
  }))
}

/** Whether `due` answers a message that has not gone out yet. */
const ANSWERS_WHAT_WAITS = sql`exists (
  select from json_array_elements_text(due.thread) as parent
  join servanda.deliveries as earlier on earlier.message_id = parent.value
  where earlier.next_attempt_at is not null and earlier.subscription = due.subscription
)`

type DeliveryRow = Pick<
  Selectable<Database['servanda.deliveries']>,
  'id' | 'purpose' | 'rhythm' | 'notice' | 'report' | 'subscription'
>

/** What each of these deliveries says. */
async function contentsOf(store: Store, rows: readonly DeliveryRow[]): Promise<ReadonlyMap<string, Content>> {
  const alerts = await alertsOf(store, rows)
  return new Map(rows.map((row) => [row.id, contentOf(row, alerts.get(row.id) ?? [])]))
}

function contentOf({ purpose, rhythm, notice, report }: DeliveryRow, alerts: readonly ToldAlert[]): Content {
  switch (purpose) {
    case 'digest':
      return { purpose, alerts, rhythm: rhythm ?? 'alert' }
    case 'confirmation':
      return { purpose }
    case 'notice':
      return { purpose, notice: notice as Notice }
    case 'report':
      return { purpose, report: report as ReportNews }
    default:
      return { purpose, alerts }
  }
}

/** The alerts of each of these deliveries, by its id. */
async function alertsOf(
  store: Store,
  deliveries: readonly DeliveryRow[],
): Promise<ReadonlyMap<string, readonly ToldAlert[]>> {
  const { rows } = await sql<{
    delivery: string
    intent: number
    because: ToldBecause
    replaced: number | null
    replaced_at: Instant | null
  }>`
    select told.delivery, told.intent, told.because, before.intent as replaced, delivery.sent_at as replaced_at
    from servanda.told
    join servanda.intents as intent on intent.number = told.intent
    left join servanda.told as before on before.intent = intent.replaces and before.subscription = told.subscription
      and before.delivery is not null
    left join servanda.deliveries as delivery on delivery.id = before.delivery
    where told.delivery = any(${deliveries.map(({ id }) => id)}::text[])
    order by told.delivery, told.intent`.execute(store.db)
  const numbers = rows.flatMap(({ intent, replaced }) => [intent, ...(replaced === null ? [] : [replaced])])
  const intents = await intentsByNumber(store.db, [...new Set(numbers)])
  const found = new Map<string, ToldAlert[]>()
  for (const row of rows) {
    const before = row.replaced === null ? undefined : intents.get(row.replaced)
    const alert = {
      intent: intents.get(row.intent) as Intent,
      because: row.because,
      replaces: before ? { intent: before, sentAt: row.replaced_at } : null,
    }
    found.set(row.delivery, [...(found.get(row.delivery) ?? []), alert])
  }
  return found
}

/** Whether a delivery is still to be sent by whoever claimed it: meanwhile its subscription may have ended, or a lease. */
export async function isStillClaimed(store: Store, { id, attempts }: Delivery): Promise<boolean> {
  const row = await store.db
    .selectFrom('servanda.deliveries')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'sending')
    .where('attempts', '=', attempts)
    .executeTakeFirst()
  return row !== undefined
}

/** Says that the senders of these deliveries are still at it. */
export async function renewClaims(store: Store, deliveries: readonly Delivery[], until: Instant): Promise<void> {
  await sql`
    update servanda.deliveries set next_attempt_at = ${timestamp(until)}
    from unnest(
      ${deliveries.map(({ id }) => id)}::text[], ${deliveries.map(({ attempts }) => attempts)}::integer[]
    ) as claimed (id, attempts)
    where deliveries.id = claimed.id and deliveries.attempts = claimed.attempts and state = 'sending'`.execute(store.db)
}

/**
 * Notes how an attempt ended, unless another one has begun since. A receiver that is not there for good is told nothing
 * any more, and whoever runs the service is told that.
 */
export async function noteEnding(
  store: Store,
  { id, attempts, subscription }: Delivery,
  ending: Ending,
  sending: Sending,
): Promise<void> {
  await store.transaction(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('servanda.deliveries')
      .set({
        state: ending.state,
        answer: ending.answer.slice(0, 1_000),
        next_attempt_at: 'again' in ending ? timestamp(ending.again) : null,
        sent_at: ending.state === 'sent' ? timestamp(sending.at) : null,
      })
      .where('id', '=', id)
      .where('state', '=', 'sending')
      .where('attempts', '=', attempts)
      .executeTakeFirst()
    if (numUpdatedRows === 0n && ending.state === 'sent') await noteSentAfterAll(trx, id, attempts, sending.at)
    if (numUpdatedRows === 0n || !('lost' in ending)) return
    const now = await subscriptionById(trx, subscription.id)
    // Nothing is known of an address that it was given meanwhile.
    if (now?.address === subscription.address) await endReceiver(trx, now, ending.lost, ending.answer, sending)
  })
}

/** What was withheld while it was on its way has arrived all the same, and the record says so. */
async function noteSentAfterAll(trx: Transaction<Database>, id: string, attempts: number, at: Instant): Promise<void> {
  await trx
    .updateTable('servanda.deliveries')
    .set({ state: 'sent', sent_at: timestamp(at), answer: 'taken while it was being withheld' })
    .where('id', '=', id)
    .where('state', '=', 'withheld')
    .where('attempts', '=', attempts)
    .execute()
}

/**
 * After a crash of the only process there is: what it was sending may or may not have gone out, and is sent again at
 * once with the same Message-ID.
 */
export async function takeUpInterrupted(store: Store, at: Instant): Promise<number> {
  const { numUpdatedRows } = await store.db
    .updateTable('servanda.deliveries')
    .set({ state: 'uncertain', next_attempt_at: timestamp(at) })
    .where('state', '=', 'sending')
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** When the next delivery is to be tried, of those that wait for nothing but their time; null: there is none. */
export async function nextAttempt(store: Store): Promise<Instant | null> {
  const { rows } = await sql<{ at: Instant | null }>`
    select next_attempt_at as at from servanda.deliveries as due
    where next_attempt_at is not null and not ${ANSWERS_WHAT_WAITS}
    order by next_attempt_at limit 1`.execute(store.db)
  return rows[0]?.at ?? null
}
