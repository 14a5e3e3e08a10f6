import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { DatabaseThread, type ThreadListener } from './embedded-thread.ts'
import type { WorkerData } from './embedded-worker.ts'
import { type Reply, readReply, simpleQuery } from './wire.ts'

/** One client of the engine: where its answers go. */
export interface Session {
  answer(bytes: Buffer): void
  fail(error: Error): void
}

/** Something a session asks for. */
export interface Turn {
  readonly session: Session
  readonly bytes: Buffer
  /** Whether the database is ready for another session's turn after it, unless a transaction is open. */
  readonly final: boolean
}

/** How long a transaction may keep all others waiting before the log says so. */
const LONG_HOLD_MS = 10_000

/** A database that stops this often has a cause that starting it anew does not mend. */
const MOST_RESTARTS = 10

/**
 * The embedded database, shared by many sessions although it has only one.
 *
 * The turn goes round in order of arrival, one request at a time; a session whose answer leaves a transaction open keeps
 * the turn until an answer says that it is over. The server's own word (`ReadyForQuery`) decides, not the text of the
 * statement. A session that leaves with a transaction open has it rolled back.
 *
 * After a panic (a write to its log that failed, as on a full disk) PGlite would go on where a server starts anew and
 * recovers from its log; we do what the server does. All sessions are then told that their connection broke.
 */
export class EmbeddedEngine implements ThreadListener {
  readonly #data: WorkerData
  readonly #log: Log
  readonly #sessions = new Set<Session>()
  readonly #listening = new Set<Session>()
  #thread: DatabaseThread | null = null
  #queue: Turn[] = []
  #running: Turn | null = null
  #owner: Session | null = null
  #holdTimer: NodeJS.Timeout | undefined
  #failure: Error | null = null
  #closing = false
  #restarts = 0

  private constructor(data: WorkerData, log: Log) {
    this.#data = data
    this.#log = log
  }

  /** Opens the database under `dataDir/db`, which is created when absent. The caller holds the data lock. */
  static async open(data: WorkerData, log: Log): Promise<EmbeddedEngine> {
    const engine = new EmbeddedEngine(data, log)
    await engine.#start()
    return engine
  }

  async #start(): Promise<void> {
    try {
      this.#thread = await DatabaseThread.start(this.#data, this)
    } catch (cause) {
      const message = `The embedded database in ${this.#data.dataDir} does not open`
      throw new ServandaError('DATABASE_UNUSABLE', message, { cause })
    }
  }

  join(session: Session): void {
    this.#sessions.add(session)
  }

  /** Queues one request; the answer arrives at its `session.answer`. */
  submit(turn: Turn): void {
    this.#queue.push(turn)
    if (this.#failure === null) this.#next()
    else turn.session.fail(this.#failure)
  }

  /** Forgets `session` and what it still waits for; an open transaction of it is rolled back. */
  leave(session: Session): void {
    this.#sessions.delete(session)
    this.#listening.delete(session)
    this.#queue = this.#queue.filter((turn) => turn.session !== session)
    this.#next()
  }

  /** Lets the running request finish and closes the database. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#holdTimer)
    await this.#thread?.close()
    this.#thread = null
  }

  #next(): void {
    if (this.#running !== null || this.#thread === null || this.#closing) return
    this.#running = this.#takeTurn() ?? null
    if (this.#running !== null) this.#thread.execute(this.#running.bytes)
  }

  #takeTurn(): Turn | undefined {
    const owner = this.#owner
    if (owner === null) return this.#queue.shift()
    if (!this.#sessions.has(owner)) return { session: owner, bytes: simpleQuery('rollback'), final: true }
    const at = this.#queue.findIndex((turn) => turn.session === owner)
    return at === -1 ? undefined : this.#queue.splice(at, 1)[0]
  }

  /** Answers are handed out from here only, so that no client's work runs in another's async context. */
  answered(bytes: Buffer): void {
    const turn = this.#running
    this.#running = null
    const reply = readReply(bytes)
    const broken = turn === null ? 'it answered what was not asked' : (reply.panic ?? cutOff(reply, turn))
    if (turn !== null) {
      this.#own(reply.status === 'I' ? null : turn.session)
      this.#deliver(turn.session, reply)
    }
    if (broken === null) this.#next()
    else this.lost(new Error(broken))
  }

  #deliver(session: Session, { listened, own, notifications }: Reply): void {
    if (this.#sessions.has(session)) {
      if (listened) this.#listening.add(session)
      session.answer(own)
    }
    if (notifications !== null) for (const listener of this.#listening) listener.answer(notifications)
  }

  #own(session: Session | null): void {
    if (session === this.#owner) return
    this.#owner = session
    clearTimeout(this.#holdTimer)
    if (session === null) return
    this.#holdTimer = setTimeout(() => {
      this.#log.warn({ waiting: this.#queue.length }, 'a transaction keeps the embedded database to itself')
    }, LONG_HOLD_MS).unref()
  }

  lost(cause: Error): void {
    if (this.#closing) return
    const error = new ServandaError('DATABASE_LOST', `The embedded database stopped: ${cause.message}`, { cause })
    this.#log.error({ err: error }, 'embedded database stopped')
    const thread = this.#thread
    this.#thread = null
    this.#running = null
    this.#own(null)
    this.#queue = []
    for (const session of [...this.#sessions]) session.fail(error)
    this.#restart(thread).catch((err: unknown) => {
      this.#failure = error
      this.#log.fatal({ err }, 'embedded database lost')
      for (const turn of this.#queue.splice(0)) turn.session.fail(error)
    })
  }

  async #restart(dead: DatabaseThread | null): Promise<void> {
    await dead?.terminate()
    this.#restarts += 1
    if (this.#restarts > MOST_RESTARTS) throw new Error(`it stopped ${this.#restarts} times`)
    await this.#start()
    this.#log.info({ restarts: this.#restarts }, 'embedded database started anew')
    if (this.#closing) await this.close()
    else this.#next()
  }
}

function cutOff(reply: Reply, { final }: Turn): string | null {
  return final && reply.status === null ? 'its answer was cut off' : null
}
