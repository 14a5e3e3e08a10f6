import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'

/** What the main thread sends: the bytes of one request, or the wish to close. */
export type ToWorker = Uint8Array | 'close'

/** What comes back: ready to serve, the bytes of one answer, or a failure of the database itself. */
export type FromWorker = 'ready' | Uint8Array | { readonly failure: string }

/** What the thread is started with. */
export interface WorkerData {
  readonly dataDir: string
  /** Run once the database is open: what holds for the one session there is. */
  readonly settings: string
}

/** What the thread is given besides: PGlite's program, compiled once for all threads of the process. */
export interface Compiled {
  readonly program: NonNullable<PGliteOptions['pgliteWasmModule']>
}

const { dataDir, settings, program } = workerData as WorkerData & Compiled
const port = parentPort
if (port === null) throw new Error('this file is the body of a worker thread')

void open().then((database) => {
  port.on('message', (message: ToWorker) => void answer(database, message))
  port.postMessage('ready' satisfies FromWorker)
})

/** A new database is made beside its place and moved there when whole, so that a death half-way leaves nothing half made. */
async function open(): Promise<PGlite> {
  const folder = join(dataDir, 'db')
  if (!existsSync(folder)) {
    const unfinished = join(dataDir, 'db.unfinished')
    rmSync(unfinished, { recursive: true, force: true })
    const created = await PGlite.create({ dataDir: unfinished, pgliteWasmModule: program })
    await created.close()
    renameSync(unfinished, folder)
  }
  const opened = await PGlite.create({ dataDir: folder, pgliteWasmModule: program })
  await opened.exec(settings)
  return opened
}

async function answer(database: PGlite, message: ToWorker): Promise<void> {
  try {
    if (message === 'close') {
      await database.close()
      port?.close()
      return
    }
    const reply = await replyTo(database, message)
    port?.postMessage(reply satisfies FromWorker, [reply.buffer])
  } catch (error) {
    port?.postMessage({ failure: error instanceof Error ? error.message : String(error) } satisfies FromWorker)
  }
}

/** `execProtocolRaw` would also take every answer apart, and keep the parts for as long as the database is open. */
async function replyTo(database: PGlite, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  // The bytes are the database's own memory, which it writes to again.
  await database.execProtocolRawStream(message, { onRawData: (bytes) => pieces.push(bytes.slice()) })
  return new Uint8Array(Buffer.concat(pieces))
}
