import type { TimeValue } from '../../../rules/index.ts'
import { type Html, html, type Reader } from '../../text/index.ts'
import { timeText } from '../spoken.ts'

/** A time for a cell of a table. */
export function timeHtml(time: TimeValue, reader: Reader): Html {
  const text = timeText(time, reader)
  return typeof time === 'string' ? html`<time datetime="${time}">${text}</time>` : html`${text}`
}
