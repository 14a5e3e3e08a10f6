import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../../test/browser/open.ts'
import type { Content, ToldAlert } from '../alerts/index.ts'
import { renderHtml } from '../mail/render.ts'
import { letterFor } from './letter-for.ts'
import { SAMPLE_CONTEXT, type Sample, samples } from './samples.ts'

// Letters as their readers see them: on small screens, by day and by night, and read aloud.

const LONG_WINDED = ', long-winded'
const LONG = 'Donaudampfschifffahrtsgesellschaft'.repeat(300)

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

test.each(['light', 'dark'] as const)(
  'every letter fits a phone and can be read, %s',
  async (colorScheme) => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 700 } })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const problems: string[] = []
    // Room is the same by day and by night.
    for (const sample of [...samples(), ...(colorScheme === 'light' ? samples().map(longWinded) : [])]) {
      await page.setContent(renderHtml(letterFor(sample.delivery, SAMPLE_CONTEXT)))
      for (const width of [320, 390]) {
        await page.setViewportSize({ width, height: 700 })
        const wide = await page.evaluate('document.scrollingElement.scrollWidth')
        if (Number(wide) > width) problems.push(`${sample.name} is ${wide} wide on a screen of ${width}`)
      }
      if ((await page.locator('h1').count()) !== 1) problems.push(`${sample.name} has not one h1`)
      const small = await page
        .locator('.button')
        .evaluateAll('(all) => all.filter((one) => one.offsetHeight < 44).length')
      if (small) problems.push(`${sample.name} has buttons too small for a thumb`)
      if (sample.name.endsWith(LONG_WINDED)) continue
      await page.evaluate(axe.source)
      const found = (await page.evaluate('axe.run()')) as {
        violations: readonly { id: string; nodes: readonly { html: string; failureSummary?: string }[] }[]
      }
      for (const { id, nodes } of found.violations)
        problems.push(`${sample.name}: ${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`)
    }
    expect(problems).toEqual([])
    expect(asked.filter((url) => !url.startsWith('cid:'))).toEqual([])
  },
  120_000,
)

/** The same sample with a title, a reason and a name that never come to a space. */
function longWinded({ name, delivery }: Sample): Sample {
  const { content, subscription } = delivery
  return {
    name: `${name}${LONG_WINDED}`,
    delivery: {
      ...delivery,
      subscription: { ...subscription, name: LONG },
      content: stretchedContent(content),
    },
  }
}

function stretchedContent(content: Content): Content {
  if ('alerts' in content) return { ...content, alerts: content.alerts.map(stretched) }
  if (content.purpose !== 'report') return content
  const files = content.report.files.map((file) => ({ ...file, name: LONG, form: LONG }))
  return { ...content, report: { ...content.report, title: LONG, period: LONG, summary: [LONG], files } }
}

function stretched(told: ToldAlert): ToldAlert {
  const { body } = told.intent
  const agreement = { ...body.agreement, title: LONG }
  if (body.about !== 'case') return { ...told, intent: { ...told.intent, body: { ...body, agreement } } }
  const commitment = { ...body.commitment, title: LONG, note: LONG }
  const evidence = body.after.evidence.map((one) => ({ ...one, event: { ...one.event, id: LONG }, reason: LONG }))
  const after = { ...body.after, explanation: LONG, evidence }
  return { ...told, intent: { ...told.intent, body: { ...body, agreement, commitment, after } } }
}
