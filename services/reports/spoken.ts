import { type Instant, instant } from '../../rules/index.ts'
import { countText, type Reader, readableDate } from '../text/index.ts'
import type { Basis, Standing, TotalPart } from './report.ts'
import { seqIn } from './report-job.ts'
import { WORDS } from './words.ts'

/** What every form for people says in the same words, however it is set. */

/** Whether a day of the reader ends with `at`: deadlines are the last instant of a day, to the millisecond. */
export function endsDay(at: Instant, reader: Reader): boolean {
  return readableDate(at, reader) !== readableDate(instant(at + 1), reader)
}

export function beginsDay(at: Instant, reader: Reader): boolean {
  return readableDate(at, reader) !== readableDate(instant(at - 1), reader)
}

/**
 * What a report knew: `what was on record by Sunday 5 January 2025, 12:00 UTC, up to row 1,204 of the ledger`.
 * @param written  an instant as the form writes it
 */
export function knowledgeText({ ledger, known_at }: Basis, reader: Reader, written: (at: string) => string): string {
  const by = known_at === null ? '' : ` by ${written(known_at)}`
  if (ledger === null)
    return `the events of the files that it was made from${by && `, as far as they were recorded${by}`}`
  return `what was on record${by}, up to row ${countText(seqIn(ledger), reader)} of the ledger`
}

/** `met (final)`; what is open is never final. */
export function standingText(standing: Standing | null): string {
  if (standing === null) return 'no case'
  const certainty = standing.verdict === 'open' ? '' : ` (${WORDS.certainties[standing.certainty]})`
  return `${WORDS.verdicts[standing.verdict]}${certainty}`
}

/**
 * What is on record: `between 0 and 2,515,163,000 EUR`.
 * @param written  an amount as the form writes it, without its unit where that is null
 */
export function valueText(
  { min, max, unit }: TotalPart['value'],
  written: (decimal: string, unit: string | null) => string,
): string {
  if (min === null) return max === null ? 'not known' : `at most ${written(max, unit)}`
  if (max === null) return `at least ${written(min, unit)}`
  if (min === max) return written(min, unit)
  return `between ${written(min, null)} and ${written(max, unit)}`
}
