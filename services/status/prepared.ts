import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** How bytes are sent: as they are, or compressed. */
export type Encoding = 'identity' | 'gzip' | 'br'

/** An answer ready to be sent: the bytes and what names them. Compressed when it is first asked for, and then kept. */
export class Prepared {
  /** Strong: the same bytes, and never other bytes, under it. */
  readonly etag: string
  readonly #make: () => Buffer
  readonly #compressed = new Map<Encoding, Buffer | Promise<Buffer>>()
  #body: Buffer | null = null

  constructor(etag: string, make: () => Buffer) {
    this.etag = etag
    this.#make = make
  }

  /** The name of the bytes in `encoding`: `"9-e1c63599-br"`. */
  etagIn(encoding: Encoding): string {
    return encoding === 'identity' ? this.etag : `${this.etag.slice(0, -1)}-${encoding}"`
  }

  get body(): Buffer {
    this.#body ??= this.#make()
    return this.#body
  }

  /** The bytes in `encoding`; compressing does not hold up the process. */
  bodyIn(encoding: Encoding): Buffer | Promise<Buffer> {
    if (encoding === 'identity') return this.body
    const known = this.#compressed.get(encoding)
    if (known) return known
    const made = COMPRESS[encoding](this.body)
    this.#compressed.set(encoding, made)
    // Once it is there nobody waits for it; what failed is tried again.
    made.then(
      (bytes) => this.#compressed.set(encoding, bytes),
      () => this.#compressed.delete(encoding),
    )
    return made
  }
}

/** What is named by its bytes alone, so that it is sent again only when they are others. */
export function preparedText(text: string): Prepared {
  const body = Buffer.from(text)
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16)
  return new Prepared(`"${digest}"`, () => body)
}

/** Smaller than gzip at its best, in a third of the time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

const COMPRESS = {
  gzip: (body: Buffer) => promisify(gzip)(body),
  br: (body: Buffer) => promisify(brotliCompress)(body, BROTLI),
} as const
