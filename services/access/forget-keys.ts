import { sql, type Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'

/** Ends the keys that `persons` hold, signs them out, and erases what the keys are called. @returns how many of each */
export async function forgetKeys(
  trx: Transaction<Database>,
  persons: readonly string[],
  at: Instant,
): Promise<{ readonly keys: number; readonly sessions: number }> {
  if (persons.length === 0) return { keys: 0, sessions: 0 }
  const ended = await trx
    .deleteFrom('servanda.sessions')
    .where('secret', 'in', (query) =>
      query
        .selectFrom('servanda.key_secrets as secret')
        .innerJoin('servanda.keys as key', 'key.id', 'secret.key')
        .select('secret.hash')
        .where('key.person', 'in', persons),
    )
    .executeTakeFirst()
  const keys = await trx
    .updateTable('servanda.keys')
    .set({ name: 'forgotten', revoked_at: sql<Instant>`coalesce(revoked_at, ${timestamp(at)})` })
    .where('person', 'in', persons)
    .executeTakeFirst()
  return { keys: Number(keys.numUpdatedRows), sessions: Number(ended.numDeletedRows) }
}
