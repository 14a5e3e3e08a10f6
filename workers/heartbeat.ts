import type { Log } from '../config/log.ts'
import { type Found, reasonOf, signsOf, stuckSigns, type WorkOnRecord } from '../services/health/index.ts'

export interface HeartbeatDeps {
  /** Chosen by whoever runs the service, so it may be a private address. It may hold a secret, and is never logged. */
  readonly url: string
  /** What is on record, so that what is stuck anywhere silences every process. */
  readonly work: () => Promise<Found<WorkOnRecord>>
  /** How fast the clock runs: patience and beat are in real time. */
  readonly rate: number
  readonly log: Log
}

const EVERY_MS = 60_000
const LIMIT_MS = 10_000

/** Tells a monitor elsewhere every minute that the work goes on; says nothing while any of it does not. */
export class Heartbeat {
  readonly #deps: HeartbeatDeps
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<unknown> = Promise.resolve()
  /** Why the last beat was missed; null: it was not. */
  #missed: string | null = null

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps
  }

  start(): void {
    const beat = () => {
      this.#beating = this.beat()
    }
    beat()
    this.#timer = setInterval(beat, EVERY_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#beating
  }

  /** One beat. @returns whether the monitor took it */
  async beat(): Promise<boolean> {
    const missed = silence(await this.#deps.work(), this.#deps.rate) ?? (await this.#ping())
    if (missed !== this.#missed) {
      if (missed === null) this.#deps.log.info('the heartbeat is back')
      else this.#deps.log.warn({ why: missed }, 'the heartbeat is missed')
    }
    this.#missed = missed
    return missed === null
  }

  /** @returns why the monitor did not take it; null: it did */
  async #ping(): Promise<string | null> {
    try {
      const response = await fetch(this.#deps.url, { signal: AbortSignal.timeout(LIMIT_MS) })
      await response.body?.cancel()
      return response.ok ? null : `the monitor answered ${response.status}`
    } catch (error) {
      const { cause = error } = error as { cause?: unknown }
      return `the monitor was not reached: ${reasonOf(cause)}`
    }
  }
}

/** Why nothing is to be said; null: all goes on. Pure. */
function silence(found: Found<WorkOnRecord>, rate: number): string | null {
  if (!found.ok) return 'the database does not answer'
  // A copy must not keep alive what its original is to be missed for.
  if (found.value.alertsHeldSince !== null) return 'alerts are held: this is a restored copy'
  const stuck = stuckSigns(signsOf(found.value), found.value.at, rate)
  return stuck.length === 0 ? null : `nothing goes on in: ${stuck.map(({ name }) => name).join(', ')}`
}
