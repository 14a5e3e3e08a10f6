import type { Instant } from './instant.ts'

/**
 * Every comparison with the evaluation instant goes through a horizon, which remembers the nearest instant that has not
 * been reached yet: before it nothing can change without news.
 */
export class Horizon {
  readonly now: Instant
  private nearest = Number.POSITIVE_INFINITY

  constructor(now: Instant) {
    this.now = now
  }

  /** Whether `at` is now or past. */
  reached(at: number): boolean {
    if (at <= this.now) return true
    if (at < this.nearest) this.nearest = at
    return false
  }

  /** Whether `at` is past. */
  passed(at: number): boolean {
    return this.reached(at + 1)
  }

  /** Takes over what an answer that this one rests on has not reached. */
  restsOn(other: Horizon): void {
    if (other.nearest < this.nearest) this.nearest = other.nearest
  }

  /** The nearest instant not reached, or null. */
  get next(): Instant | null {
    return Number.isFinite(this.nearest) ? (this.nearest as Instant) : null
  }
}
