import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ServandaError } from '../../config/error.ts'

/** What each code of the system means to whoever chose the folder. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'something on the way to it is no folder',
  EEXIST: 'there is something there that is no folder',
  ENOSPC: 'the disk is full',
}

/**
 * Makes the data folder, for its owner alone, when there is none.
 * @throws {ServandaError} `DATA_DIR_UNUSABLE` when nothing can be written there
 */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw dataDirUnusable(dataDir, cause)
  }
}

/** Whether there is an embedded database in `dataDir`; opening one would make it. */
export function holdsDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, 'db'))
}

/** Why nothing can be written in `dataDir`, as a sentence. */
export function dataDirUnusable(dataDir: string, cause: unknown): ServandaError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return new ServandaError(
    'DATA_DIR_UNUSABLE',
    `the data folder ${dataDir} cannot be written (${REASONS[code] ?? message}); choose another with DATA_DIR`,
    { cause },
  )
}
