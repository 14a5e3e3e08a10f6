import type { Indicator, Verdict } from '../../../rules/index.ts'
import { countText, decimalText, listText, oneLine, type Reader } from '../../text/index.ts'
import { othersText } from '../alike.ts'
import type { CaseRecord, Place, TotalPart } from '../report.ts'
import { valueText } from '../spoken.ts'
import { RECORD_COLUMNS, WORDS } from '../words.ts'
import { type Para, para, type StyleName } from './pdf-lines.ts'

/** How something stands: a word that can be told apart without its colour. */
export function indicatorPara(indicator: Indicator): Para {
  return para(WORDS.indicators[indicator], INDICATOR_STYLES[indicator])
}

const INDICATOR_STYLES = {
  breached: 'bad',
  overdue: 'bad',
  unknown: 'care',
  at_risk: 'care',
  due_soon: 'care',
  suspended: 'strong',
  on_track: 'good',
  dormant: 'strong',
  fulfilled: 'good',
  ended: 'strong',
} as const satisfies Record<Indicator, StyleName>

/** Verdicts that have no column: `2 not used, 1 void`. */
export function otherVerdicts(record: CaseRecord): string {
  return verdictsOf(record)
    .filter(([verdict]) => !(RECORD_COLUMNS as readonly Verdict[]).includes(verdict))
    .map(([verdict, count]) => `${count} ${WORDS.verdicts[verdict]}`)
    .join(', ')
}

/** The counts of a record, those with columns first. */
export function verdictsOf(record: CaseRecord): readonly (readonly [Verdict, number])[] {
  const order: readonly Verdict[] = [
    ...RECORD_COLUMNS,
    ...(Object.keys(WORDS.verdicts) as Verdict[]).filter(
      (one) => !(RECORD_COLUMNS as readonly Verdict[]).includes(one),
    ),
  ]
  return order.flatMap((verdict) => {
    const count = record[verdict] ?? 0
    return count === 0 ? [] : [[verdict, count] as const]
  })
}

/** What is on record. */
export function onRecord(value: TotalPart['value'], locale: string): string {
  return valueText(value, (decimal, unit) => amountText(decimal, unit, locale))
}

export function targetText({ value: { target, unit }, growth }: TotalPart, locale: string): string {
  if (target === null) return 'not known'
  const bound = growth === null ? '' : growth.bound === 'at_least' ? 'at least ' : 'at most '
  return `${bound}${amountText(target, unit, locale)}`
}

export function amountText(decimal: string, unit: string | null, locale: string): string {
  return unit === null ? decimalText(decimal, locale) : `${decimalText(decimal, locale)} ${oneLine(unit, 40)}`
}

/** A title from outside, not so long that it would drown what it stands over. */
export function titleText(title: string): string {
  return oneLine(title, 240)
}

/** Who it is about. */
export function namesText(names: readonly string[], locale: string): string {
  return oneLine(listText(names, locale), 400)
}

/** Which commitment, of which agreement. */
export function placeParas({ commitment_title, agreement_title }: Place): readonly Para[] {
  return [para(titleText(commitment_title), 'strong'), para(titleText(agreement_title), 'quiet')]
}

/** What tells a case from the others of its commitment. */
export function caseKey({ case: id }: Pick<Place, 'case'>): string {
  return oneLine(id.slice(id.indexOf('@') + 1), 160)
}

/** That the same is said of more cases than the one that is shown. */
export function othersParas(others: Parameters<typeof othersText>[0], reader: Reader): readonly Para[] {
  const text = othersText(others, reader)
  return text === null ? [] : [para(text)]
}

/** What people are told of rows that are not shown; nothing when all are. */
export function moreParas(all: number, shown: number, what: string, reader: Pick<Reader, 'locale'>): readonly Para[] {
  if (all <= shown) return []
  const count = countText(all - shown, reader)
  return [para(`${count} more ${what} in the CSV and JSON.`, 'bodyQuiet', { above: 2 })]
}
