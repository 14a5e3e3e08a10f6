import type { Entry } from './entry.ts'

const SLICE_MS = 2 ** 27

interface Slice {
  readonly entries: Entry[]
  /** No entry of it is undecided after this instant; kept high rather than low. */
  undecidedTo: number
  /** Since which round all of its entries have been waiting to be looked at again. */
  allDirtySince: number
}

/** The entries of one commitment by their trigger's time, to find those that evidence at some time may still change. */
export class EntryTimeline {
  private readonly slices = new Map<number, Slice>()
  /** The longest that any trigger lasted. */
  private longest = 0
  /** Grows whenever entries have been looked at again. */
  private round = 0

  add(entry: Entry): void {
    if (entry.lasts > this.longest) this.longest = entry.lasts
    const number = Math.floor(entry.from / SLICE_MS)
    const slice = this.slices.get(number)
    if (slice) {
      slice.entries.push(entry)
      slice.undecidedTo = Number.POSITIVE_INFINITY
    } else this.slices.set(number, { entries: [entry], undecidedTo: Number.POSITIVE_INFINITY, allDirtySince: -1 })
  }

  remove(entry: Entry): void {
    const number = Math.floor(entry.from / SLICE_MS)
    const slice = this.slices.get(number)
    const at = slice?.entries.indexOf(entry) ?? -1
    if (!slice || at < 0) return
    slice.entries.splice(at, 1)
    if (slice.entries.length === 0) this.slices.delete(number)
  }

  /** `entry` may change again: whoever makes it undecided says so. */
  reopened(entry: Entry): void {
    const slice = this.slices.get(Math.floor(entry.from / SLICE_MS))
    if (slice) slice.undecidedTo = Number.POSITIVE_INFINITY
  }

  /** Entries have been looked at again: they may be touched once more. */
  lookedAt(): void {
    this.round++
  }

  /** Calls `touch` with the entries triggered at or before `to` that something at or after `from` may still change; not with all that wait for it anyway. */
  touch(from: number, to: number, touch: (entry: Entry) => void): void {
    const last = to === Number.POSITIVE_INFINITY ? to : Math.floor(to / SLICE_MS)
    for (const [number, slice] of this.slices) {
      if (number > last || slice.undecidedTo < from || slice.allDirtySince === this.round) continue
      let undecidedTo = Number.NEGATIVE_INFINITY
      let allDirty = true
      for (const entry of slice.entries) {
        if (entry.decided >= from && entry.from <= to) touch(entry)
        if (entry.decided > undecidedTo) undecidedTo = entry.decided
        if (!entry.isDirty) allDirty = false
      }
      slice.undecidedTo = undecidedTo
      if (allDirty) slice.allDirtySince = this.round
    }
  }

  /** Calls `found` with the entries triggered about `from`. */
  at(from: number, found: (entry: Entry) => void): void {
    for (const entry of this.slices.get(Math.floor(from / SLICE_MS))?.entries ?? [])
      if (entry.from === from) found(entry)
  }

  /** Calls `touch` with the entries whose trigger ends at or after `from`, and maybe some before. */
  touchFrom(from: number, touch: (entry: Entry) => void): void {
    const first = Math.floor((from - this.longest) / SLICE_MS)
    for (const [number, { entries }] of this.slices)
      if (number >= first) for (const entry of entries) if (entry.from + this.longest >= from) touch(entry)
  }
}
