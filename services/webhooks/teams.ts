import type { Facts, Letter, Section } from '../letters/index.ts'
import { oneLine } from '../text/index.ts'

/** What Teams takes in one message, with room for what is around it. */
const MOST_BYTES = 24_000
const MOST_IN_TITLE = 150
const MOST_IN_URL = 1_000
/** So many are shown side by side. */
const MOST_ACTIONS = 6

/** A letter as an adaptive card, as the webhooks of Teams and its workflows take it. Pure. */
export function teamsMessage(letter: Letter): unknown {
  const body: unknown[] = []
  let bytes = 0
  for (const element of elements(letter)) {
    bytes += Buffer.byteLength(JSON.stringify(element))
    if (bytes > MOST_BYTES) {
      body.push(text('…'))
      break
    }
    body.push(element)
  }
  const opening = letter.actions.filter(({ does }) => does === 'open')
  // Text of a card leads nowhere: what else there is to read is a button, too.
  const others = letter.links.filter(({ url }) => opening.every((one) => one.url !== url))
  const actions = [...opening, ...others]
    .filter(({ url }) => url.length <= MOST_IN_URL)
    .slice(0, MOST_ACTIONS)
    .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: oneLine(label, MOST_IN_TITLE), url }))
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    lang: letter.language,
    body,
    actions,
  }
  return {
    type: 'message',
    summary: oneLine(letter.headline, MOST_IN_TITLE),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  }
}

function* elements(letter: Letter): Generator<unknown> {
  yield text(letter.headline, { size: 'large', weight: 'bolder' })
  for (const line of letter.intro) yield text(line)
  for (const one of letter.sections) yield* sectionElements(one, letter.sections.length > 1)
  for (const { title, commitments } of letter.groups) {
    yield text(title, { weight: 'bolder', separator: true })
    for (const { title: of, entries } of commitments)
      for (const { mark, headline } of entries) yield text(`${mark.word} · ${of}: ${headline}`)
  }
  if (letter.facts !== null) yield factSet(letter.facts)
  for (const line of letter.more?.lines ?? []) yield text(line.text)
  for (const line of letter.footer) yield text(line, { isSubtle: true, size: 'small' })
}

function* sectionElements({ headline, mark, changed, deadline, wouldChange }: Section, hasSeveral: boolean) {
  if (hasSeveral) yield text(`${mark.word} · ${headline}`, { weight: 'bolder', separator: true })
  for (const line of changed) yield text(line)
  if (deadline.facts.length > 0) yield factSet(deadline)
  if (wouldChange.lines.length > 0) yield text(wouldChange.title, { weight: 'bolder' })
  for (const line of wouldChange.lines) yield text(line.text)
}

/** A text block of a card is Markdown, with dates of its own: nothing from outside may become a link or a picture. */
function text(line: string, style: Readonly<Record<string, unknown>> = {}) {
  return { type: 'TextBlock', text: escaped(line), wrap: true, ...style }
}

function factSet({ facts }: Facts) {
  return { type: 'FactSet', facts: facts.map(({ label, value }) => ({ title: escaped(label), value: escaped(value) })) }
}

function escaped(line: string): string {
  return line
    .replaceAll(/[\\`*_[\]()#!<>~|]|^\s*[-+]|(?<=^\s*\d+)\./g, (c) => `\\${c}`)
    .replaceAll(/:(?=\/\/)|\bwww(?=\.)|@|\{(?=\{)/gi, (c) => `${c}\u200b`)
}
