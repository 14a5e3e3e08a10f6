import { countText, Html, html, oneLine, type Reader } from '../../text/index.ts'
import type { Report } from '../report.ts'
import { readerOf } from '../spoken.ts'
import { WORDS } from '../words.ts'
import { agreementsHtml } from './html-agreements.ts'
import { changesHtml } from './html-changes.ts'
import { clocksHtml } from './html-clocks.ts'
import { evidenceHtml } from './html-evidence.ts'
import { methodHtml } from './html-method.ts'
import { questionsHtml } from './html-questions.ts'
import type { SectionId } from './html-section.ts'
import { STYLE } from './html-style.ts'
import { headerHtml, summaryHtml } from './html-summary.ts'
import { totalsHtml } from './html-totals.ts'

/**
 * The report as one page that needs nothing else: it reads on a phone, in the dark and aloud, prints on A4, runs no script
 * and fetches nothing. Pure: the same report gives the same page.
 */
export function reportHtml(report: Report): string {
  const reader = readerOf(report)
  const page = html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="generator" content="Servanda ${oneLine(report.method.version)}">
<title>${oneLine(report.title)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${headerHtml(report, reader)}
<main>
${summaryHtml(report, reader)}
${contentsHtml(report, reader)}
<div class="rest">
${BODY.map((section) => section(report, reader))}
</div>
</main>
</body>
</html>
`
  return page.text.replaceAll(/\n{2,}/g, '\n')
}

/** Should hostile text ever become markup, it still can neither run nor send anything. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

const BODY = [agreementsHtml, changesHtml, clocksHtml, totalsHtml, questionsHtml, evidenceHtml, methodHtml] as const

/** After the summary: who reads for a minute needs no contents. */
function contentsHtml(report: Report, reader: Reader): Html {
  const counts: Readonly<Partial<Record<SectionId, number>>> = {
    agreements: report.agreements.length,
    changes: report.changes.length,
    clocks: report.clocks.length,
    totals: report.totals.length,
    questions: report.questions.length,
    evidence: report.evidence.length,
  }
  const entries = Object.entries(WORDS.sections) as readonly [SectionId, string][]
  return html`<nav aria-labelledby="contents-title">
<h2 id="contents-title">Contents</h2>
<ol>
${entries.map(([id, title]) => html`<li><a href="#${id}">${title}</a>${counts[id] === undefined ? null : html` <span class="soft">${countText(counts[id], reader)}</span>`}</li>\n`)}</ol>
</nav>
`
}
