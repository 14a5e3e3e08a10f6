import { type Kysely, sql } from 'kysely'

/** Why: how many mails were sent, wait or were given up is asked for every few seconds, and must not read them all. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw('create index deliveries_state on servanda.deliveries (state, sent_at)').execute(db)
}
