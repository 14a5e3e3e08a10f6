import { oneLine, webAddress } from '../../text/index.ts'

/** Explanations and notes are sentences, and some of them many. */
const LONGEST = 4_000

/**
 * Text from outside as one line of text: nothing in it is markup, an address, or the beginning of a block, to GitHub and to
 * renderers that make links of more (markdown-it makes one of `example.com`).
 */
export function plain(text: string): string {
  return oneLine(text, LONGEST)
    .replaceAll(/[\\`*_{}[\]<>|#~&$^=]/g, '\\$&')
    .replace(/^[-+:]/, '\\$&')
    .replace(/^(\d+)(?=[.)](\s|$))/, '$1\\')
    .replaceAll(/\/(?=\/)|(?<=\/)\//g, '\\/')
    .replaceAll(/\.(?=[\p{L}\p{N}]*\p{L})/gu, '\\.')
    .replaceAll('@', MAIL_SIGN)
}

/**
 * GitHub looks for addresses and names in what a text has become, where no backslash is left; a word joiner after the sign
 * parts them, and is not seen.
 */
const MAIL_SIGN = '@&#8288;'

/** {@link plain}, told apart from what stands beside it; nothing is nothing. */
export function strong(text: string): string {
  return marked(text, '**')
}

export function emphasis(text: string): string {
  return marked(text, '*')
}

function marked(text: string, mark: string): string {
  const line = plain(text)
  return line === '' ? '' : `${mark}${line}${mark}`
}

/** A name for machines, as they write it; as text where it has what would end the code, or the cell that it stands in. */
export function code(text: string): string {
  const line = oneLine(text, LONGEST)
  return line === '' || /[`|]/.test(line) ? plain(line) : `\`${line}\``
}

/** `text`, leading to `url` where that is an address of the web. */
export function link(text: string, url: string | null): string {
  const address = webAddress(url)
  // Some renderers (marked) take the backslash off a bracket here before they look for markup.
  const label = plain(text).replaceAll('\\[', '&#91;').replaceAll('\\]', '&#93;')
  if (address === null || label === '') return plain(text)
  return `[${label}](<${address.replaceAll(/[\\|<>`]/g, encodeURIComponent).replaceAll('&', '&amp;')}>)`
}

/** Columns whose cells are Markdown already. A name that ends with `:` is of numbers. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns.map((column) => column.replace(/:$/, ''))),
    line(columns.map((column) => (column.endsWith(':') ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n')
}

/** Items that are Markdown already. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}
