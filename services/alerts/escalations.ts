import type { Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { type Intent, intentsByNumber } from './intents.ts'
import { callsForSomebody } from './kind.ts'
import type { Subscription } from './subscription.ts'
import { subscriptionsById } from './subscriptions.ts'

const MINUTE_MS = 60_000

/** How many steps are taken at once. */
const BATCH = 500

/** Starts the chain of whoever is told of `intent` and has one, as it stands now: later changes do not reach it. */
export async function startEscalations(
  trx: Transaction<Database>,
  intent: Intent,
  told: readonly { readonly subscription: Subscription; readonly dueAt: Instant }[],
): Promise<void> {
  if (!callsForSomebody(intent)) return
  const rows = told.flatMap(({ subscription, dueAt }) =>
    subscription.escalation.map(({ afterMinutes, tell }, index) => ({
      intent: intent.number,
      subscription: subscription.id,
      step: index + 1,
      tell,
      due_at: timestamp((dueAt + afterMinutes * MINUTE_MS) as Instant),
    })),
  )
  if (rows.length === 0) return
  await trx
    .insertInto('servanda.escalations')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * Takes the steps that are due: tells the next of what nobody has acknowledged, unless there is other news of the same
 * matter since, of which whoever asked for it is told anyway.
 * @returns the ids of subscriptions that no step reached, because they take no alerts
 */
export async function takeEscalationSteps(trx: Transaction<Database>, at: Instant): Promise<readonly string[]> {
  const due = await trx
    .selectFrom('servanda.escalations')
    .selectAll()
    .where('outcome', 'is', null)
    .where('due_at', '<=', timestamp(at))
    .orderBy('due_at')
    .limit(BATCH)
    .forUpdate()
    .execute()
  if (due.length === 0) return []
  const intents = await intentsByNumber(trx, [...new Set(due.map(({ intent }) => intent))])
  const targets = await subscriptionsById(trx, [...new Set(due.map(({ tell }) => tell))])
  const unreached: string[] = []
  for (const { intent: number, subscription, step, tell } of due) {
    const intent = intents.get(number)
    const isSettled = intent === undefined || (await hasOtherVerdict(trx, intent))
    const isReached = targets.get(tell)?.state === 'active'
    const outcome = isSettled ? 'settled' : isReached ? 'told' : 'unreachable'
    if (outcome === 'unreachable') unreached.push(tell)
    if (outcome === 'told') {
      await trx
        .insertInto('servanda.told')
        .values({ intent: number, subscription: tell, because: 'escalated', due_at: timestamp(at) })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    await trx
      .updateTable('servanda.escalations')
      .set({ outcome, ended_at: timestamp(at) })
      .where('intent', '=', number)
      .where('subscription', '=', subscription)
      .where('step', '=', step)
      .execute()
  }
  return unreached
}

async function hasOtherVerdict(trx: Transaction<Database>, { about, verdict, body }: Intent): Promise<boolean> {
  if (body.about !== 'case') return false
  const now = await trx.selectFrom('servanda.cases').select('verdict').where('id', '=', about).executeTakeFirst()
  return now !== undefined && now.verdict !== verdict
}
