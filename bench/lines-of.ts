import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

const CHUNK = 1 << 20

/** The lines of a file, which is never held as a whole. */
export function* linesOf(file: string): Generator<string> {
  const handle = openSync(file, 'r')
  try {
    const buffer = Buffer.allocUnsafe(CHUNK)
    const decoder = new StringDecoder('utf8')
    let rest = ''
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      const rows = (rest + decoder.write(buffer.subarray(0, read))).split('\n')
      rest = rows.pop() ?? ''
      yield* rows
    }
    if (rest !== '') yield rest
  } finally {
    closeSync(handle)
  }
}

/** Writes `lines` to a file; tells how many there were. */
export function writeLines(file: string, lines: Iterable<string>): number {
  const handle = openSync(file, 'w')
  let count = 0
  try {
    let rows: string[] = []
    for (const row of lines) {
      rows.push(row)
      count++
      if (rows.length < 5_000) continue
      writeSync(handle, `${rows.join('\n')}\n`)
      rows = []
    }
    if (rows.length > 0) writeSync(handle, `${rows.join('\n')}\n`)
  } finally {
    closeSync(handle)
  }
  return count
}
