import type { Kysely } from 'kysely'
import { type Instant, instant } from '../../rules/index.ts'
import { sha256 } from '../ledger/index.ts'
import { type Database, timestamp } from '../store/index.ts'

/** How long an answer is kept; real time. */
const KEPT_MS = 24 * 60 * 60 * 1_000

/** After this long whoever was at a request has died at it, and it may be tried again; real time. */
const PATIENCE_MS = 60_000

/** A request under an `Idempotency-Key`. */
interface Asked {
  /** Who asks, by id: others may use the same name. */
  readonly sender: string
  readonly name: string
  /** Of everything that is asked. */
  readonly digest: string
}

/** An attempt to carry it out. */
export interface Attempt extends Asked {
  /** The same in every attempt, and in no other request. */
  readonly id: string
  /** When it was tried first. */
  readonly firstAt: Instant
  readonly at: Instant
}

/** What was answered. */
export interface Kept {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Null: it may not be kept. */
  readonly body: string | null
}

export type Begun =
  | { readonly state: 'begun'; readonly attempt: Attempt }
  | { readonly state: 'other' | 'under way' }
  | { readonly state: 'done'; readonly kept: Kept }

/** The time, and how fast it goes. */
interface Pace {
  readonly now: Instant
  readonly rate: number
}

/** Begins to carry out what is asked, unless that was begun before by somebody who has finished or is still at it. */
export async function beginAttempt(db: Kysely<Database>, asked: Asked, { now, rate }: Pace): Promise<Begun> {
  const { sender, name, digest } = asked
  const at = timestamp(now)
  const inserted = await db
    .insertInto('servanda.idempotency_keys')
    .values({ sender, name, digest, created_at: at, attempt_at: at })
    .onConflict((conflict) => conflict.columns(['sender', 'name']).doNothing())
    .returning('name')
    .execute()
  if (inserted.length > 0) return { state: 'begun', attempt: attemptOf(asked, now, now) }
  const row = await db
    .selectFrom('servanda.idempotency_keys')
    .selectAll()
    .where('sender', '=', sender)
    .where('name', '=', name)
    .executeTakeFirst()
  // It was given up in this very moment.
  if (!row) return { state: 'under way' }
  if (row.digest !== digest) return { state: 'other' }
  if (row.status !== null)
    return { state: 'done', kept: { status: row.status, headers: row.headers ?? {}, body: row.body } }
  if (Math.abs(now - row.attempt_at) / rate < PATIENCE_MS) return { state: 'under way' }
  const { numUpdatedRows } = await db
    .updateTable('servanda.idempotency_keys')
    .set({ attempt_at: at })
    .where('sender', '=', sender)
    .where('name', '=', name)
    .where('status', 'is', null)
    .where('attempt_at', '=', timestamp(row.attempt_at))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return { state: 'under way' }
  return { state: 'begun', attempt: attemptOf(asked, row.created_at, now) }
}

function attemptOf(asked: Asked, firstAt: Instant, at: Instant): Attempt {
  return { ...asked, firstAt, at, id: sha256(JSON.stringify([asked.sender, asked.name, firstAt])).slice(0, 32) }
}

/** It was carried out. */
export async function endAttempt(db: Kysely<Database>, { sender, name }: Attempt, kept: Kept): Promise<void> {
  await db
    .updateTable('servanda.idempotency_keys')
    .set({ status: kept.status, headers: JSON.stringify(kept.headers), body: kept.body })
    .where('sender', '=', sender)
    .where('name', '=', name)
    .where('status', 'is', null)
    .execute()
}

/** Whether it was carried out is not known: it may be tried again at once, and is the same attempt then. */
export async function suspendAttempt(db: Kysely<Database>, { sender, name, at }: Attempt): Promise<void> {
  await db
    .updateTable('servanda.idempotency_keys')
    .set({ attempt_at: timestamp(NOBODY_AT_IT) })
    .where('sender', '=', sender)
    .where('name', '=', name)
    .where('status', 'is', null)
    .where('attempt_at', '=', timestamp(at))
    .execute()
}

/** Whoever is at it since then has died long ago. */
const NOBODY_AT_IT = instant(0)

/** It was not carried out, and may come again. */
export async function releaseAttempt(db: Kysely<Database>, { sender, name, at }: Attempt): Promise<void> {
  await db
    .deleteFrom('servanda.idempotency_keys')
    .where('sender', '=', sender)
    .where('name', '=', name)
    .where('status', 'is', null)
    .where('attempt_at', '=', timestamp(at))
    .execute()
}

/** Forgets what was answered long enough ago. */
export async function forgetAnswers(db: Kysely<Database>, { now, rate }: Pace): Promise<void> {
  await db
    .deleteFrom('servanda.idempotency_keys')
    .where('created_at', '<', timestamp(instant(now - KEPT_MS * rate)))
    .execute()
}
