import { formatDecimal } from '../../language/decimal.ts'
import { addDuration } from '../../language/duration.ts'
import type { Maintain, MaintainState } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim, Measured, Violation } from '../case.ts'
import { type Doubt, hasEnoughSources } from '../evidence.ts'
import type { Fact } from '../history.ts'
import { type Reading, readings } from '../indicator.ts'
import { type Instant, instant, type Span } from '../instant.ts'
import { changesOf, type Possibility, possibleAt, switchesOf } from '../state.ts'
import { duringSuspension } from '../suspended.ts'
import { type Window, windowOf } from '../window.ts'
import { moment, type Suspension, type World } from '../world.ts'

/** How a state goes on: what it may be at an instant, and where that changes. */
interface Timeline {
  readonly at: (instant: Instant) => Possibility
  readonly changes: readonly Instant[]
  /** The event after which the state was off at an instant. */
  readonly endedBy: (instant: Instant) => Fact | null
  /** What set the state, and from when to when it was said of. */
  readonly set: readonly { readonly fact: Fact; readonly span: Span; readonly doubtful: boolean }[]
}

/** A maintenance obligation: a state kept up; a lapse longer than allowed is a violation. */
export function assessMaintain(world: World, context: CaseContext<Maintain>): Assessment {
  const { commitment, frame, h } = context
  const window = windowOf(context.occasion, frame)
  const timeline =
    commitment.state.kind === 'events'
      ? eventTimeline(world, context)
      : indicatorTimeline(world, context, commitment.state)
  const closed = frame.close !== null && h.passed(frame.close.to)
  const value = commitment.state.kind === 'indicator' ? valueNow(world, context, commitment.state, window) : null
  if (window === null || !h.reached(window.from)) {
    return {
      claims: {},
      doubts: [],
      awaiting: false,
      violations: [],
      value,
      stalled: false,
      atRisk: false,
      story: {},
    }
  }
  const runs = lapses(timeline, window, world.suspensions(commitment, h), h.now)
  for (const change of timeline.changes) h.reached(change)
  const exceeds = (start: Instant): Instant =>
    commitment.lapseAllowed === null
      ? start
      : instant(addDuration(start, commitment.lapseAllowed, world.rulebook.where) + 1)
  const isTooLong = ({ from, to }: Lapse): boolean => {
    const at = exceeds(from)
    return (to === null || at <= to) && at <= window.to && h.reached(at)
  }
  const violations = runs.certain
    .filter(isTooLong)
    .map(({ from }): Violation => ({ span: moment(exceeds(from)), fact: timeline.endedBy(from) }))
  const maybe = runs.possible.filter(isTooLong)
  const now = timeline.at(instant(Math.min(h.now, window.to)))
  const claims: Record<string, Claim> = {}
  const [violation] = violations
  const [possibly] = maybe
  // What ended it says how late it may have ended, and with that how late it may have lasted too long.
  const possiblyExceeded = ({ from }: Lapse): Span => {
    const latest = Math.max(from, timeline.endedBy(from)?.span.to ?? from)
    return { from: exceeds(from), to: exceeds(instant(latest)) }
  }
  if (violation) claims.breached = { at: violation.span, fact: violation.fact }
  else if (possibly) claims.unknown = { at: possiblyExceeded(possibly), fact: null }
  else if (now.neverSaid) claims.unknown = { at: null, fact: null }
  else if (closed) claims.met = { at: frame.close, fact: null }
  const doubts: Doubt[] = [...new Set(maybe.flatMap((lapse) => lapse.doubts))]
  const guilty = [...violations.map((v) => v.fact), ...maybe.map((lapse) => timeline.endedBy(lapse.from))]
  file(context, timeline, window, guilty)
  const story = {
    count: violations.length,
    event: namedDoubt(timeline),
    since: violation?.span.from ?? possibly?.from ?? null,
    allowed: commitment.lapseAllowed?.text ?? null,
    value: value?.min ? formatDecimal(value.min) : null,
  }
  return { claims, doubts, awaiting: false, violations, value, stalled: false, atRisk: false, story }
}

function eventTimeline(world: World, { commitment, h }: CaseContext<Maintain>): Timeline {
  const { state } = commitment
  if (state.kind !== 'events') throw new TypeError('not a state of events')
  const told = switchesOf(world, state, null, commitment.evidence, h)
  const enough = (on: boolean): boolean =>
    hasEnoughSources(
      told.filter((s) => s.on === on).map((s) => s.fact),
      commitment.evidence,
      world.rulebook,
    )
  const [startsTold, endsTold] = [enough(true), enough(false)]
  const switches = told.map((s) => ((s.on ? startsTold : endsTold) ? s : { ...s, doubtful: true }))
  return {
    at: (at) => possibleAt(switches, state.initially, at),
    changes: changesOf(switches),
    endedBy: (at) => switches.filter((s) => !s.on && s.fact.span.from <= at).at(-1)?.fact ?? null,
    set: switches.map(({ fact, doubtful }) => ({ fact, span: fact.span, doubtful })),
  }
}

type IndicatorState = Extract<MaintainState, { kind: 'indicator' }>

function indicatorTimeline(world: World, { h }: CaseContext<Maintain>, state: IndicatorState): Timeline {
  const found = readings(world, state.series, h)
  return {
    at: (at) => {
      const reading = standing(found, at)
      if (!reading) return { on: true, off: true, doubts: [], neverSaid: true }
      const keeps = (value: Reading['low']): boolean =>
        state.bound === 'at_least' ? value.greaterThanOrEqualTo(state.amount) : value.lessThanOrEqualTo(state.amount)
      const [low, high] = [keeps(reading.low), keeps(reading.high)]
      return { on: low || high, off: !low || !high, doubts: low === high ? [] : ['contested'], neverSaid: false }
    },
    changes: found.map((r) => r.period.from),
    endedBy: (at) => standing(found, at)?.facts[0] ?? null,
    set: found.flatMap((r) => r.facts.map((fact) => ({ fact, span: r.period, doubtful: false }))),
  }
}

/** A value holds over its period and until the next period that has one. */
function standing(found: readonly Reading[], at: Instant): Reading | undefined {
  return found.filter((r) => r.period.from <= at).at(-1)
}

function valueNow(world: World, { h }: CaseContext<Maintain>, state: IndicatorState, window: Window | null): Measured {
  const hasBegun = window !== null && h.reached(window.from)
  const reading = hasBegun ? standing(readings(world, state.series, h), instant(Math.min(h.now, window.to))) : undefined
  return {
    min: reading?.low ?? null,
    max: reading?.high ?? null,
    unit: state.unit ?? reading?.unit ?? null,
    target: state.amount,
    expected: null,
  }
}

/** A time during which the state was, or may have been, off; `to` null while it goes on. */
interface Lapse {
  readonly from: Instant
  readonly to: Instant | null
  readonly doubts: readonly Doubt[]
}

/** The certain and the possible lapses up to `now`. A suspension cuts a lapse; what goes on after it starts anew. */
function lapses(
  timeline: Timeline,
  window: Window,
  suspensions: readonly Suspension[],
  now: Instant,
): { readonly certain: readonly Lapse[]; readonly possible: readonly Lapse[] } {
  const end = Math.min(now, window.to)
  const points = [
    window.from,
    ...timeline.changes,
    ...suspensions.flatMap((s) => [s.from, ...(s.to === null ? [] : [s.to])]),
  ]
  const inOrder = [...new Set(points)].filter((p) => p >= window.from && p <= end).sort((a, b) => a - b) as Instant[]
  const certain = new Runs()
  const possible = new Runs()
  for (const at of inOrder) {
    const state = timeline.at(at)
    const paused = duringSuspension({ from: at, to: at }, suspensions) === 'inside'
    certain.step(at, !paused && state.off && !state.on, [])
    possible.step(at, !paused && state.off && !state.neverSaid, state.doubts)
  }
  return { certain: certain.all(), possible: possible.all() }
}

class Runs {
  private readonly closed: Lapse[] = []
  private open: { from: Instant; doubts: Set<Doubt> } | null = null

  step(at: Instant, isOff: boolean, doubts: readonly Doubt[]): void {
    if (isOff) {
      this.open ??= { from: at, doubts: new Set() }
      for (const doubt of doubts) this.open.doubts.add(doubt)
    } else if (this.open) {
      this.closed.push({ from: this.open.from, to: at, doubts: [...this.open.doubts] })
      this.open = null
    }
  }

  all(): readonly Lapse[] {
    return this.open ? [...this.closed, { from: this.open.from, to: null, doubts: [...this.open.doubts] }] : this.closed
  }
}

/** The events and figures that set the state during the case go on file; of those before it only the one that stood. */
function file(
  { commitment, dossier }: CaseContext<Maintain>,
  { set }: Timeline,
  window: Window,
  guilty: readonly (Fact | null)[],
): void {
  const reason = commitment.state.kind === 'events' ? 'state' : 'indicator'
  const standing = set.filter(({ span }) => span.from <= window.from).at(-1)
  for (const entry of set) {
    const { fact, span } = entry
    if (span.from > window.to) dossier.add(fact, 'ignored', 'too_late')
    else if (span.to < window.from && entry !== standing) dossier.add(fact, 'ignored', 'too_early')
    else dossier.add(fact, guilty.includes(fact) ? 'violated' : 'counted', entry.doubtful ? 'maybe_source' : reason)
  }
}

/** The latest report that would set the state if it were certain, as explanations name it. */
function namedDoubt({ set }: Timeline): string | null {
  const event = set.filter((entry) => entry.doubtful).at(-1)?.fact.event
  return event ? `${event.id} (${event.source})` : null
}
