import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Evaluated, Evaluator } from '../services/evaluation/index.ts'

export interface AlarmDeps {
  readonly evaluator: Evaluator
  readonly clock: Clock
  readonly log: Log
  /** Called after each agreement that was evaluated here, with what was done; also when it failed. */
  readonly evaluated: (done: readonly Evaluated[]) => void
}

/** A timer of the machine is set for no longer than this; a later deadline is looked up again. */
const LONGEST_WAIT_MS = 60_000

/** How long an agreement whose evaluation failed is left alone, in real time. */
const FAILED_WAIT_MS = 5_000

/** How long what another process is at is left to it before it is looked at again, in real time. */
const BUSY_WAIT_MS = 100

/** One alarm for the earliest deadline. When it rings, everything that waits or is due is evaluated. */
export class DeadlineAlarm {
  readonly #deps: AlarmDeps
  #timer: NodeJS.Timeout | undefined
  #ringing: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(deps: AlarmDeps) {
    this.#deps = deps
  }

  /** Sets the alarm for the earliest deadline there is now. */
  async arm(atLeastMs = 0): Promise<void> {
    const { evaluator, clock, log } = this.#deps
    try {
      const next = await evaluator.nextDue()
      clearTimeout(this.#timer)
      if (next === null || this.#stopped) return
      const wait = Math.ceil((next - clock.now().epochMilliseconds) / clock.rate)
      this.#timer = setTimeout(() => void this.ring(), Math.min(Math.max(wait, atLeastMs), LONGEST_WAIT_MS))
    } catch (err) {
      log.warn({ err }, 'the next deadline could not be looked up; the next sweep does')
    }
  }

  /** Evaluates every agreement with something waiting or due; callers that come meanwhile share the next round. */
  async ring(): Promise<void> {
    this.#again = true
    this.#ringing ??= this.#rounds().finally(() => {
      this.#ringing = null
    })
    return this.#ringing
  }

  /** Lets a round that has begun finish. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#ringing
  }

  async #rounds(): Promise<void> {
    let wait = 0
    do {
      while (this.#again && !this.#stopped) {
        this.#again = false
        wait = await this.#round()
      }
      await this.arm(wait)
      // Whoever came while the alarm was being set waits for a round of its own.
    } while (this.#again && !this.#stopped)
  }

  /** @returns how long to leave alone what may still be due */
  async #round(): Promise<number> {
    const { evaluator, log, evaluated } = this.#deps
    let wait = 0
    try {
      for (const agreement of fromAnywhere(await evaluator.behind())) {
        if (this.#stopped) break
        try {
          const done = await evaluator.bringUpToDate(agreement)
          if (done.length === 0) wait = Math.max(wait, BUSY_WAIT_MS)
          else evaluated(done)
        } catch (err) {
          // One agreement that cannot be evaluated does not hold up the others; what waits for it waits on.
          log.error({ err, agreement }, 'agreement could not be evaluated')
          evaluated([])
          wait = FAILED_WAIT_MS
        }
      }
    } catch (err) {
      log.warn({ err }, 'nothing could be evaluated; the next sweep tries again')
      wait = FAILED_WAIT_MS
    }
    return wait
  }
}

/** Begins somewhere in the middle: workers that look at the same moment would all be in one another's way. */
function fromAnywhere<T>(all: readonly T[]): readonly T[] {
  const start = Math.floor(Math.random() * all.length)
  return [...all.slice(start), ...all.slice(0, start)]
}
