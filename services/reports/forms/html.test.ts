import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Report } from '../report.ts'
import { SHOWN } from '../words.ts'
import { reportHtml } from './html.ts'
import { repeatedCases, sampleReport } from './sample-report.ts'

test('a report as a page', async () => {
  await expect(reportHtml(sampleReport)).toMatchFileSnapshot('golden/report.html')
})

test('the same report gives the same page', () => {
  expect(reportHtml(structuredClone(sampleReport))).toBe(reportHtml(sampleReport))
})

test('a report of nothing says so, section by section', () => {
  const empty: Report = {
    ...sampleReport,
    counts: { agreements: 0, commitments: 0, indicators: {}, record: {} },
    agreements: [],
    changes: [],
    clocks: [],
    totals: [],
    questions: [],
    evidence: [],
    evidence_omitted: 0,
  }
  const page = reportHtml(empty)
  for (const words of [
    'No agreement has a commitment to report on.',
    'No verdict changed.',
    'No clock is running.',
    'No sum is measured against a target.',
    'No question is open.',
    'No event bears on what this report says.',
  ])
    expect(page).toContain(words)
})

test('every link within the page leads somewhere, and nothing has the name of another', () => {
  const page = reportHtml({ ...sampleReport, agreements: agreements(3) })
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const targets = [...page.matchAll(/ (?:href="#|aria-labelledby=")([^"]*)"/g)].map(([, id]) => id)
  expect(targets.length).toBeGreaterThan(10)
  expect(targets.filter((id) => !ids.includes(id))).toEqual([])
})

describe('only http(s) becomes a link', () => {
  test.each([
    { url: 'https://example.org/a?b=1&c="2"', leads: 'https://example.org/a?b=1&amp;c=%222%22' },
    { url: 'http://example.org', leads: 'http://example.org/' },
    { url: 'javascript:alert(1)', leads: null },
    { url: ' JaVaScRiPt:alert(1)', leads: null },
    { url: 'data:text/html,<script>alert(1)</script>', leads: null },
    { url: 'file:///etc/passwd', leads: null },
    { url: '//example.org', leads: null },
    { url: 'urn:isbn:1', leads: null },
  ])('$url', ({ url, leads }) => {
    const evidence = sampleReport.evidence.slice(0, 1).map((row) => ({ ...row, source: url, source_url: url }))
    const links = [...reportHtml({ ...sampleReport, evidence }).matchAll(/<a ([^>]*)>/g)]
      .map(([, attributes = '']) => attributes)
      .filter((attributes) => !attributes.includes('href="#'))
    expect(links).toEqual(leads === null ? [] : [`class="named" href="${leads}" rel="noreferrer"`])
  })
})

describe('a long list is cut, and says so', () => {
  test.each([
    { list: 'changes', one: 'change' },
    { list: 'clocks', one: 'clock' },
    { list: 'totals', one: 'sum' },
    { list: 'questions', one: 'question' },
    { list: 'evidence', one: 'event' },
  ] as const)('$list', ({ list, one }) => {
    const shown = SHOWN[list]
    const page = (count: number) =>
      reportHtml({ ...sampleReport, [list]: repeated<unknown>(sampleReport[list], count) })
    const [all, cut, wellCut] = [page(shown), page(shown + 1), page(shown + 1_200)]
    expect(all).not.toContain(' are shown. There ')
    expect(cut).toContain(`${shown} of ${shown + 1} ${one}s are shown. There is 1 more in the CSV and JSON`)
    expect(wellCut).toContain('There are 1,200 more in the CSV and JSON')
    expect(wellCut.split('</tr>')).toHaveLength(all.split('</tr>').length)
  })

  test('flows', () => {
    const totals = sampleReport.totals.map((total) => ({
      ...total,
      flows: repeated(total.flows, SHOWN.flows + 2),
      flows_omitted: 5,
    }))
    const page = reportHtml({ ...sampleReport, totals })
    expect(page).toContain(`${SHOWN.flows} of ${SHOWN.flows + 2} flows are shown. There are 2 more in the CSV and JSON`)
    expect(page).toContain('There was no room for 5 more events in this report.')
  })
})

test('cases of which the same is to be said are told of together', () => {
  const [question] = sampleReport.questions
  const questions = repeatedCases(question, 3)
  const page = reportHtml({ ...sampleReport, questions })
  expect(page.match(/So it is with 2 other cases, due on Monday 18 November 2024\./g)).toHaveLength(1)
  expect(page).not.toContain(' are shown. There ')
})

test('what is counted in no column is told beside the tables', () => {
  expect(reportHtml(sampleReport)).toContain('Not in these tables: cases that nothing was owed in (1 not used).')
})

const NASTY = [
  '</title></style></script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><a href="javascript:alert(1)">open</a>',
  "' onmouseover='alert(1)",
  'javascript:alert(1)',
  'https://example.org/"onclick="alert(1)',
  '\u0000\u0007\u001b[31m\u0085\u2028\u2029',
  '\u202egnp.exe\u2066\u2067\u061c\u200f',
  '\ud800 lone \udc00',
  'x'.repeat(10_000),
  '{{constructor}} %s &amp; &lt;b&gt;',
  '__proto__',
  '@#@#',
  '',
]

const hostile = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map(([a, b]) => a + b),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

/** Words of ours, which the data has to have to be what its type says; times and amounts stay too. */
const OURS = new Set(['kind', 'verdict', 'certainty', 'indicator', 'flags', 'role', 'awaits', 'bound', 'schema'])
const MEASURE = /^(\d{4}-\d{2}-\d{2}T.*Z|-?\d+(\.\d+)?)$/

function poisoned<T>(value: T, texts: () => string, key = ''): T {
  if (OURS.has(key)) return value
  if (typeof value === 'string') return MEASURE.test(value) ? value : (texts() as T & string)
  if (Array.isArray(value)) return value.map((item) => poisoned(item, texts, key)) as T & unknown[]
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, poisoned(item, texts, field)])) as T
}

/** A tag as we write it: an element and attributes of ours, each value in quotes. */
const TAG = /<(?:\/[a-z][a-z1-6]*>|[a-z][a-z1-6]*(?: [a-zA-Z-]+="[^"<>]*")*\/?>)/g
const ELEMENTS = new Set(
  [...reportHtml({ ...sampleReport, agreements: agreements(2) }).matchAll(/<\/?([a-z][a-z1-6]*)/g)].map(
    ([, name]) => name,
  ),
)
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

/** The elements of the head: the title and the version are the only text from outside in it. */
function head(page: string): string {
  return (page.slice(0, page.indexOf('<body>')).match(/<[a-z/!]+/g) ?? []).join('')
}
const HEAD = head(reportHtml(sampleReport))

test('hostile text stays text', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 12 }), (texts) => {
      let n = 0
      const page = reportHtml(poisoned(sampleReport, () => texts[n++ % texts.length] ?? ''))
      expect(page.isWellFormed()).toBe(true)
      expect(page).not.toMatch(STEERING)
      const body = page.slice(page.indexOf('<body>'))
      expect(head(page)).toBe(HEAD)
      expect(body.replaceAll(TAG, '')).not.toContain('<')
      const tags = body.match(TAG) ?? []
      expect(tags.filter((tag) => !ELEMENTS.has(/[a-z][a-z1-6]*/.exec(tag)?.[0] ?? ''))).toEqual([])
      expect(tags.filter((tag) => / on[a-z]+="| src="| style="(?!width:\d+%")/.test(tag))).toEqual([])
      const addresses = [...body.matchAll(/href="([^"]*)"/g)].map(([, address = '']) => address)
      expect(addresses.filter((address) => !/^(https?:\/\/|#[\w-]+$)/.test(address))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

/** As many as wanted, each of another commitment. */
function repeated<T>(items: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, n) => ({ ...(items[n % items.length] as T), commitment: `c${n}` }))
}

function agreements(count: number): Report['agreements'] {
  return repeated(sampleReport.agreements, count).map((one, n) => ({ ...one, id: `${one.id}-${n}` }))
}
