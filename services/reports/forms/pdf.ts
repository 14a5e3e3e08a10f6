import { parseInstant } from '../../../rules/index.ts'
import { knownLocale } from '../../text/index.ts'
import type { Report } from '../report.ts'
import { agreementsSection } from './pdf-agreements.ts'
import { evidenceSection, methodSection } from './pdf-basis.ts'
import { changesSection, clocksSection, questionsSection } from './pdf-cases.ts'
import { type Names, namesIn } from './pdf-events.ts'
import { contents, firstPage } from './pdf-first-page.ts'
import { Paper } from './pdf-paper.ts'
import { totalsSection } from './pdf-totals.ts'

/**
 * `report` as a PDF to be read on paper or on a screen, aloud too: its first page says how things stand, the rest why.
 * The same report gives the same bytes at any time and in any process. It is laid out in one go: seconds, for thousands
 * of commitments, in which nothing else of the process runs.
 */
export async function reportPdf(report: Report): Promise<Buffer> {
  const { title, locale, as_of } = report
  const names = namesIn(report)
  return Paper.printed({ title, locale: knownLocale(locale), created: parseInstant(as_of) }, (paper) => {
    firstPage(paper, report)
    contents(paper, SECTIONS.length)
    paper.newPage()
    for (const section of SECTIONS) section(paper, report, names)
  })
}

/** What comes after the first page, in this order. */
const SECTIONS: readonly ((paper: Paper, report: Report, names: Names) => void)[] = [
  agreementsSection,
  changesSection,
  clocksSection,
  totalsSection,
  questionsSection,
  evidenceSection,
  methodSection,
]
