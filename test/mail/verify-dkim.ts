import { createHash, verify } from 'node:crypto'

/** What a signature of a mail says of itself, once it has been found to be right. */
export interface VerifiedDkim {
  readonly domain: string
  readonly selector: string
  /** The header fields that it covers, in lower case. */
  readonly signed: readonly string[]
}

/**
 * Verifies the signature of a mail as whoever receives it would, written from RFC 6376 and not from what signs.
 * @returns null when it has none, or one that does not fit; only `rsa-sha256` and relaxed forms are known
 */
export function verifiedDkim(raw: string, publicKey: string): VerifiedDkim | null {
  const split = raw.indexOf('\r\n\r\n')
  const fields = raw.slice(0, split).split(/\r\n(?![ \t])/)
  const own = fields.find((field) => nameOf(field) === 'dkim-signature')
  if (own === undefined) return null
  const tags = tagsOf(own.slice(own.indexOf(':') + 1))
  if (tags.get('a') !== 'rsa-sha256' || tags.get('c') !== 'relaxed/relaxed') return null
  const bodyHash = createHash('sha256')
    .update(relaxedBody(raw.slice(split + 4)))
    .digest('base64')
  if (bodyHash !== tags.get('bh')) return null
  const signed = (tags.get('h') ?? '').toLowerCase().split(':')
  const unsigned = own.replace(/([;\s]b=)[^;]*/, '$1')
  const text = [...chosen(fields, signed).map((field) => `${relaxed(field)}\r\n`), relaxed(unsigned)].join('')
  const signature = Buffer.from(tags.get('b') ?? '', 'base64')
  if (!verify('sha256', Buffer.from(text), publicKey, signature)) return null
  return { domain: tags.get('d') ?? '', selector: tags.get('s') ?? '', signed }
}

/** Section 5.4.2: of fields of one name the last comes first, and one that is not there is nothing. */
function chosen(fields: readonly string[], names: readonly string[]): readonly string[] {
  const left = fields.toReversed()
  return names.flatMap((name) => {
    const at = left.findIndex((field) => nameOf(field) === name)
    return at < 0 ? [] : left.splice(at, 1)
  })
}

/** Section 3.4.2. */
function relaxed(field: string): string {
  const value = field.slice(field.indexOf(':') + 1).replaceAll('\r\n', '')
  return `${nameOf(field)}:${value.replaceAll(/[ \t]+/g, ' ').trim()}`
}

/** Section 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''))
  const end = lines.findLastIndex((line) => line !== '')
  return lines
    .slice(0, end + 1)
    .map((line) => `${line}\r\n`)
    .join('')
}

/** Section 3.2: white space within a value means nothing here. */
function tagsOf(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(';').map((tag) => {
      const [name = '', ...rest] = tag.split('=')
      return [name.trim(), rest.join('=').replaceAll(/\s+/g, '')]
    }),
  )
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':')).trim().toLowerCase()
}
