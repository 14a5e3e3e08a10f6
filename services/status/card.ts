import { createHash } from 'node:crypto'
import { INDICATORS, type Indicator, parseInstant } from '../../rules/index.ts'
import { Html, html, INDICATOR_WORDS, oneLine, timeText, timeValueText } from '../text/index.ts'
import { INDICATOR_COLORS } from './badge.ts'
import type { AgreementStatus, CommitmentStatus, Deadline } from './document.ts'
import { STRIP_DAYS, type Strip } from './strip.ts'

/** Colours are never all that tells one indicator from another. */
const SIGNS: Readonly<Record<Indicator, string>> = {
  breached: '✕',
  overdue: '!',
  unknown: '?',
  at_risk: '▲',
  due_soon: '◷',
  suspended: '‖',
  on_track: '→',
  dormant: '○',
  fulfilled: '✓',
  ended: '■',
}

const FORCE_WORDS: Readonly<Record<AgreementStatus['legal_force'], string>> = {
  binding: 'Binding in law',
  political: 'A political commitment, not binding in law',
  mixed: 'Binding in law in part, in part political',
}

const LONGEST_TITLE = 200
const NONE = '#475467'

const STYLE = `
:root{color-scheme:light dark;--ink:#101828;--soft:#475467;--line:#d0d5dd;--paper:#fff;--gap:#eaecf0}
@media (prefers-color-scheme:dark){:root{--ink:#f2f4f7;--soft:#b4bcca;--line:#475467;--paper:#101828;--gap:#344054}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{padding:14px 16px;border:1px solid var(--line);border-radius:10px;overflow-wrap:anywhere}
h1{margin:0 0 8px;font-size:1.07em;line-height:1.3}
p{margin:6px 0}
.soft,dt,footer{color:var(--soft)}
.over{margin:0 0 2px;font-size:.87em}
.word{display:inline-block;padding:1px 10px;border-radius:999px;color:#fff;font-weight:600}
.notice{padding:6px 10px;border:1px solid var(--line);border-left:4px solid #b54708;border-radius:6px}
ul{margin:8px 0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:6px 14px}
dl{margin:8px 0;display:grid;grid-template-columns:auto 1fr;gap:2px 12px}
dd{margin:0}
svg{display:block;width:100%;height:14px;margin:8px 0 2px;border-radius:4px}
.none{fill:var(--gap)}
footer{margin-top:10px;font-size:.87em}
a{color:inherit}
@media (max-width:340px){dl{grid-template-columns:1fr}dt{margin-top:4px}}
${INDICATORS.map((one) => `.b-${one}{background:${INDICATOR_COLORS[one]}}.f-${one}{fill:${INDICATOR_COLORS[one]}}`).join('')}
.b-nothing{background:${NONE}}
`

/** A card may stand in anybody's page, and does nothing there but be read. */
export const CARD_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors *',
].join('; ')

/** How an agreement stands, as a page of its own to be shown within another. */
export function agreementCard(agreement: AgreementStatus, clock: string | null): string {
  const own = agreement.commitments.filter(({ reading_of }) => reading_of === null)
  const ahead = own.flatMap(({ title, deadline }) => (deadline ? [{ title, deadline }] : []))
  const next = earliest(ahead.filter((one) => endOf(one.deadline) >= (agreement.evaluated_at ?? '')))
  return page(agreement.title, agreement, clock, [
    html`<h1>${oneLine(agreement.title, LONGEST_TITLE)}</h1>`,
    html`<p>${word(agreement.indicator)}</p>`,
    html`<ul>${INDICATORS.flatMap((one) => {
      const count = agreement.counts[one]
      return count === undefined ? [] : [html`<li><b>${count}</b> ${INDICATOR_WORDS[one]}</li>`]
    })}</ul>`,
    next && deadlineList(next.deadline, html`<dt>Next</dt><dd>${oneLine(next.title, LONGEST_TITLE)}</dd>`),
  ])
}

/** How one commitment stands. */
export function commitmentCard(agreement: AgreementStatus, one: CommitmentStatus, clock: string | null): string {
  const since = one.since === null ? null : timeText(parseInstant(one.since), agreement.zone)
  return page(one.title, agreement, clock, [
    html`<p class="over soft">${oneLine(agreement.title, LONGEST_TITLE)}</p>`,
    html`<h1>${oneLine(one.title, LONGEST_TITLE)}</h1>`,
    html`<p>${word(one.indicator)}</p>`,
    html`<p>${oneLine(one.reason, 500)}</p>`,
    one.deadline && deadlineList(one.deadline, null),
    since === null ? null : html`<p class="soft">So since ${since}.</p>`,
    stripPicture(one.strip),
  ])
}

function page(
  title: string,
  { legal_force, evaluated_at, stale, zone, links }: AgreementStatus,
  clock: string | null,
  content: readonly (Html | null)[],
): string {
  const asOf = evaluated_at === null ? 'not evaluated yet' : `as of ${timeText(parseInstant(evaluated_at), zone)}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${oneLine(title, LONGEST_TITLE)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body><main>
${stale ? html`<p class="notice" role="status"><b>This may be out of date.</b></p>` : null}
${content}
<footer>${FORCE_WORDS[legal_force]} · ${asOf}${clock === null ? null : html` · not real: ${oneLine(clock)}`} · <a href="${links.self}" target="_blank" rel="noopener noreferrer">Servanda</a></footer>
</main></body>
</html>
`.text
}

function word(indicator: Indicator | null): Html {
  if (indicator === null) return html`<span class="word b-nothing">Nothing promised</span>`
  const words = INDICATOR_WORDS[indicator]
  return html`<span class="word b-${indicator}"><span aria-hidden="true">${SIGNS[indicator]}</span> ${words.charAt(0).toUpperCase()}${words.slice(1)}</span>`
}

function deadlineList({ due, zone, grace_until }: Deadline, before: Html | null): Html {
  const grace = grace_until && html`<dt>Grace until</dt><dd>${timeValueText(grace_until, zone)}</dd>`
  return html`<dl>${before}<dt>Due</dt><dd>${timeValueText(due, zone)}</dd>${grace}</dl>`
}

/** One bar a day; what it shows is said in words beside it. */
function stripPicture({ runs, from, to }: Strip): Html {
  let x = 0
  const bars = runs.map(({ indicator, days }) => {
    const bar = html`<rect x="${x}" width="${days}" height="1" class="${indicator === null ? 'none' : `f-${indicator}`}"/>`
    x += days
    return bar
  })
  const words = runs.map(
    ({ indicator, days }) =>
      `${indicator === null ? 'nothing on record' : INDICATOR_WORDS[indicator]} for ${days} ${days === 1 ? 'day' : 'days'}`,
  )
  return html`<svg viewBox="0 0 ${STRIP_DAYS} 1" preserveAspectRatio="none" role="img" aria-label="${from} to ${to}: ${words.join(', ')}">${bars}</svg>
<p class="over soft">The last ${STRIP_DAYS} days, today on the right</p>`
}

function earliest<T extends { readonly deadline: Deadline }>(all: readonly T[]): T | null {
  return all.reduce<T | null>(
    (first, one) => (first === null || endOf(one.deadline) < endOf(first.deadline) ? one : first),
    null,
  )
}

function endOf({ due }: Deadline): string {
  return typeof due === 'string' ? due : due.to
}
