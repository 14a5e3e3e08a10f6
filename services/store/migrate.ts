import { type Kysely, Migrator, sql, type Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Database } from './schema.ts'

const SCHEMA = 'servanda'
const MIGRATION_TABLE = 'migration'

/** Every migration this version knows, in the order in which they are applied. */
export function knownMigrations(migrations = MIGRATIONS): readonly string[] {
  return Object.keys(migrations).sort()
}

/** Called before the tables of a database in use are changed; when it throws, they stay as they are. */
export type BeforeMigrating = (pending: readonly string[]) => Promise<void>

/**
 * Brings the tables up to what this version knows; several processes may do it at once.
 * @throws {ServandaError} `SCHEMA_NEWER` when the database has been used by a version with migrations unknown to this one
 */
export async function migrate(
  db: Kysely<Database>,
  log: Log,
  migrations = MIGRATIONS,
  before?: BeforeMigrating,
): Promise<void> {
  const applied = await appliedMigrations(db, migrations)
  const pending = knownMigrations(migrations).filter((name) => !applied.includes(name))
  // All migrations of a start are applied in one transaction: where there is none, there are no tables yet.
  if (before !== undefined && applied.length > 0 && pending.length > 0) await before(pending)
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

/**
 * The migrations a database has had, in their order; none when it holds no tables of ours.
 * @throws {ServandaError} `SCHEMA_NEWER` when one of them is unknown to this version
 */
export async function appliedMigrations(db: Kysely<Database>, migrations = MIGRATIONS): Promise<readonly string[]> {
  const table = `${SCHEMA}.${MIGRATION_TABLE}`
  const { rows: found } = await sql<{ oid: string | null }>`select to_regclass(${table})::text as oid`.execute(db)
  if (found[0]?.oid == null) return []
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(db)
  const names = rows.map(({ name }) => name)
  const unknown = names.filter((name) => !Object.hasOwn(migrations, name))
  if (unknown.length === 0) return names
  throw new ServandaError(
    'SCHEMA_NEWER',
    `A newer version of Servanda has changed this database (${unknown.join(', ')}). Start that version, or restore a ` +
      'backup made with this one.',
    { details: { unknown } },
  )
}

/**
 * The migrations that are still to come for a database in use; null: it holds no tables of ours.
 * @throws {ServandaError} `SCHEMA_NEWER`
 */
export async function pendingMigrations(db: Kysely<Database>): Promise<readonly string[] | null> {
  const applied = await appliedMigrations(db)
  return applied.length === 0 ? null : knownMigrations().filter((name) => !applied.includes(name))
}

/**
 * Lays the tables of a database without any inside the caller's transaction, as they were after the migrations `names`.
 * The table of the migrations is laid too, and left empty.
 */
export async function layTables(trx: Transaction<Database>, names: readonly string[]): Promise<void> {
  await sql.raw(`create schema if not exists ${SCHEMA}`).execute(trx)
  const columns = 'name varchar(255) not null primary key, timestamp varchar(255) not null'
  await sql.raw(`create table ${SCHEMA}.${MIGRATION_TABLE} (${columns})`).execute(trx)
  for (const name of names) await MIGRATIONS[name]?.up(trx)
}

/** Applies the migrations after `applied` inside the caller's transaction. */
export async function migrateInside(trx: Transaction<Database>, applied: readonly string[], at: Instant) {
  for (const name of knownMigrations().filter((one) => !applied.includes(one))) {
    await MIGRATIONS[name]?.up(trx)
    const table = sql.table(`${SCHEMA}.${MIGRATION_TABLE}`)
    // Kysely takes them for applied in the order of these texts, so a clock that is behind must not show.
    await sql`
      insert into ${table} (name, timestamp) select ${name}, greatest(max(timestamp), ${formatInstant(at)}) from ${table}
    `.execute(trx)
  }
}
