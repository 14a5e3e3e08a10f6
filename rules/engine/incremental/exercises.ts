import type { Exercise } from '../case.ts'
import type { Doubt } from '../evidence.ts'
import type { Fact } from '../history.ts'
import { byTrigger, type Entry } from './entry.ts'

/** The exercises of a power as those hear of them whose cases they open: one may fit several windows. */
export class Exercises {
  private readonly inWindow = new Map<Entry, readonly Exercise[]>()
  /** What is in doubt of an exercise in each of the windows it fits. */
  private readonly windowsOf = new Map<Fact, Map<Entry, readonly Doubt[]>>()

  /**
   * Those in `window` are `exercises` from now on.
   * @returns the facts of which something may be different
   */
  set(window: Entry, exercises: readonly Exercise[]): Iterable<Fact> {
    const before = this.inWindow.get(window) ?? NONE
    if (areSame(before, exercises)) return []
    const touched = new Set<Fact>()
    for (const { fact } of before) {
      const windows = this.windowsOf.get(fact) as Map<Entry, readonly Doubt[]> // it fits `window` at least
      windows.delete(window)
      if (windows.size === 0) this.windowsOf.delete(fact)
      touched.add(fact)
    }
    for (const { fact, doubts } of exercises) {
      const windows = this.windowsOf.get(fact) ?? new Map<Entry, readonly Doubt[]>()
      windows.set(window, doubts)
      this.windowsOf.set(fact, windows)
      touched.add(fact)
    }
    if (exercises.length > 0) this.inWindow.set(window, exercises)
    else this.inWindow.delete(window)
    return touched
  }

  /** An exercise with the doubts of the window in which it is least in doubt; null when it fits none. */
  of(fact: Fact): Exercise | null {
    const windows = this.windowsOf.get(fact)
    if (!windows) return null
    const inOrder = [...windows].sort(([a], [b]) => byTrigger(a, b)).map(([, doubts]) => doubts)
    return { fact, doubts: inOrder.reduce((least, doubts) => (doubts.length < least.length ? doubts : least)) }
  }

  all(): readonly Exercise[] {
    return [...this.windowsOf.keys()].flatMap((fact) => this.of(fact) ?? [])
  }
}

const NONE: readonly Exercise[] = []

function areSame(a: readonly Exercise[], b: readonly Exercise[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ fact, doubts }, i) => fact === b[i]?.fact && String(doubts) === String(b[i].doubts))
  )
}
