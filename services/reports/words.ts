import type { Certainty, Flag, Indicator, Kind, Verdict } from '../../rules/index.ts'
import { FLAG_WORDS, INDICATOR_WORDS, VERDICT_WORDS } from '../text/index.ts'
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
  indicators: { ...INDICATOR_WORDS, dormant: 'nothing owed yet' } satisfies Record<Indicator, string>,
  verdicts: {
    ...VERDICT_WORDS,
    exercised: 'used',
    lapsed: 'not used',
    needs_judgement: 'needs a judgement',
  } satisfies Record<Verdict, string>,
  certainties: { provisional: 'provisional', final: 'final' } satisfies Record<Certainty, string>,
  flags: FLAG_WORDS satisfies Record<Flag, string>,
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
