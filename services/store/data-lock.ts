import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { tryLock, unlock } from 'fs-native-extensions'
import { ServandaError } from '../../config/error.ts'
import { dataDirUnusable, prepareDataDir } from './data-dir.ts'

/** The exclusive hold on a data folder. */
export interface DataLock {
  release(): Promise<void>
}

/**
 * Takes `dataDir` for this process alone: two processes on one embedded database silently lose rows.
 * The kernel holds the lock, so it ends with the process however that ends.
 * @throws {ServandaError} `DATA_DIR_IN_USE`, naming the process that has it; `DATA_DIR_UNUSABLE`
 */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  prepareDataDir(dataDir)
  const file = await open(join(dataDir, 'servanda.lock'), 'a+', 0o600).catch((cause: unknown) => {
    throw dataDirUnusable(dataDir, cause)
  })
  if (!tryLock(file.fd)) {
    const pid = await readOwner(file).finally(() => file.close())
    const owner = pid === null ? 'another process' : `process ${pid}`
    throw new ServandaError('DATA_DIR_IN_USE', `${dataDir} is in use by ${owner}`, { details: { dataDir, pid } })
  }
  await file.truncate(0)
  await file.write(`${process.pid}\n`)
  return {
    async release() {
      if (file.fd === -1) return
      await file.truncate(0)
      unlock(file.fd)
      await file.close()
    },
  }
}

async function readOwner(file: FileHandle): Promise<number | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0)
  const pid = Number.parseInt(buffer.toString('latin1', 0, bytesRead), 10)
  return Number.isNaN(pid) ? null : pid
}
