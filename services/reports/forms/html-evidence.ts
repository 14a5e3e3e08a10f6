import type { Role } from '../../../rules/index.ts'
import { countText, type Html, html, oneLine, type Reader, webAddress } from '../../text/index.ts'
import type { EvidenceRow, Report } from '../report.ts'
import { SHOWN } from '../words.ts'
import { nothing, sectionHtml } from './html-section.ts'
import { moreHtml, tableHtml } from './html-table.ts'
import { timeHtml } from './html-time.ts'
import { caseText, manyText } from './html-words.ts'

/** The annex: what the verdicts rest on, where it comes from, and what it was taken for. */
export function evidenceHtml({ evidence, evidence_omitted }: Report, reader: Reader): Html {
  const omitted =
    evidence_omitted === 0
      ? null
      : html`<p class="more">There was no room for ${manyText(evidence_omitted, 'more event', reader)} in this report.</p>`
  if (evidence.length === 0)
    return sectionHtml('evidence', html`${nothing('No event bears on what this report says.')}${omitted}`)
  const shown = evidence.slice(0, SHOWN.evidence)
  return sectionHtml(
    'evidence',
    html`${moreHtml(evidence.length, shown.length, 'event', reader)}
${omitted}
${tableHtml<EvidenceRow>(
  'Events in the order in which they happened, and what each was taken for',
  [
    {
      head: 'Event',
      width: 18,
      cell: ({ id, type, revision }) =>
        html`<code>${oneLine(id)}</code> <span class="soft under">${oneLine(type ?? 'of no known type')}${revision === 1 ? null : `, revision ${countText(revision, reader)}`}</span>`,
    },
    { head: 'When', width: 21, cell: ({ when }) => when && timeHtml(when, reader) },
    { head: 'Source', width: 25, cell: sourceHtml },
    { head: 'Taken for', width: 36, isProse: true, cell: usesHtml },
  ],
  shown,
)}`,
  )
}

/** Who says it, by the name that a rulebook gives it, and where that is. */
function sourceHtml({ source, source_title, source_url }: EvidenceRow): Html {
  const [address, own] = [webAddress(source_url), webAddress(source)]
  if (source_title === null) return linkHtml(address ?? own, oneLine(source))
  const beneath = address !== null && address === own ? null : linkHtml(own, oneLine(source))
  return html`${linkHtml(address, oneLine(source_title))}${beneath && html` <span class="soft under">${beneath}</span>`}`
}

/** On paper a link says where it leads, unless that is its text anyway. */
function linkHtml(address: string | null, text: string): Html {
  if (address === null) return html`${text}`
  return html`<a${address === text ? null : html` class="named"`} href="${address}" rel="noreferrer">${text}</a>`
}

function usesHtml({ uses }: EvidenceRow): Html | null {
  if (uses.length === 0) return null
  return html`<ul>${uses.map(({ case: id, role, reason }) => html`<li><b>${ROLES[role]}</b>: ${oneLine(reason)} <span class="soft"><code>${caseText(id)}</code></span></li>`)}</ul>`
}

const ROLES = {
  trigger: 'opens a case',
  performed: 'performance',
  counted: 'counted',
  ignored: 'not counted',
  violated: 'violation',
  excused: 'excuse',
  control: 'decision',
} as const satisfies Record<Role, string>
