import { Temporal } from 'temporal-polyfill'
import { type Instant, instant } from '../../rules/index.ts'
import type { Intent } from './intents.ts'
import type { QuietHours, Rhythm, Subscription } from './subscription.ts'

/**
 * When a subscription is told of an alert that came up at `at`: at once, after its quiet hours, or at the hour of its
 * digest. Breaches and corrections of breaches wait for neither. Pure.
 */
export function dueFor(
  { rhythm, quiet, zone }: Pick<Subscription, 'rhythm' | 'quiet' | 'zone'>,
  intent: Pick<Intent, 'kind' | 'verdict' | 'body'>,
  at: Instant,
): Instant {
  if (isUrgent(intent)) return at
  if (rhythm.every !== 'alert') return nextDigest(rhythm, zone, at)
  return quiet === null ? at : afterQuiet(quiet, zone, at)
}

/** Whether an alert tells of a breach, or takes one back. */
export function isUrgent({ kind, verdict, body }: Pick<Intent, 'kind' | 'verdict' | 'body'>): boolean {
  if (kind === 'breached' || kind === 'partly_met') return true
  const before = body.about === 'case' ? body.before?.verdict : undefined
  return kind === 'corrected' && [verdict, before].some((one) => one === 'breached' || one === 'partly_met')
}

/** The next hour of a digest after `at`. An hour that a clock change leaves out is the one after it. Pure. */
export function nextDigest(rhythm: Exclude<Rhythm, { every: 'alert' }>, zone: string, at: Instant): Instant {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  const first = rhythm.every === 'day' ? today : today.add({ days: (rhythm.weekday - today.dayOfWeek + 7) % 7 })
  const step = { days: rhythm.every === 'day' ? 1 : 7 }
  const time = Temporal.PlainTime.from({ hour: rhythm.hour })
  const next = onDay(first, time, zone)
  return next > at ? next : onDay(first.add(step), time, zone)
}

/** `at`, or the end of the quiet hours that it falls into. Pure. */
export function afterQuiet({ from, to }: QuietHours, zone: string, at: Instant): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const [now, start, end] = [local.toPlainTime(), Temporal.PlainTime.from(from), Temporal.PlainTime.from(to)]
  const [sinceStart, untilEnd] = [compare(now, start) >= 0, compare(now, end) < 0]
  const overMidnight = compare(start, end) > 0
  if (overMidnight ? !sinceStart && !untilEnd : !sinceStart || !untilEnd) return at
  const today = local.toPlainDate()
  const ends = onDay(overMidnight && sinceStart ? today.add({ days: 1 }) : today, end, zone)
  return ends > at ? ends : at
}

function onDay(day: Temporal.PlainDate, time: Temporal.PlainTime, zone: string): Instant {
  return instant(day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds)
}

const { compare } = Temporal.PlainTime
