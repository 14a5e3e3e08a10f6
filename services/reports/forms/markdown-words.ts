import type { TimeValue } from '../../../rules/index.ts'
import { countText, decimalText, type Reader } from '../../text/index.ts'
import type { Place, TotalPart } from '../report.ts'
import { timeText, valueText } from '../spoken.ts'
import { code, plain, strong } from './markdown-text.ts'

export function when(time: TimeValue | null, reader: Reader): string {
  return time === null ? 'not known' : plain(timeText(time, reader))
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
