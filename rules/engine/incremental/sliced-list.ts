import { firstIndex } from '../history.ts'

/** How much time one slice covers, in milliseconds: a day and a half. */
const SLICE_MS = 2 ** 27

/** What stands in the list: it has a place on the time line and may last. */
export interface Placed {
  readonly from: number
  readonly to: number
}

/**
 * Things in the order of the world, in slices of time, so that news of long ago moves only what happened around it.
 * Infinite places are allowed.
 */
export class SlicedList<T> {
  private readonly place: (item: T) => Placed
  private readonly compare: (a: T, b: T) => number
  private readonly slices = new Map<number, T[]>()
  /** The numbers of the slices, in order. */
  private order: number[] = []
  /** The longest that anything in the list has lasted, in milliseconds. */
  private longest = 0

  constructor(place: (item: T) => Placed, compare: (a: T, b: T) => number) {
    this.place = place
    this.compare = compare
  }

  /** @returns what is in the list already and compares equal to `item`, which is then not added */
  add(item: T): T | undefined {
    const { from, to } = this.place(item)
    const number = Math.floor(from / SLICE_MS)
    const slice = this.slices.get(number)
    if (slice) {
      const twin = insertInto(slice, item, this.compare)
      if (twin !== undefined) return twin
    } else this.begin(number, item)
    if (to - from > this.longest) this.longest = to - from
    return undefined
  }

  private begin(number: number, item: T): void {
    this.slices.set(number, [item])
    const at = firstIndex(this.order, (n) => n > number)
    this.order.splice(at, 0, number)
  }

  /** Takes out `item` itself (not what compares equal to it). */
  remove(item: T): boolean {
    const number = Math.floor(this.place(item).from / SLICE_MS)
    const slice = this.slices.get(number)
    if (!slice) return false
    const at = slice.indexOf(item)
    if (at < 0) return false
    slice.splice(at, 1)
    if (slice.length === 0) {
      this.slices.delete(number)
      this.order.splice(this.order.indexOf(number), 1)
    }
    return true
  }

  /** Everything, in order. */
  all(): readonly T[] {
    return this.order.flatMap((number) => this.numbered(number))
  }

  /** In order, from the first that may end at or after `at`; some that end before may come with them. */
  *since(at: number): Generator<T, void, undefined> {
    yield* this.startingAt(at - this.longest)
  }

  /** In order, those that begin at or after `at`. */
  *startingAt(at: number): Generator<T, void, undefined> {
    const number = Math.floor(at / SLICE_MS)
    for (let i = firstIndex(this.order, (n) => n >= number); i < this.order.length; i++) {
      const current = this.order[i] as number
      const slice = this.numbered(current)
      const begin = current === number ? firstIndex(slice, (item) => this.place(item).from >= at) : 0
      for (let k = begin; k < slice.length; k++) yield slice[k] as T
    }
  }

  /** In reverse order, those that begin at or before `at`. */
  *backFrom(at: number): Generator<T, void, undefined> {
    const number = Math.floor(at / SLICE_MS)
    for (let i = firstIndex(this.order, (n) => n > number) - 1; i >= 0; i--) {
      const current = this.order[i] as number
      const slice = this.numbered(current)
      const end = current === number ? firstIndex(slice, (item) => this.place(item).from > at) : slice.length
      for (let k = end - 1; k >= 0; k--) yield slice[k] as T
    }
  }

  private numbered(number: number): readonly T[] {
    return this.slices.get(number) as T[] // the order names only slices that there are
  }

  /** The latest end among those that begin at or before `at` and after `after`; `after` when there is none. */
  latestEnd(at: number, after: number, counts: (item: T) => boolean): number {
    let latest = after
    for (const item of this.backFrom(at)) {
      const { from, to } = this.place(item)
      if (from + this.longest <= latest) break
      if (to > latest && counts(item)) latest = to
    }
    return latest
  }
}

/**
 * Puts `item` where `compare` places it in `list`.
 * @returns what is there already and compares equal: then nothing is put
 */
export function insertInto<T>(list: T[], item: T, compare: (a: T, b: T) => number): T | undefined {
  const last = list[list.length - 1]
  const order = last === undefined ? -1 : compare(last, item)
  if (order < 0) {
    list.push(item)
    return undefined
  }
  if (order === 0) return last
  const at = firstIndex(list, (other) => compare(other, item) >= 0)
  const found = list[at] as T // at the latest the last, which comes after
  if (compare(found, item) === 0) return found
  list.splice(at, 0, item)
  return undefined
}
