import { sql } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Intent, intentByNumber } from '../alerts/index.ts'
import { type Store, timestamp } from '../store/index.ts'

/** One mail to one subscription about one intent, claimed for sending. */
export interface Delivery {
  readonly id: string
  readonly intent: Intent
  readonly messageId: string
  readonly thread: readonly string[]
  readonly attempts: number
  readonly createdAt: Instant
  readonly to: { readonly name: string; readonly address: string; readonly zone: string }
}

/** How an attempt ended. */
export type Ending =
  | { readonly state: 'sent'; readonly answer: string }
  | { readonly state: 'pending' | 'uncertain'; readonly answer: string; readonly again: Instant }
  | { readonly state: 'failed'; readonly answer: string }

/**
 * Claims the oldest delivery that is due, for `leaseMs`: whoever claims it and dies leaves it to be claimed again after
 * that. Null: none is due.
 */
export async function claimDelivery(store: Store, at: Instant, leaseMs: number): Promise<Delivery | null> {
  const claimed = await store.transaction(async (trx) => {
    const due = await trx
      .selectFrom('servanda.deliveries')
      .select('id')
      .where('next_attempt_at', '<=', timestamp(at))
      .orderBy('intent')
      .orderBy('subscription')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!due) return null
    return trx
      .updateTable('servanda.deliveries')
      .set((old) => ({
        state: 'sending',
        attempts: old('attempts', '+', 1),
        next_attempt_at: timestamp((at + leaseMs) as Instant),
      }))
      .where('id', '=', due.id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  if (!claimed) return null
  const intent = await intentByNumber(store.db, claimed.intent)
  const to = await store.db
    .selectFrom('servanda.subscriptions')
    .select(['name', 'address', 'zone'])
    .where('id', '=', claimed.subscription)
    .executeTakeFirst()
  if (!intent || !to) throw new Error(`delivery ${claimed.id} has lost its intent or its subscription`)
  return {
    id: claimed.id,
    intent,
    messageId: claimed.message_id,
    thread: claimed.thread,
    attempts: claimed.attempts,
    createdAt: claimed.created_at,
    to,
  }
}

/** Says that the sender of `delivery` is still at it. */
export async function renewClaim(store: Store, delivery: Delivery, until: Instant): Promise<void> {
  await store.db
    .updateTable('servanda.deliveries')
    .set({ next_attempt_at: timestamp(until) })
    .where('id', '=', delivery.id)
    .where('state', '=', 'sending')
    .where('attempts', '=', delivery.attempts)
    .execute()
}

/** Notes how an attempt ended, unless another one has begun since. */
export async function noteEnding(store: Store, delivery: Delivery, ending: Ending, at: Instant): Promise<void> {
  await store.db
    .updateTable('servanda.deliveries')
    .set({
      state: ending.state,
      answer: ending.answer.slice(0, 1_000),
      next_attempt_at: 'again' in ending ? timestamp(ending.again) : null,
      sent_at: ending.state === 'sent' ? timestamp(at) : null,
    })
    .where('id', '=', delivery.id)
    .where('state', '=', 'sending')
    .where('attempts', '=', delivery.attempts)
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

/** When the next delivery is to be tried; null: none is waiting. */
export async function nextAttempt(store: Store): Promise<Instant | null> {
  const { rows } = await sql<{ at: Instant | null }>`
    select min(next_attempt_at) as at from servanda.deliveries where next_attempt_at is not null
  `.execute(store.db)
  return rows[0]?.at ?? null
}
