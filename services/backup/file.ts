import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { ServandaError } from '../../config/error.ts'
import type { Store } from '../store/index.ts'
import { type DumpOptions, dump } from './dump.ts'
import { type Header, readParts, unusable } from './format.ts'

/** How the name of a backup ends, by which tools know what it is. */
export const BACKUP_ENDING = '.ndjson.gz'

/** A backup that was written, and read back. */
export interface BackupMade {
  readonly header: Header
  readonly bytes: number
}

/**
 * Writes a backup to `file`, for its owner alone. It has the name only once it is whole, on the disk, and was read back.
 * @throws {ServandaError} `BACKUP_FILE_UNUSABLE` when the file is there already or cannot be written; `BACKUP_OF_NOTHING`
 */
export async function writeBackup(store: Store, file: string, options: DumpOptions): Promise<BackupMade> {
  const unfinished = `${file}.unfinished`
  try {
    if (existsSync(file))
      throw new ServandaError('BACKUP_FILE_UNUSABLE', `${file} is there already: nothing was written`)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await rm(unfinished, { force: true })
    const header = await writeBackupTo(store, createWriteStream(unfinished, { flags: 'wx', mode: 0o600 }), options)
    await synced(unfinished)
    await readBack(unfinished)
    const { size } = await stat(unfinished)
    await rename(unfinished, file)
    await synced(dirname(file))
    return { header, bytes: size }
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw asFileProblem(error, file)
  }
}

/** Writes a backup into `target`, at the pace at which that takes it. */
export async function writeBackupTo(store: Store, target: Writable, options: DumpOptions): Promise<Header> {
  const text = new PassThrough()
  const piped = pipeline(text, createGzip(), target)
  piped.catch(() => {}) // heard below, whichever comes first
  try {
    const header = await dump(store, options, async (piece) => {
      if (!text.write(piece)) await Promise.race([once(text, 'drain'), piped])
    })
    text.end()
    await piped
    return header
  } catch (error) {
    text.destroy()
    throw await piped.then(
      () => error,
      (cause: Error & { code?: string }) => (cause.code === 'ERR_STREAM_PREMATURE_CLOSE' ? error : cause),
    )
  }
}

/** The text in a compressed backup. */
export async function* decompressed(compressed: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const piped = pipeline(compressed, gunzip)
  piped.catch(() => {}) // the reader of `gunzip` hears of it
  try {
    for await (const bytes of gunzip) yield bytes as Buffer
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'Z_BUF_ERROR') throw unusable('it is cut off', error)
    if (code.startsWith('Z_')) throw unusable('it is damaged, or no backup of Servanda', error)
    throw error
  }
}

async function readBack(file: string): Promise<void> {
  for await (const _ of readParts(decompressed(createReadStream(file)))) {
    // readParts checks as it goes
  }
}

/** Makes sure that a file, or what a folder says of its files, is on the disk. */
async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
}

function asFileProblem(error: unknown, file: string): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
  if (error instanceof ServandaError || reason === undefined) return error
  return new ServandaError('BACKUP_FILE_UNUSABLE', `${file} cannot be written: ${reason}`, { cause: error })
}
