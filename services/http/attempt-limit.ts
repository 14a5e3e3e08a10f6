import type { Instant } from '../../rules/index.ts'

const MOST_FAILURES = 30
const WINDOW_MS = 60_000
const MOST_ADDRESSES = 10_000

/** Counts failed attempts by address, so that keys cannot be guessed at speed. */
export class AttemptLimit {
  readonly #failures = new Map<string, { since: Instant; count: number }>()

  /**
   * How many real seconds `address` has to wait before it may fail again; 0: it may now.
   * @param rate  how fast the clock runs: the window is a real minute
   */
  waitSeconds(address: string, now: Instant, rate: number): number {
    const found = this.#failures.get(address)
    if (!found) return 0
    const leftMs = WINDOW_MS - (now - found.since) / rate
    if (leftMs <= 0) this.#failures.delete(address)
    return leftMs > 0 && found.count >= MOST_FAILURES ? Math.ceil(leftMs / 1_000) : 0
  }

  failed(address: string, now: Instant): void {
    const found = this.#failures.get(address)
    if (found) {
      found.count += 1
      return
    }
    // A Map keeps its order: the address that failed first makes room.
    const [oldest] = this.#failures.keys()
    if (this.#failures.size >= MOST_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest)
    this.#failures.set(address, { since: now, count: 1 })
  }
}
