/**
 * `text` from outside as one harmless line: no line breaks, control characters, or marks that turn the reading direction,
 * and not longer than `longest`.
 */
export function oneLine(text: string, longest = 1_000): string {
  const line = PLAIN.test(text) ? text : text.replaceAll(INVISIBLE, ' ').replaceAll(/\s+/g, ' ').trim().toWellFormed()
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`
}

/** `text` as the content of an HTML element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c)
}

/** `url` when it is an absolute http(s) address; nothing else becomes a link. */
export function webAddress(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null
  const { protocol, href } = new URL(url)
  return protocol === 'https:' || protocol === 'http:' ? href : null
}

/** What nothing has to be done about: printable ASCII, and single spaces inside. Looked for first, because most is. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/

/** C0 and C1 controls, line and paragraph separators, zero-width and directional characters, annotations, and none at all. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/g

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
