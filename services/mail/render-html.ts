import type { Action, Entry, Facts, Group, Letter, Line, Link, Mark, Part, Section } from '../letters/index.ts'
import { Html, html, webAddress } from '../text/index.ts'
import { NIGHT, TONES } from './style.ts'

/**
 * The letter as a page: it reads on a phone, in the dark and aloud, and fetches nothing from elsewhere. What it looks like by
 * day is written into each element, since some mail programs drop the style sheet; the night is in the sheet alone.
 */
export function renderHtml(letter: Letter): string {
  const [only, ...others] = letter.sections
  const one = only && others.length === 0 && letter.headline === only.headline ? only : null
  const page = html`<!doctype html>
<html lang="${letter.language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${letter.subject}</title>
<style>${new Html(NIGHT)}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#ffffff;color:#1d2433;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all">${letter.preheader}</div>
<main>
<div class="ink" style="${PAGE}">
${markHtml(letter.mark)}
<h1 class="ink" style="${TITLE}">${letter.headline}</h1>
${letter.intro.map(sentence)}
${one === null ? [buttons(letter.actions), letter.sections.map(sectionHtml)] : sectionBody(one, letter.actions, 2)}
${letter.groups.map(groupHtml)}
${factsHtml(letter.facts)}
${linkList(letter.links)}
${[letter.more, letter.answers].map((part) => partHtml(part))}
<div class="line soft" style="${FOOTER}">${letter.footer.map((line) => html`<p style="margin:0 0 4px">${line}</p>`)}</div>
</div>
</main>
</body>
</html>
`
  return page.text.replaceAll(/\n{2,}/g, '\n')
}

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
const BREAKS = 'overflow-wrap:anywhere;word-break:break-word'
const PAGE = `max-width:40em;margin:0 auto;padding:28px 20px 40px;${FONT};font-size:17px;line-height:1.5;color:#1d2433;${BREAKS}`
const TITLE = 'margin:0 0 16px;font-size:25px;line-height:1.3;font-weight:700;color:#1d2433'
const SECTION_TITLE =
  'margin:40px 0 14px;padding:28px 0 0;border-top:1px solid #d5d9e2;font-size:21px;line-height:1.35;font-weight:700;color:#1d2433'
const PART_TITLE = 'margin:28px 0 6px;font-size:16px;line-height:1.4;font-weight:700;color:#1d2433'
const SENTENCE = 'margin:0 0 12px'
const SOFT = 'color:#4a5568'
const BOX = 'margin:20px 0;padding:14px 18px;background:#f4f6f9;border-radius:0 8px 8px 0'
const LINK = 'color:#1a56b8;text-decoration:underline'
const BUTTON =
  'display:inline-block;margin:0 10px 10px 0;padding:12px 22px;border:1px solid #1a56b8;border-radius:8px;font-size:17px;line-height:1.4;font-weight:700;text-align:center;text-decoration:none'
const FOOTER = `margin:32px 0 0;padding:16px 0 0;border-top:1px solid #d5d9e2;font-size:15px;line-height:1.45;${SOFT}`

/** Where a heading stands in the outline of the page. */
type Level = 2 | 3

function sectionHtml(section: Section): Html {
  return html`<h2 class="ink line" style="${SECTION_TITLE}">${section.headline}</h2>
${markHtml(section.mark)}
${sectionBody(section, [], 3)}`
}

function sectionBody(section: Section, actions: readonly Action[], level: Level): Html {
  const { chart, deadline, mark } = section
  return html`${section.changed.map(sentence)}
${chart && html`<img src="cid:${chart.cid}" alt="${chart.alt}" style="display:block;width:100%;height:auto;margin:20px 0;border:0;border-radius:8px">`}
<div class="box b-${mark.tone}" style="${BOX};border-left:5px solid ${TONES[mark.tone].day}">
${heading(deadline.title, level, 'margin-top:0')}${factList(deadline)}</div>
${buttons(actions)}
${[section.why, section.evidence, section.wouldChange, section.next].map((part) => partHtml(part, level))}
${factsHtml(section.about, level)}
${linkList(section.links)}`
}

function groupHtml({ title, url, commitments }: Group): Html {
  return html`<h2 class="ink line" style="${SECTION_TITLE}">${linked({ text: title, url })}</h2>
${commitments.map(
  (commitment) => html`<h3 class="ink" style="${PART_TITLE};font-size:18px">${commitment.title}</h3>
${commitment.entries.map(entryHtml)}`,
)}`
}

function entryHtml({ mark, headline, now, earlier, links }: Entry): Html {
  return html`<div class="box b-${mark.tone}" style="${BOX};margin:10px 0;border-left:5px solid ${TONES[mark.tone].day}">
${markHtml(mark)}
<p class="soft" style="${SENTENCE};${SOFT};font-size:16px">${headline}</p>
${now.map(sentence)}
${earlier && html`<p class="soft" style="margin:0;${SOFT};font-size:16px">${earlier.title}</p>${lineList(earlier.lines)}`}
${linkList(links)}</div>`
}

function markHtml(mark: Mark | null): Html | null {
  if (mark === null) return null
  const { word, tone, severity } = mark
  const pill = `display:inline-block;padding:2px 14px;border-radius:999px;background:${TONES[tone].day};color:#ffffff;font-size:15px;font-weight:700`
  const beside =
    severity && html` <span class="soft" style="${SOFT};font-size:15px;padding-left:6px">${severity}</span>`
  return html`<p style="${SENTENCE}"><span class="m-${tone}" style="${pill}">${word}</span>${beside}</p>`
}

/** Large enough for a thumb; the first is what is most likely wanted. */
function buttons(actions: readonly Action[]): Html | null {
  if (actions.length === 0) return null
  return html`<p style="margin:20px 0 10px">${actions.map(({ label, url }, n) =>
    n === 0
      ? html`<a class="button main" href="${webAddress(url)}" style="${BUTTON};background:#1a56b8;color:#ffffff">${label}</a>`
      : html`<a class="button" href="${webAddress(url)}" style="${BUTTON};background:#ffffff;color:#1a56b8">${label}</a>`,
  )}</p>`
}

function partHtml(part: Part | null, level: Level = 2): Html | null {
  if (part === null || part.lines.length === 0) return null
  return html`${heading(part.title, level)}${lineList(part.lines)}`
}

function factsHtml(part: Facts | null, level: Level = 2): Html | null {
  if (part === null || part.facts.length === 0) return null
  return html`${heading(part.title, level)}${factList(part)}`
}

/** The label above its value, so that a small screen has the whole width for it. */
function factList({ facts }: Facts): Html {
  return html`<dl style="margin:0">${facts.map(
    ({ label, value }) => html`
<dt class="soft" style="margin:0;${SOFT};font-size:15px;line-height:1.4">${label}</dt>
<dd class="ink" style="margin:0 0 10px">${value}</dd>`,
  )}</dl>`
}

function lineList(lines: readonly Line[]): Html {
  const [only] = lines
  if (only && lines.length === 1) return html`<p style="${SENTENCE}">${linked(only)}</p>`
  return html`<ul style="margin:0 0 12px;padding:0 0 0 20px">${lines.map(
    (line) => html`
<li style="margin:0 0 6px">${linked(line)}</li>`,
  )}</ul>`
}

function linkList(links: readonly Link[]): Html | null {
  if (links.length === 0) return null
  return html`<p style="margin:12px 0 0">${links.map(
    ({ label, url }) => html`
<a href="${webAddress(url)}" style="${LINK};display:inline-block;padding:8px 20px 8px 0">${label}</a>`,
  )}</p>`
}

function linked({ text, url }: Line): Html {
  const address = webAddress(url)
  return address === null ? html`${text}` : html`<a href="${address}" style="${LINK}">${text}</a>`
}

function heading(text: string, level: Level, more = ''): Html {
  return html`<h${level} class="ink" style="${PART_TITLE};${more}">${text}</h${level}>\n`
}

function sentence(text: string): Html {
  return html`<p style="${SENTENCE}">${text}</p>\n`
}
