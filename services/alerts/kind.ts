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
  'source_stale',
  'agreement_ending',
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

/** The kinds that call for somebody: where nobody acknowledges one, others are told. */
const CALLING: readonly AlertKind[] = [
  'due_soon',
  'at_risk',
  'overdue',
  'stalled',
  'breached',
  'partly_met',
  'unknown',
  'needs_judgement',
  'source_stale',
  'agreement_ending',
]

/** Whether an alert calls for somebody; a correction does when the verdict that it arrives at does. */
export function callsForSomebody({ kind, verdict }: { readonly kind: AlertKind; readonly verdict: Verdict | null }) {
  const told = kind === 'corrected' && verdict !== null ? KIND_OF_VERDICT[verdict] : kind
  return told !== null && CALLING.includes(told)
}

/** The kinds that state a verdict: after one of them was mailed, another verdict is a correction. */
export function statesVerdict(kind: AlertKind): boolean {
  return kind === 'corrected' || Object.values(KIND_OF_VERDICT).some((one) => one === kind)
}
