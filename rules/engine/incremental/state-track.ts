import { addDuration } from '../../language/duration.ts'
import type { Maintain, Rulebook } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim } from '../case.ts'
import { isDoubtful } from '../evidence.ts'
import { byWorldTime, type Fact, firstIndex, isPrecise } from '../history.ts'
import { type Instant, instant } from '../instant.ts'
import { assessMaintain } from '../kinds/maintain.ts'
import { windowOf } from '../window.ts'
import { moment, type World } from '../world.ts'
import { SlicedList } from './sliced-list.ts'

interface Switch {
  readonly fact: Fact
  readonly on: boolean
}

/** A stretch in which the state was off: from the event that ended it up to the one that brought it back; infinite while it lasts. */
interface OffRun {
  readonly from: number
  readonly to: number
  readonly endedBy: Fact
  /** When it has lasted longer than allowed. */
  readonly exceeds: Instant
}

/**
 * How a state of events went on, as long as nothing about these events is in doubt: where it was off. What is told late
 * changes the stretches around it only.
 */
export class StateTrack {
  private readonly commitment: Maintain
  private readonly rulebook: Rulebook
  private readonly switches = new SlicedList<Switch>(
    ({ fact }) => fact.span,
    (a, b) => byWorldTime(a.fact, b.fact),
  )
  private readonly byFact = new Map<Fact, Switch>()
  private readonly runs: OffRun[] = []
  /** Those of them that last longer than allowed. */
  private readonly tooLong: OffRun[] = []
  /** Events that are imprecise or doubtful: with one of them the whole has to be weighed. */
  private odd = 0

  constructor(commitment: Maintain, rulebook: Rulebook) {
    this.commitment = commitment
    this.rulebook = rulebook
  }

  heard(fact: Fact, on: boolean, isNew: boolean): void {
    const isOdd = !isPrecise(fact) || isDoubtful(fact, this.commitment.evidence, this.rulebook)
    if (isOdd) {
      this.odd += isNew ? 1 : -1
      return
    }
    const known = this.byFact.get(fact)
    if (isNew) {
      if (known) return
      const added = { fact, on }
      this.byFact.set(fact, added)
      this.switches.add(added)
    } else {
      if (known?.on !== on) return
      this.byFact.delete(fact)
      this.switches.remove(known)
    }
    this.mend(fact.span.from)
  }

  /** The status of a case over its window; in full where something is in doubt or suspended. */
  assess(world: World, context: CaseContext): Assessment {
    const { commitment } = this
    const { frame, h } = context
    const window = windowOf(context.occasion, frame)
    const isPlain = this.odd === 0 && commitment.evidence.minimumSources <= 1
    if (!isPlain || window === null || !h.reached(window.from) || world.suspensions(commitment, h).length > 0)
      return assessMaintain(world, { ...context, commitment })
    const end = Math.min(h.now, window.to)
    const violation = this.firstViolation(window.from, end, h)
    const [next] = this.switches.startingAt(end + 1)
    if (next) h.reached(next.fact.span.from)
    const claims: Partial<Record<'breached' | 'unknown' | 'met', Claim>> = {}
    const closed = frame.close !== null && h.passed(frame.close.to)
    if (violation) claims.breached = violation
    else if (this.isNeverSaid(end)) claims.unknown = { at: null, fact: null }
    else if (closed) claims.met = { at: frame.close, fact: null }
    const violations = violation?.at ? [{ span: violation.at, fact: violation.fact }] : []
    return { claims, doubts: [], awaiting: false, violations, value: null, stalled: false, atRisk: false, story: {} }
  }

  private isNeverSaid(at: number): boolean {
    const { state } = this.commitment
    const [last] = this.switches.backFrom(at)
    return last === undefined && state.kind === 'events' && state.initially === null
  }

  private firstViolation(from: number, end: number, h: CaseContext['h']): Claim | null {
    const { state } = this.commitment
    if (state.kind === 'events' && state.initially === false) {
      // Off from the start, until an event says otherwise.
      const to = this.firstOn()
      const found = to > from ? this.violationIn(from, to, null, end, h) : null
      if (found) return found
    }
    // One that began before is measured from the start.
    const straddling = this.runs[firstIndex(this.runs, (run) => run.to > from)]
    if (straddling && straddling.from < from && straddling.from <= end) {
      const found = this.violationIn(from, straddling.to, straddling.endedBy, end, h)
      if (found) return found
    }
    const first = this.tooLong[firstIndex(this.tooLong, (run) => run.from >= from)]
    return first && first.from <= end ? this.violationAt(first.exceeds, first.to, first.endedBy, end, h) : null
  }

  private violationIn(from: number, to: number, fact: Fact | null, end: number, h: CaseContext['h']): Claim | null {
    return this.violationAt(this.exceeds(from), to, fact, end, h)
  }

  private violationAt(at: Instant, to: number, fact: Fact | null, end: number, h: CaseContext['h']): Claim | null {
    if (at > to || !h.reached(at) || at > end) return null
    return { at: moment(at), fact }
  }

  private exceeds(from: number): Instant {
    const { lapseAllowed } = this.commitment
    if (lapseAllowed === null) return instant(from)
    return instant(addDuration(instant(from), lapseAllowed, this.rulebook.where) + 1)
  }

  private firstOn(): number {
    for (const { at, last } of moments(this.switches.startingAt(Number.NEGATIVE_INFINITY))) if (last.on) return at
    return Number.POSITIVE_INFINITY
  }

  /** Works out anew the stretches around `at`: from the last moment before it at which the state came back to the next one. */
  private mend(at: number): void {
    let from = Number.NEGATIVE_INFINITY
    let seen = Number.NaN
    for (const { on, fact } of this.switches.backFrom(at - 1)) {
      // Of what happened at one moment, the last counts.
      if (fact.span.from === seen) continue
      seen = fact.span.from
      if (!on) continue
      from = seen
      break
    }
    const fresh: OffRun[] = []
    let off: Fact | null = null
    let until = Number.POSITIVE_INFINITY
    for (const { at: moment, last } of moments(this.switches.startingAt(from))) {
      if (!last.on) {
        off ??= last.fact
        continue
      }
      if (off) fresh.push(this.run(off, moment))
      off = null
      // Past what was told, and on: from here on nothing is different.
      if (moment > at) {
        until = moment
        break
      }
    }
    if (off) fresh.push(this.run(off, Number.POSITIVE_INFINITY))
    replace(this.runs, from, until, fresh)
    const tooLong = fresh.filter(({ exceeds, to }) => exceeds <= to)
    replace(this.tooLong, from, until, tooLong)
  }

  private run(endedBy: Fact, to: number): OffRun {
    const { from } = endedBy.span
    return { from, to, endedBy, exceeds: this.exceeds(from) }
  }
}

/** Puts `fresh` in place of those of `runs` that begin at or after `from` and before `until`. */
function replace(runs: OffRun[], from: number, until: number, fresh: readonly OffRun[]): void {
  const first = firstIndex(runs, (run) => run.from >= from)
  const last = firstIndex(runs, (run) => run.from >= until)
  runs.splice(first, last - first, ...fresh)
}

/** The moments at which something of `switches` happens, each with the last that does. */
function* moments(switches: Iterable<Switch>): Generator<{ readonly at: number; readonly last: Switch }> {
  let last: Switch | null = null
  for (const one of switches) {
    if (last && one.fact.span.from > last.fact.span.from) yield { at: last.fact.span.from, last }
    last = one
  }
  if (last) yield { at: last.fact.span.from, last }
}
