import { type Kysely, sql } from 'kysely'

/**
 * Why: an evaluation loads and writes only what news or time touches, however much lies beside it. What used to be read
 * off all cases of a commitment (its counts, its latest case, its next check) is kept or found by an index. There is no
 * state of the engine in a database made before this, so every agreement is worked out anew once, which fills the columns.
 * And one event that an evaluation cannot get past must not hold up those after it.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `alter table servanda.cases
    add column indicator text,
    add column opened_to timestamptz(3),
    add column due_at timestamptz(3),
    add column is_gone boolean not null default false`,
  "update servanda.cases set is_gone = true where verdict = 'void' and phase = 'closed' and next_check is null",
  'drop index servanda.cases_commitment',
  'create index cases_commitment on servanda.cases (agreement, commitment, opened_at, opened_to, id collate "C")',
  `create index cases_indicator
    on servanda.cases (agreement, commitment, indicator, opened_at, opened_to, id collate "C") where not is_gone`,
  `create index cases_due
    on servanda.cases (due_at, id collate "C") where phase = 'running' and verdict = 'open' and due_at is not null`,
  'drop index servanda.cases_next_check',
  'create index cases_next_check on servanda.cases (agreement, commitment, next_check) where next_check is not null',

  // How many cases stand how: the text of a status, and their number.
  "alter table servanda.commitments add column tally json not null default '{}'",
  'drop index servanda.commitments_next_check',

  // Events that made an evaluation fail: it goes on without them until they are asked for again.
  `create table servanda.set_aside (
    agreement text not null references servanda.agreements (id),
    seq bigint not null,
    cause text not null check (cause in ('evidence', 'import')),
    failure text not null,
    set_aside_at timestamptz(3) not null,
    primary key (agreement, seq)
  )`,

  'create index events_type on servanda.events (type, seq)',
  'create index events_corrections on servanda.events (seq) where type is null or revision > 1',

  'create index engine_cases_alarm on servanda.engine_cases (wake) where wake is not null',
  `create index engine_cases_expected
    on servanda.engine_cases (agreement, commitment, wake) where wake is not null and status is null`,
  // One event is looked up at a time: what was written last must not have to be searched row by row.
  'alter index servanda.engine_events_shares set (fastupdate = off)',
]
