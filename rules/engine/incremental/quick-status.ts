import { addDuration, type Duration, rounds, subtractDuration } from '../../language/duration.ts'
import type { Act, Commitment, Power, Rulebook } from '../../language/rulebook.ts'
import { isDoubtful } from '../evidence.ts'
import type { Fact } from '../history.ts'
import type { Instant } from '../instant.ts'
import { isCoupled } from '../kinds/power.ts'
import { FLAG_BIT, NO_CASE, type StatusCode, statusCode } from '../status-code.ts'
import type { Life } from '../world.ts'
import { dateOf, endOfDay } from '../zone-time.ts'
import type { Entry } from './entry.ts'

/** The status has to be worked out in full. */
export const NOT_PLAIN = -2

/** A commitment whose cases may be read off directly. */
export type Quick = Act | Power

/**
 * Whether the cases of `commitment` may be read off directly: one event opens each, one sure report in time performs it
 * or exercises it, and nothing but time and these reports bears on it as long as the agreement is calm.
 */
export function isQuick(commitment: Commitment): commitment is Quick {
  if (commitment.kind !== 'act' && commitment.kind !== 'power') return false
  const { when, onlyIf, unless, excusedBy, evidence } = commitment
  return (
    (when?.kind === 'event' || when?.kind === 'exercised') &&
    onlyIf === null &&
    unless === null &&
    excusedBy.length === 0 &&
    evidence.minimumSources <= 1 &&
    evidence.reportedBy.length === 0 &&
    deadlineOf(commitment) !== null &&
    // An effect that has taken place ends the calm; one that is to come or was withdrawn is no matter of the status.
    (commitment.kind === 'act'
      ? commitment.earlyCounts === false
      : commitment.availableAfter === null && !isCoupled(commitment))
  )
}

function deadlineOf(commitment: Quick): Duration | null {
  return commitment.kind === 'act' ? commitment.within : commitment.availableFor
}

const BASE = { flags: [], rung: 0 } as const
const RUNNING_OPEN = statusCode({ ...BASE, phase: 'running', verdict: 'open', certainty: 'provisional' })
const CLOSED = {
  met: closed('met'),
  met_late: closed('met_late'),
  breached: closed('breached'),
  exercised: closed('exercised'),
  lapsed: closed('lapsed'),
  partly_met: closed('partly_met'),
} as const
const RUNG = statusCode({ ...BASE, phase: 'dormant', verdict: 'open', certainty: 'provisional', rung: 1 })

function closed(
  verdict: 'met' | 'met_late' | 'breached' | 'exercised' | 'lapsed' | 'partly_met',
): Record<'provisional' | 'final', StatusCode> {
  return {
    provisional: statusCode({ ...BASE, phase: 'closed', verdict, certainty: 'provisional' }),
    final: statusCode({ ...BASE, phase: 'closed', verdict, certainty: 'final' }),
  }
}

/**
 * The status of a case at `now`, where nothing about it is in doubt; {@link NOT_PLAIN} where something is. Sets when it
 * has to be looked at again, and after what evidence it no longer changes.
 * @param evidence what may perform or exercise it, in the order of the world
 * @param exercises where the exercises of a power go
 */
export function quickStatus(
  entry: Entry,
  commitment: Quick,
  evidence: Iterable<Fact>,
  life: Life,
  rulebook: Rulebook,
  now: Instant,
  exercises: Fact[],
): StatusCode | typeof NOT_PLAIN {
  const opened = openedOf(entry, life)
  if (opened === null) return NOT_PLAIN
  if (opened > now) {
    entry.wake = opened
    entry.decided = Number.POSITIVE_INFINITY
    return NO_CASE
  }
  if (Number.isNaN(entry.due)) measure(entry, commitment, opened, rulebook)
  return commitment.kind === 'act'
    ? actStatus(entry, commitment, opened, evidence, rulebook, now)
    : powerStatus(entry, commitment, opened, evidence, rulebook, now, exercises)
}

/** When a plain trigger opened the case; null when something about it is not plain. */
function openedOf({ fact, candidate }: Entry, { entry, end }: Life): Instant | null {
  const trigger = fact ?? candidate?.fact
  if (!trigger || entry === null) return null
  const { from, to } = trigger.span
  if (from !== to || trigger.event.standing === 'disputed') return null
  if (candidate === null) return from < entry || (end !== null && from > end) ? null : from
  // What follows from another case is not clipped by the term.
  return candidate.doubts.length === 0 && candidate.derived && !candidate.inherited ? from : null
}

function actStatus(
  entry: Entry,
  act: Act,
  opened: Instant,
  performances: Iterable<Fact>,
  rulebook: Rulebook,
  now: Instant,
): StatusCode | typeof NOT_PLAIN {
  let wake = Number.POSITIVE_INFINITY
  let done: number | null = null
  for (const performance of performances) {
    const { from, to } = performance.span
    if (to < opened) continue
    if (from > now) {
      wake = from
      break
    }
    if (from !== to || isDoubtful(performance, act.evidence, rulebook)) return NOT_PLAIN
    if (from <= entry.close || act.stillOwed) {
      done = from
      break
    }
  }
  if (done !== null && done <= entry.close) return concluded(entry, 'met', done, Number.POSITIVE_INFINITY, now)
  if (now > entry.close) {
    const verdict = done === null ? 'breached' : 'met_late'
    const last = done ?? (act.stillOwed ? Number.POSITIVE_INFINITY : entry.close)
    return concluded(entry, verdict, last, act.stillOwed ? wake : Number.POSITIVE_INFINITY, now)
  }
  entry.decided = Number.POSITIVE_INFINITY
  return running(entry, act, opened, wake, rulebook, now)
}

function powerStatus(
  entry: Entry,
  power: Power,
  opened: Instant,
  evidence: Iterable<Fact>,
  rulebook: Rulebook,
  now: Instant,
  exercises: Fact[],
): StatusCode | typeof NOT_PLAIN {
  let wake = Number.POSITIVE_INFINITY
  for (const fact of evidence) {
    const { from, to } = fact.span
    if (to < opened) continue
    if (from > entry.close) break
    if (from > now) {
      wake = from
      break
    }
    if (from !== to || isDoubtful(fact, power.evidence, rulebook)) return NOT_PLAIN
    exercises.push(fact)
    if (power.oncePer === 'case') break
  }
  if (exercises.length > 0) return concluded(entry, 'exercised', entry.close, wake, now)
  if (now > entry.close) return concluded(entry, 'lapsed', entry.close, wake, now)
  entry.decided = Number.POSITIVE_INFINITY
  return running(entry, power, opened, wake, rulebook, now)
}

function measure(entry: Entry, commitment: Quick, opened: Instant, rulebook: Rulebook): void {
  const { where } = rulebook
  const { grace, settle } = commitment
  const due = deadline(opened, deadlineOf(commitment) as Duration, rulebook)
  const close = grace === null ? due : addDuration(due, grace, where)
  entry.due = due
  entry.close = close
  entry.settles = settle === null ? close : addDuration(close, settle, where)
}

/** @see frameOf, of which this is the part without suspensions and extensions */
function deadline(opened: Instant, within: Duration, { where }: Rulebook): Instant {
  const unrounded = addDuration(opened, within, where)
  return rounds(within) ? endOfDay(dateOf(unrounded, where.zone), where.zone) : unrounded
}

/** The status of what is decided: final once it has closed and settled. */
export function concluded(
  entry: Entry,
  verdict: keyof typeof CLOSED,
  decided: number,
  wake: number,
  now: Instant,
): StatusCode {
  const final = Math.max(entry.close + 1, entry.settles)
  entry.decided = decided
  entry.wake = now >= final ? wake : Math.min(final, wake)
  return CLOSED[verdict][now >= final ? 'final' : 'provisional']
}

/** The status before the close, when neither a performance nor anything else has decided it. */
export function running(
  entry: Entry,
  { kind, remind }: Pick<Commitment, 'kind' | 'remind'>,
  opened: Instant,
  next: number,
  { where }: Rulebook,
  now: Instant,
): StatusCode {
  const due = entry.due as Instant
  let wake = Math.min(next, now > due ? Number.POSITIVE_INFINITY : due + 1, entry.close + 1)
  if (now > due) {
    entry.wake = wake
    return kind === 'power' ? RUNNING_OPEN : RUNNING_OPEN | FLAG_BIT.overdue
  }
  let rungs = 0
  if (remind.length === 0) {
    const begins = Math.floor(due - (due - opened) / 10)
    if (begins <= now) rungs = -1
    else wake = Math.min(wake, begins)
  }
  for (const before of remind) {
    const at = subtractDuration(due, before, where)
    if (at <= now) rungs++
    else wake = Math.min(wake, at)
  }
  entry.wake = wake
  if (rungs === 0) return RUNNING_OPEN
  return (RUNNING_OPEN | FLAG_BIT.due_soon) + Math.max(rungs, 0) * RUNG
}
