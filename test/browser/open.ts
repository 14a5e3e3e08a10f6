import chromium from '@sparticuz/chromium'
import { type Browser, chromium as driver } from 'playwright-core'

/** A browser without a window; it comes with its package, so that nothing else has to be installed. */
export async function openBrowser(): Promise<Browser> {
  // All in one process, as the package would have it, the browser is gone with its first tab.
  const args = chromium.args.filter((one) => one !== '--single-process')
  return driver.launch({ executablePath: await chromium.executablePath(), args, headless: true })
}
