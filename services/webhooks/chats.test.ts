import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkLetters, type Letter, letterFor, SAMPLE_CONTEXT, samples } from '../letters/index.ts'
import { oneLine } from '../text/index.ts'
import { slackMessage } from './slack.ts'
import { teamsMessage } from './teams.ts'

// What chats are posted; `npx vitest run services/webhooks -u` writes the files anew.

const letters = samples().map(({ name, delivery }) => {
  const subscription = { ...delivery.subscription, channel: 'slack' as const }
  return { name, letter: letterFor({ ...delivery, subscription }, SAMPLE_CONTEXT) }
})
const shown = letters.filter(({ name }) => ['breached', 'corrected', 'digest-day', 'report'].includes(name))

describe.each(shown)('a message of $name', ({ name, letter }) => {
  test('to Slack', async () => {
    await expect(pretty(slackMessage(letter))).toMatchFileSnapshot(`golden/${name}.slack.json`)
  })

  test('to Teams', async () => {
    await expect(pretty(teamsMessage(letter))).toMatchFileSnapshot(`golden/${name}.teams.json`)
  })
})

test('a report says in a chat what it comes to and where its files are, none of which goes along', () => {
  const report = letters.find(({ name }) => name === 'report')?.letter as Letter
  const base = 'https://servanda.example/answers/report/k7Qm2/files'
  const [{ actions }] = objectsIn(teamsMessage(report)).filter((one) => one.type === 'AdaptiveCard') as [
    { actions: readonly { title: string; url: string }[] },
  ]
  expect(actions.map(({ url }) => url)).toEqual(['html', 'pdf', 'csv', 'json'].map((form) => `${base}/${form}`))
  const said = textsOf(slackMessage(report))
    .map(({ text }) => text)
    .join('\n')
  expect(said).toContain('Status report on the year 2025')
  expect(said).toContain(report.intro[1])
  expect(said).toContain(`<${base}/html|Open the report>`)
  expect(said).not.toContain('attached')
})

test('a letter of every kind and purpose can be written for chats', () => {
  expect(() => checkLetters([slackMessage, teamsMessage])).not.toThrow()
})

const NASTY = [
  '<!channel> <!here|all> <@U123456> <#C123456|general>',
  '<https://evil.example|Open the case>',
  '[Open the case](https://evil.example) ![](https://evil.example/pixel.png)',
  'https://evil.example www.evil.example mailto:a@evil.example',
  '@channel @here @all #general :skull: :+1:',
  '*bold* _italic_ ~struck~ `code` ```block```',
  '> quoted',
  '&lt;!channel&gt; &amp;',
  '# heading',
  '- item',
  '1. item',
  '+ item',
  '<at>Everyone</at> <b>bold</b> {{DATE(2026-03-02T12:00:00Z,LONG)}} {{constructor}}',
  '\\[Open\\](https://evil.example)',
  '|| a | b ||',
  '"},{"type":"image","url":"https://evil.example"}',
  '\u202egnp.exe \ud800 \u0000',
  '&'.repeat(2_000),
  '<'.repeat(2_000),
  'ﷺ'.repeat(2_000),
  '',
]

const hostile = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map(([a, b]) => a + b),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

const addresses = fc.constantFrom(
  'https://servanda.example/v1/cases/a%7Cb',
  'https://servanda.example/v1/cases?of=a|b>c&d=<e',
  `https://servanda.example/${'x'.repeat(3_000)}`,
)

/** What is a word of ours, and not from outside. */
const OURS = new Set(['language', 'tone', 'kind', 'does', 'severity', 'cid'])

/** The same letter, as harmless as every letter is, with other texts and addresses. */
function poisoned<T>(value: T, texts: () => string, urls: () => string, key = ''): T {
  if (OURS.has(key)) return value
  if (typeof value === 'string') return (key === 'url' ? urls() : oneLine(texts())) as T & string
  if (Array.isArray(value)) return value.map((item) => poisoned(item, texts, urls)) as T & unknown[]
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => [field, poisoned(item, texts, urls, field)]),
  ) as T
}

/** Renders letters with hostile texts, and lets `look` see each. */
function withHostileTexts(letter: Letter, look: (poisonedLetter: Letter) => void): void {
  const pools = fc.tuple(
    fc.array(hostile, { minLength: 1, maxLength: 12 }),
    fc.array(addresses, { minLength: 1, maxLength: 5 }),
  )
  fc.assert(
    fc.property(pools, ([texts, urls]) => {
      let n = 0
      const next = (from: readonly string[]) => from[n++ % from.length] ?? ''
      look(
        poisoned(
          letter,
          () => next(texts),
          () => next(urls),
        ),
      )
    }),
    { numRuns: 30 },
  )
}

/** A text object of Slack, or an element of a card with words in it. */
type Texts = readonly { readonly type: string; readonly text: string; readonly verbatim?: boolean }[]

describe.each(letters)('hostile text in a message: $name', ({ letter }) => {
  test('stays text in Slack, and within its limits', () => {
    withHostileTexts(letter, (poisonedLetter) => {
      const message = slackMessage(poisonedLetter) as { text: string; blocks: readonly unknown[] }
      expect(message.blocks.length).toBeLessThanOrEqual(50)
      expect(message.text.length).toBeLessThanOrEqual(3_000)
      const texts = [{ type: 'mrkdwn', text: message.text, verbatim: true }, ...textsOf(message.blocks)]
      for (const { type, text, verbatim } of texts) {
        expect(text.isWellFormed()).toBe(true)
        expect(text.length).toBeLessThanOrEqual(type === 'plain_text' ? 150 : 3_000)
        if (type === 'plain_text') continue
        expect(verbatim).toBe(true)
        for (const line of text.split('\n')) expectPlainMrkdwn(line)
      }
    })
  })

  test('stays text in Teams, and within its limits', () => {
    withHostileTexts(letter, (poisonedLetter) => {
      const message = teamsMessage(poisonedLetter)
      expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(28_000)
      for (const text of markdownOf(message)) expectPlainMarkdown(text)
    })
  })
})

test('a letter of which much does not fit says so', () => {
  const digest = letters.find(({ name }) => name === 'digest-day')?.letter as Letter
  const long = { ...digest, groups: Array.from({ length: 60 }, () => digest.groups).flat() }
  const { blocks } = slackMessage(long) as { blocks: readonly unknown[] }
  expect(blocks).toHaveLength(50)
  expect(textsOf(blocks).at(-1)?.text).toBe('…')
  expect(markdownOf(teamsMessage(long)).at(-1)).toBe('…')
})

/** Our own links and at most one bold beginning; nothing else that Slack, or a chat like it, would read as more than text. */
function expectPlainMrkdwn(line: string): void {
  const rest = line.replaceAll(/<https:\/\/servanda\.example\/[^<>|]*\|[^<>|]+>/g, 'link')
  expect(rest).not.toMatch(/[<>]/)
  expect(rest).not.toMatch(/^\s*&gt;/)
  expect(rest.replace(/^(• )?\*(.*?)\*(?!\u200b)/, '$2')).not.toMatch(/[*_~`@#](?!\u200b)/)
  expect(rest).not.toMatch(/:\/\/|\bwww\.|\]\(|:[a-z+-][\w+-]*:/i)
}

/** No mark of Markdown without a backslash before it, nothing that looks like an address, and no function of a card. */
function expectPlainMarkdown(text: string): void {
  expect(text.isWellFormed()).toBe(true)
  const rest = text.replaceAll(/\\[\\`*_[\]()#!<>~|.+\-\s]/g, '')
  expect(rest).not.toMatch(/[\\`*_[\]()#!<>~|]/)
  expect(text).not.toMatch(/^\s*([-+]|\d+\.)\s/)
  expect(text).not.toMatch(/:\/\/|\bwww\.|@(?!\u200b)|\{\{/i)
}

function textsOf(value: unknown): Texts {
  return objectsIn(value).filter(({ type }) => type === 'mrkdwn' || type === 'plain_text') as unknown as Texts
}

function markdownOf(message: unknown): readonly string[] {
  return objectsIn(message).flatMap(({ type, text, facts }) => {
    if (type === 'TextBlock') return [text as string]
    if (type !== 'FactSet') return []
    return (facts as { title: string; value: string }[]).flatMap(({ title, value }) => [title, value])
  })
}

function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)]
}

function pretty(message: unknown): string {
  return `${JSON.stringify(message, null, 2)}\n`
}
