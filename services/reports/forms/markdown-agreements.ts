import type { AgreementPart, CaseRecord, Report } from '../report.ts'
import { RECORD_COLUMNS, WORDS } from '../words.ts'
import { emphasis, plain, table } from './markdown-text.ts'
import { names } from './markdown-words.ts'

/** Of each agreement what was promised, and how it came out. */
export function agreements({ agreements }: Report): readonly string[] {
  if (agreements.length === 0) return ['No agreement is in the scope of this report.']
  const columns = verdictColumns(agreements)
  return [
    'How many cases of the period have each verdict; a verdict that no case has is left out. *Unknown* is an answer: silence is not failure. Another reading of a promise stands beneath it in italics and counts for nothing.',
    ...agreements.flatMap((one) => agreement(one, columns)),
  ]
}

type VerdictColumns = readonly (keyof typeof WORDS.verdicts)[]

/** The same in every table, and no more than tell something. */
function verdictColumns(agreements: readonly AgreementPart[]): VerdictColumns {
  const records = agreements.flatMap(({ commitments }) =>
    commitments.flatMap(({ record, readings }) => [record, ...readings.map((reading) => reading.record)]),
  )
  return allVerdicts().filter((verdict) => records.some((record) => (record[verdict] ?? 0) > 0))
}

function allVerdicts(): VerdictColumns {
  const others = Object.keys(WORDS.verdicts) as (keyof typeof WORDS.verdicts)[] // a const object: it has no other keys
  return [...new Set([...RECORD_COLUMNS, ...others])]
}

function agreement(one: AgreementPart, columns: VerdictColumns): readonly string[] {
  const counts = (record: CaseRecord): readonly string[] => columns.map((verdict) => String(record[verdict] ?? ''))
  const rows = one.commitments.flatMap(({ title, kind, by, to, indicator, record, readings }) => [
    [plain(title), WORDS.kinds[kind], names(by), names(to), `**${WORDS.indicators[indicator]}**`, ...counts(record)],
    ...readings.map((reading) => [
      emphasis(reading.title),
      'other reading',
      '',
      '',
      WORDS.indicators[reading.indicator],
      ...counts(reading.record),
    ]),
  ])
  return [
    `### ${plain(one.title)}`,
    `Parties: ${names(one.parties)}. Legal force: ${plain(one.legal_force)}. Shows **${WORDS.indicators[one.indicator]}**, the most urgent of its commitments.`,
    one.note === null ? '' : `**Left out.** ${plain(one.note)}`,
    table(
      ['Commitment', 'Kind', 'By', 'To', 'Shows', ...columns.map((verdict) => `${WORDS.verdicts[verdict]}:`)],
      rows,
    ),
  ]
}
