import { type Kysely, Migrator, sql } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Database } from './schema.ts'

const SCHEMA = 'servanda'
const MIGRATION_TABLE = 'migration'

/**
 * Brings the tables up to what this version knows; several processes may do it at once.
 * @throws {ServandaError} `SCHEMA_NEWER` when the database has been used by a version with migrations unknown to this one
 */
export async function migrate(db: Kysely<Database>, log: Log, migrations = MIGRATIONS): Promise<void> {
  await refuseNewerSchema(db, Object.keys(migrations))
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: SCHEMA,
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: 'migration_lock',
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  for (const { migrationName, status } of results) {
    if (status === 'Success') log.info({ migration: migrationName }, 'migration applied')
  }
  if (error !== undefined) {
    const failed = results.find(({ status }) => status === 'Error')?.migrationName
    const which = failed === undefined ? 'The migrations' : `Migration ${failed}`
    throw new ServandaError('MIGRATION_FAILED', `${which} could not be applied; the tables are as before`, {
      details: { migration: failed ?? null },
      cause: error,
    })
  }
}

async function refuseNewerSchema(db: Kysely<Database>, known: readonly string[]): Promise<void> {
  const table = `${SCHEMA}.${MIGRATION_TABLE}`
  const { rows: found } = await sql<{ oid: string | null }>`select to_regclass(${table})::text as oid`.execute(db)
  if (found[0]?.oid == null) return
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(db)
  const unknown = rows.map(({ name }) => name).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new ServandaError(
    'SCHEMA_NEWER',
    `A newer version of Servanda has changed this database (${unknown.join(', ')}). Start that version, or restore a ` +
      'backup made with this one.',
    { details: { unknown } },
  )
}
