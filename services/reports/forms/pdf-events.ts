import { oneLine, webAddress } from '../../text/index.ts'
import type { EvidenceRow, FlowRow, Report } from '../report.ts'
import { type Para, para } from './pdf-lines.ts'
import { titleText } from './pdf-words.ts'

/** Names for what the report has only by its id. */
export interface Names {
  commitment(caseId: string): string
  event(event: FlowRow['event']): readonly Para[]
}

export function namesIn({ agreements, evidence }: Report): Names {
  const titles = new Map<string, string>(
    agreements.flatMap((agreement) =>
      agreement.commitments.flatMap(({ id, title, readings }) =>
        [{ id, title }, ...readings].map((one) => [`${agreement.id}/${one.id}`, one.title] as const),
      ),
    ),
  )
  const rows = new Map(evidence.map((row) => [`${row.source}\n${row.id}`, row]))
  return {
    commitment: (caseId) => titleText(titles.get(caseId.slice(0, caseId.indexOf('@'))) ?? caseId),
    event: (event) => eventParas(rows.get(`${event.source}\n${event.id}`) ?? { ...event, ...UNDECLARED }),
  }
}

const UNDECLARED = { source_title: null, source_url: null, type: null } as const

/** An event and its source, which can be followed when it is on the web; the address is there to be read on paper, too. */
export function eventParas({
  source,
  source_title,
  source_url,
  id,
  revision,
  type,
}: Omit<EvidenceRow, 'when' | 'uses'>): readonly Para[] {
  const address = webAddress(source_url) ?? webAddress(source)
  const named = source_title ?? (address === null ? source : null)
  const about = [type, revision === 1 ? null : `revision ${revision}`, named === null ? null : titleText(named)]
  const words = about.filter((one) => one !== null).join(' · ')
  return [
    para(oneLine(id, 200)),
    ...(words === '' ? [] : [para(words, 'quiet')]),
    ...(address === null ? [] : [para(oneLine(address, 200), 'link', { link: address })]),
  ]
}
