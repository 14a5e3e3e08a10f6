import { type Kysely, sql } from 'kysely'

/**
 * Why: a key may have two secrets at once, so that one can be changed without a moment in which none opens; who signs in
 * gets a session, which ends with the secret it was begun with; and what people and keys change is on record, chained
 * like the ledger and as hard to change. Who a person is stands in a table that can forget, and is named elsewhere by id.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  // Of somebody forgotten only the id is left.
  `create table servanda.persons (
    id text primary key,
    name text,
    address text,
    created_at timestamptz(3) not null,
    forgotten_at timestamptz(3)
  )`,
  'alter table servanda.keys add column person text references servanda.persons (id)',

  `create table servanda.key_secrets (
    hash text primary key,
    key text not null references servanda.keys (id),
    created_at timestamptz(3) not null,
    expires_at timestamptz(3),
    last_used_at timestamptz(3)
  )`,
  'create index key_secrets_key on servanda.key_secrets (key)',
  `insert into servanda.key_secrets (hash, key, created_at)
    select secret_hash, id, created_at from servanda.keys`,
  'alter table servanda.keys drop column secret_hash',

  `create table servanda.sessions (
    hash text primary key,
    secret text not null references servanda.key_secrets (hash) on delete cascade,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null
  )`,
  'create index sessions_secret on servanda.sessions (secret)',

  `create table servanda.audit (
    number bigint primary key check (number > 0),
    at timestamptz(3) not null,
    actor text not null,
    action text not null,
    subject text,
    details text not null,
    request_id text,
    previous_hash text not null,
    hash text not null
  )`,
  `create trigger append_only before update or delete or truncate on servanda.audit
    for each statement execute function servanda.refuse_change()`,
  'alter table servanda.audit enable always trigger append_only',
  'revoke update, delete, truncate on servanda.audit from public, current_user',
]
