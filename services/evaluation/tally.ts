import { type CaseResult, type Indicator, indicatorOf, type Verdict } from '../../rules/index.ts'
import type { ChangedCase, Tally } from './state.ts'

/** What of a case the indicator of its commitment rests on. */
export type CaseStanding = Pick<CaseResult, 'phase' | 'verdict' | 'certainty' | 'flags'>

/** How many of `cases` stand how. */
export function tallyOf(cases: readonly CaseStanding[]): Tally {
  const counts: Record<string, number> = {}
  for (const one of cases) add(counts, one, 1)
  return counts
}

/** `tally` after `changes`; what is gone counts no more. */
export function tallyAfter(tally: Tally, changes: readonly ChangedCase[]): Tally {
  const counts = { ...tally }
  for (const { before, isGone, result } of changes) {
    if (before && !before.isGone) add(counts, before.result, -1)
    if (!isGone) add(counts, result, 1)
  }
  return counts
}

/** How many cases have which verdict. */
export function recordOf(tally: Tally): Partial<Record<Verdict, number>> {
  const record: Partial<Record<Verdict, number>> = {}
  for (const [text, count] of Object.entries(tally)) {
    const { verdict } = JSON.parse(text) as CaseStanding
    record[verdict] = (record[verdict] ?? 0) + count
  }
  return record
}

/**
 * What a commitment shows whose cases stand as in `tally`.
 * @param latest the one that opened last; null: there is none
 */
export function tallyIndicator(tally: Tally, latest: CaseStanding | null, isOver: boolean): Indicator {
  const standings = Object.keys(tally).map((text) => JSON.parse(text) as CaseStanding)
  return indicatorOf(latest ? [...standings, latest] : [], isOver)
}

function add(counts: Record<string, number>, { phase, verdict, certainty, flags }: CaseStanding, by: number): void {
  const text = JSON.stringify({ phase, verdict, certainty, flags })
  const count = (counts[text] ?? 0) + by
  if (count === 0) delete counts[text]
  else counts[text] = count
}
