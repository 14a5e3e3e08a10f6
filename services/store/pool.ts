import { Pool, type PoolClient, type PoolConfig } from 'pg'
import { ServandaError } from '../../config/error.ts'
import { refuseInsideTransaction } from './nesting.ts'

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void

/** Every queue and worker listens for the pool's errors. */
const LISTENERS = 100

/**
 * A `pg.Pool` that refuses to be used inside a transaction, and never hands on a connection with a transaction open:
 * one released like that is closed, which rolls it back.
 */
export class GuardedPool extends Pool {
  readonly #waiting = new Set<Promise<PoolClient>>()
  #ended: Promise<void> | undefined

  constructor(config: PoolConfig) {
    super(config)
    // A connection that breaks fails the query it is at, and leaves the pool; without listeners it would end the process.
    this.on('error', () => {})
    this.on('connect', (client) => client.on('error', () => {}))
    this.setMaxListeners(LISTENERS)
  }

  override connect(): Promise<PoolClient>
  override connect(callback: ConnectCallback): void
  override connect(callback?: ConnectCallback): unknown {
    try {
      refuseInsideTransaction('The database pool was used')
      if (this.#ended !== undefined) throw new Error('Cannot use a pool after calling end on the pool')
    } catch (error) {
      return callback === undefined ? Promise.reject(error) : callback(error as Error, undefined, () => {})
    }
    const connected = super.connect().then(rollingBack)
    this.#waiting.add(connected)
    const settled = connected.finally(() => this.#waiting.delete(connected))
    if (callback === undefined) return settled
    return settled.then(
      (client) => callback(undefined, client, client.release as (release?: unknown) => void),
      (error) => callback(error, undefined, () => {}),
    )
  }

  /** Takes no more, serves those who wait for a connection, which `pg` itself would leave to time out, and closes. */
  override end(): Promise<void>
  override end(callback: () => void): void
  override end(callback?: () => void): unknown {
    this.#ended ??= Promise.allSettled(this.#waiting).then(() => super.end())
    return callback === undefined ? this.#ended : this.#ended.then(callback)
  }

  /** A connection for `Store.transaction`, which says so when the COMMIT did not commit. */
  async connectForTransaction(): Promise<PoolClient> {
    return commitChecking(await this.connect())
  }
}

function rollingBack(client: PoolClient): PoolClient {
  const release = client.release
  client.release = (error) => {
    const { readyForQuery } = client as { readyForQuery?: boolean }
    const clean = client.getTransactionStatus() === 'I' && readyForQuery !== false
    release.call(client, error ?? (clean ? undefined : new Error('released with a transaction open')))
  }
  return client
}

/**
 * PostgreSQL answers the COMMIT of a failed transaction with a quiet ROLLBACK; whoever swallowed the failed statement's
 * error would take the work for stored.
 */
function commitChecking(client: PoolClient): PoolClient {
  const checked = {
    async query(text: string, values: unknown[]) {
      const result = await client.query(text, values)
      if (text === 'commit' && result.command === 'ROLLBACK') {
        throw new ServandaError(
          'TRANSACTION_ABORTED',
          'A statement of the transaction had failed, so nothing of it is stored',
        )
      }
      return result
    },
    release: () => client.release(),
  }
  return checked as unknown as PoolClient
}
