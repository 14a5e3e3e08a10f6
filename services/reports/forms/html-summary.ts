import { VERDICTS } from '../../../rules/index.ts'
import { countText, type Html, html, oneLine, type Reader } from '../../text/index.ts'
import type { Report } from '../report.ts'
import { daysText, knowledgeText, timeText } from '../spoken.ts'
import { RECORD_COLUMNS } from '../words.ts'
import { indicatorHtml, inOrderOfUrgency, verdictCountHtml } from './html-marks.ts'
import { sectionHtml } from './html-section.ts'
import { capital, manyText, namesText } from './html-words.ts'

/** What the report is on, before anything that it says. */
export function headerHtml({ title, period, as_of, basis, scope, agreements }: Report, reader: Reader): Html {
  const chosen = scope.agreements?.map((id) => agreements.find((one) => one.id === id)?.title ?? id)
  const facts: readonly (readonly [string, string | null])[] = [
    ['Period', `${capital(oneLine(period.words))}: ${daysText(period, reader)}`],
    ['As of', capital(timeText(as_of, reader))],
    ['Knowing', capital(knowledgeText(basis, reader))],
    ['Agreements', chosen ? namesText(chosen) : null],
    ['Owed by or to', scope.parties && namesText(scope.parties)],
    ['Times', `By the clock of ${oneLine(period.zone)}`],
  ]
  return html`<header>
<h1>${oneLine(title)}</h1>
<dl class="facts">
${facts.map(([label, value]) => (value === null ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>\n`))}</dl>
</header>
`
}

/** The sentences for those who read nothing else, and how many there are of what. */
export function summaryHtml({ summary, counts }: Report, reader: Reader): Html {
  const verdicts = [...new Set([...RECORD_COLUMNS, ...VERDICTS])]
  const of = `${manyText(counts.commitments, 'commitment', reader)} in ${manyText(counts.agreements, 'agreement', reader)}`
  return sectionHtml(
    'summary',
    html`<div class="sentences">
${summary.map((sentence) => html`<p>${oneLine(sentence)}</p>\n`)}</div>
${countsHtml(
  `${of}, by how they stand`,
  inOrderOfUrgency(counts.indicators).map(([indicator, count]) => [indicatorHtml(indicator), count]),
  reader,
)}
${countsHtml(
  'Cases of the period by their verdict',
  verdicts.map((verdict) => [verdictCountHtml(verdict), counts.record[verdict] ?? 0]),
  reader,
)}`,
  )
}

function countsHtml(title: string, counts: readonly (readonly [Html, number])[], reader: Reader): Html | null {
  const some = counts.filter(([, count]) => count > 0)
  if (some.length === 0) return null
  return html`<h3>${title}</h3>
<ul class="counts">
${some.map(([mark, count]) => html`<li><b>${countText(count, reader)}</b> ${mark}</li>\n`)}</ul>
`
}
