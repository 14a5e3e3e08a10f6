import { type Instant, instant, parseInstant, type TimeValue } from '../../rules/index.ts'
import { countText, type Reader, readableDate, readableTime } from '../text/index.ts'
import type { Basis, Period, Report, Standing, TotalPart } from './report.ts'
import { seqIn } from './report-job.ts'
import { WORDS } from './words.ts'

/** What every form for people says in the same words, however it is set. */

export function readerOf({ period: { zone }, locale }: Pick<Report, 'period' | 'locale'>): Reader {
  return { zone, locale }
}

/**
 * A time as it is said: `end of Tuesday 31 December 2024` where a day of the reader ends (deadlines are the last instant
 * of a day, to the millisecond), `start of` it where one begins; days where it is known no better than by whole days; and
 * to the second otherwise.
 */
export function timeText(time: TimeValue, reader: Reader): string {
  if (typeof time === 'string') return instantText(parseInstant(time), reader)
  const [from, to] = [parseInstant(time.from), parseInstant(time.to)]
  const isWhole = beginsDay(from, reader) && endsDay(to, reader)
  const [first, last] = [from, to].map((at) => (isWhole ? readableDate(at, reader) : instantText(at, reader)))
  return isWhole && first === last ? `${first}` : `between ${first} and ${last}`
}

/** Since when something is so: the first instant of a day is that day. */
export function sinceText(time: TimeValue, reader: Reader): string {
  if (typeof time !== 'string') return timeText(time, reader)
  const at = parseInstant(time)
  return beginsDay(at, reader) ? readableDate(at, reader) : instantText(at, reader)
}

/** An instant within a sentence: `the end of Tuesday 31 December 2024`. */
export function atText(at: string, reader: Reader): string {
  const text = timeText(at, reader)
  return /^(start|end) of /.test(text) ? `the ${text}` : text
}

function instantText(at: Instant, reader: Reader): string {
  if (beginsDay(at, reader)) return `start of ${readableDate(at, reader)}`
  return endsDay(at, reader) ? `end of ${readableDate(at, reader)}` : readableTime(at, reader)
}

function endsDay(at: Instant, reader: Reader): boolean {
  return readableDate(at, reader) !== readableDate(instant(at + 1), reader)
}

function beginsDay(at: Instant, reader: Reader): boolean {
  return readableDate(at, reader) !== readableDate(instant(at - 1), reader)
}

/** The days of a period: `Monday 1 January 2024 to Tuesday 31 December 2024`. */
export function daysText({ from, until }: Period, reader: Reader): string {
  const [first, last] = [parseInstant(from), instant(parseInstant(until) - 1)].map((at) => readableDate(at, reader))
  return first === last ? `${first}` : `${first} to ${last}`
}

/** What a report knew: `what was on record by the end of Sunday 5 January 2025, up to row 1,204 of the ledger`. */
export function knowledgeText({ ledger, known_at }: Basis, reader: Reader): string {
  const by = known_at === null ? '' : ` by ${atText(known_at, reader)}`
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
