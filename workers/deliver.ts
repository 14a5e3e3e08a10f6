import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Courier } from '../services/delivery/index.ts'
import type { Queues } from '../services/queue/index.ts'

/** A timer of the machine is set for no longer than this; a later attempt is looked up again. */
const LONGEST_WAIT_MS = 60_000

/** Sends what is to be sent: when hinted at, when an earlier attempt is to be repeated, and at every sweep. */
export class DeliverWorker {
  readonly #courier: Courier
  readonly #clock: Clock
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor({ courier, clock, log }: { readonly courier: Courier; readonly clock: Clock; readonly log: Log }) {
    this.#courier = courier
    this.#clock = clock
    this.#log = log
  }

  /** Does the jobs of `deliver`: each is a hint that somebody is to be told something. */
  async start(queues: Queues): Promise<void> {
    await queues.work('deliver', () => this.deliver())
  }

  /** Sends everything due; callers that come meanwhile share the next round. */
  async deliver(): Promise<void> {
    this.#again = true
    this.#running ??= this.#rounds().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** Lets the mail that is under way finish. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running?.catch(() => {})
  }

  async #rounds(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      const next = await this.#courier.deliverDue()
      clearTimeout(this.#timer)
      if (next === null || this.#stopped) continue
      const wait = Math.max(0, Math.ceil((next - this.#clock.now().epochMilliseconds) / this.#clock.rate))
      this.#timer = setTimeout(() => void this.#retry(), Math.min(wait, LONGEST_WAIT_MS))
    }
  }

  async #retry(): Promise<void> {
    await this.deliver().catch((err) => this.#log.warn({ err }, 'mails could not be sent; the next sweep tries again'))
  }
}
