import { type Kysely, sql } from 'kysely'

/**
 * Why: a source that is expected to report and does not is to be noticed. `heard` is what the ledger says of when each
 * reported last, kept so that it need not be read again; the projection's number is the last row that was looked at.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table servanda.heard (
    kind text not null check (kind in ('event', 'watermark')),
    name text not null,
    heard_at timestamptz(3) not null,
    primary key (kind, name)
  )`,
  `create table servanda.silent_sources (
    agreement text not null,
    source text not null,
    heard_at timestamptz(3),
    expected_by timestamptz(3) not null,
    primary key (agreement, source)
  )`,
  "insert into servanda.projections (name, seq) values ('heard', 0)",
]
