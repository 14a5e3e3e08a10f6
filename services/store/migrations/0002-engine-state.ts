import { type Kysely, sql } from 'kysely'

/**
 * Why: the engine brings up to date only what an event touches, and has to find it again: cases and events by the share
 * of the agreement they belong to. All of it follows from the ledger and may be dropped at any time.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table servanda.engine_agreements (
    agreement text primary key,
    rulebook_hash text not null,
    as_of timestamptz(3) not null,
    wake timestamptz(3)
  )`,
  // A row without a part stands for the commitment itself: when its next case opens.
  `create table servanda.engine_cases (
    agreement text not null,
    commitment text not null,
    part text not null,
    share text not null,
    status json,
    wake timestamptz(3),
    primary key (agreement, commitment, part)
  )`,
  'create index engine_cases_share on servanda.engine_cases (agreement, share)',
  'create index engine_cases_wake on servanda.engine_cases (agreement, wake) where wake is not null',
  // Without shares an event bears on every case.
  `create table servanda.engine_events (
    agreement text not null,
    source text not null,
    id text not null,
    revision integer not null check (revision > 0),
    recorded_at timestamptz(3),
    shares text[],
    content text not null,
    primary key (agreement, source, id)
  )`,
  'create index engine_events_shares on servanda.engine_events using gin (shares)',
  'create index engine_events_of_all on servanda.engine_events (agreement) where shares is null',
]
