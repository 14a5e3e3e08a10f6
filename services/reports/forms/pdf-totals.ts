import { totalChart } from '../../charts/index.ts'
import { countText } from '../../text/index.ts'
import { seriesIn } from '../growth.ts'
import type { Report, TotalPart } from '../report.ts'
import { readerOf, standingText, timeText } from '../spoken.ts'
import { SHOWN, WORDS } from '../words.ts'
import { chartHeight, drawChart } from './pdf-chart.ts'
import type { Names } from './pdf-events.ts'
import { para } from './pdf-lines.ts'
import type { Paper } from './pdf-paper.ts'
import { type Cell, facts, table } from './pdf-table.ts'
import { amountText, indicatorPara, moreParas, namesText, onRecord, targetText, titleText } from './pdf-words.ts'

/** Every sum against its target: a picture, its figures, and what was counted and what was not. */
export function totalsSection(paper: Paper, report: Report, names: Names): void {
  const { totals } = report
  paper.section(WORDS.sections.totals)
  if (totals.length === 0) {
    paper.text([para('No sum is promised that falls into the period.', 'body')])
    return
  }
  const shown = totals.slice(0, SHOWN.totals)
  for (const total of shown) {
    paper.part(titleText(total.commitment_title))
    paper.lead([para(titleText(total.agreement_title), 'quiet')])
    const svg = chartOf(total, report)
    facts(paper, factsOf(total, report), { keep: svg === null ? 0 : chartHeight(paper, svg, CHART) })
    if (svg !== null) drawChart(paper, svg, CHART)
    flows(paper, total, report, names)
  }
  paper.text(moreParas(totals.length, shown.length, 'sums are', report))
}

/** Made so many CSS pixels wide, and drawn on so many points: its letters then are about as large as those of the page. */
const CHART_WIDTH = 620
const CHART = { widest: 460 } as const

function chartOf({ growth }: TotalPart, report: Report): string | null {
  if (growth === null) return null
  return totalChart(seriesIn(growth), { ...readerOf(report), scheme: 'light', width: CHART_WIDTH })
}

function factsOf(total: TotalPart, report: Report): readonly (readonly [string, Cell])[] {
  const { value, by, due, indicator } = total
  const { locale } = report
  return [
    ['Stands', [indicatorPara(indicator), para(`verdict: ${standingText(total)}`, 'quiet')]],
    ['On record', [para(onRecord(value, locale))]],
    ['Target', [para(targetText(total, locale))]],
    ...(value.expected === null
      ? []
      : [['To be expected by now', [para(amountText(value.expected, value.unit, locale))]] as const]),
    ['Due', [para(due === null ? 'no date' : timeText(due, readerOf(report)))]],
    ...(by.length === 0 ? [] : [['By', [para(namesText(by, locale))]] as const]),
  ]
}

function flows(paper: Paper, { flows, flows_omitted }: TotalPart, report: Report, names: Names): void {
  if (flows.length === 0) return
  const reader = readerOf(report)
  const shown = flows.slice(0, SHOWN.flows)
  table(
    paper,
    [
      { title: 'When', width: 118 },
      { title: 'What is on record', width: null },
      { title: 'Counted?', width: 62 },
      { title: 'Why', width: 152 },
    ],
    shown.map(({ event, when, is_counted, reason }) => [
      [para(when === null ? 'not known' : timeText(when, reader), 'quiet')],
      names.event(event),
      [para(is_counted ? 'counted' : 'not counted', is_counted ? 'strong' : 'cell')],
      [para(reason)],
    ]),
  )
  paper.text([
    ...moreParas(flows.length, shown.length, 'entries are', report),
    ...(flows_omitted === 0
      ? []
      : [para(`The report had no room for ${countText(flows_omitted, report)} others.`, 'bodyQuiet')]),
  ])
}
