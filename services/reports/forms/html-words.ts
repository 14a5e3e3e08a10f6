import { countText, type Html, html, oneLine, type Reader } from '../../text/index.ts'
import { othersText } from '../alike.ts'
import type { Place } from '../report.ts'

/** Explanations and notes are sentences, and some of them many. */
const LONGEST_PROSE = 4_000

/** `1 flow`, `1,204 flows` */
export function manyText(count: number, one: string, reader: Reader): string {
  return `${countText(count, reader)} ${one}${count === 1 ? '' : 's'}`
}

/** What somebody wrote at length, as one harmless line. */
export function prose(text: string): string {
  return oneLine(text, LONGEST_PROSE)
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Names as they stand in a cell. */
export function namesText(names: readonly string[]): string {
  return names.map((name) => oneLine(name)).join(', ')
}

/** Where something stands: the commitment, beneath it its agreement and which of its cases. */
export function placeHtml({ agreement_title, commitment_title, case: id }: Place): Html {
  return html`<span class="title">${oneLine(commitment_title)}</span> <span class="soft under">${oneLine(agreement_title)}, case <code>${caseText(id).replace(/^[^@]*@/, '')}</code></span>`
}

/** That the same is said of more cases than the one that is shown. */
export function othersHtml(others: Parameters<typeof othersText>[0], reader: Reader): Html | null {
  const text = othersText(others, reader)
  return text === null ? null : html` <span class="under">${text}</span>`
}

/**
 * The id of a case as people read it: `north-south-2024/talks@attack-7`. The source of the event that opened it stands in
 * the full id, in the annex and in the JSON, and is long.
 */
export function caseText(id: string): string {
  return oneLine(id.replace(/@.*#(?=[^#])/s, '@'))
}
