import type { Verdict } from '../../rules/index.ts'

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
