import { type Kysely, sql } from 'kysely'

/**
 * Why: cases, their changes and events are read page by page, and picked by how they stand. Each list has one index in its
 * own order, with what is picked by behind: what is not asked for is passed over in the index and never read.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create index cases_listed on servanda.cases
    (agreement, id collate "C", commitment, phase, verdict, certainty, indicator, due_at)`,
  `create index cases_flagged on servanda.cases (agreement, id collate "C") where result ->> 'flags' <> '[]'`,
  `create index transitions_listed on servanda.transitions
    (agreement, recorded_at, number, commitment, cause, (after ->> 'verdict'))`,
  // The ledger never goes back in time: where a time begins in it is one look.
  'create index events_recorded on servanda.events (recorded_at, seq)',
]
