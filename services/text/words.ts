import type { Flag, Indicator, Verdict } from '../../rules/index.ts'

/** How a verdict reads in a sentence. */
export const VERDICT_WORDS = {
  open: 'open',
  met: 'met',
  met_late: 'met late',
  partly_met: 'partly met',
  breached: 'breached',
  repaired: 'repaired',
  excused: 'excused',
  exercised: 'exercised',
  lapsed: 'lapsed',
  void: 'void',
  needs_judgement: 'in need of a judgement',
  unknown: 'unknown',
} as const satisfies Record<Verdict, string>

/** The words for an indicator, for people who do not know ours. */
export const INDICATOR_WORDS = {
  breached: 'breached',
  overdue: 'overdue',
  unknown: 'unknown',
  at_risk: 'at risk',
  due_soon: 'due soon',
  suspended: 'suspended',
  on_track: 'on track',
  dormant: 'not set going',
  fulfilled: 'fulfilled',
  ended: 'ended',
} as const satisfies Record<Indicator, string>

/** How a flag reads in a list. */
export const FLAG_WORDS = {
  at_risk: 'at risk',
  awaiting_reports: 'reports are awaited',
  contested: 'contested',
  due_soon: 'due soon',
  imprecise: 'not exact enough in time',
  overdue: 'overdue',
  overridden: 'decided by a judgement',
  stalled: 'stalled',
} as const satisfies Record<Flag, string>
