import type { Certainty, Flag, Indicator, Kind, Verdict } from '../../rules/index.ts'
import type { Change } from './report.ts'

/** The words of the forms, in English. */
export const WORDS = {
  sections: {
    summary: 'In short',
    agreements: 'Agreements and commitments',
    changes: 'What changed, and why',
    clocks: 'Running clocks and next deadlines',
    totals: 'Sums against their targets',
    questions: 'Open questions',
    evidence: 'Evidence',
    method: 'How this report was made',
  },
  indicators: {
    breached: 'breached',
    overdue: 'overdue',
    unknown: 'unknown',
    at_risk: 'at risk',
    due_soon: 'due soon',
    suspended: 'suspended',
    on_track: 'on track',
    dormant: 'nothing owed yet',
    fulfilled: 'fulfilled',
    ended: 'ended',
  } satisfies Record<Indicator, string>,
  verdicts: {
    open: 'open',
    met: 'met',
    met_late: 'met late',
    partly_met: 'partly met',
    breached: 'breached',
    repaired: 'repaired',
    excused: 'excused',
    exercised: 'used',
    lapsed: 'not used',
    void: 'void',
    needs_judgement: 'needs a judgement',
    unknown: 'unknown',
  } satisfies Record<Verdict, string>,
  certainties: { provisional: 'provisional', final: 'final' } satisfies Record<Certainty, string>,
  flags: {
    at_risk: 'at risk',
    awaiting_reports: 'reports are awaited',
    contested: 'contested',
    due_soon: 'due soon',
    imprecise: 'not exact enough in time',
    overdue: 'overdue',
    overridden: 'decided by a judgement',
    stalled: 'stalled',
  } satisfies Record<Flag, string>,
  kinds: {
    act: 'act',
    total: 'sum',
    maintain: 'state to keep',
    prohibit: 'prohibition',
    endeavour: 'effort',
    power: 'right',
  } satisfies Record<Kind, string>,
  changes: {
    correction: 'correction',
    rules: 'rulebook revised',
    news: 'new verdict',
    opened: 'opened',
  } satisfies Record<Change['kind'], string>,
} as const

/** The columns of a record, in the order in which they stand: a reader sees first what was kept. */
export const RECORD_COLUMNS = [
  'met',
  'met_late',
  'partly_met',
  'repaired',
  'breached',
  'unknown',
  'needs_judgement',
  'open',
] as const satisfies readonly Verdict[]

/** So many of each are shown where people read; JSON and CSV have all of them. */
export const SHOWN = { changes: 60, clocks: 60, totals: 30, flows: 15, questions: 40, evidence: 150 } as const
