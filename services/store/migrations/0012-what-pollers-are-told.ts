import { type Kysely, sql } from 'kysely'

/**
 * Why: whoever follows the status is told what changed, in the order in which it was committed. `status_changes` has one row
 * for each number of the status: the agreement and commitments that look different, and the transitions that came with
 * it. The numbers of transitions alone do not do for that, since they are given out before the commit. `shown_days` is what
 * a strip of days shows. A calendar's entry has to say how often it has changed. And the latest verdicts are looked up.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

/** Whether a transition changed a verdict, or how certain it is; the feed asks with the same words. */
const TELLS = `(before is null and after ->> 'verdict' <> 'open' and cause not in ('import', 'rule_change'))
  or before ->> 'verdict' <> after ->> 'verdict' or before ->> 'certainty' <> after ->> 'certainty'`

const STATEMENTS = [
  `create table servanda.status_changes (
    seq bigint primary key,
    -- null: anything may look different
    agreement text,
    -- null: all of the agreement's
    commitments text[],
    -- Only one evaluates an agreement at a time: between them lie none of the agreement's but those of this change.
    first_transition bigint,
    last_transition bigint,
    changed_at timestamptz(3) not null
  )`,
  'create index status_changes_agreement on servanda.status_changes (agreement, seq)',
  `insert into servanda.status_changes (seq, changed_at)
    select seq, changed_at from servanda.projections where name = 'status' and changed_at is not null`,

  // One row a day on which a commitment came to show something else, by the calendar of its agreement.
  `create table servanda.shown_days (
    agreement text not null,
    commitment text not null,
    day date not null,
    -- the most urgent that was shown on that day
    worst text not null,
    -- what was shown at its end; null: the commitment was no longer there
    last text,
    primary key (agreement, commitment, day)
  )`,
  // Which zone the agreement reckons in is not known here.
  `insert into servanda.shown_days (agreement, commitment, day, worst, last)
    select commitment.agreement, commitment.id, (evaluated_at at time zone 'UTC')::date, indicator, indicator
    from servanda.commitments as commitment join servanda.agreements as agreement on agreement.id = commitment.agreement
    where evaluated_at is not null`,

  `alter table servanda.cases
    add column calendar_version integer not null default 0,
    add column calendar_at timestamptz(3)`,
  'update servanda.cases set calendar_at = changed_at',
  'alter table servanda.cases alter column calendar_at set not null',
  'drop index servanda.cases_due',
  `create index cases_due on servanda.cases (agreement, due_at, id collate "C")
    where phase = 'running' and verdict = 'open' and due_at is not null`,
  'create index cases_calendar on servanda.cases (agreement, due_at) where due_at is not null',

  `create index transitions_telling on servanda.transitions (agreement, number) where ${TELLS}`,
]
