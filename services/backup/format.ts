import { createHash } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import { ServandaError } from '../../config/error.ts'

/**
 * A backup is text, one JSON value a line, compressed with gzip:
 *
 * - the header (an object), which says what is in it;
 * - for each table an object that names it and its columns, then one array a row: every value as PostgreSQL writes it as
 *   text, or null;
 * - for each sequence an object with the value it stands at;
 * - at the end an object with the SHA-256 of everything before it.
 *
 * The text of a value is the same on every PostgreSQL, embedded or not, and is read back digit for digit.
 */
export interface Header {
  readonly servanda_backup: 1
  readonly made_at: string
  /** The version that made it. */
  readonly servanda: string
  readonly database: 'embedded' | 'server'
  /** What the tables have been through; a version that does not know one of them cannot restore it. */
  readonly migrations: readonly string[]
  /** The last row of the ledger. */
  readonly ledger: { readonly events: number; readonly hash: string | null }
  /** How many rows each table has. */
  readonly tables: Readonly<Record<string, number>>
}

export interface TableStart {
  readonly table: string
  readonly columns: readonly string[]
}

export interface SequenceValue {
  /** `table.column` */
  readonly sequence: string
  readonly value: string
  readonly is_called: boolean
}

export interface Ending {
  readonly sha256: string
}

/** A row: its values as text. */
export type Row = readonly (string | null)[]

/** What a backup holds, in the order in which it comes; the rows of a table come in several portions. */
export type Part =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'rows'; readonly table: TableStart; readonly rows: readonly Row[] }
  | { readonly kind: 'sequence'; readonly sequence: SequenceValue }

/** A portion is handed on when it has this many rows, or this much text. */
const PORTION_ROWS = 2_000
const PORTION_LENGTH = 1_000_000

/** Longer than any line that can be stored; a file made to fill the memory ends here. */
const LONGEST_LINE = 256_000_000

/** The `sha256` of the last line. */
export class Digest {
  readonly #hash = createHash('sha256')

  add(text: string): void {
    this.#hash.update(text, 'utf8')
  }

  end(): string {
    return this.#hash.digest('hex')
  }
}

/**
 * Reads a backup, already decompressed, and checks on the way that it is whole: what it says of itself has to be true
 * when it comes to its end.
 * @throws {ServandaError} `BACKUP_UNUSABLE`; whatever was handed out before is then not to be kept
 */
export async function* readParts(text: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  const digest = new Digest()
  const counts = new Map<string, number>()
  let header: Header | null = null
  let table: TableStart | null = null
  let rows: Row[] = []
  let length = 0
  let ended = false
  for await (const line of linesOf(text)) {
    if (ended) throw unusable('something follows its end')
    if (header === null) {
      header = headerIn(line)
      digest.add(`${line}\n`)
      yield { kind: 'header', header }
      continue
    }
    const value = parsed(line)
    if (isEnding(value)) {
      if (value.sha256 !== digest.end()) throw unusable('it was damaged: its contents do not match their checksum')
      ended = true
      continue
    }
    digest.add(`${line}\n`)
    if (Array.isArray(value)) {
      if (table === null || value.length !== table.columns.length) throw unusable('a row of it has no table')
      rows.push(value as Row)
      length += line.length
      if (rows.length < PORTION_ROWS && length < PORTION_LENGTH) continue
    }
    if (table !== null && rows.length > 0) {
      counts.set(table.table, (counts.get(table.table) ?? 0) + rows.length)
      yield { kind: 'rows', table, rows }
      rows = []
      length = 0
    }
    if (isTableStart(value)) table = value
    else if (isSequence(value)) yield { kind: 'sequence', sequence: value }
    else if (!Array.isArray(value)) throw unusable('a line of it is of no known kind')
  }
  if (header === null || !ended) throw unusable('it is cut off: its end is missing')
  for (const [name, count] of Object.entries(header.tables)) {
    const found = counts.get(name) ?? 0
    if (found !== count) throw unusable(`it says that ${name} has ${count} rows, and holds ${found}`)
  }
}

/** Why a file cannot be restored from. */
export function unusable(why: string, cause?: unknown): ServandaError {
  return new ServandaError('BACKUP_UNUSABLE', `The backup cannot be used: ${why}.`, { cause })
}

async function* linesOf(text: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let begun: string[] = []
  let length = 0
  for await (const bytes of text) {
    const pieces = decoder.write(bytes).split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      begun.push(piece)
      yield begun.join('')
      begun = []
      length = 0
    }
    begun.push(last)
    length += last.length
    if (length > LONGEST_LINE) throw unusable('it has a line without an end')
  }
  if (length > 0) throw unusable('it is cut off in the middle of a line')
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw unusable('a line of it is no JSON', cause)
  }
}

function headerIn(line: string): Header {
  const value = line.length < 1_000_000 && line.startsWith('{') ? parsed(line) : null
  const { servanda_backup: format } = (value ?? {}) as { servanda_backup?: unknown }
  if (format === undefined) throw unusable('it is none of Servanda')
  if (format !== 1) throw unusable(`it has format ${JSON.stringify(format)}, and this version reads format 1`)
  return value as Header
}

function isEnding(value: unknown): value is Ending {
  return typeof (value as Partial<Ending> | null)?.sha256 === 'string'
}

function isTableStart(value: unknown): value is TableStart {
  const { table, columns } = (value ?? {}) as Partial<TableStart>
  return typeof table === 'string' && Array.isArray(columns) && columns.every((one) => typeof one === 'string')
}

function isSequence(value: unknown): value is SequenceValue {
  const { sequence, value: at, is_called } = (value ?? {}) as Partial<SequenceValue>
  return (
    typeof sequence === 'string' && typeof at === 'string' && /^\d{1,18}$/.test(at) && typeof is_called === 'boolean'
  )
}
