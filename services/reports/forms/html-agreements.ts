import type { Indicator, Verdict } from '../../../rules/index.ts'
import { countText, type Html, html, listText, oneLine, type Reader } from '../../text/index.ts'
import type { AgreementPart, CaseRecord, Report } from '../report.ts'
import { RECORD_COLUMNS, WORDS } from '../words.ts'
import { indicatorHtml } from './html-marks.ts'
import { nothing, sectionHtml } from './html-section.ts'
import { type Column, tableHtml } from './html-table.ts'
import { capital, manyText, namesText, prose } from './html-words.ts'

/** Every agreement with its commitments, and how many of their cases have which verdict. */
export function agreementsHtml({ agreements, counts }: Report, reader: Reader): Html {
  if (agreements.length === 0) return sectionHtml('agreements', nothing('No agreement has a commitment to report on.'))
  const verdicts = RECORD_COLUMNS.filter((verdict) => agreements.some((one) => occursIn(one, verdict)))
  const others = OTHERS.filter((verdict) => (counts.record[verdict] ?? 0) > 0)
  return sectionHtml(
    'agreements',
    html`<p>The numbers say how many cases of the period have which verdict.${others.length === 0 ? null : ` ${capital(elsewhere(others, counts.record, reader))}.`}</p>
${agreements.length === 1 ? null : overviewHtml(agreements, reader)}
${agreements.map((agreement) => agreementHtml(agreement, verdicts, reader))}`,
  )
}

const OTHERS = ['excused', 'exercised', 'lapsed', 'void'] as const satisfies readonly Exclude<
  Verdict,
  (typeof RECORD_COLUMNS)[number]
>[]

/** What has no column: nothing of it is kept or broken, but a reader who adds up has to find it. */
function elsewhere(verdicts: readonly Verdict[], record: CaseRecord, reader: Reader): string {
  const parts = verdicts.map((verdict) => `${countText(record[verdict] ?? 0, reader)} ${WORDS.verdicts[verdict]}`)
  return `not in these tables: cases that nothing was owed in (${listText(parts, reader.locale)})`
}

function occursIn({ commitments }: AgreementPart, verdict: Verdict): boolean {
  return commitments.some(({ record, readings }) =>
    [{ record }, ...readings].some((one) => (one.record[verdict] ?? 0) > 0),
  )
}

/** All of them at a glance, each a link to its own table. */
function overviewHtml(agreements: readonly AgreementPart[], reader: Reader): Html {
  return tableHtml<AgreementPart>(
    'The agreements, each as its most urgent commitment stands',
    [
      {
        head: 'Agreement',
        cell: ({ id, title }) => html`<a href="#${anchorOf(id)}">${oneLine(title)}</a>`,
      },
      { head: 'Legal force', cell: ({ legal_force }) => oneLine(legal_force) },
      { head: 'Commitments', isCount: true, cell: ({ commitments }) => countText(commitments.length, reader) },
      { head: 'How it stands', cell: ({ indicator }) => indicatorHtml(indicator) },
    ],
    agreements,
  )
}

interface CommitmentRow {
  readonly title: Html
  readonly by: Html | null
  readonly indicator: Indicator
  readonly record: CaseRecord
  readonly isReading: boolean
}

function agreementHtml(agreement: AgreementPart, verdicts: readonly Verdict[], reader: Reader): Html {
  const { id, title, legal_force, parties, indicator, note } = agreement
  return html`<article aria-labelledby="${anchorOf(id)}">
<h3 id="${anchorOf(id)}">${oneLine(title)}</h3>
<p class="beneath">${indicatorHtml(indicator)} <span class="soft">Legal force: ${oneLine(legal_force)}. Between ${listText(
    parties.map((name) => oneLine(name)),
    reader.locale,
  )}. ${manyText(agreement.commitments.length, 'commitment', reader)}.</span></p>
${tableHtml<CommitmentRow>(
  `Commitments of the ${oneLine(title)}`,
  [
    { head: 'Commitment', cell: (row) => row.title },
    { head: 'By', cell: ({ by }) => by },
    { head: 'How it stands', cell: (row) => indicatorHtml(row.indicator) },
    ...verdicts.map((verdict) => countColumn(verdict, reader)),
  ],
  rowsOf(agreement),
  ({ isReading }) => isReading,
)}
${note === null ? null : html`<p class="note"><b>What could not be made into rules:</b> ${prose(note)}</p>`}
</article>
`
}

function countColumn(verdict: Verdict, reader: Reader): Column<CommitmentRow> {
  return {
    head: capital(WORDS.verdicts[verdict]),
    isCount: true,
    cell: ({ record }) => (record[verdict] ? countText(record[verdict], reader) : null),
  }
}

/** Other readings stand beneath their commitment, so that nobody takes them for one. */
function rowsOf({ commitments }: AgreementPart): readonly CommitmentRow[] {
  return commitments.flatMap(({ title, kind, by, to, indicator, record, readings }) => [
    {
      title: html`<span class="title">${oneLine(title)}</span> <span class="soft under">${WORDS.kinds[kind]}</span>`,
      by: html`${namesText(by)}${to.length === 0 ? null : html` <span class="soft under">to ${namesText(to)}</span>`}`,
      indicator,
      record,
      isReading: false,
    },
    ...readings.map((reading) => ({
      title: html`<span class="tag">another reading, counts for nothing</span> <span class="under">${oneLine(reading.title)}</span>`,
      by: null,
      indicator: reading.indicator,
      record: reading.record,
      isReading: true,
    })),
  ])
}

/** Rulebooks have ids of letters, digits and hyphens; whatever else came would be no anchor. */
function anchorOf(agreement: string): string {
  return `agreement-${oneLine(agreement).replaceAll(/[^\w-]/g, '-')}`
}
