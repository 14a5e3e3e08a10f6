import { countText, type Html, html, listText, oneLine, type Reader } from '../../text/index.ts'
import type { Method, Report, RulebookBasis } from '../report.ts'
import { atText, timeText } from '../spoken.ts'
import { sectionHtml } from './html-section.ts'
import { type Column, tableHtml } from './html-table.ts'
import { manyText, prose } from './html-words.ts'

/** What somebody needs to make the report again, or to doubt it at the right place. */
export function methodHtml({ basis, method, agreements }: Report, reader: Reader): Html {
  const { ledger, known_at, events_digest, previous } = basis
  const facts: readonly (readonly [string, Html | null])[] = [
    ['Servanda', html`version ${oneLine(method.version)}`],
    ['Ledger', ledger === null ? null : rowHtml(ledger)],
    ['On record by', known_at === null ? null : html`${timeText(known_at, reader)}`],
    [
      'Events',
      events_digest === null ? null : html`from files; SHA-256 of all of them: <code>${oneLine(events_digest)}</code>`,
    ],
    [
      'Compared with',
      previous &&
        html`the report ${oneLine(previous.report)}, as of ${atText(previous.as_of, reader)}, ${rowHtml(previous.ledger)}`,
    ],
  ]
  return sectionHtml(
    'method',
    html`<p>Rulebooks say what each agreement asks for; events with their sources say what happened; the verdicts follow from both. The same request on the same basis gives the same report.</p>
<dl class="facts">
${facts.map(([label, value]) => (value === null ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>\n`))}</dl>
${rulebooksHtml(basis.rulebooks, reader)}
${readingsHtml(method.readings, new Map(agreements.map(({ id, title }) => [id, title])), reader)}`,
  )
}

/** Of `SEQ:HASH`. */
function rowHtml(head: string): Html {
  const [, row, hash] = /^(\d+):(.*)$/s.exec(head) ?? []
  if (row === undefined || hash === undefined) return html`<code>${oneLine(head)}</code>`
  return html`up to its row ${row}, whose hash is <code>${oneLine(hash)}</code>`
}

function rulebooksHtml(rulebooks: readonly RulebookBasis[], reader: Reader): Html {
  const setAside: Column<RulebookBasis> = {
    head: 'Rows set aside',
    cell: ({ set_aside }) => (set_aside.length === 0 ? null : listText(set_aside.map(String), reader.locale)),
  }
  return html`<h3>Rulebooks</h3>
${tableHtml<RulebookBasis>(
  'The rulebooks that were applied, and the SHA-256 of each. Rows of the ledger are set aside where evaluation fails on them.',
  [
    { head: 'Agreement', width: 26, cell: ({ agreement }) => html`<code>${oneLine(agreement)}</code>` },
    {
      head: 'Version',
      cell: ({ version }) => (version === null ? 'not adopted' : countText(version, reader)),
    },
    {
      head: 'File and hash',
      width: 56,
      cell: ({ file, hash }) =>
        html`<code>${oneLine(file)}</code> <span class="soft under"><code>${oneLine(hash)}</code></span>`,
    },
    ...(rulebooks.some(({ set_aside }) => set_aside.length > 0) ? [setAside] : []),
  ],
  rulebooks,
)}`
}

/** Long, and wanted by few: folded away by agreement, and open on paper. */
function readingsHtml(readings: Method['readings'], titles: ReadonlyMap<string, string>, reader: Reader): Html | null {
  if (readings.length === 0) return null
  const agreements = [...new Set(readings.map(({ agreement }) => agreement))]
  return html`<h3>How promises whose words are open were read</h3>
${agreements.map((agreement) => {
  const of = readings.filter((one) => one.agreement === agreement)
  return html`<details>
<summary>${oneLine(titles.get(agreement) ?? agreement)}: ${manyText(of.length, 'reading', reader)}</summary>
<dl class="readings">
${of.map(({ title, note }) => html`<dt>${oneLine(title)}</dt><dd>${prose(note)}</dd>\n`)}</dl>
</details>
`
})}`
}
