import { type Kysely, sql } from 'kysely'

/**
 * Why: a rulebook may include shared definitions. What it meant when it was adopted has to stay readable when those files
 * have changed, so their texts are kept with it.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw("alter table servanda.rulebooks add column included json not null default '[]'").execute(db)
}
