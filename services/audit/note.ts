import { sql, type Transaction } from 'kysely'
import { canonicalText, type Instant } from '../../rules/index.ts'
import { GENESIS } from '../ledger/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { entryHash } from './entry-hash.ts'

/** Everything that is noted. Events, judgements and orders are not among it: the ledger says whose key brought each. */
export const ACTIONS = [
  'key.created',
  'key.rotated',
  'key.revoked',
  'session.started',
  'session.ended',
  'person.created',
  'person.forgotten',
  'rulebook.adopted',
  'set_aside.taken_up',
  'alerts.resumed',
  'alerts.muted',
  'alerts.unmuted',
  'alert.acknowledged',
  'silence.created',
  'silence.ended',
  'subscription.created',
  'subscription.changed',
  'subscription.ended',
  'delivery.replayed',
  'report.made',
  'report_schedule.created',
  'report_schedule.changed',
  'report_schedule.ended',
  'backup.created',
  'backup.restored',
] as const
export type Action = (typeof ACTIONS)[number]

/** Who did it: a person who is signed in, a key, whoever reads the mails of a subscription, whoever has the database open, or the service by itself. By id, never by name. */
export type Actor = `person:${string}` | `key:${string}` | `subscription:${string}` | 'command line' | 'service'

/** Who changes something, when, and within which request. */
export interface Author {
  readonly actor: Actor
  readonly at: Instant
  /** Null: none; the change did not come over HTTP. */
  readonly requestId: string | null
}

/** Any number will do, as long as no other lock of ours uses it. */
const AUDIT_LOCK = 7_215_002

/**
 * Notes what `author` has done in this transaction, so that both are kept or neither. The last thing that a transaction
 * does: whoever notes something too waits until it ends.
 * @param about.subject  the id of what it was done to
 * @param about.details  facts without personal data: what is noted is never erased
 */
export async function note(
  trx: Transaction<Database>,
  { actor, at, requestId }: Author,
  action: Action,
  about: { readonly subject: string | null; readonly details?: Readonly<Record<string, unknown>> },
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${AUDIT_LOCK}::bigint)`.execute(trx)
  const last = await trx
    .selectFrom('servanda.audit')
    .select(['number', 'at', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  const entry = {
    number: (last?.number ?? 0) + 1,
    at: last && last.at > at ? last.at : at,
    actor,
    action,
    subject: about.subject,
    details: canonicalText(about.details ?? {}),
    requestId,
  }
  const previousHash = last?.hash ?? GENESIS
  const { requestId: request_id, ...row } = entry
  await trx
    .insertInto('servanda.audit')
    .values({
      ...row,
      at: timestamp(entry.at),
      request_id,
      previous_hash: previousHash,
      hash: entryHash(previousHash, entry),
    })
    .execute()
}
