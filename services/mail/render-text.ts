import type { Entry, Facts, Group, Letter, Line, Mark, Part, Section } from '../letters/index.ts'
import { wrap } from './wrap.ts'

/**
 * The letter as plain text that stands alone. Only our own headings begin at the margin: whatever came from outside is set
 * in, so that no line of it passes for a header or a quotation mark of a mail.
 */
export function renderText(letter: Letter): string {
  const [only] = letter.sections
  const isOne = letter.sections.length === 1 && letter.headline === only?.headline
  const parts = [
    title(letter.headline, '='),
    ...letter.intro.map((sentence) => paragraph(sentence)),
    ...letter.sections.map((section) => sectionText(section, !isOne)),
    ...letter.groups.map(groupText),
    factsText(letter.facts),
    links(letter.links.map(({ label, url }) => ({ text: label, url }))),
    partText(letter.more),
    // The others stand among the links and the answers, too.
    links(letter.actions.filter(({ does }) => does === 'confirm').map(({ label, url }) => ({ text: label, url }))),
    partText(letter.answers),
    `-- \n${letter.footer.map((line) => paragraph(line)).join('\n')}`,
  ]
  return `${stacked(parts)}\n`
}

const MARGIN = '  '
const ITEM = '  - '
const BENEATH_ITEM = '    '

function sectionText(section: Section, hasHeadline: boolean): string {
  return stacked([
    hasHeadline ? title(section.headline, '=') : '',
    markLine(section.mark),
    ...section.changed.map((sentence) => paragraph(sentence)),
    section.chart ? paragraph(section.chart.alt) : '',
    factsText(section.deadline),
    partText(section.why),
    partText(section.evidence),
    partText(section.wouldChange),
    partText(section.next),
    factsText(section.about),
    links(section.links.map(({ label, url }) => ({ text: label, url }))),
  ])
}

function groupText({ title: name, url, commitments }: Group): string {
  return stacked([
    title(name, '=', MARGIN),
    url === null ? '' : `${MARGIN}${url}`,
    ...commitments.flatMap((commitment) => [paragraph(commitment.title), ...commitment.entries.map(entryText)]),
  ])
}

function entryText({ mark, headline, now, earlier, links: more }: Entry): string {
  return [
    ...wrap(`${mark.word}: ${headline}`, ITEM, BENEATH_ITEM),
    ...now.flatMap((sentence) => wrap(sentence, BENEATH_ITEM, BENEATH_ITEM)),
    ...(earlier === null
      ? []
      : [
          ...wrap(`${earlier.title}:`, BENEATH_ITEM, BENEATH_ITEM),
          ...earlier.lines.flatMap(({ text }) => wrap(text, `${BENEATH_ITEM}- `, `${BENEATH_ITEM}  `)),
        ]),
    ...more.map(({ url }) => `${BENEATH_ITEM}${url}`),
  ].join('\n')
}

function markLine({ word, severity }: Mark): string {
  return paragraph(severity === null ? word : `${word} · ${severity}`)
}

/** A heading, underlined; what does not fit into a line goes on beneath it, set in. */
function title(text: string, line: string, first = ''): string {
  const lines = wrap(text, first, MARGIN)
  const longest = Math.max(...lines.map(({ length }) => length))
  return [...lines, `${first}${line.repeat(longest - first.length)}`].join('\n')
}

function paragraph(text: string): string {
  return wrap(text, MARGIN, MARGIN).join('\n')
}

function factsText(part: Facts | null): string {
  if (part === null || part.facts.length === 0) return ''
  const lines = part.facts.flatMap(({ label, value }) => wrap(`${label}: ${value}`, MARGIN, BENEATH_ITEM))
  return [title(part.title, '-'), ...lines].join('\n')
}

function partText(part: Part | null): string {
  if (part === null || part.lines.length === 0) return ''
  return [title(part.title, '-'), ...part.lines.map(item)].join('\n')
}

function links(lines: readonly Line[]): string {
  return lines.map(item).join('\n')
}

function item({ text, url }: Line): string {
  return [...wrap(text, ITEM, BENEATH_ITEM), ...(url === null ? [] : [`${BENEATH_ITEM}${url}`])].join('\n')
}

function stacked(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}
