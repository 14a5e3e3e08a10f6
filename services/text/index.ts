/** What text has to be before people read it: harmless, and with its times in their zone. */

export {
  countText,
  decimalText,
  hourText,
  knownLocale,
  knownZone,
  listText,
  type Reader,
  readableDate,
  readableTime,
  relativeText,
  spanText,
  weekdayText,
} from './formats.ts'
export { Html, html } from './html.ts'
export { escapeHtml, oneLine, webAddress } from './safe-text.ts'
export { timeText, timeValueText } from './time-text.ts'
export { FLAG_WORDS, INDICATOR_WORDS, VERDICT_WORDS } from './words.ts'
