import { type CaseResult, type Instant, parseInstant, type TimeValue } from '../../rules/index.ts'

/** The first instant of a period, and the first after it. */
export interface Within {
  readonly from: Instant
  readonly until: Instant
}

/** Whether the time in which something was to be kept, and the period, have an instant in common. Pure. */
export function isOfPeriod(
  { opened, due, close, phase }: Pick<CaseResult, 'opened' | 'due' | 'close' | 'phase'>,
  { from, until }: Within,
): boolean {
  if (opened !== null && startOf(opened) >= until) return false
  if (phase !== 'closed') return true
  const end = due ?? close ?? opened
  return end === null || endOf(end) >= from
}

export function startOf(time: TimeValue): Instant {
  return parseInstant(typeof time === 'string' ? time : time.from)
}

export function endOf(time: TimeValue): Instant {
  return parseInstant(typeof time === 'string' ? time : time.to)
}
