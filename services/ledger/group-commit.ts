import { ServandaError } from '../../config/error.ts'
import type { Batch, Outcome } from './plan.ts'

/** What appends a group of batches in one transaction and answers once it is committed. */
export type AppendGroup = (batches: readonly Batch[]) => Promise<readonly Outcome[]>

/** What one sender handed in at once. */
interface Waiting {
  readonly batches: readonly Batch[]
  readonly events: number
  readonly resolve: (outcomes: readonly Outcome[]) => void
  readonly reject: (error: unknown) => void
}

const GROUP_EVENTS = 1_000
const WAITING_EVENTS = 20_000

/**
 * Collects the batches that arrive while one append is under way into the next: many senders, one transaction.
 * A group that fails is tried again sender by sender, so that nobody fails for a neighbour.
 */
export class GroupCommit {
  readonly #append: AppendGroup
  readonly #waiting: Waiting[] = []
  #waitingEvents = 0
  #running: Promise<void> | null = null
  #roomMade: (() => void)[] = []

  constructor(append: AppendGroup) {
    this.#append = append
  }

  /**
   * Answers when `batch` is committed or refused.
   * @throws {ServandaError} `LEDGER_BUSY` when too much is waiting already
   */
  async append(batch: Batch): Promise<Outcome> {
    if (!this.#hasRoom(batch.events.length)) {
      throw new ServandaError('LEDGER_BUSY', 'More events are waiting than the ledger takes at once. Try again soon.')
    }
    const [outcome] = await this.#join([batch])
    return outcome as Outcome
  }

  /**
   * Answers when every one of `batches` is committed or refused, each by itself; all of them fail together. Waits until
   * there is room instead of refusing: the caller has to be one of few and to hold its own sender back.
   */
  async appendInTurn(batches: readonly Batch[]): Promise<readonly Outcome[]> {
    if (batches.length === 0) return []
    while (!this.#hasRoom(eventsIn(batches))) await new Promise<void>((resolve) => this.#roomMade.push(resolve))
    return this.#join(batches)
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running
  }

  #hasRoom(events: number): boolean {
    return this.#waitingEvents === 0 || this.#waitingEvents + events <= WAITING_EVENTS
  }

  #join(batches: readonly Batch[]): Promise<readonly Outcome[]> {
    // Worked out now, while the group before is being written, and not under the lock.
    for (const { events } of batches) for (const event of events) void event.digest
    const events = eventsIn(batches)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batches, events, resolve, reject })
      this.#waitingEvents += events
      this.#running ??= this.#run()
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup()
      try {
        await this.#commit(group)
      } catch (error) {
        if (group.length === 1) group[0]?.reject(error)
        else for (const one of group) await this.#commit([one]).catch(one.reject)
      }
    }
    this.#running = null
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const outcomes = await this.#append(group.flatMap(({ batches }) => batches))
    let from = 0
    for (const { batches, resolve } of group) {
      resolve(outcomes.slice(from, from + batches.length))
      from += batches.length
    }
  }

  #nextGroup(): Waiting[] {
    const group: Waiting[] = []
    let events = 0
    while (this.#waiting[0] && (group.length === 0 || events + this.#waiting[0].events <= GROUP_EVENTS)) {
      const next = this.#waiting.shift() as Waiting
      group.push(next)
      events += next.events
    }
    this.#waitingEvents -= events
    for (const go of this.#roomMade.splice(0)) go()
    return group
  }
}

function eventsIn(batches: readonly Batch[]): number {
  return batches.reduce((sum, { events }) => sum + events.length, 0)
}
