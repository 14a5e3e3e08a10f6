import type { CaseState, Occasion } from '../case.ts'
import { byWorldTime, type Fact } from '../history.ts'
import { type Candidate, partOf } from '../occasions.ts'
import { NO_CASE, type StatusCode } from '../status-code.ts'
import type { Group } from './stream.ts'
import type { Tracked } from './tracked.ts'
import type { Sleeper } from './wake-queue.ts'

/**
 * One case as the engine keeps it: what may open it and how it stands. It may turn out to be no case, because the term
 * or a condition rules it out; then its code says so and it waits.
 */
export class Entry implements Sleeper {
  readonly tracked: Tracked
  /** The event that opens it by itself; null when a period, the term or another case does. */
  readonly fact: Fact | null
  /** What opens it, when another case does. */
  candidate: Candidate | null = null
  /** The period or term it covers, for cases that nothing triggers. */
  occasion: Occasion | null = null
  code: StatusCode = NO_CASE
  /** What it was when somebody last asked for changes. */
  toldCode: StatusCode = NO_CASE
  /** Before repair, where repair is about it; null when it is no case, too. */
  settled: CaseState | null = null
  isJudged = false
  wake = Number.POSITIVE_INFINITY
  isDirty = false
  isGone = false
  /** It stands in the list of changes. */
  isNoted = false
  /** Evidence that begins later cannot change its status; infinite while it may. */
  decided = Number.POSITIVE_INFINITY
  /** Its deadline and the end of its grace, once worked out, for a status that is read off directly. */
  due = Number.NaN
  close = Number.NaN
  settles = Number.NaN
  /** What it opened in others, by the commitment it opened it in. */
  offspring: Map<Tracked, readonly Candidate[]> | null = null
  /** The facts that may perform it, where they have to share its trigger's key. */
  group: Group | null = null
  /** Where it stands in its commitment's list. */
  slot = -1
  private written: string | null

  constructor(tracked: Tracked, fact: Fact | null, part: string | null = null) {
    this.tracked = tracked
    this.fact = fact
    this.written = part
  }

  /** What follows `@` in its id. */
  get part(): string {
    this.written ??= this.fact ? partOf(this.fact) : ''
    return this.written
  }

  /** The trigger's earliest instant, by which entries are found. */
  get from(): number {
    return this.fact?.span.from ?? this.candidate?.span.from ?? this.occasion?.opened?.from ?? Number.NEGATIVE_INFINITY
  }

  /** What opens it, by itself or through another case; null for periods and terms. */
  get trigger(): Fact | null {
    return this.fact ?? this.candidate?.fact ?? null
  }

  /** How long its trigger lasted, in milliseconds. */
  get lasts(): number {
    const span = this.fact?.span ?? this.candidate?.span
    return span ? span.to - span.from : 0
  }
}

/** In the order in which their triggers stand in the world. */
export function byTrigger(a: Entry, b: Entry): number {
  if (a.fact && b.fact) return byWorldTime(a.fact, b.fact)
  return a.from - b.from
}

/** Whether `b` covers what `a` does. */
export function sameOccasion(a: Occasion | null, b: Occasion): boolean {
  return (
    a !== null &&
    a.opened?.from === b.opened?.from &&
    a.opened?.to === b.opened?.to &&
    a.period?.from === b.period?.from &&
    a.period?.to === b.period?.to
  )
}

/** Whether `b` opens a case as `a` does. */
export function sameCandidate(a: Candidate, b: Candidate): boolean {
  return (
    a.span.from === b.span.from &&
    a.span.to === b.span.to &&
    a.fact === b.fact &&
    a.inherited === b.inherited &&
    a.derived === b.derived &&
    a.breach?.part === b.breach?.part &&
    a.breach?.violation === b.breach?.violation &&
    String(a.doubts) === String(b.doubts)
  )
}
