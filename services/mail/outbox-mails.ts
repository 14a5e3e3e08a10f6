import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addressKey } from '../alerts/index.ts'

/** The mails in `folder` that are addressed to `address`, by file name; also those that were not finished. */
export async function mailsTo(folder: string, address: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of await namesIn(folder)) {
    if (!/\.eml(\.tmp)?$/.test(name)) continue
    const recipient = recipientIn(await beginningOf(join(folder, name)))
    if (recipient !== null && addressKey(recipient) === addressKey(address)) found.push(name)
  }
  return found
}

export async function eraseMails(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(folder, name), { force: true })
}

/** The address in the `To` of a mail, which begins with its headers; null when there is none. Pure. */
export function recipientIn(mail: string): string | null {
  const [headers = ''] = mail.split(/\r?\n\r?\n/, 1)
  const to = /^to:(.*)$/im.exec(headers.replaceAll(/\r?\n[ \t]+/g, ' '))?.[1]?.trim()
  return to === undefined ? null : (/<([^<>]*)>$/.exec(to)?.[1] ?? to)
}

/** Headers of ours are far shorter. */
const HEADER_BYTES = 16_384

async function beginningOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
