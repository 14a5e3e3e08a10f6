import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { FactsLine, FileHeader } from './report-job.ts'
import type { StoredFile } from './report-records.ts'

/** What a child process has made. */
export interface MadeFiles extends FactsLine {
  readonly files: readonly StoredFile[]
}

const LINE_FEED = 0x0a

/** Reads what `report-child` prints: the report in brief, and then each file behind its header. */
export async function filesIn(printed: Readable): Promise<MadeFiles> {
  const all = await buffer(printed)
  let at = 0
  const nextLine = (): string => {
    const end = all.indexOf(LINE_FEED, at)
    if (end < 0) throw new Error('a report broke off')
    const line = all.toString('utf8', at, end)
    at = end + 1
    return line
  }
  const { facts, changes } = JSON.parse(nextLine()) as FactsLine
  const files: StoredFile[] = []
  while (at < all.length) {
    const { bytes, ...file } = JSON.parse(nextLine()) as FileHeader
    if (at + bytes > all.length) throw new Error('a report broke off')
    files.push({ ...file, content: all.subarray(at, at + bytes) })
    at += bytes
  }
  return { facts, changes, files }
}
