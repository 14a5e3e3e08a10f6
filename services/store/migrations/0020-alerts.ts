import { type Kysely, sql } from 'kysely'

/**
 * Why: people choose what they are told, how and when. What a subscription is told of is a row of its own (`told`), so
 * that several alerts go out in one message, wait for an hour of the day, or are hidden by a silence, and each still is
 * on record. Alerts can be about a source or a whole agreement, and who acknowledged one, and who else is told when
 * nobody does, is kept beside them.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  'alter table servanda.intents rename column case_id to about',
  'alter table servanda.intents alter column commitment drop not null',
  'alter table servanda.intents alter column verdict drop not null',

  `alter table servanda.subscriptions
    add column channel text not null default 'mail'
      check (channel in ('mail', 'webhook', 'slack', 'teams', 'alertmanager')),
    add column person text references servanda.persons (id),
    add column locale text not null default 'en-GB',
    add column parties json,
    add column commitments json,
    add column tags json,
    add column digest text check (digest in ('day', 'week')),
    add column digest_weekday integer check (digest_weekday between 1 and 7),
    add column digest_hour integer check (digest_hour between 0 and 23),
    add column quiet_from text,
    add column quiet_to text,
    add column escalation json not null default '[]',
    add column secrets json not null default '[]',
    add column is_public boolean not null default false,
    add column state text not null default 'active'
      check (state in ('active', 'unconfirmed', 'unsubscribed', 'bounced', 'gone', 'paused', 'forgotten')),
    add column state_why text,
    add column state_since timestamptz(3)`,
  `update servanda.subscriptions
    set state = case when active then 'active' else 'forgotten' end, state_since = created_at`,
  `alter table servanda.subscriptions
    drop column active,
    alter column channel drop default,
    alter column locale drop default,
    alter column escalation drop default,
    alter column secrets drop default,
    alter column is_public drop default,
    alter column state drop default,
    alter column state_since set not null,
    alter column kinds drop not null`,
  // Nobody could change it before, and it takes what calls for somebody.
  `update servanda.subscriptions
    set kinds = '["breached","partly_met","unknown","needs_judgement","corrected","source_stale","agreement_ending"]'
    where id = 'default'`,
  'create index subscriptions_address on servanda.subscriptions (lower(address))',

  // Without a delivery it waits until it is due; one that a silence hides never is.
  `create table servanda.told (
    intent bigint not null references servanda.intents (number),
    subscription text not null references servanda.subscriptions (id),
    because text not null check (because in ('subscribed', 'was_told', 'escalated')),
    due_at timestamptz(3),
    delivery text references servanda.deliveries (id),
    silence text,
    primary key (intent, subscription)
  )`,
  `insert into servanda.told (intent, subscription, because, delivery)
    select intent, subscription, 'subscribed', id from servanda.deliveries`,
  'create index told_due on servanda.told (due_at) where due_at is not null',
  'create index told_delivery on servanda.told (delivery)',
  'create index told_subscription on servanda.told (subscription, intent)',

  'alter table servanda.deliveries drop constraint deliveries_channel_check',
  'alter table servanda.deliveries drop constraint deliveries_state_check',
  `alter table servanda.deliveries
    drop column intent,
    add column number bigint generated always as identity,
    add column purpose text not null default 'alert'
      check (purpose in ('alert', 'digest', 'confirmation', 'test', 'notice')),
    add column rhythm text,
    add column notice json,
    add column receiver text not null default '',
    add constraint deliveries_channel_check check (channel in ('mail', 'webhook', 'slack', 'teams', 'alertmanager')),
    add constraint deliveries_state_check check
      (state in ('pending', 'sending', 'sent', 'uncertain', 'failed', 'bounced', 'withheld'))`,
  'alter table servanda.deliveries alter column purpose drop default, alter column receiver drop default',
  'create unique index deliveries_number on servanda.deliveries (number)',
  'create index deliveries_subscription on servanda.deliveries (subscription, number)',

  `create table servanda.silences (
    id text primary key,
    about text,
    subscription text references servanda.subscriptions (id),
    agreements json,
    parties json,
    commitments json,
    tags json,
    kinds json,
    minimum_severity text not null,
    reason text not null,
    created_by text not null,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    ended_at timestamptz(3),
    ended_why text
  )`,
  'create index silences_standing on servanda.silences (expires_at) where ended_at is null',

  // Whoever acknowledged is named by id: a key, or a subscription.
  `create table servanda.acknowledgements (
    number bigint generated always as identity primary key,
    intent bigint not null references servanda.intents (number),
    about text not null,
    verdict_version integer not null,
    acknowledged_by text not null,
    note text,
    acknowledged_at timestamptz(3) not null
  )`,
  'create index acknowledgements_about on servanda.acknowledgements (about, number)',

  // As they stood when they started: a later change to the subscription changes none that runs.
  `create table servanda.escalations (
    intent bigint not null references servanda.intents (number),
    subscription text not null references servanda.subscriptions (id),
    step integer not null check (step > 0),
    tell text not null,
    due_at timestamptz(3) not null,
    outcome text check (outcome in ('told', 'acknowledged', 'settled', 'unreachable')),
    ended_at timestamptz(3),
    primary key (intent, subscription, step)
  )`,
  'create index escalations_due on servanda.escalations (due_at) where outcome is null',

  `create table servanda.alert_mute (
    id text primary key check (id = 'alerts'),
    reason text not null,
    muted_by text not null,
    since timestamptz(3) not null,
    until timestamptz(3)
  )`,
]
