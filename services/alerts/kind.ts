import type { Verdict } from '../../rules/index.ts'

/** What an alert can be about. */
export const ALERT_KINDS = [
  'opened',
  'due_soon',
  'at_risk',
  'overdue',
  'stalled',
  'breached',
  'partly_met',
  'unknown',
  'needs_judgement',
  'met',
  'met_late',
  'repaired',
  'corrected',
  'final',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** The kind that tells of a new verdict; null: nobody is told of it, unless it corrects what somebody was told. */
export const KIND_OF_VERDICT = {
  open: null,
  met: 'met',
  met_late: 'met_late',
  partly_met: 'partly_met',
  breached: 'breached',
  repaired: 'repaired',
  excused: null,
  exercised: null,
  lapsed: null,
  void: null,
  needs_judgement: 'needs_judgement',
  unknown: 'unknown',
} as const satisfies Record<Verdict, AlertKind | null>

/** The kinds that state a verdict: after one of them was mailed, another verdict is a correction. */
export function statesVerdict(kind: AlertKind): boolean {
  return kind === 'corrected' || Object.values(KIND_OF_VERDICT).some((one) => one === kind)
}
