import { type Kysely, sql } from 'kysely'

/**
 * Why: everything the first path needs, from the ledger to the delivery log. What is a fact (events, transitions) can
 * only be added to, and the database itself says so. No column takes its time from the database's clock.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  'create schema if not exists servanda',

  `create table servanda.events (
    seq bigint primary key check (seq > 0),
    source text not null,
    id text not null,
    revision integer not null check (revision > 0),
    type text,
    retracted boolean not null,
    standing text not null,
    recorded_at timestamptz(3) not null,
    claimed_at timestamptz(3),
    content text not null,
    digest text not null,
    origin text not null check (origin in ('http', 'import')),
    key_id text,
    previous_hash text not null,
    hash text not null,
    unique (source, id, revision)
  )`,

  `create table servanda.rulebooks (
    agreement text not null,
    version integer not null check (version > 0),
    hash text not null,
    title text not null,
    file text not null,
    text text not null,
    adopted_at timestamptz(3) not null,
    primary key (agreement, version)
  )`,
  `create table servanda.rejections (
    file text primary key,
    agreement text,
    hash text not null,
    problems json not null,
    rejected_at timestamptz(3) not null
  )`,
  `create table servanda.imports (
    file text primary key,
    digest text not null,
    events integer not null,
    problems json not null,
    imported_at timestamptz(3) not null
  )`,

  // One row an agreement: what a worker locks while it evaluates, and how far it has come.
  `create table servanda.agreements (
    id text primary key,
    evaluated_at timestamptz(3),
    evaluated_seq bigint not null,
    failure text,
    failed_at timestamptz(3)
  )`,
  `create table servanda.commitments (
    agreement text not null references servanda.agreements (id),
    id text not null,
    position integer not null,
    indicator text not null,
    next_check timestamptz(3),
    record json not null,
    primary key (agreement, id)
  )`,
  'create index commitments_next_check on servanda.commitments (next_check) where next_check is not null',
  `create table servanda.cases (
    id text primary key,
    agreement text not null,
    commitment text not null,
    opened_at timestamptz(3),
    phase text not null,
    verdict text not null,
    certainty text not null,
    verdict_version integer not null check (verdict_version > 0),
    next_check timestamptz(3),
    replaced_by text,
    changed_at timestamptz(3) not null,
    result json not null
  )`,
  'create index cases_commitment on servanda.cases (agreement, commitment, opened_at, id)',
  'create index cases_next_check on servanda.cases (next_check) where next_check is not null',
  `create table servanda.transitions (
    number bigint generated always as identity primary key,
    case_id text not null,
    agreement text not null,
    commitment text not null,
    verdict_version integer not null,
    cause text not null check (cause in ('evidence', 'time', 'correction', 'import', 'rule_change', 'judgement')),
    occurred_at timestamptz(3) not null,
    recorded_at timestamptz(3) not null,
    seq bigint not null,
    rulebook_version integer not null,
    before json,
    after json not null
  )`,
  'create index transitions_case on servanda.transitions (case_id, number)',

  // What is still to be evaluated: written with the event, removed with its verdicts.
  `create table servanda.outbox (
    agreement text not null,
    commitment text not null,
    seq bigint not null,
    cause text not null check (cause in ('evidence', 'import', 'rule_change')),
    primary key (agreement, seq, cause, commitment)
  )`,

  `create table servanda.intents (
    number bigint generated always as identity primary key,
    case_id text not null,
    agreement text not null,
    commitment text not null,
    kind text not null,
    rung text not null,
    verdict_version integer not null,
    verdict text not null,
    severity text not null,
    occurred_at timestamptz(3) not null,
    recorded_at timestamptz(3) not null,
    replaces bigint,
    is_news boolean not null,
    body json not null,
    expanded_at timestamptz(3),
    unique (case_id, kind, rung, verdict_version)
  )`,
  'create index intents_waiting on servanda.intents (number) where expanded_at is null',
  `create table servanda.subscriptions (
    id text primary key,
    name text not null,
    address text not null,
    zone text not null,
    kinds json not null,
    agreements json,
    minimum_severity text not null,
    active boolean not null,
    created_at timestamptz(3) not null
  )`,
  `create table servanda.deliveries (
    id text primary key,
    intent bigint not null references servanda.intents (number),
    subscription text not null references servanda.subscriptions (id),
    channel text not null check (channel in ('mail')),
    state text not null check (state in ('pending', 'sending', 'sent', 'uncertain', 'failed')),
    message_id text not null unique,
    thread json not null,
    attempts integer not null,
    next_attempt_at timestamptz(3),
    created_at timestamptz(3) not null,
    sent_at timestamptz(3),
    answer text,
    unique (intent, subscription, channel)
  )`,
  'create index deliveries_due on servanda.deliveries (next_attempt_at) where next_attempt_at is not null',

  `create table servanda.keys (
    id text primary key,
    secret_hash text not null,
    name text not null,
    scopes json not null,
    sources json,
    highest_standing text not null,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3),
    revoked_at timestamptz(3)
  )`,

  // One row a projection: its number grows in the transaction that changed what it shows.
  `create table servanda.projections (
    name text primary key,
    seq bigint not null,
    changed_at timestamptz(3)
  )`,
  "insert into servanda.projections (name, seq) values ('status', 0), ('rulebooks', 0)",

  `create function servanda.refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'table % is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
    end
  $$`,
  ...['events', 'transitions'].map(
    (table) => `create trigger append_only before update or delete or truncate on servanda.${table}
      for each statement execute function servanda.refuse_change()`,
  ),
]
