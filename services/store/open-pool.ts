import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { columnTypes } from './column-types.ts'
import { lockDataDir } from './data-lock.ts'
import { EmbeddedEngine } from './embedded-engine.ts'
import { EmbeddedSocket } from './embedded-socket.ts'
import { GuardedPool } from './pool.ts'

/** An open pool and how to close everything under it. */
export interface Backing {
  readonly pool: GuardedPool
  close(): Promise<void>
}

/** What every session is told, embedded or not, so that all modes read and write alike. */
const SESSION_SETTINGS = `set search_path to bullmq; set timezone to 'UTC'; set datestyle to 'ISO'`

/** Enough for the three workers' LISTEN connections and for the statements of a busy process. */
const DEFAULT_CONNECTIONS = 12

/** Connections inside the process cost nothing; the number only bounds a mistake. */
const EMBEDDED_CONNECTIONS = 100

const CONNECTION_TIMEOUT_MS = 10_000
const KEEP_ALIVE_DELAY_MS = 10_000
const OLDEST_SERVER = 140_000

const COMMON = { types: columnTypes, connectionTimeoutMillis: CONNECTION_TIMEOUT_MS, keepAlive: true }

/** Locks `dataDir` and opens the embedded database in it. */
export async function openEmbedded(dataDir: string, log: Log): Promise<Backing> {
  const lock = await lockDataDir(dataDir)
  const engine = await EmbeddedEngine.open({ dataDir, settings: SESSION_SETTINGS }, log).catch(
    async (error: unknown) => {
      await lock.release()
      throw error
    },
  )
  const pool = new GuardedPool({ ...COMMON, max: EMBEDDED_CONNECTIONS, stream: () => new EmbeddedSocket(engine) })
  return {
    pool,
    async close() {
      await pool.end()
      await engine.close()
      await lock.release()
    },
  }
}

/** Connects to a PostgreSQL server and makes sure that it is one we can work with. */
export async function openServer(databaseUrl: string, connections = DEFAULT_CONNECTIONS): Promise<Backing> {
  const pool = new GuardedPool({
    ...COMMON,
    connectionString: databaseUrl,
    max: connections,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    application_name: 'servanda',
    onConnect: async (client) => void (await client.query(SESSION_SETTINGS)),
  })
  try {
    await checkServer(pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  return { pool, close: () => pool.end() }
}

async function checkServer(pool: GuardedPool): Promise<void> {
  const answer = await pool
    .query<{ version: number; encoding: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
    )
    .catch((cause: unknown) => {
      throw new ServandaError(
        'DATABASE_UNREACHABLE',
        `the database of DATABASE_URL cannot be reached (${reasonOf(cause)})`,
        { cause },
      )
    })
  const { version = 0, encoding } = answer.rows[0] ?? {}
  if (version < OLDEST_SERVER) {
    throw new ServandaError('DATABASE_UNUSABLE', `PostgreSQL 14 or newer is needed; this server says ${version}`)
  }
  if (encoding !== 'UTF8') {
    throw new ServandaError('DATABASE_UNUSABLE', `The database must be encoded in UTF8, not ${encoding}`)
  }
}

/** A name with several addresses fails with one error for each of them and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
