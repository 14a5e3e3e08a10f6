import { type Kysely, sql } from 'kysely'

/**
 * Why: a restored copy must not tell people what the original has told them. While a row is here nothing is mailed, and
 * what is then left out for good is on record as `withheld`.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table servanda.alert_hold (
    id text primary key check (id = 'alerts'),
    since timestamptz(3) not null,
    backup_made_at timestamptz(3) not null
  )`,
  'alter table servanda.deliveries drop constraint deliveries_state_check',
  `alter table servanda.deliveries add constraint deliveries_state_check
    check (state in ('pending', 'sending', 'sent', 'uncertain', 'failed', 'withheld'))`,
]
