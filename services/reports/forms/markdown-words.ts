import { type Instant, parseInstant, type TimeValue } from '../../../rules/index.ts'
import { countText, decimalText, type Reader, readableDate, readableTime } from '../../text/index.ts'
import type { Place, TotalPart } from '../report.ts'
import { beginsDay, endsDay, valueText } from '../spoken.ts'
import { code, plain, strong } from './markdown-text.ts'

/** A time as Markdown: whole days as days, everything else by the clock. */
export function when(time: TimeValue | null, reader: Reader): string {
  if (time === null) return 'not known'
  if (typeof time === 'string') {
    const at = parseInstant(time)
    return endsDay(at, reader) ? `end of ${day(at, reader)}` : moment(time, reader)
  }
  const [from, to] = [parseInstant(time.from), parseInstant(time.to)]
  if (!beginsDay(from, reader) || !endsDay(to, reader))
    return `between ${moment(time.from, reader)} and ${moment(time.to, reader)}`
  const [first, last] = [day(from, reader), day(to, reader)]
  return first === last ? first : `between ${first} and ${last}`
}

/** Since when something is so: the first instant of a day is that day. */
export function since(time: TimeValue | null, reader: Reader): string {
  if (typeof time !== 'string') return when(time, reader)
  const at = parseInstant(time)
  return beginsDay(at, reader) ? day(at, reader) : moment(time, reader)
}

/** An instant up to which something is known, as it stands in a sentence. */
export function asOf(at: string, reader: Reader): string {
  return endsDay(parseInstant(at), reader) ? `the ${when(at, reader)}` : when(at, reader)
}

export function moment(at: string, reader: Reader): string {
  return plain(readableTime(parseInstant(at), reader))
}

function day(at: Instant, reader: Reader): string {
  return plain(readableDate(at, reader))
}

/** What is on record. */
export function onRecord(value: TotalPart['value'], locale: string): string {
  return valueText(value, (decimal, unit) => amount(decimal, unit, locale))
}

export function amount(decimal: string | null, unit: string | null, locale: string): string {
  if (decimal === null) return 'not known'
  return plain(`${decimalText(decimal, locale)} ${unit ?? ''}`)
}

/** Where something stands: the commitment, its agreement, and which of its cases. */
export function place(of: Place): string {
  return `${strong(of.commitment_title)}, ${caseOf(of)}`
}

/** The agreement, and what tells a case from the others of its commitment. */
export function caseOf({ agreement_title, case: id }: Place): string {
  return `${plain(agreement_title)}, case ${code(id.slice(id.lastIndexOf('#') + 1 || id.indexOf('@') + 1))}`
}

export function names(all: readonly string[]): string {
  return all.map(plain).join(', ')
}

/** `1 flow`, `1,204 flows` */
export function many(count: number, one: string, locale: string): string {
  return `${countText(count, { locale })} ${one}${count === 1 ? '' : 's'}`
}
