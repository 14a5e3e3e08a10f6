import type { Instant } from '../../rules/index.ts'

const MOST_FAILURES = 30
const WINDOW_MS = 60_000
const MOST_ADDRESSES = 10_000

/** Counts failed attempts by address, so that keys cannot be guessed at speed. */
export class AttemptLimit {
  readonly #failures = new Map<string, { since: Instant; count: number }>()

  /** @param rate  how fast the clock runs: the window is a real minute */
  isExhausted(address: string, now: Instant, rate: number): boolean {
    const found = this.#failures.get(address)
    if (!found) return false
    if (now - found.since > WINDOW_MS * rate) {
      this.#failures.delete(address)
      return false
    }
    return found.count >= MOST_FAILURES
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
