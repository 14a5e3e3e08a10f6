import { sql, type Transaction } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Database, type Store, timestamp } from '../store/index.ts'
import type { ToldBecause } from './delivery.ts'
import { startEscalations, takeEscalationSteps } from './escalations.ts'
import { meets } from './filter.ts'
import { formerCaseIds } from './former-ids.ts'
import { dueFor } from './hours.ts'
import { type Intent, waitingIntents } from './intents.ts'
import { silencesOver, standingSilences } from './silences.ts'
import type { Subscription } from './subscription.ts'
import { activeSubscriptions } from './subscriptions.ts'

const BATCH = 100

/** Whoever works out who is told does so alone; any number will do, as long as no other lock of ours uses it. */
const TOLD_LOCK = 7_215_003

export async function lockTold(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TOLD_LOCK}::bigint)`.execute(trx)
}

/**
 * Works out who is told of the intents that nobody has looked at, and when; and of those that nobody acknowledged, who
 * else is. One after another: who is told of a correction depends on who was told before.
 * @returns the ids of subscriptions that an escalation was to tell, and that take no alerts
 */
export async function expandIntents(store: Store, at: Instant): Promise<readonly string[]> {
  const unreached: string[] = []
  for (;;) {
    const wasLast = await store.transaction(async (trx) => {
      await lockTold(trx)
      unreached.push(...(await takeEscalationSteps(trx, at)))
      const intents = await waitingIntents(trx, BATCH)
      if (intents.length === 0) return true
      const subscriptions = await activeSubscriptions(trx)
      for (const intent of intents) await expandOne(trx, intent, subscriptions, at)
      return intents.length < BATCH
    })
    if (wasLast) return unreached
  }
}

async function expandOne(
  trx: Transaction<Database>,
  intent: Intent,
  subscriptions: readonly Subscription[],
  at: Instant,
): Promise<void> {
  const wasTold = await toldOf(trx, intent.replaces)
  const takers = subscriptions.flatMap((subscription) => {
    const because = takes(subscription, intent, wasTold.has(subscription.id))
    return because === null ? [] : [{ subscription, because, dueAt: dueFor(subscription, intent, at) }]
  })
  if (takers.length > 0) {
    const standing = await standingSilences(trx, at)
    const former = standing.length > 0 ? await formerCaseIds(trx, intent.about) : []
    const silences = await silencesOver(trx, intent, standing, former, at)
    const silenceFor = ({ subscription: { id } }: (typeof takers)[number]) =>
      silences.find(({ subscription }) => subscription === null || subscription === id)?.id ?? null
    await sql`
      insert into servanda.told (intent, subscription, because, due_at, silence)
      select ${intent.number}, subscription, because, case when silence is null then due_at::timestamptz end, silence
      from unnest(
        ${takers.map(({ subscription }) => subscription.id)}::text[],
        ${takers.map(({ because }) => because)}::text[],
        ${takers.map(({ dueAt }) => formatInstant(dueAt))}::text[],
        ${takers.map(silenceFor)}::text[]
      ) as taker (subscription, because, due_at, silence)
      on conflict do nothing`.execute(trx)
    await startEscalations(
      trx,
      intent,
      takers.filter((taker) => silenceFor(taker) === null),
    )
  }
  await trx
    .updateTable('servanda.intents')
    .set({ expanded_at: timestamp(at) })
    .where('number', '=', intent.number)
    .execute()
}

/**
 * Why `subscription` is told of `intent`; null: it is not. Whoever was told of a verdict hears what became of it,
 * whatever else they asked for. Pure.
 * @param wasTold  whether it was told of the verdict that `intent` corrects or carries on
 */
export function takes(
  { filter, isPublic }: Pick<Subscription, 'filter' | 'isPublic'>,
  intent: Intent,
  wasTold: boolean,
): Exclude<ToldBecause, 'escalated'> | null {
  if (isPublic && intent.body.agreement.visibility !== 'public') return null
  if (wasTold) return 'was_told'
  return intent.isNews && meets(intent, filter) ? 'subscribed' : null
}

/** Who was told of an intent, will be, or would have been by the original of a restored copy; a silence told nobody. */
async function toldOf(trx: Transaction<Database>, intent: number | null): Promise<ReadonlySet<string>> {
  if (intent === null) return new Set()
  const rows = await trx
    .selectFrom('servanda.told')
    .select('subscription')
    .where('intent', '=', intent)
    .where('silence', 'is', null)
    .execute()
  return new Set(rows.map(({ subscription }) => subscription))
}
