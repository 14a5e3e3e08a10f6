/** Counts that several processes add to. */
export interface SharedCounts {
  /**
   * Adds `count` to what `who` has done in the window that runs.
   * @returns what all processes have counted in it, and how long it still lasts
   */
  add(who: string, count: number): Promise<{ readonly total: number; readonly leftMs: number }>
}

export interface RateLimitOptions {
  /** What is allowed in a minute; 0: as much as anybody likes. */
  readonly most: number
  /** Null: this process counts for itself. */
  readonly shared?: SharedCounts | null
  /** Real time that never runs backwards. */
  readonly nowMs?: () => number
}

/** Where somebody stands. */
export interface Allowance {
  readonly most: number
  readonly left: number
  /** Until it begins anew, in whole seconds. */
  readonly resetSeconds: number
}

interface Window {
  endsAt: number
  count: number
  /** Of these, what the other processes have not been told. */
  untold: number
}

export const WINDOW_SECONDS = 60
const WINDOW_MS = WINDOW_SECONDS * 1_000

/** How soon the other processes are told what was counted here. */
const TELL_AFTER_MS = 500

/** Of more than these at once, the one whose minute began first is forgotten. */
const MOST_COUNTED = 10_000

/**
 * Counts what each of many does in a minute. Counting and asking only look into a map; what the processes of an instance
 * have counted together is exchanged behind their back, so that a limit is theirs together, half a second late, and
 * nothing ever waits or fails because the exchange cannot be reached: then each process counts for itself.
 */
export class RateLimit {
  readonly #most: number
  readonly #shared: SharedCounts | null
  readonly #nowMs: () => number
  readonly #windows = new Map<string, Window>()
  #timer: NodeJS.Timeout | undefined

  constructor({ most, shared = null, nowMs = () => performance.now() }: RateLimitOptions) {
    this.#most = most
    this.#shared = shared
    this.#nowMs = nowMs
  }

  count(who: string): void {
    if (this.#most === 0) return
    const window = this.#window(who) ?? this.#begin(who)
    window.count += 1
    if (this.#shared === null) return
    window.untold += 1
    this.#timer ??= setTimeout(() => void this.tell(), TELL_AFTER_MS).unref()
  }

  /** How many seconds `who` has to wait for doing more; 0: it need not. */
  waitSeconds(who: string): number {
    const window = this.#window(who)
    return window === null || window.count < this.#most ? 0 : this.#secondsLeft(window)
  }

  /** Null: there is no limit. */
  allowance(who: string): Allowance | null {
    if (this.#most === 0) return null
    const window = this.#window(who)
    const left = Math.max(0, this.#most - (window?.count ?? 0))
    return { most: this.#most, left, resetSeconds: window === null ? WINDOW_SECONDS : this.#secondsLeft(window) }
  }

  /** Tells the other processes what was counted here, and learns what they have. */
  async tell(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const shared = this.#shared
    if (shared === null) return
    const untold = [...this.#windows].filter(([, window]) => window.untold > 0)
    await Promise.all(untold.map(([who, window]) => this.#exchange(shared, who, window)))
  }

  /** Nothing is exchanged any more. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  async #exchange(shared: SharedCounts, who: string, window: Window): Promise<void> {
    const told = window.untold
    window.untold = 0
    try {
      const { total, leftMs } = await shared.add(who, told)
      window.count = total + window.untold
      window.endsAt = this.#nowMs() + leftMs
    } catch {
      window.untold += told
    }
  }

  #window(who: string): Window | null {
    const found = this.#windows.get(who)
    if (!found) return null
    if (found.endsAt > this.#nowMs()) return found
    this.#windows.delete(who)
    return null
  }

  #begin(who: string): Window {
    // A Map keeps its order: the one that began first makes room.
    const [oldest] = this.#windows.keys()
    if (this.#windows.size >= MOST_COUNTED && oldest !== undefined) this.#windows.delete(oldest)
    const window = { endsAt: this.#nowMs() + WINDOW_MS, count: 0, untold: 0 }
    this.#windows.set(who, window)
    return window
  }

  #secondsLeft({ endsAt }: Window): number {
    return Math.max(1, Math.ceil((endsAt - this.#nowMs()) / 1_000))
  }
}

/** A proxy may pass on what is no address. */
const LONGEST_ADDRESS = 64

/** Whom an address stands for: of IPv6, the network of 64 bits, all of whose addresses one machine may have. */
export function placeOf(address: string): string {
  const plain = address.slice(0, LONGEST_ADDRESS).replace(/^::ffff:(?=\d+\.)/i, '')
  if (!plain.includes(':')) return plain
  const [front = '', back] = plain.split('::')
  const groups = front === '' ? [] : front.split(':')
  const behind = back ? back.split(':') : []
  const zeros = back === undefined ? [] : Array.from({ length: 8 - groups.length - behind.length }, () => '0')
  return `${[...groups, ...zeros, ...behind].slice(0, 4).join(':')}::/64`
}
