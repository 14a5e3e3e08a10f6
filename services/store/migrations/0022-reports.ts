import { type Kysely, sql } from 'kysely'

/**
 * Why: reports are made once and stay what they are, with the bytes of each of their forms, so that what somebody was
 * sent can be shown and proven later. When the next one is due stands in the database, not in a timer.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table servanda.report_schedules (
    id text primary key,
    title text,
    every text not null check (every in ('day', 'week', 'month', 'quarter', 'year')),
    zone text not null,
    hour integer not null check (hour between 0 and 23),
    days_after integer not null check (days_after between 0 and 60),
    locale text not null,
    agreements json,
    parties json,
    tell json not null,
    attach json not null,
    state text not null check (state in ('active', 'paused')),
    due_at timestamptz(3),
    working_until timestamptz(3),
    failure text,
    created_at timestamptz(3) not null
  )`,
  'create index report_schedules_due on servanda.report_schedules (due_at) where due_at is not null',

  `create table servanda.reports (
    id text primary key,
    number bigint generated always as identity,
    schedule text,
    title text not null,
    period text not null,
    request json not null,
    basis json not null,
    as_of timestamptz(3) not null,
    version text not null,
    facts json not null,
    created_by text not null,
    created_at timestamptz(3) not null
  )`,
  'create unique index reports_number on servanda.reports (number)',
  // One report a schedule and period, however many processes find it due.
  'create unique index reports_of_schedule on servanda.reports (schedule, period) where schedule is not null',

  `create table servanda.report_files (
    report text not null references servanda.reports (id),
    form text not null check (form in ('html', 'pdf', 'csv', 'markdown', 'json')),
    sha256 text not null,
    length bigint not null,
    encoding text not null check (encoding in ('identity', 'gzip')),
    content bytea not null,
    primary key (report, form)
  )`,
  ...['reports', 'report_files'].map(
    (table) => `create trigger append_only before update or delete or truncate on servanda.${table}
      for each statement execute function servanda.refuse_change()`,
  ),

  'alter table servanda.deliveries drop constraint deliveries_purpose_check',
  `alter table servanda.deliveries
    add column report json,
    add constraint deliveries_purpose_check
      check (purpose in ('alert', 'digest', 'confirmation', 'test', 'notice', 'report'))`,
]
