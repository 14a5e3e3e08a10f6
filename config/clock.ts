import { Temporal } from 'temporal-polyfill'

/** Where the shell learns the time; nothing else may ask the machine for it. */
export interface Clock {
  now(): Temporal.Instant
  /** How many clock seconds pass in a second of the machine; a wait of the machine is the clock's wait divided by it. */
  readonly rate: number
  /** What to show beside every answer when the time is not the real one; null for the system's clock. */
  describe(): string | null
}

/** What `CLOCK` asks for: the machine's time, or a run that begins at `start` and goes `rate` times as fast. */
export type ClockSetting =
  | { readonly kind: 'system' }
  | { readonly kind: 'simulated'; readonly start: Temporal.Instant; readonly rate: number }

/** The clock the settings ask for; a simulated one begins to run at once. */
export function openClock(settings: { readonly clock: ClockSetting }): Clock {
  return settings.clock.kind === 'system'
    ? new SystemClock()
    : new SimulatedClock(settings.clock.start, settings.clock.rate)
}

/**
 * Reads `system`, or `2024-12-24T22:00:00Z x3600` (the rate may be left out: `x1`).
 * @returns null when `text` is neither
 */
export function parseClockSetting(text: string): ClockSetting | null {
  if (text === 'system') return { kind: 'system' }
  const [, start, rate = '1'] = /^(\S+)(?:\s+x(\d+(?:\.\d+)?))?$/.exec(text) ?? []
  if (start === undefined || !(Number(rate) > 0)) return null
  try {
    return { kind: 'simulated', start: Temporal.Instant.from(start), rate: Number(rate) }
  } catch {
    return null
  }
}

class SystemClock implements Clock {
  readonly rate = 1

  now(): Temporal.Instant {
    return Temporal.Now.instant().round({ smallestUnit: 'millisecond', roundingMode: 'floor' })
  }

  describe(): string | null {
    return null
  }
}

class SimulatedClock implements Clock {
  readonly rate: number
  readonly #start: Temporal.Instant
  readonly #begun = performance.now()

  constructor(start: Temporal.Instant, rate: number) {
    this.#start = start
    this.rate = rate
  }

  now(): Temporal.Instant {
    const elapsedMs = Math.floor((performance.now() - this.#begun) * this.rate)
    return Temporal.Instant.fromEpochMilliseconds(this.#start.epochMilliseconds + elapsedMs)
  }

  describe(): string | null {
    return `simulated clock: began at ${this.#start}, ${this.rate} times as fast`
  }
}

/** A clock that stands still until it is told otherwise. */
export class TestClock implements Clock {
  readonly rate: number
  #now: Temporal.Instant

  constructor(start: string | Temporal.Instant, rate = 1) {
    this.#now = Temporal.Instant.from(start)
    this.rate = rate
  }

  now(): Temporal.Instant {
    return this.#now
  }

  set(at: string | Temporal.Instant): void {
    this.#now = Temporal.Instant.from(at)
  }

  /** @param by  for example `{ hours: 24, milliseconds: 1 }` */
  advance(by: Temporal.DurationLike): void {
    this.#now = this.#now.add(by)
  }

  describe(): string | null {
    return null
  }
}
