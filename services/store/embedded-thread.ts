import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Compiled, FromWorker, ToWorker, WorkerData } from './embedded-worker.ts'

/** Who is told what the database answers, and that it is gone. */
export interface ThreadListener {
  answered(bytes: Buffer): void
  lost(cause: Error): void
}

/** The thread in which PGlite runs, so that its work never stalls ours. One request at a time. */
export class DatabaseThread {
  readonly #worker: Worker
  readonly #opened: Promise<void>
  #listener: ThreadListener | null = null

  private constructor(data: WorkerData & Compiled) {
    const worker = startWorker(data)
    this.#worker = worker
    this.#opened = new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('its thread ended')))
      worker.on('message', (message: FromWorker) => {
        if (message === 'ready') resolve()
        else if (message instanceof Uint8Array) this.#listener?.answered(bufferOf(message))
        else this.#lost(new Error(message.failure))
      })
    })
    worker.on('error', (error) => this.#lost(error))
    worker.on('exit', () => this.#lost(new Error('its thread ended')))
  }

  /** Resolves when the database is open; rejects with the reason when it does not open. */
  static async start(data: WorkerData, listener: ThreadListener): Promise<DatabaseThread> {
    const thread = new DatabaseThread({ ...data, program: await program() })
    await thread.#opened
    thread.#listener = listener
    return thread
  }

  execute(bytes: Buffer): void {
    const copy = Uint8Array.from(bytes)
    this.#worker.postMessage(copy satisfies ToWorker, [copy.buffer])
  }

  /** Lets the running request finish and closes the database. */
  async close(): Promise<void> {
    this.#listener = null
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.postMessage('close' satisfies ToWorker)
    await exited
  }

  async terminate(): Promise<void> {
    this.#listener = null
    await this.#worker.terminate()
  }

  #lost(cause: Error): void {
    const listener = this.#listener
    this.#listener = null
    listener?.lost(cause)
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** Part of every Node.js, and of no types that this project loads. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<Compiled['program']> }

let compiled: Promise<Compiled['program']> | null = null

/** PGlite's program. It is compiled once, since every thread would take a second for it. */
function program(): Promise<Compiled['program']> {
  compiled ??= readFile(new URL('pglite.wasm', pathToFileURL(from.resolve('@electric-sql/pglite')))).then((bytes) =>
    WebAssembly.compile(bytes),
  )
  return compiled
}

const from = createRequire(import.meta.url)

/** From the sources the thread needs a TypeScript loader first, whatever loaded this thread. */
function startWorker(workerData: WorkerData & Compiled): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./embedded-worker.js', import.meta.url), { workerData })
  }
  const modules = [from.resolve('tsx/cjs'), fileURLToPath(new URL('./embedded-worker.ts', import.meta.url))]
  const code = modules.map((module) => `require(${JSON.stringify(module)})`).join('\n')
  return new Worker(code, { eval: true, workerData })
}
