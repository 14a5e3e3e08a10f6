import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../../../test/browser/open.ts'
import type { Report } from '../report.ts'
import { reportHtml } from './html.ts'
import { sampleReport } from './sample-report.ts'

// The page as its readers have it: on a screen by day and by night, on a phone, aloud, and on paper.

const LONG = 'Donaudampfschifffahrtsgesellschaft'.repeat(9)
const SEVERAL: Report = {
  ...sampleReport,
  agreements: [1, 2].flatMap((n) => sampleReport.agreements.map((one) => ({ ...one, id: `${one.id}-${n}` }))),
}

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

test.each(['light', 'dark'] as const)('can be read, %s', async (colorScheme) => {
  const { page, asked } = await opened(SEVERAL, { colorScheme, width: 1280 })
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
    await page.evaluate(axe.source)
    const { violations } = (await page.evaluate('axe.run()')) as {
      readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
    }
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([])
  }
  expect(await page.locator('h1').count()).toBe(1)
  for (const landmark of ['banner', 'main', 'navigation'] as const)
    expect(await page.getByRole(landmark).count()).toBe(1)
  // Of the two pictures of a sum one is shown, and nobody is read both.
  expect(await page.getByRole('img').count()).toBe(sampleReport.totals.length)
  expect(asked).toEqual([])
  await page.close()
})

test.each([
  { what: 'as it is', report: SEVERAL },
  { what: 'with words that never come to a space', report: longWinded(SEVERAL) },
])('fits every screen, $what', async ({ report }) => {
  const { page } = await opened(report, { width: 320 })
  await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
  const problems: string[] = []
  for (const width of [320, 390, 600, 767, 768, 1024, 1247, 1248, 1600]) {
    await page.setViewportSize({ width, height: 800 })
    const wide = Number(await page.evaluate('document.scrollingElement.scrollWidth'))
    if (wide > width) problems.push(`${wide} wide on a screen of ${width}`)
  }
  expect(problems).toEqual([])
  await page.close()
})

test('on a phone a row says of each cell what it is', async () => {
  const { page } = await opened(sampleReport, { width: 320 })
  const before = 'getComputedStyle(document.querySelector("#clocks td"), "::before").content'
  expect(await page.evaluate(before)).toContain('By')
  // The roles still tell a reader of the screen that it is a table.
  expect(await page.locator('#clocks').getByRole('columnheader').count()).toBe(4)
  expect(await page.locator('#clocks').getByRole('rowheader').count()).toBe(1)
  await page.close()
})

test('on paper it is day, and all is unfolded', async () => {
  const { page } = await opened(sampleReport, { colorScheme: 'dark', width: 1280 })
  expect(await page.locator('#totals details td').first().isVisible()).toBe(false)
  const { text } = await extractText(
    await getDocumentProxy(new Uint8Array(await page.pdf({ preferCSSPageSize: true }))),
    {
      mergePages: true,
    },
  )
  const words = text.replaceAll(/\s+/g, ' ')
  expect(words).toContain('after the time that counts')
  expect(words).toContain('so allocations count as they stand')
  // It is long, and broken into lines.
  expect(text.replaceAll(/\s+/g, '')).toContain('<https://tracker.example.org/data>')
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(255, 255, 255)')
  expect(await page.locator('.by-day').first().isVisible()).toBe(true)
  expect(await page.locator('.by-night').first().isVisible()).toBe(false)
  await page.close()
})

test('heads of tables are repeated on every page', async () => {
  const evidence = Array.from({ length: 60 }, (_, n) => ({ ...row(), id: `event-${n}` }))
  const { page } = await opened({ ...sampleReport, evidence }, { width: 1280 })
  const { text } = await extractText(
    await getDocumentProxy(new Uint8Array(await page.pdf({ preferCSSPageSize: true }))),
  )
  const pages = text.filter((one) => /event-\d+/.test(one))
  expect(pages.length).toBeGreaterThan(2)
  expect(pages.filter((one) => !one.includes('Taken for'))).toEqual([])
  await page.close()
})

async function opened(
  report: Report,
  { width, colorScheme = 'light' }: { readonly width: number; readonly colorScheme?: 'light' | 'dark' },
): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.setContent(reportHtml(report))
  return { page, asked }
}

function row(): Report['evidence'][number] {
  const [first] = sampleReport.evidence
  if (first === undefined) throw new Error('the sample has no evidence')
  return first
}

/** The same report with titles, reasons, names and ids that never come to a space. */
function longWinded(report: Report): Report {
  const place = { agreement_title: LONG, commitment_title: LONG, case: `a/b@${LONG}` }
  return {
    ...report,
    title: LONG,
    summary: [LONG],
    agreements: report.agreements.map((agreement, n) => ({
      ...agreement,
      id: `${LONG}-${n}`,
      title: LONG,
      legal_force: LONG,
      parties: [LONG],
      note: LONG,
      commitments: agreement.commitments.map((one) => ({ ...one, title: LONG, by: [LONG], to: [LONG] })),
    })),
    changes: report.changes.map((one) => ({ ...one, ...place, why: LONG })),
    clocks: report.clocks.map((one) => ({ ...one, ...place, by: [LONG] })),
    totals: report.totals.map((one) => ({
      ...one,
      ...place,
      by: [LONG],
      value: { min: '9'.repeat(90), max: `1${'9'.repeat(90)}`, unit: LONG, target: '9'.repeat(90), expected: null },
      flows: one.flows.map((flow) => ({ ...flow, event: { source: LONG, id: LONG, revision: 1 }, reason: LONG })),
    })),
    questions: report.questions.map((one) => ({ ...one, ...place, why: LONG, settled_by: [LONG] })),
    evidence: report.evidence.map((one) => ({
      ...one,
      source: `https://example.org/${LONG}`,
      source_title: LONG,
      id: LONG,
      type: LONG,
      uses: one.uses.map((use) => ({ ...use, case: LONG, reason: LONG })),
    })),
    basis: {
      ...report.basis,
      rulebooks: report.basis.rulebooks.map((one) => ({ ...one, agreement: LONG, file: LONG })),
    },
    method: { version: LONG, readings: report.method.readings.map((one) => ({ ...one, title: LONG, note: LONG })) },
  }
}
