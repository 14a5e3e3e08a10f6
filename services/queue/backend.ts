import {
  createPostgresBackend,
  createRedisBackend,
  type Job,
  type JobsOptions,
  type Processor,
  runMigrations,
  withBackend,
} from 'bullmq'
import { Redis } from 'ioredis'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import type { Store } from '../store/index.ts'
import { LOCK_MS, QUEUES, type QueueName, STALLED_CHECK_MS } from './queue-table.ts'

/** Where the jobs are kept: makes queues and workers that share its connections. */
export interface QueueBackend {
  openQueue(name: QueueName): BackendQueue
  openWorker(name: QueueName, processor: Processor): BackendWorker
  /** Takes their connections from workers that did not close in time. */
  abandon(workers: readonly BackendWorker[]): Promise<void>
  /** The server that keeps them beside the database; null: the database does. */
  describe(): Promise<RedisFacts | null>
  close(): Promise<void>
}

/** What a Redis or Valkey says of itself; null for what it keeps to itself. */
export interface RedisFacts {
  readonly version: string
  readonly maxmemoryPolicy: string | null
}

/** What we use of a BullMQ queue, whatever keeps its jobs. */
interface BackendQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>
  addBulk(jobs: { readonly name: string; readonly data: unknown }[]): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  getJobCounts(...states: (typeof JOB_STATES)[number][]): Promise<Record<string, number>>
  close(): Promise<void>
}

/** What a job that is still to be done may be. */
export const JOB_STATES = ['waiting', 'active', 'delayed'] as const

/** What we use of a BullMQ worker. */
interface BackendWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'failed', listener: (job: Job | undefined, error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  close(): Promise<void>
  disconnect(): Promise<void>
}

/** Our keys in a Redis that others may use too. */
export const REDIS_PREFIX = 'servanda'

/** What a process needs beside one listening connection for each worker. */
const SPARE_CONNECTIONS = 4

/** How soon a worker looks again after its connection broke. */
const RECONNECT_MS = 1_000

const JOBS = {
  maxStalledCount: 10,
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  runRetryDelay: RECONNECT_MS,
}

/** Jobs in the same PostgreSQL, schema `bullmq`; a server needs a connection for every worker, which listens on it. */
export async function openPostgresBackend(store: Store): Promise<QueueBackend> {
  const client = await store.pool.connect()
  try {
    await runMigrations(client)
  } finally {
    client.release()
  }
  const { Queue, Worker } = withBackend(createPostgresBackend)
  const connection = store.pool
  let workers = 0
  return {
    openQueue: (name) => new Queue(name, { connection, defaultJobOptions: jobOptions(name) }),
    openWorker(name, processor) {
      workers += 1
      const needed = workers + SPARE_CONNECTIONS
      if (store.pool.options.max < needed) {
        throw new ServandaError(
          'POOL_TOO_SMALL',
          `${workers} workers need at least ${needed} database connections, not ${store.pool.options.max}`,
        )
      }
      return new Worker(name, processor, {
        connection,
        ...JOBS,
        concurrency: QUEUES[name].concurrency,
      })
    },
    async abandon(abandoned) {
      await Promise.allSettled(abandoned.map((worker) => worker.disconnect()))
    },
    describe: async () => null,
    async close() {},
  }
}

/** Jobs in Redis or Valkey, which must not evict. Adding fails at once while it is away; workers wait for it. */
export async function openRedisBackend(redisUrl: string, log: Log): Promise<QueueBackend> {
  const connections: Redis[] = []
  let state: 'opening' | 'open' | 'closed' = 'opening'
  let reason: Error | undefined
  const tended = (connection: Redis) => {
    connections.push(connection)
    connection.on('error', (err) => {
      reason = err
      if (state === 'open') log.warn({ err }, 'Redis connection failed')
    })
    // Whatever begins to look for the server after the close would keep the process alive.
    connection.on('connecting', () => {
      if (state === 'closed') connection.disconnect()
    })
    return connection
  }
  const adding = tended(new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, enableOfflineQueue: false }))
  const working = tended(new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: null }))
  // A worker blocks on a copy of its connection, which would go on looking for a lost server after the close.
  working.duplicate = (override) => tended(new Redis({ ...working.options, ...override }))
  const close = async () => {
    state = 'closed'
    for (const connection of connections) connection.disconnect()
  }
  try {
    await Promise.all([adding.connect(), working.connect()])
    state = 'open'
  } catch (cause) {
    await close()
    const { message } = reason ?? (cause as Error)
    throw new ServandaError('REDIS_UNREACHABLE', `the Redis of REDIS_URL cannot be reached (${message})`, { cause })
  }
  const { Queue, Worker } = withBackend(createRedisBackend)
  return {
    openQueue: (name) =>
      new Queue(name, { connection: adding, prefix: REDIS_PREFIX, defaultJobOptions: jobOptions(name) }),
    openWorker: (name, processor) =>
      new Worker(name, processor, {
        connection: working,
        prefix: REDIS_PREFIX,
        ...JOBS,
        concurrency: QUEUES[name].concurrency,
      }),
    abandon: close,
    describe: async () => factsIn(await adding.info()),
    close,
  }
}

/** What the Redis at `redisUrl` says of itself. @throws what keeps it from answering, within `limitMs` */
export async function lookAtRedis(redisUrl: string, limitMs: number): Promise<RedisFacts> {
  const connection = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: limitMs,
    commandTimeout: limitMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let reason: Error | undefined
  connection.on('error', (error) => {
    reason = error
  })
  try {
    await connection.connect()
    return factsIn(await connection.info())
  } catch (error) {
    throw reason ?? error
  } finally {
    connection.disconnect()
  }
}

function factsIn(info: string): RedisFacts {
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null
  return {
    version: fact('valkey_version') ?? fact('redis_version') ?? 'of an unknown version',
    maxmemoryPolicy: fact('maxmemory_policy'),
  }
}

function jobOptions(name: QueueName) {
  const { attempts, backoff, removeOnComplete, removeOnFail } = QUEUES[name]
  return { attempts, backoff, removeOnComplete, removeOnFail }
}
