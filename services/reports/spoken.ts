import { type Instant, instant } from '../../rules/index.ts'
import { type Reader, readableDate } from '../text/index.ts'
import type { Standing, TotalPart } from './report.ts'
import { WORDS } from './words.ts'

/** What every form for people says in the same words, however it is set. */

/** Whether a day of the reader ends with `at`: deadlines are the last instant of a day, to the millisecond. */
export function endsDay(at: Instant, reader: Reader): boolean {
  return readableDate(at, reader) !== readableDate(instant(at + 1), reader)
}

export function beginsDay(at: Instant, reader: Reader): boolean {
  return readableDate(at, reader) !== readableDate(instant(at - 1), reader)
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
