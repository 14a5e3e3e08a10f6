import { countText, type Html, html, type Reader } from '../../text/index.ts'
import { type Alike, casesIn, changesAlike } from '../alike.ts'
import type { Change, Report } from '../report.ts'
import { atText } from '../spoken.ts'
import { SHOWN, WORDS } from '../words.ts'
import { verdictHtml } from './html-marks.ts'
import { nothing, sectionHtml } from './html-section.ts'
import { type Column, moreHtml, tableHtml } from './html-table.ts'
import { timeHtml } from './html-time.ts'
import { othersHtml, placeHtml, prose } from './html-words.ts'

/** What is not as it was, a table for each kind of news: that something was wrong is told first. */
export function changesHtml({ changes, basis, period }: Report, reader: Reader): Html {
  const against =
    basis.previous === null
      ? `Told against how it stood when the period began, at ${atText(period.from, reader)}, by what is known now.`
      : `Told against the last report, which looked at the world as of ${atText(basis.previous.as_of, reader)}.`
  if (changes.length === 0) return sectionHtml('changes', nothing(`No verdict changed. ${against}`))
  const shown = changesAlike(changes).slice(0, SHOWN.changes)
  const kinds = [...new Set(shown.map(({ latest }) => latest.kind))]
  return sectionHtml(
    'changes',
    html`<p>${against}</p>
${moreHtml(changes.length, casesIn(shown), 'change', reader)}
${kinds.map((kind) => {
  const count = changes.filter((one) => one.kind === kind).length
  return html`<h3>${TITLES[kind]} <span class="soft">(${countText(count, reader)})</span></h3>
${tableHtml(
  CAPTIONS[kind],
  columns(reader),
  shown.filter(({ latest }) => latest.kind === kind),
)}`
})}`,
  )
}

const TITLES = {
  correction: 'Corrections',
  rules: 'Revised rulebooks',
  news: 'New verdicts',
  opened: 'Opened',
} as const satisfies Record<Change['kind'], string>

const CAPTIONS = {
  correction: 'What the last report said and was wrong, by what is known now',
  rules: 'Verdicts that are others because the rulebook is another',
  news: 'Verdicts that are new or changed',
  opened: 'Cases that were not there before, and are open',
} as const satisfies Record<Change['kind'], string>

function columns(reader: Reader): readonly Column<Alike<Change>>[] {
  return [
    { head: 'Commitment', width: 32, cell: (row) => html`${placeHtml(row.latest)}${othersHtml(row.others, reader)}` },
    {
      head: 'Before, and now',
      width: 26,
      cell: ({ latest: { before, after, due } }) =>
        html`${verdictHtml(before)} <span class="soft">→<span class="unseen"> became </span></span> ${verdictHtml(after)}${after === null ? null : html` <span class="soft under">${WORDS.certainties[after.certainty]}${due && html`, due ${timeHtml(due, reader)}`}</span>`}`,
    },
    { head: 'Why', width: 42, isProse: true, cell: ({ latest }) => prose(latest.why) },
  ]
}
