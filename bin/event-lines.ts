import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { EventsReader, type EventsSink, lineFrom } from '../rules/index.ts'
import { cannotRead } from './rulebook-files.ts'

/** About so much is read at once, and read again when an earlier line is asked for. */
const PIECE_BYTES = 65_536
const NEWLINE = 0x0a
const BYTE_ORDER_MARK = '\ufeff'

/**
 * Tells `sink` what is in `file`, read piece by piece; `-` is standard input. A file is read again where an earlier line
 * is needed; what comes through a pipe cannot be, so that its text is kept.
 * @throws {UsageError} when it cannot be read
 */
export function readEventLines(file: string, sink: EventsSink): void {
  try {
    const descriptor = file === '-' ? 0 : openSync(file, 'r')
    try {
      const pieces = new Pieces(descriptor)
      const reader = new EventsReader(file === '-' ? 'standard input' : file, sink, (place) => pieces.lineAt(place))
      for (let piece = pieces.next(); piece; piece = pieces.next()) reader.read(piece.text, piece.start)
    } finally {
      if (descriptor !== 0) closeSync(descriptor)
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error ? cannotRead(file, error) : error
  }
}

/** Whole lines; `start` is the byte at which they begin. */
interface Piece {
  readonly start: number
  readonly text: string
}

/** The text of an open file in pieces that end where a line ends. */
class Pieces {
  private readonly descriptor: number
  /** Null: it can be read again. */
  private readonly kept: string[] | null
  /** Where each piece begins. A character takes a byte at least, so that no place in one reaches into the next. */
  private readonly starts: number[] = []
  private readonly position: number | null
  private start = 0
  private end = 0
  private rest: Buffer = Buffer.alloc(0)
  private isDone = false
  private again: { readonly number: number; readonly text: string } | null = null

  constructor(descriptor: number) {
    this.descriptor = descriptor
    const canSeek = descriptor !== 0 && fstatSync(descriptor).isFile()
    this.kept = canSeek ? null : []
    this.position = canSeek ? 0 : null
  }

  next(): Piece | null {
    const parts: Buffer[] = [this.rest]
    let size = this.rest.length
    while (!this.isDone) {
      const read = this.readBlock()
      const cut = read.lastIndexOf(NEWLINE) + 1
      parts.push(cut === 0 ? read : read.subarray(0, cut))
      size += cut === 0 ? read.length : cut
      this.rest = read.subarray(cut === 0 ? read.length : cut)
      if (cut > 0) break
    }
    if (this.isDone) this.rest = Buffer.alloc(0)
    if (size === 0) return null
    const { start } = this
    this.start += size
    this.starts.push(start)
    const text = this.decode(Buffer.concat(parts, size), start)
    this.kept?.push(text)
    return { start, text }
  }

  /** The line that begins at `place`. */
  lineAt(place: number): string {
    const number = this.pieceOf(place)
    const start = this.starts[number] ?? 0
    return lineFrom(this.kept?.[number] ?? this.readAgain(number, start), place - start)
  }

  private pieceOf(place: number): number {
    let low = 0
    let high = this.starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.starts[middle] as number) <= place) low = middle
      else high = middle
    }
    return low
  }

  private readAgain(number: number, start: number): string {
    if (this.again?.number === number) return this.again.text
    const bytes = Buffer.allocUnsafe((this.starts[number + 1] ?? this.start) - start)
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(this.descriptor, bytes, at, bytes.length - at, start + at)
      if (read === 0) break
      at += read
    }
    this.again = { number, text: this.decode(bytes, start) }
    return this.again.text
  }

  private readBlock(): Buffer {
    const block = Buffer.allocUnsafe(PIECE_BYTES)
    const read = readPatiently(this.descriptor, block, this.position === null ? null : this.end)
    this.end += read
    this.isDone = read === 0
    return block.subarray(0, read)
  }

  private decode(bytes: Buffer, start: number): string {
    const text = bytes.toString('utf8')
    return start === 0 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  }
}

/** Waits for a pipe that has nothing yet. */
function readPatiently(descriptor: number, block: Buffer, position: number | null): number {
  for (;;) {
    try {
      return readSync(descriptor, block, 0, block.length, position)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      pause()
    }
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4))

/** Holds everything up for a moment. */
export function pause(): void {
  Atomics.wait(sleeper, 0, 0, 2)
}
