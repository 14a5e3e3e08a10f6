import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import type { Pool } from 'pg'
import type { Log } from '../../config/log.ts'
import { appliedMigrations, migrate } from './migrate.ts'
import { insideTransaction, refuseInsideTransaction } from './nesting.ts'
import { type Backing, openEmbedded, openServer } from './open-pool.ts'
import type { Database } from './schema.ts'

export { type InstantColumn, type NullableInstantColumn, timestamp } from './column-types.ts'
export { holdsDatabase, prepareDataDir } from './data-dir.ts'
export { type DataLock, lockDataDir } from './data-lock.ts'
export { pendingMigrations } from './migrate.ts'
export { refuseInsideTransaction } from './nesting.ts'
export { isAmong, type Page, type PageOrder, pageOf } from './page.ts'
export type { Database } from './schema.ts'

/** The database: PGlite in this process (`embedded`) or a PostgreSQL server. */
export interface Store {
  readonly mode: 'embedded' | 'server'
  /** For single statements outside transactions. */
  readonly db: Kysely<Database>
  /** What the queues are given; session `search_path` is `bullmq` alone, so our own tables are always qualified. */
  readonly pool: Pool
  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws. Inside, only `trx` may be
   * used; touching `db`, `pool`, a queue or another transaction throws `NESTED_POOL_USE`.
   * @throws {ServandaError} `TRANSACTION_ABORTED` when a statement failed, its error was swallowed, and nothing was stored
   */
  transaction<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** What `openStore` needs to know. */
export interface StoreOptions {
  /** Absent: the embedded database in `dataDir`, which is then locked for this process. */
  readonly databaseUrl?: string | undefined
  readonly dataDir: string
  readonly log: Log
  /** The most connections to a server; the queues keep one for each worker. */
  readonly connections?: number | undefined
  /**
   * Called before the tables of a database in use are changed, with the names of the migrations to come; when it throws,
   * nothing is changed. `leave` never changes any, for who wants to read them as they are.
   */
  readonly beforeMigrating?: ((store: Store, pending: readonly string[]) => Promise<void>) | 'leave'
}

/**
 * Opens the database and brings its tables up to date, unless it is told otherwise.
 * @throws {ServandaError} `DATA_DIR_IN_USE`, `DATA_DIR_UNUSABLE`, `DATABASE_UNUSABLE`, `DATABASE_UNREACHABLE`, `SCHEMA_NEWER`, `MIGRATION_FAILED`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl, dataDir, log, connections, beforeMigrating: before } = options
  const backing =
    databaseUrl === undefined ? await openEmbedded(dataDir, log) : await openServer(databaseUrl, connections)
  const store = storeOn(backing, databaseUrl === undefined ? 'embedded' : 'server')
  try {
    if (before === 'leave') await appliedMigrations(store.db)
    else await migrate(store.db, log, undefined, before && ((pending) => before(store, pending)))
  } catch (error) {
    await store.close()
    throw error
  }
  return store
}

function storeOn({ pool, close }: Backing, mode: Store['mode']): Store {
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const transactional = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: { connect: () => pool.connectForTransaction(), end: async () => {} } }),
  })
  let closed: Promise<void> | undefined
  return {
    mode,
    db,
    pool,
    async transaction(work) {
      refuseInsideTransaction('A second transaction was begun')
      return transactional.transaction().execute((trx) => insideTransaction(() => work(trx)))
    },
    close() {
      closed ??= close()
      return closed
    },
  }
}
