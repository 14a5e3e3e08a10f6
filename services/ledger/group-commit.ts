import { ServandaError } from '../../config/error.ts'
import type { Batch, Outcome } from './plan.ts'

/** What appends a group of batches in one transaction and answers once it is committed. */
export type AppendGroup = (batches: readonly Batch[]) => Promise<readonly Outcome[]>

interface Waiting {
  readonly batch: Batch
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
}

const GROUP_EVENTS = 1_000
const WAITING_EVENTS = 20_000

/**
 * Collects the batches that arrive while one append is under way into the next: many senders, one transaction.
 * A group that fails is tried again batch by batch, so that nobody fails for a neighbour.
 */
export class GroupCommit {
  readonly #append: AppendGroup
  readonly #waiting: Waiting[] = []
  #waitingEvents = 0
  #running: Promise<void> | null = null

  constructor(append: AppendGroup) {
    this.#append = append
  }

  /**
   * Answers when `batch` is committed or refused.
   * @throws {ServandaError} `LEDGER_BUSY` when too much is waiting already
   */
  async append(batch: Batch): Promise<Outcome> {
    if (this.#waitingEvents > 0 && this.#waitingEvents + batch.events.length > WAITING_EVENTS) {
      throw new ServandaError('LEDGER_BUSY', 'More events are waiting than the ledger takes at once. Try again soon.')
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject })
      this.#waitingEvents += batch.events.length
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running
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
    const outcomes = await this.#append(group.map(({ batch }) => batch))
    for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome)
  }

  #nextGroup(): Waiting[] {
    const group: Waiting[] = []
    let events = 0
    while (this.#waiting[0] && (group.length === 0 || events + this.#waiting[0].batch.events.length <= GROUP_EVENTS)) {
      const next = this.#waiting.shift() as Waiting
      group.push(next)
      events += next.batch.events.length
    }
    this.#waitingEvents -= events
    return group
  }
}
