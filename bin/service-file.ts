import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the service that holds a data folder can be reached, for commands that want something of it. */
export interface RunningService {
  readonly pid: number
  readonly url: string
}

/** Says in the data folder where the service answers. */
export async function announceService(dataDir: string, url: string): Promise<void> {
  const running: RunningService = { pid: process.pid, url }
  await writeFile(fileIn(dataDir), `${JSON.stringify(running)}\n`, { mode: 0o600 })
}

export async function withdrawService(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true })
}

/** Where the service with process id `pid` answers; null when it does not say (it is still starting, or is an older one's note). */
export async function serviceOf(dataDir: string, pid: unknown): Promise<RunningService | null> {
  try {
    const running = JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as RunningService
    return running.pid === pid ? running : null
  } catch {
    return null
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'service.json')
}
