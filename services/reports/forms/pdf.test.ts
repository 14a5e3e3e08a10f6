import { readdirSync, readFileSync } from 'node:fs'
import { getDocumentProxy } from 'unpdf'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { instant } from '../../../rules/index.ts'
import type { Report } from '../report.ts'
import { SHOWN } from '../words.ts'
import { reportPdf } from './pdf.ts'
import { drawChart } from './pdf-chart.ts'
import { Paper } from './pdf-paper.ts'
import { repeatedCases, sampleReport } from './sample-report.ts'

/** As pdf.js has it: a stretch of letters, where it begins, and how wide it is. */
interface Piece {
  readonly str?: string
  readonly transform: readonly number[]
  readonly width: number
}

/** What another program reads in `pdf`, page by page. */
async function read(pdf: Buffer) {
  const document = await getDocumentProxy(new Uint8Array(pdf))
  const numbers = Array.from({ length: document.numPages }, (_, n) => n + 1)
  const pages = await Promise.all(
    numbers.map(async (number) => {
      const page = await document.getPage(number)
      const { items }: { readonly items: readonly Piece[] } = await page.getTextContent()
      const pieces = items.filter(({ str }) => str !== undefined)
      const annotations: readonly { readonly url?: string }[] = await page.getAnnotations()
      return {
        text: pieces
          .map(({ str }) => str)
          .join(' ')
          .replaceAll(/\s+/g, ' '),
        rightmost: Math.max(...pieces.map(({ transform, width }) => Number(transform[4]) + width)),
        lowest: Math.min(...pieces.map(({ transform }) => Number(transform[5]))),
        links: annotations.flatMap(({ url }) => (url === undefined ? [] : [url])),
      }
    }),
  )
  const { info } = await document.getMetadata()
  return { pages, info: info as Readonly<Record<string, unknown>>, text: pages.map(({ text }) => text).join(' ') }
}

const RIGHT_EDGE = 595.28 - 50

afterEach(() => vi.useRealTimers())

describe('the sample report', async () => {
  const { pages, info, text } = await read(await reportPdf(sampleReport))

  test('says on its first page what somebody reads who has a minute', () => {
    const first = pages[0]?.text
    expect(first).toContain('Status report on the year 2024')
    expect(first).toContain('Monday 1 January 2024 to Tuesday 31 December 2024 (Europe/Kyiv)')
    for (const sentence of sampleReport.summary) expect(first).toContain(sentence)
    expect(first).toMatch(/breached 1/)
    expect(first).toContain('What changed, and why 2')
  })

  test('has every section in its order', () => {
    const rest = pages
      .slice(1)
      .map((page) => page.text)
      .join(' ')
    const titles = [
      'Agreements and commitments',
      'What changed, and why',
      'Running clocks and next deadlines',
      'Sums against their targets',
      'Open questions',
      'Evidence',
      'How this report was made',
    ]
    const places = titles.map((title) => rest.indexOf(title))
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test.each([
    ['an indicator in words', 'At least 100 million euros of aid in 2024 sum · Northland to Southland due soon'],
    ['another reading, marked', 'Other reading, for comparison only: Strict reading: the money has arrived'],
    ['a verdict without a column', 'also 1 not used'],
    ['a correction, before and after', 'correction met (provisional) → breached (final)'],
    ['a deadline at the end of a day as that day', 'Due Monday 18 November 2024'],
    ['a deadline within a day with its hour', 'Due Sunday 31 March 2024, 04:30 Europe/Kyiv (01:30 UTC)'],
    ['an amount as people write it', 'between 62,000,000 and 104,500,000.5 EUR'],
    ['the words of the chart', '62m to 104.6m EUR'],
    ['a flow that does not count', 'not counted after the time that counts'],
    ['what would settle a question', 'Or: A judgement by a person.'],
    ['evidence that there was no room for', 'The report had no room for 4 others.'],
    ['the ledger it rests on', sampleReport.basis.ledger ?? ''],
  ])('tells %s', (_, words) => {
    expect(text).toContain(words)
  })

  test('leads to its sources', () => {
    expect(pages.flatMap(({ links }) => links)).toContain('https://tracker.example.org/data')
  })

  test('numbers its pages, names itself, and is not signed by the clock', () => {
    pages.forEach((page, n) => {
      expect(page.text).toContain(`Page ${n + 1} of ${pages.length}`)
    })
    expect(info).toMatchObject({
      Title: 'Status report on the year 2024',
      Author: 'Servanda',
      Language: 'en-GB',
      CreationDate: 'D:20241231215959Z',
    })
  })
})

test('the same report gives the same bytes, whatever the time is and whatever was written before', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime('2026-01-01T00:00:00Z')
  const once = await reportPdf(sampleReport)
  vi.setSystemTime('2031-07-14T12:34:56Z')
  await reportPdf({ ...sampleReport, title: 'Щорічний звіт žąsų ωραία', evidence: sampleReport.evidence.toReversed() })
  const [again, beside] = await Promise.all([reportPdf(sampleReport), reportPdf(sampleReport)])
  expect(again.equals(once)).toBe(true)
  expect(beside.equals(once)).toBe(true)
})

describe('text from outside', () => {
  const LONG = 'ж'.repeat(5_000)
  const hostile = [
    ['a word without an end', LONG],
    ['an address without an end', `https://x.example/${'path/'.repeat(900)}`],
    ['capitals without an end', 'WM'.repeat(900)],
    ['letters that the font has not', '中文 العربية עברית हिन्दी ไทย 👩‍👩‍👧‍👦 🇺🇦'],
    ['towers of accents', `a${'\u0301'.repeat(3_000)}b`],
    ['turned and hidden letters', 'pay\u202Eyap\u2066 \u0000\u0007\u001b[31m\r\n\u2028x\ud800y'],
    ['signs of the format', ') Tj /JavaScript << >> \\) endobj (\\'],
    ['nothing', ''],
  ] as const

  test.each(hostile)('%s stays where it belongs', async (_, words) => {
    const { pages, text } = await read(await reportPdf(everywhere(words)))
    for (const { rightmost, lowest } of pages) {
      expect(rightmost).toBeLessThanOrEqual(RIGHT_EDGE + 0.5)
      expect(lowest).toBeGreaterThan(20)
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(text).not.toMatch(/[\u0001-\u001f\u202a-\u202e\u2066-\u2069]/)
  })

  test('only http(s) becomes a link', async () => {
    const [row] = sampleReport.evidence
    if (row === undefined) throw new Error('the sample has evidence')
    const urls = ['javascript:alert(1)', 'file:///etc/passwd', 'https://good.example/(a)?b=\\c', ' data:text/html,x']
    const evidence = urls.map((url, n) => ({ ...row, source: 'urn:x', source_url: url, id: `e${n}` }))
    const { pages } = await read(await reportPdf({ ...sampleReport, totals: [], evidence }))
    expect(pages.flatMap(({ links }) => links)).toEqual(['https://good.example/(a)?b=\\c'])
  })

  test('a title is no markup in the properties of the file', async () => {
    const pdf = await reportPdf({ ...sampleReport, title: 'A & B</rdf:li><x>' })
    expect(pdf.toString('utf8')).toContain('<rdf:li xml:lang="x-default">A ＆ B‹/rdf:li›‹x›</rdf:li>')
    expect((await read(pdf)).pages[0]?.text).toContain('A & B</rdf:li><x>')
  })

  test('says so where letters cannot be printed', async () => {
    const said = 'Where a box stands'
    expect((await read(await reportPdf({ ...sampleReport, title: 'Звіт: ωραία, žąsų' }))).text).not.toContain(said)
    expect((await read(await reportPdf({ ...sampleReport, title: '報告' }))).text).toContain(said)
  })
})

test('a row that no page can hold goes on on the next, and nothing of it is lost', async () => {
  const [question] = sampleReport.questions
  if (question === undefined) throw new Error('the sample has a question')
  const settled_by = Array.from({ length: 300 }, (_, n) => `Way number ${n} to settle it.`)
  const { text } = await read(await reportPdf({ ...sampleReport, questions: [{ ...question, settled_by }] }))
  for (const way of settled_by) expect(text).toContain(way)
})

test('cases of which the same is to be said are told of together', async () => {
  const questions = repeatedCases(sampleReport.questions[0], 3)
  const { text } = await read(await reportPdf({ ...sampleReport, questions }))
  const words = text.replaceAll(/\s+/g, ' ')
  expect(words.match(/So it is with 2 other cases, due on Monday 18 November 2024\./g)).toHaveLength(1)
  expect(words).not.toContain('more questions are')
})

test('a report on nothing says so, on no page too many', async () => {
  const nothing = { agreements: [], changes: [], clocks: [], totals: [], questions: [], evidence: [] }
  const counts = { agreements: 0, commitments: 0, indicators: {}, record: {} }
  const { pages, text } = await read(
    await reportPdf({ ...sampleReport, ...nothing, counts, evidence_omitted: 0, summary: ['Nothing fell due in it.'] }),
  )
  expect(pages).toHaveLength(2)
  for (const words of ['No clock is running.', 'No question is open.']) expect(text).toContain(words)
})

test('a large report shows every commitment, and of lists only as much as people read', async () => {
  const { pages, text } = await read(await reportPdf(large(50, 20)))
  for (const n of [0, 499, 999]) expect(text).toContain(`Commitment number ${n} `)
  const more = (2_000 - SHOWN.changes).toLocaleString('en')
  expect(text).toContain(`${more} more changes are in the CSV and JSON.`)
  expect(text).toContain(`${500 - SHOWN.clocks} more clocks are in the CSV and JSON.`)
  const within = pages.filter(({ text }) => text.includes('sum · Northland to Southland'))
  expect(within.length).toBeGreaterThan(20)
  expect(within.every(({ text }) => text.includes('Commitment Stands'))).toBe(true)
}, 60_000)

describe('charts', () => {
  const golden = new URL('../../charts/golden/', import.meta.url)

  const drawn = (svg: string): Promise<Buffer> =>
    Paper.printed({ title: 'A chart', locale: 'en-GB', created: instant(0) }, (paper) =>
      drawChart(paper, svg, { widest: 460 }),
    )

  test.each(readdirSync(golden))('%s is drawn with all its words', async (name) => {
    const svg = readFileSync(new URL(name, golden), 'utf8')
    const { text } = await read(await drawn(svg))
    const words = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, word = '']) => word)
    for (const word of words.filter((one) => !one.includes('&'))) expect(text).toContain(word.replaceAll(/\s+/g, ' '))
  })

  test('what a page cannot show is refused, not left out', async () => {
    const svg = (inner: string): string => `<svg width="10" height="10" aria-label="x">${inner}</svg>`
    await expect(drawn(svg('<ellipse cx="1"/>'))).rejects.toThrow('<ellipse>')
    await expect(drawn(svg('<g><path d="M0 0"/></g>'))).rejects.toThrow('<g>')
  })
})

/** The sample with `words` wherever text from outside stands. */
function everywhere(words: string): Report {
  const place = { agreement_title: words, commitment_title: words }
  const { agreements, changes, clocks, totals, questions, evidence, method, basis } = sampleReport
  return {
    ...sampleReport,
    title: words,
    summary: [words],
    agreements: agreements.map((agreement) => ({
      ...agreement,
      title: words,
      note: words,
      parties: [words, words],
      commitments: agreement.commitments.map((one) => ({
        ...one,
        title: words,
        by: [words],
        readings: one.readings.map((reading) => ({ ...reading, title: words })),
      })),
    })),
    changes: changes.map((change) => ({ ...change, ...place, why: words })),
    clocks: clocks.map((clock) => ({ ...clock, ...place, by: [words] })),
    totals: totals.map((total) => ({
      ...total,
      ...place,
      by: [words],
      value: { ...total.value, unit: words },
      growth: total.growth && { ...total.growth, unit: words },
      flows: total.flows.map((flow) => ({ ...flow, reason: words })),
    })),
    questions: questions.map((question) => ({ ...question, ...place, why: words, settled_by: [words, words] })),
    evidence: evidence.map((row) => ({ ...row, source_title: words, id: words, type: words })),
    method: { ...method, readings: method.readings.map((reading) => ({ ...reading, title: words, note: words })) },
    basis: { ...basis, rulebooks: basis.rulebooks.map((one) => ({ ...one, file: words, agreement: words })) },
  }
}

/** `agreements` times `each` commitments, with longer lists than anybody reads. */
function large(agreements: number, each: number): Report {
  const { agreements: parts, changes, clocks } = sampleReport
  const [agreement] = parts
  const [commitment] = agreement?.commitments ?? []
  const [change] = changes
  const [clock] = clocks
  if (!agreement || !commitment || !change || !clock) throw new Error('the sample has one of each')
  return {
    ...sampleReport,
    agreements: Array.from({ length: agreements }, (_, a) => ({
      ...agreement,
      title: `Agreement number ${a} between Northland and Southland`,
      commitments: Array.from({ length: each }, (_, c) => ({
        ...commitment,
        title: `Commitment number ${a * each + c} of the two governments`,
      })),
    })),
    changes: Array.from({ length: 2_000 }, () => change),
    clocks: Array.from({ length: 500 }, () => clock),
  }
}
