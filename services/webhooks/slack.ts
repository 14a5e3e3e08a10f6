import type { Letter, Section } from '../letters/index.ts'

/** What Slack takes in one message, and in one text of it. */
const MOST_BLOCKS = 50
const MOST_CHARACTERS = 2_900
/** So that a line fits, however much of it is markup: a character may become five. */
const MOST_IN_LINE = 550
const MOST_IN_URL = 1_000
const MOST_IN_HEADER = 150

/** What says that something was left out. */
const MORE = '…'

/** A letter as a message that Slack's incoming webhooks take, and chats that are compatible with it. Pure. */
export function slackMessage(letter: Letter): unknown {
  const blocks = [
    {
      type: 'header',
      text: { type: 'plain_text', text: cut(letter.headline || letter.subject, MOST_IN_HEADER), emoji: false },
    },
    ...letter.intro.map((line) => section(escaped(line))),
    ...letter.sections.flatMap((one) => sectionBlocks(one, letter.sections.length > 1)),
    ...letter.groups.flatMap(({ title, url, commitments }) => [
      section(`*${linked(title, url)}*`),
      ...commitments.flatMap(({ title: of, entries }) =>
        entries.map(({ mark, headline }) => section(`*${escaped(mark.word)}* ${escaped(of)}: ${escaped(headline)}`)),
      ),
    ]),
    ...(letter.facts === null ? [] : [facts(letter.facts.facts)]),
    ...(letter.links.length === 0 ? [] : [section(...letter.links.map(({ label, url }) => linked(label, url)))]),
    ...(letter.more === null ? [] : [section(...letter.more.lines.map(({ text, url }) => `• ${linked(text, url)}`))]),
    ...(letter.footer.length === 0 ? [] : [context(letter.footer)]),
  ]
  const shown = blocks.length <= MOST_BLOCKS ? blocks : [...blocks.slice(0, MOST_BLOCKS - 1), section(MORE)]
  return { text: escaped(cut(letter.headline || letter.subject, MOST_IN_HEADER)), blocks: shown }
}

function sectionBlocks({ headline, mark, changed, deadline, wouldChange, links }: Section, hasSeveral: boolean) {
  return [
    ...(hasSeveral ? [{ type: 'divider' }, section(`*${escaped(mark.word)}* ${escaped(headline)}`)] : []),
    ...(changed.length === 0 ? [] : [section(...changed.map(escaped))]),
    ...(deadline.facts.length === 0 ? [] : [facts(deadline.facts)]),
    ...(wouldChange.lines.length === 0
      ? []
      : [section(`*${escaped(wouldChange.title)}*`, ...wouldChange.lines.map(({ text }) => `• ${escaped(text)}`))]),
    ...(links.length === 0 ? [] : [section(...links.map(({ label, url }) => linked(label, url)))]),
  ]
}

function section(...lines: readonly string[]) {
  return { type: 'section', text: mrkdwn(lines) }
}

function facts(all: readonly { readonly label: string; readonly value: string }[]) {
  return section(...all.map(({ label, value }) => `*${escaped(label)}:* ${escaped(value)}`))
}

function context(lines: readonly string[]) {
  return { type: 'context', elements: [mrkdwn(lines.map(escaped))] }
}

/** `verbatim`: what looks like an address, a person or a channel stays text. */
function mrkdwn(lines: readonly string[]) {
  return { type: 'mrkdwn', text: fitting(lines) || MORE, verbatim: true }
}

/** As many lines as Slack takes: half a link is none, and half a character of markup another. */
function fitting(lines: readonly string[]): string {
  let text = ''
  for (const line of lines) {
    const longer = text === '' ? line : `${text}\n${line}`
    if (longer.length > MOST_CHARACTERS) return text === '' ? MORE : `${text}\n${MORE}`
    text = longer
  }
  return text
}

function linked(text: string, url: string | null): string {
  const label = escaped(text).replaceAll('|', '¦')
  return url === null || label === '' || url.length > MOST_IN_URL
    ? escaped(text)
    : `<${url.replaceAll('&', '&amp;').replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E')}|${label}>`
}

/**
 * Three characters are markup to Slack. What else could decorate, name somebody or lead somewhere, there or in a chat that
 * takes such messages and knows no blocks, is broken by a space that has no width.
 */
function escaped(text: string): string {
  return cut(text, MOST_IN_LINE)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '\u200b&gt;')
    .replaceAll(/[*_~`@#]|\](?=\()|:(?=\/\/)|\bwww(?=\.)|:(?=[a-z+-][\w+-]*:)/gi, (c) => `${c}\u200b`)
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}${MORE}`
}
