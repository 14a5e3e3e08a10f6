/** The little of PostgreSQL's wire protocol that sharing one session needs: where messages end and what state they leave. */

const QUERY = code('Q')
const SYNC = code('S')
const FLUSH = code('H')
const TERMINATE = code('X')
const COPY_DONE = code('c')
const COPY_FAIL = code('f')

const ERROR = code('E')
const READY = code('Z')
const NOTIFICATION = code('A')
const COMMAND_COMPLETE = code('C')

const HEADER = 5

function code(letter: string): number {
  return letter.charCodeAt(0)
}

/** What a client asked for, cut where the server answers; a `final` one leaves the server ready for the next. */
export type Request =
  | { readonly kind: 'startup' }
  | { readonly kind: 'batch'; readonly bytes: Buffer; readonly final: boolean }
  | { readonly kind: 'terminate' }

/** Collects a client's bytes into requests: messages up to and with a Query, a Sync, or another that is answered at once. */
export class RequestReader {
  #pending: Buffer = Buffer.alloc(0)
  #scanned = 0
  #started = false

  read(chunk: Buffer): Request[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const requests: Request[] = []
    for (let request = this.#next(); request !== null; request = this.#next()) requests.push(request)
    return requests
  }

  #next(): Request | null {
    if (!this.#started) return this.#startup()
    while (this.#pending.length >= this.#scanned + HEADER) {
      const type = this.#pending[this.#scanned] ?? 0
      const end = this.#scanned + 1 + this.#pending.readUInt32BE(this.#scanned + 1)
      if (this.#pending.length < end) return null
      this.#scanned = end
      if (type === TERMINATE) return { kind: 'terminate' }
      if ([QUERY, SYNC, FLUSH, COPY_DONE, COPY_FAIL].includes(type)) {
        return { kind: 'batch', bytes: this.#take(end), final: type === QUERY || type === SYNC }
      }
    }
    return null
  }

  /** The startup packet alone has no type byte. */
  #startup(): Request | null {
    if (this.#pending.length < 4 || this.#pending.length < this.#pending.readUInt32BE(0)) return null
    this.#take(this.#pending.readUInt32BE(0))
    this.#started = true
    return { kind: 'startup' }
  }

  #take(end: number): Buffer {
    const bytes = this.#pending.subarray(0, end)
    this.#pending = this.#pending.subarray(end)
    this.#scanned = 0
    return bytes
  }
}

/** What the server answered to one request. */
export interface Reply {
  /** The bytes for the client that asked. */
  readonly own: Buffer
  /** The notifications that came with them, for whoever listens. */
  readonly notifications: Buffer | null
  /** I: no transaction; T: inside one; E: inside a failed one; null: the server waits for more from the same client. */
  readonly status: 'I' | 'T' | 'E' | null
  /** Whether a LISTEN was among what was done. */
  readonly listened: boolean
  /** The message of an error after which a server would start anew, and what it says cannot be relied on. */
  readonly panic: string | null
}

/** Takes an answer apart. */
export function readReply(bytes: Buffer): Reply {
  const notifications: Buffer[] = []
  const own: Buffer[] = []
  let status: Reply['status'] = null
  let listened = false
  let panic: string | null = null
  let kept = 0
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes.readUInt32BE(at + 1)
    const type = bytes[at]
    if (type === READY) status = String.fromCharCode(bytes[at + HEADER] ?? 0) as 'I' | 'T' | 'E'
    if (type === COMMAND_COMPLETE && bytes.toString('latin1', at + HEADER, end - 1) === 'LISTEN') listened = true
    if (type === ERROR) panic ??= panicIn(bytes.toString('utf8', at + HEADER, end))
    if (type === NOTIFICATION) {
      own.push(bytes.subarray(kept, at))
      notifications.push(bytes.subarray(at, end))
      kept = end
    }
    at = end
  }
  if (notifications.length === 0) return { own: bytes, notifications: null, status, listened, panic }
  own.push(bytes.subarray(kept))
  return { own: Buffer.concat(own), notifications: Buffer.concat(notifications), status, listened, panic }
}

/** The fields of an error are a letter and a text each; V is the severity in English, M the message. */
function panicIn(fields: string): string | null {
  const byLetter = new Map(fields.split('\0').map((field) => [field[0], field.slice(1)]))
  return /^(PANIC|FATAL)$/.test(byLetter.get('V') ?? '') ? (byLetter.get('M') ?? 'panic') : null
}

/** The one-statement request `sql`. */
export function simpleQuery(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`))
}

/** A server's side of the greeting: no password asked, the parameters a driver looks at, ready. */
export function greeting(serverVersion: string): Buffer {
  const parameters = Object.entries({
    server_version: serverVersion,
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    TimeZone: 'UTC',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
  }).map(([name, value]) => message('S', Buffer.from(`${name}\0${value}\0`)))
  const authenticated = message('R', Buffer.alloc(4))
  const backendKey = message('K', Buffer.alloc(8))
  return Buffer.concat([authenticated, ...parameters, backendKey, message('Z', Buffer.from('I'))])
}

function message(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER)
  header.write(type, 0, 'latin1')
  header.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}
