/** Whoever has to be looked at again when an instant is reached. */
export interface Sleeper {
  /** When it has to be looked at; infinite: never. Entries of the queue that say otherwise are out of date. */
  wake: number
}

/** Who wakes when, the earliest first: a binary heap whose outdated entries are passed over when they come up. */
export class WakeQueue<T extends Sleeper> {
  private readonly times: number[] = []
  private readonly sleepers: T[] = []

  /** Files `sleeper` under its `wake`; nothing happens when that is never. */
  add(sleeper: T): void {
    const { wake } = sleeper
    if (wake === Number.POSITIVE_INFINITY) return
    const { times, sleepers } = this
    let at = times.length
    times.push(wake)
    sleepers.push(sleeper)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = times[parent] as number
      if (above <= wake) break
      times[at] = above
      sleepers[at] = sleepers[parent] as T
      at = parent
    }
    times[at] = wake
    sleepers[at] = sleeper
  }

  /** The next that wakes at or before `now`, taken out; null when none does. */
  next(now: number): T | null {
    const { times, sleepers } = this
    while (times.length > 0 && (times[0] as number) <= now) {
      const wake = times[0] as number
      const sleeper = sleepers[0] as T
      this.dropFirst()
      if (sleeper.wake === wake) return sleeper
    }
    return null
  }

  private dropFirst(): void {
    const { times, sleepers } = this
    const wake = times.pop() as number
    const sleeper = sleepers.pop() as T
    const { length } = times
    if (length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      if (child + 1 < length && (times[child + 1] as number) < (times[child] as number)) child++
      if ((times[child] as number) >= wake) break
      times[at] = times[child] as number
      sleepers[at] = sleepers[child] as T
      at = child
    }
    times[at] = wake
    sleepers[at] = sleeper
  }
}
