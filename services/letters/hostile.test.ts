import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Content, Delivery, Intent, Subscription, ToldAlert } from '../alerts/index.ts'
import { renderHtml, renderText } from '../mail/render.ts'
import { letterFor } from './letter-for.ts'
import { SAMPLE_CONTEXT, samples } from './samples.ts'

// Whatever people and feeds write, it stays text: no line, header, tag, link or direction of its own.

const NASTY = [
  '\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script>',
  '\u0000\u0007\u001b[31m\u0085\u2028\u2029',
  '\u202egnp.exe\u2066\u2067\u061c\u200f',
  '</title></style><img src=x onerror=alert(1)>',
  '"><a href="javascript:alert(1)">open</a>',
  "' onmouseover='alert(1)",
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  '\ud800 lone \udc00',
  'x'.repeat(10_000),
  'Subject: another To: somebody From: nobody '.repeat(40),
  'From here on, it is another mail',
  '{{constructor}} %s &amp; &lt;b&gt;',
  '__proto__',
  '',
  'ﷺ'.repeat(500),
]

const hostile = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map(([a, b]) => a + b),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

/** What has to stay as it is for the data to be what its type says: words of ours, times and amounts. */
const OURS = new Set([
  'about',
  'kind',
  'kinds',
  'verdict',
  'phase',
  'certainty',
  'flags',
  'role',
  'severity',
  'minimumSeverity',
  'because',
  'purpose',
  'rhythm',
  'every',
  'channel',
  'state',
  'opened',
  'due',
  'close',
  'next_check',
  'asOf',
  'indicator',
])

/** The same data with what comes from outside replaced, piece by piece, from `texts`. */
function poisoned<T>(value: T, texts: () => string, key = ''): T {
  if (OURS.has(key) && !(key === 'about' && String(value).includes('/'))) return value
  if (typeof value === 'string') return texts() as T & string
  if (Array.isArray(value)) return value.map((item) => poisoned(item, texts)) as T & unknown[]
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, poisoned(item, texts, field)])) as T
}

/** Field by field, as the types have them: `about` of an intent is text, that of a body a word of ours. */
function poisonedAlert({ intent, because, replaces }: ToldAlert, texts: () => string): ToldAlert {
  const poison = (one: Intent): Intent => ({
    ...one,
    about: texts(),
    agreement: texts(),
    commitment: one.commitment === null ? null : texts(),
    rung: one.rung === '' ? '' : texts(),
    body: poisoned(one.body, texts),
  })
  return { intent: poison(intent), because, replaces: replaces && { ...replaces, intent: poison(replaces.intent) } }
}

function poisonedDelivery(delivery: Delivery, texts: () => string): Delivery {
  const { content } = delivery
  const subscription: Subscription = poisoned(delivery.subscription, texts)
  const told: Content =
    'alerts' in content
      ? { ...content, alerts: content.alerts.map((one) => poisonedAlert(one, texts)) }
      : poisoned(content, texts)
  return { ...delivery, subscription, content: told }
}

const HEADER = /^(from|to|cc|bcc|subject|date|reply-to|sender|content-[a-z]+|mime-version|received|x-[a-z-]+)(\s*:| )/im
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

/** A tag as we write it: an element and attributes of ours, each value in quotes. */
const TAG =
  /^<(?:\/(?:html|head|title|style|body|div|main|h[123]|p|span|a|ul|li|dl|dt|dd)|(?:div|main|h[123]|p|span|a|img|ul|li|dl|dt|dd)(?: (?:class|style|href|src|alt)="[^"<>]*")*)>/

describe.each(samples())('hostile text in a letter: $name', ({ delivery }) => {
  test('stays text', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 12 }), (texts) => {
        let n = 0
        const next = () => texts[n++ % texts.length] ?? ''
        const context = {
          ...SAMPLE_CONTEXT,
          clock: next(),
          acknowledged: new Map([[11, { by: next(), at: delivery.createdAt, note: next() }]]),
          titles: new Map([...SAMPLE_CONTEXT.titles.keys()].map((id) => [id, next()])),
          recipients: new Map([...SAMPLE_CONTEXT.recipients.keys()].map((id) => [id, next()])),
        }
        const letter = letterFor(poisonedDelivery(delivery, next), context)
        expect(letter.subject).not.toMatch(/[\r\n]/)
        expect(letter.subject.length).toBeLessThan(400)
        for (const line of linesOf(letter)) expect(line).not.toMatch(STEERING)
        const text = renderText(letter)
        expect(text).not.toMatch(HEADER)
        expect(text).not.toMatch(STEERING)
        expect(text.isWellFormed()).toBe(true)
        for (const line of text.split('\n')) if (!/https?:/.test(line)) expect(line.length).toBeLessThanOrEqual(72)
        const page = renderHtml(letter)
        expect(page.isWellFormed()).toBe(true)
        const body = page.slice(page.indexOf('<main>'))
        for (const { index } of body.matchAll(/</g)) expect(body.slice(index, index + 10_000)).toMatch(TAG)
        for (const [, address = ''] of page.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^https?:\/\//)
        for (const [, source = ''] of page.matchAll(/src="([^"]*)"/g)) expect(source).toMatch(/^cid:chart-\d+$/)
      }),
      { numRuns: 25 },
    )
  })
})

function linesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linesOf) : []
}
