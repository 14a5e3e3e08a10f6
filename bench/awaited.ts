/**
 * What is awaited by key within one span of time, for loops: a map of what is open and a queue of deadlines, which come in
 * the order of the openings. News has to come in the order of the world.
 */
export class Awaited {
  inTime = 0
  late = 0
  missed = 0
  private readonly within: number
  private readonly dues = new Map<string, number>()
  private queue: string[] = []
  private deadlines: number[] = []
  private head = 0

  constructor(within: number) {
    this.within = within
  }

  /** How many are awaited and not yet missed. */
  get open(): number {
    return this.dues.size - this.missed
  }

  begin(key: string, at: number): void {
    this.dues.set(key, at + this.within)
    this.queue.push(key)
    this.deadlines.push(at + this.within)
  }

  /** Whether `key` was awaited, and until when it was asked for. */
  perform(key: string, at: number): 'in time' | 'late' | 'not awaited' {
    const due = this.dues.get(key)
    if (due === undefined) return 'not awaited'
    this.advance(at)
    this.dues.delete(key)
    if (at <= due) {
      this.inTime++
      return 'in time'
    }
    this.missed--
    this.late++
    return 'late'
  }

  /** Counts as missed what was due before `now`. */
  advance(now: number): void {
    while (this.head < this.queue.length && (this.deadlines[this.head] ?? now) < now) {
      if (this.dues.has(this.queue[this.head] ?? '')) this.missed++
      this.head++
    }
    if (this.head > 4_096 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head)
      this.deadlines = this.deadlines.slice(this.head)
      this.head = 0
    }
  }
}
