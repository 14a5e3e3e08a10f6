import type { Delivery } from '../alerts/index.ts'
import type { Channel } from './channel.ts'

/** Whoever does not answer for so long, in real time, keeps nobody else waiting; used where the deps have no `slowMs`. */
const SLOW_MS = 5_000

/** Attempts that may be slow at the same time, beside those that are quick. */
const MOST_SLOW = 20

/** How many deliveries are claimed ahead, for each that can go out at once. */
const AHEAD = 4

/** What goes to one subscription, one after another. */
interface Round {
  readonly subscription: string
  readonly receiver: string
  /** The current one first. */
  readonly left: Delivery[]
  isSlow: boolean
}

export interface LaneDeps {
  readonly channel: Channel
  /** Claims up to so many deliveries that are due, none to these subscriptions and receivers. */
  readonly claim: (
    limit: number,
    busy: { readonly subscriptions: readonly string[]; readonly receivers: readonly string[] },
  ) => Promise<readonly Delivery[]>
  /** Sends one, and notes how that ended. */
  readonly send: (delivery: Delivery) => Promise<void>
  /** From when on whoever does not answer is slow, in real time. */
  readonly slowMs?: number
}

/** Sends what is due on one channel: some at the same time, and those who are slow beside the others. */
export class Lane {
  readonly #deps: LaneDeps
  #queue: Round[] = []
  readonly #running = new Map<Round, Promise<void>>()
  #wake = () => {}

  constructor(deps: LaneDeps) {
    this.#deps = deps
  }

  /** Everything that is claimed and not done. */
  get claimed(): readonly Delivery[] {
    return [...this.#queue, ...this.#running.keys()].flatMap(({ left }) => left)
  }

  /** Whether anything is being sent by somebody who is not slow. */
  get isBusy(): boolean {
    return this.#queue.length > 0 || this.#quick > 0
  }

  /** Claims what is due, as far as there is room, and begins to send it. */
  async fill(): Promise<void> {
    const { channel, claim } = this.#deps
    // What is claimed may all be for one; others have their turn beside it.
    while (this.#queue.length < channel.lanes && this.#slow.length < MOST_SLOW) {
      const under = [...this.#queue, ...this.#running.keys()]
      const claimed = await claim(channel.lanes * AHEAD, {
        subscriptions: under.map(({ subscription }) => subscription),
        receivers: [...new Set(this.#slow.map(({ receiver }) => receiver))],
      })
      if (claimed.length === 0) break
      this.#queue.push(...roundsOf(claimed))
      this.#start()
    }
    this.#start()
  }

  /** Until there may be room for more, or nothing is left to do. */
  async changed(): Promise<void> {
    if (!this.isBusy) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  /** Until all that has begun is done, slow or not. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  get #slow(): readonly Round[] {
    return [...this.#running.keys()].filter(({ isSlow }) => isSlow)
  }

  get #quick(): number {
    return this.#running.size - this.#slow.length
  }

  #start(): void {
    while (this.#quick < this.#deps.channel.lanes) {
      const round = this.#queue.shift()
      if (!round) break
      const done = this.#sendAll(round).finally(() => {
        this.#running.delete(round)
        this.#start()
        if (this.#queue.length < this.#deps.channel.lanes) this.#wake()
      })
      this.#running.set(round, done)
    }
    if (!this.isBusy) this.#wake()
  }

  async #sendAll(round: Round): Promise<void> {
    for (let [next] = round.left; next; [next] = round.left) {
      let wasSlow = false
      const timer = setTimeout(() => {
        wasSlow = true
        round.isSlow = true
        this.#start()
        this.#wake()
      }, this.#deps.slowMs ?? SLOW_MS)
      await this.#deps.send(next).finally(() => clearTimeout(timer))
      round.left.shift()
      // Whoever was slow goes on beside the others, until they answer in time again.
      round.isSlow = wasSlow
    }
  }
}

function roundsOf(claimed: readonly Delivery[]): readonly Round[] {
  const rounds = new Map<string, Round>()
  for (const delivery of claimed) {
    const { subscription, receiver } = delivery
    const round = rounds.get(subscription.id)
    if (round) round.left.push(delivery)
    else rounds.set(subscription.id, { subscription: subscription.id, receiver, left: [delivery], isSlow: false })
  }
  return [...rounds.values()]
}
