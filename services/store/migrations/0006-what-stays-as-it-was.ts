import { type Kysely, sql } from 'kysely'

/**
 * Why: what can only be added to is guarded twice. The triggers also fire for a session that calls itself a replica,
 * where ordinary ones are silent. And the role that owns the tables takes the rights to change them from itself: a
 * superuser has them all the same, and an owner could give them back, but neither happens by mistake.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const table of ['events', 'transitions']) {
    await sql.raw(`alter table servanda.${table} enable always trigger append_only`).execute(db)
    await sql.raw(`revoke update, delete, truncate on servanda.${table} from public, current_user`).execute(db)
  }
}
