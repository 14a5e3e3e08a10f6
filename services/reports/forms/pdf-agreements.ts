import type { Verdict } from '../../../rules/index.ts'
import { countText } from '../../text/index.ts'
import type { AgreementPart, CaseRecord, CommitmentPart, Report } from '../report.ts'
import { RECORD_COLUMNS, WORDS } from '../words.ts'
import { type Para, para } from './pdf-lines.ts'
import type { Paper } from './pdf-paper.ts'
import { type Column, type Row, table } from './pdf-table.ts'
import { indicatorPara, namesText, otherVerdicts, titleText } from './pdf-words.ts'

/** Every commitment under its agreement, with how many of its cases have which verdict. */
export function agreementsSection(paper: Paper, { agreements, locale }: Report): void {
  paper.section(WORDS.sections.agreements)
  if (agreements.length === 0) paper.text([para('There is no agreement to report on.', 'body')])
  const verdicts = occurring(agreements)
  const columns: readonly Column[] = [
    { title: 'Commitment', width: null },
    { title: 'Stands', width: 74 },
    ...verdicts.map((verdict) => countColumn(paper, WORDS.verdicts[verdict])),
  ]
  for (const agreement of agreements) {
    paper.part(titleText(agreement.title))
    paper.lead(about(agreement, locale))
    const rows = agreement.commitments.map((one) => rowsOf(one, verdicts, locale))
    if (rows.length > 0) table(paper, columns, rows.flat(), { isUnder: isUnderIn(rows) })
    else paper.text([para('No commitment of it is looked at.', 'bodyQuiet')])
  }
}

function about({ legal_force, parties, indicator, note }: AgreementPart, locale: string): readonly Para[] {
  const said = [
    `Parties: ${namesText(parties, locale)}`,
    `legal force: ${legal_force}`,
    `stands: ${WORDS.indicators[indicator]}`,
  ]
  return [
    para(said.join(' · '), 'quiet', { above: 2 }),
    ...(note === null ? [] : [para(`Not made into rules: ${note}`, 'quiet', { above: 2 })]),
  ]
}

/** The columns that have a number anywhere in the report, so that all its tables are alike. */
function occurring(agreements: readonly AgreementPart[]): readonly (typeof RECORD_COLUMNS)[number][] {
  const records = agreements.flatMap(({ commitments }) =>
    commitments.flatMap(({ record, readings }) => [record, ...readings.map((reading) => reading.record)]),
  )
  return RECORD_COLUMNS.filter((verdict) => records.some((record) => (record[verdict] ?? 0) > 0))
}

function rowsOf(one: CommitmentPart, verdicts: readonly Verdict[], locale: string): readonly Row[] {
  const who = [namesText(one.by, locale), namesText(one.to, locale)].filter((side) => side !== '').join(' to ')
  const other = otherVerdicts(one.record)
  const about = [WORDS.kinds[one.kind], ...(who === '' ? [] : [who]), ...(other === '' ? [] : [`also ${other}`])]
  return [
    [
      [para(titleText(one.title)), para(about.join(' · '), 'quiet')],
      [indicatorPara(one.indicator)],
      ...counted(one.record, verdicts, { locale }),
    ],
    ...one.readings.map(
      (reading): Row => [
        [para(`Other reading, for comparison only: ${titleText(reading.title)}`, 'quiet', { indent: 12 })],
        [para(WORDS.indicators[reading.indicator], 'quiet')],
        ...counted(reading.record, verdicts, { locale, style: 'quiet' }),
      ],
    ),
  ]
}

/** No wider than its longest word: with all of them there, the commitments still need room. */
function countColumn(paper: Paper, title: string): Column {
  const words = title.split(' ').map((word) => paper.ink.measure(word, 'head'))
  return { title, width: Math.ceil(Math.max(...words)) + 10, align: 'right' }
}

/** Other readings stay with their commitment, which is the first row of each of `parts`. */
function isUnderIn(parts: readonly (readonly Row[])[]): (row: number) => boolean {
  const under = parts.flatMap((part) => part.map((_, n) => n > 0))
  return (row) => under[row] ?? false
}

function counted(
  record: CaseRecord,
  verdicts: readonly Verdict[],
  { locale, style = 'cell' }: { readonly locale: string; readonly style?: 'cell' | 'quiet' },
): Row {
  return verdicts.map((verdict) => {
    const count = record[verdict] ?? 0
    return count === 0 ? [] : [para(countText(count, { locale }), style)]
  })
}
