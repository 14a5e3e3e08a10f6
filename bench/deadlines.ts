/** Deadlines in the order in which they pass, whatever the order in which they came: a binary heap. */
export class Deadlines {
  private readonly dues: number[] = []
  private readonly keys: string[] = []

  add(due: number, key: string): void {
    let at = this.dues.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.dueAt(parent) <= due) break
      this.move(parent, at)
      at = parent
    }
    this.dues[at] = due
    this.keys[at] = key
  }

  /** The key of the earliest deadline before `now`, which is forgotten; null when there is none. */
  next(now: number): string | null {
    const [first] = this.keys
    if (first === undefined || this.dueAt(0) >= now) return null
    const due = this.dues.pop() ?? 0
    const key = this.keys.pop() ?? ''
    if (this.dues.length > 0) this.sink(due, key)
    return first
  }

  private sink(due: number, key: string): void {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.dues.length) break
      if (child + 1 < this.dues.length && this.dueAt(child + 1) < this.dueAt(child)) child++
      if (due <= this.dueAt(child)) break
      this.move(child, at)
      at = child
    }
    this.dues[at] = due
    this.keys[at] = key
  }

  private move(from: number, to: number): void {
    this.dues[to] = this.dueAt(from)
    this.keys[to] = this.keys[from] ?? ''
  }

  private dueAt(place: number): number {
    return this.dues[place] ?? Number.POSITIVE_INFINITY
  }
}
