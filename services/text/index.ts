/** What text has to be before people read it: harmless, and with its times in their zone. */

export { Html, html } from './html.ts'
export { escapeHtml, oneLine, webAddress } from './safe-text.ts'
export { timeText, timeValueText } from './time-text.ts'
export { VERDICT_WORDS } from './words.ts'
