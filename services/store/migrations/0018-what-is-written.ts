import { type Kysely, sql } from 'kysely'

/**
 * Why: what was answered to a request is kept for a while, so that whoever sends it again is told the same instead of doing
 * it twice. And two lists are read from the ledger, newest first, page by page: reports that wait for somebody to confirm
 * them, and orders that stand. Whether a later revision took the place of one is looked up in the unique index.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  // Without a status the request is under way. What may not be kept, because it holds a secret, has no body.
  `create table servanda.idempotency_keys (
    sender text not null,
    name text not null,
    digest text not null,
    created_at timestamptz(3) not null,
    attempt_at timestamptz(3) not null,
    status integer,
    headers json,
    body text,
    primary key (sender, name)
  )`,
  'create index idempotency_keys_created on servanda.idempotency_keys (created_at)',
  `create index events_candidates on servanda.events (seq)
    where standing = 'reported' and type not like 'servanda.%' and not retracted`,
  "create index events_orders on servanda.events (type, seq) where type like 'servanda.%' and not retracted",
]
