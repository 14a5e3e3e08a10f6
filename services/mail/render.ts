import { escapeHtml } from '../text/index.ts'
import type { Letter } from './letter.ts'

/** The letter as plain text. */
export function renderText(letter: Letter): string {
  const parts = [
    letter.headline,
    ...letter.sentences,
    letter.facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    letter.evidence.length === 0 ? '' : ['Evidence', ...letter.evidence.map((line) => `- ${line}`)].join('\n'),
    letter.links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
    `-- \n${letter.footer.join('\n')}`,
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The letter as a simple page: readable on a phone and in the dark, nothing fetched from elsewhere. */
export function renderHtml(letter: Letter): string {
  const rows = letter.facts.map(
    ({ label, value }) =>
      `<tr><th align="left" valign="top" style="padding:2px 12px 2px 0">${escapeHtml(label)}</th>` +
      `<td valign="top" style="padding:2px 0;overflow-wrap:anywhere">${escapeHtml(value)}</td></tr>`,
  )
  const evidence = letter.evidence.map((line) => `<li>${escapeHtml(line)}</li>`)
  const links = letter.links.map(({ label, url }) => `<li><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></li>`)
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(letter.subject)}</title></head>`,
    '<body style="font-family:system-ui,sans-serif;line-height:1.45;max-width:42em;margin:0 auto;padding:1em">',
    `<h1 style="font-size:1.25em">${escapeHtml(letter.headline)}</h1>`,
    ...letter.sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    `<table role="presentation">${rows.join('')}</table>`,
    evidence.length === 0 ? '' : `<h2 style="font-size:1em">Evidence</h2><ul>${evidence.join('')}</ul>`,
    `<h2 style="font-size:1em">More</h2><ul>${links.join('')}</ul>`,
    ...letter.footer.map((line) => `<p><small>${escapeHtml(line)}</small></p>`),
    '</body></html>',
  ]
    .filter((line) => line !== '')
    .join('\n')
}
