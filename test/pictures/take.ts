import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../config/root.ts'
import { letterFor, SAMPLE_CONTEXT, samples } from '../../services/letters/index.ts'
import { renderHtml, renderText } from '../../services/mail/render.ts'
import { html } from '../../services/text/index.ts'
import { openBrowser } from '../browser/open.ts'

// `npm run pictures`: what letters look like, for the documentation: as text, by day, by night, and on a phone.

const SHOWN = { breach: 'breached', correction: 'corrected', digest: 'digest-day', report: 'report' } as const
const FOLDER = join(packageRoot(), 'docs/pictures')
/** So much of it that the file stays small. */
const TALLEST = 1_000

mkdirSync(FOLDER, { recursive: true })
const browser = await openBrowser()
const tab = await browser.newPage()
for (const [picture, sample] of Object.entries(SHOWN)) {
  const found = samples().find(({ name }) => name === sample)
  if (!found) throw new Error(`there is no sample ${sample}`)
  const letter = letterFor(found.delivery, SAMPLE_CONTEXT)
  const text = html`<!doctype html><meta charset="utf-8"><pre style="margin:20px;font:14px/1.4 monospace">${renderText(letter)}</pre>`
  await take(`${picture}-text`, text.text, 700, 'light')
  await take(`${picture}-light`, renderHtml(letter), 720, 'light')
  await take(`${picture}-dark`, renderHtml(letter), 720, 'dark')
  await take(`${picture}-phone`, renderHtml(letter), 390, 'light')
}
await browser.close()

async function take(name: string, page: string, width: number, colorScheme: 'light' | 'dark'): Promise<void> {
  await tab.emulateMedia({ colorScheme })
  await tab.setViewportSize({ width, height: 400 })
  await tab.setContent(page)
  const height = Math.min(TALLEST, Number(await tab.evaluate('document.documentElement.scrollHeight')))
  await tab.setViewportSize({ width, height })
  await tab.screenshot({ path: join(FOLDER, `${name}.png`) })
}
