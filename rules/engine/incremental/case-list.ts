import type { Fact } from '../history.ts'
import { candidateOf } from '../occasions.ts'
import type { Entry } from './entry.ts'
import { EntryTimeline } from './entry-timeline.ts'
import type { Stream } from './stream.ts'

/** The cases of one commitment, found by id, by their trigger's time, and by what evidence has to share with the trigger. */
export class CaseList {
  readonly entries: Entry[] = []
  readonly timeline = new EntryTimeline()
  /** The stream of what may perform a case, of which every case knows its own part. */
  performedBy: Stream | null = null
  private readonly keyed: Stream[] = []
  /** Made when somebody first asks. */
  private byPart: Map<string, Entry> | null = null

  /** Facts of `stream` have to be the same as the trigger in some field, if it has keys. */
  waitFor(stream: Stream): void {
    if (stream.isKeyed) this.keyed.push(stream)
  }

  find(part: string): Entry | undefined {
    this.byPart ??= new Map(this.entries.map((entry) => [entry.part, entry]))
    return this.byPart.get(part)
  }

  /** Those that `fact` opens by itself. */
  openedBy(fact: Fact): readonly Entry[] {
    const entry = this.byPart?.get(candidateOf(fact).part)
    if (this.byPart) return entry?.fact === fact ? [entry] : []
    const found: Entry[] = []
    this.timeline.at(fact.span.from, (e) => {
      if (e.fact === fact) found.push(e)
    })
    return found
  }

  add(entry: Entry): void {
    entry.slot = this.entries.length
    this.entries.push(entry)
    this.byPart?.set(entry.part, entry)
    this.place(entry)
  }

  remove(entry: Entry): void {
    const last = this.entries.pop()
    if (last && last !== entry) {
      this.entries[entry.slot] = last
      last.slot = entry.slot
    }
    if (this.byPart?.get(entry.part) === entry) this.byPart.delete(entry.part)
    this.displace(entry)
  }

  /** Lets `change` give `entry` another origin. */
  move(entry: Entry, change: (entry: Entry) => void): void {
    this.displace(entry)
    change(entry)
    this.place(entry)
  }

  private place(entry: Entry): void {
    this.timeline.add(entry)
    const { trigger } = entry
    if (trigger === null) return
    for (const stream of this.keyed) {
      const key = stream.keyOf(trigger)
      if (key === undefined) continue
      const group = stream.groupOf(key)
      if (group.waiting.length === 0) group.waiting = [entry]
      else group.waiting.push(entry)
      if (stream === this.performedBy) entry.group = group
    }
  }

  private displace(entry: Entry): void {
    this.timeline.remove(entry)
    const { trigger } = entry
    if (trigger === null) return
    for (const stream of this.keyed) {
      const key = stream.keyOf(trigger)
      if (key === undefined) continue
      const { waiting } = stream.groupOf(key)
      const at = waiting.indexOf(entry)
      if (at >= 0) waiting.splice(at, 1)
      stream.dropIfEmpty(key)
    }
  }
}
