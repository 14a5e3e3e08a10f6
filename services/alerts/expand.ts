import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Database, type Store, timestamp } from '../store/index.ts'
import type { Severity } from './alerts-for.ts'
import { type Intent, intentByNumber, waitingIntents } from './intents.ts'
import { type Subscription, takes } from './subscriptions.ts'

const BATCH = 100

/** Message ids a mail client needs to keep a thread together. */
const THREAD_LENGTH = 20

/**
 * Turns the intents nobody has looked at into deliveries, one for each subscription that takes them. One after another:
 * who is told of a correction depends on who was told before.
 * @param domain  what follows the `@` of a Message-ID
 * @returns how many deliveries are new
 */
export async function expandIntents(store: Store, domain: string, at: Instant): Promise<number> {
  let deliveries = 0
  for (;;) {
    const done = await store.transaction(async (trx) => {
      const intents = await waitingIntents(trx, BATCH)
      if (intents.length === 0) return null
      const subscriptions = await activeSubscriptions(trx)
      let added = 0
      for (const intent of intents) added += await expandOne(trx, intent, subscriptions, domain, at)
      return added
    })
    if (done === null) return deliveries
    deliveries += done
  }
}

async function expandOne(
  trx: Transaction<Database>,
  intent: Intent,
  subscriptions: readonly Subscription[],
  domain: string,
  at: Instant,
): Promise<number> {
  const told = await toldBefore(trx, intent)
  const rows = subscriptions.flatMap((subscription) => {
    const earlier = told.filter((delivery) => delivery.subscription === subscription.id)
    const replaced = earlier.find((delivery) => delivery.intent === intent.replaces)
    if (!takes(subscription, intent, replaced !== undefined)) return []
    // The mail that is replaced comes last: mail clients take that one for the parent.
    const thread = [...earlier.filter((one) => one !== replaced), ...(replaced ? [replaced] : [])]
    const id = deliveryId(intent, subscription.id)
    return [
      {
        id,
        intent: intent.number,
        subscription: subscription.id,
        channel: 'mail' as const,
        state: 'pending' as const,
        message_id: `<${id}@${domain}>`,
        thread: JSON.stringify(thread.slice(-THREAD_LENGTH).map((one) => one.message_id)),
        attempts: 0,
        next_attempt_at: timestamp(at),
        created_at: timestamp(at),
      },
    ]
  })
  if (rows.length > 0) {
    await trx
      .insertInto('servanda.deliveries')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['intent', 'subscription', 'channel']).doNothing())
      .execute()
  }
  await trx
    .updateTable('servanda.intents')
    .set({ expanded_at: timestamp(at) })
    .where('number', '=', intent.number)
    .execute()
  return rows.length
}

/** Every earlier delivery about the case, and about the case it took the place of, oldest first. */
async function toldBefore(trx: Transaction<Database>, intent: Intent) {
  const replaced = intent.replaces === null ? null : await intentByNumber(trx, intent.replaces)
  return trx
    .selectFrom('servanda.deliveries as delivery')
    .innerJoin('servanda.intents as about', 'about.number', 'delivery.intent')
    .select(['delivery.intent', 'delivery.subscription', 'delivery.message_id'])
    .where('about.case_id', 'in', [intent.caseId, replaced?.caseId ?? intent.caseId])
    .where('about.number', '<', intent.number)
    .orderBy('about.number')
    .execute()
}

async function activeSubscriptions(trx: Transaction<Database>): Promise<readonly Subscription[]> {
  const rows = await trx
    .selectFrom('servanda.subscriptions')
    .select(['id', 'kinds', 'agreements', 'minimum_severity'])
    .where('active', '=', true)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kinds: row.kinds,
    agreements: row.agreements,
    minimumSeverity: row.minimum_severity as Severity,
  }))
}

/** The same for the same alert and subscription, also after a crash; different in another instance. */
function deliveryId(intent: Intent, subscription: string): string {
  const facts = [
    intent.caseId,
    intent.kind,
    intent.rung,
    intent.verdictVersion,
    formatInstant(intent.recordedAt),
    subscription,
    'mail',
  ]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)
}
