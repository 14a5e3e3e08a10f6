import { type Scheme, totalChart } from '../../charts/index.ts'
import { countText, decimalText, Html, html, knownLocale, knownZone, oneLine, type Reader } from '../../text/index.ts'
import { seriesIn } from '../growth.ts'
import type { FlowRow, Growth, Report, TotalPart } from '../report.ts'
import { valueText } from '../spoken.ts'
import { SHOWN, WORDS } from '../words.ts'
import { verdictHtml } from './html-marks.ts'
import { nothing, sectionHtml } from './html-section.ts'
import { moreHtml, tableHtml } from './html-table.ts'
import { timeHtml } from './html-time.ts'
import { caseText, manyText, namesText } from './html-words.ts'

/** Sums of the period: how they grew, what they are, and every flow with whether it counts. */
export function totalsHtml({ totals }: Report, reader: Reader): Html {
  if (totals.length === 0) return sectionHtml('totals', nothing('No sum is measured against a target.'))
  const shown = totals.slice(0, SHOWN.totals)
  return sectionHtml(
    'totals',
    html`<p>Where a sum is not known to one figure, it lies between what is on record for certain and that with all that may count besides.</p>
${shown.map((total) => totalHtml(total, reader))}
${moreHtml(totals.length, shown.length, 'sum', reader)}`,
  )
}

/** It stays legible on a phone, and leaves room beside it on paper. */
const CHART_WIDTH = 340

function totalHtml(total: TotalPart, reader: Reader): Html {
  const { commitment_title, agreement_title, by, due, growth } = total
  const { expected, unit } = total.value
  const facts: readonly (readonly [string, Html | string | null])[] = [
    ['On record', valueText(total.value, (amount, unit) => amountText(amount, unit, reader))],
    ['Target', targetText(total, reader)],
    ['Promised pace', expected === null ? null : `${amountText(expected, unit, reader)} by now`],
    ['How it stands', html`${verdictHtml(total)}, ${WORDS.certainties[total.certainty]}`],
    ['Owed by', namesText(by)],
    ['Due', due && timeHtml(due, reader)],
  ]
  return html`<article class="total">
<h3>${oneLine(commitment_title)}</h3>
<p class="beneath soft">${oneLine(agreement_title)}, case <code>${caseText(total.case).replace(/^[^@]*@/, '')}</code></p>
<div class="${growth === null ? 'bare' : 'beside'}">
${growth === null ? null : chartHtml(growth, reader)}
<dl class="facts">
${facts.map(([label, value]) => (value === null ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>\n`))}</dl>
</div>
${flowsHtml(total, reader)}
</article>
`
}

/** By day and by night: the style sheet shows one of them, and what it does not show is not read aloud either. */
function chartHtml(growth: Growth, reader: Reader): Html {
  const series = seriesIn(growth)
  const look = { locale: knownLocale(reader.locale), zone: knownZone(reader.zone), width: CHART_WIDTH }
  const drawn = (scheme: Scheme) => new Html(totalChart(series, { ...look, scheme }))
  return html`<figure><div class="by-day">${drawn('light')}</div><div class="by-night">${drawn('dark')}</div></figure>`
}

function targetText({ value: { target, unit }, growth }: TotalPart, reader: Reader): string {
  if (target === null) return 'not known yet'
  const bound = growth === null ? '' : growth.bound === 'at_least' ? 'at least ' : 'at most '
  return `${bound}${amountText(target, unit, reader)}`
}

function amountText(amount: string, unit: string | null, { locale }: Reader): string {
  const digits = decimalText(amount, locale)
  return unit === null ? digits : `${digits} ${oneLine(unit)}`
}

/** Folded away on a screen; on paper, where nobody can unfold it, open. */
function flowsHtml({ commitment_title, flows, flows_omitted }: TotalPart, reader: Reader): Html {
  if (flows.length + flows_omitted === 0) return html`<p class="soft">No flow is on record.</p>`
  const counted = flows.filter(({ is_counted }) => is_counted).length
  const shown = flows.slice(0, SHOWN.flows)
  return html`<details>
<summary>${manyText(flows.length, 'flow', reader)}: ${countText(counted, reader)} counted, ${countText(flows.length - counted, reader)} not counted</summary>
${tableHtml<FlowRow>(
  `Flows of “${oneLine(commitment_title)}”`,
  [
    {
      head: 'Event',
      width: 30,
      cell: ({ event }) =>
        html`<code>${oneLine(event.id)}</code> <span class="soft under">${oneLine(event.source)}</span>`,
    },
    { head: 'When', width: 28, cell: ({ when }) => when && timeHtml(when, reader) },
    { head: 'Counts', width: 12, cell: ({ is_counted }) => (is_counted ? html`<b>counted</b>` : 'not counted') },
    { head: 'Why', width: 30, isProse: true, cell: ({ reason }) => oneLine(reason) },
  ],
  shown,
)}
${moreHtml(flows.length, shown.length, 'flow', reader)}
${flows_omitted === 0 ? null : html`<p class="more">There was no room for ${manyText(flows_omitted, 'more event', reader)} in this report.</p>`}
</details>
`
}
