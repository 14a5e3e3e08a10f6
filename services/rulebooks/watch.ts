import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../config/log.ts'
import { type RulesFolder, readRulesFolder, rulesFiles } from './folder.ts'

/** How often the folder is looked at. */
const LOOK_MS = 2_000

export interface RulesWatchOrder {
  readonly path: string
  /** The folder as it stood before it was read the last time. */
  readonly seen: FolderLook
  /** Takes up what the folder holds now. */
  readonly load: (folder: RulesFolder) => Promise<unknown>
  readonly log: Log
}

/** What a folder of rules looks like from outside: its files, when each was written, and how long it is. */
export type FolderLook = string & { readonly __brand: 'FolderLook' }

/**
 * Looks at a folder of rules again and again, and takes up what has changed. It looks at times and sizes, since every file
 * system has those: notices of the operating system do not come from network folders and many a mounted one, and tell of a
 * file while it is still being written. What has changed is taken up when two looks in a row find the same, so that a file
 * is rarely read half-written; one that is, is rejected like any other, and its whole clears that. A file that is
 * replaced by one of the same length and the same time is not noticed.
 */
export class RulesWatch {
  readonly #order: RulesWatchOrder
  #loaded: FolderLook
  #last: FolderLook
  /** What was said to be unreadable, so that it is said once. */
  #complaint = ''
  #timer: NodeJS.Timeout | undefined
  #look: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(order: RulesWatchOrder, lookMs = LOOK_MS) {
    this.#order = order
    this.#loaded = order.seen
    this.#last = order.seen
    this.#next(lookMs)
  }

  /** Waits for what it is taking up. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#look
  }

  #next(lookMs: number): void {
    this.#timer = setTimeout(() => {
      this.#look = this.#lookAgain().finally(() => {
        if (!this.#isStopped) this.#next(lookMs)
      })
    }, lookMs)
  }

  async #lookAgain(): Promise<void> {
    const { path, load, log } = this.#order
    try {
      const look = await lookAtRules(path)
      const isSettled = look === this.#last
      this.#last = look
      if (!isSettled || look === this.#loaded) return
      log.info({ path }, 'the rulebooks have changed and are loaded')
      await load(await readRulesFolder(path))
      this.#loaded = look
      this.#complaint = ''
    } catch (err) {
      const complaint = String(err)
      if (complaint !== this.#complaint && !this.#isStopped)
        log.warn({ err, path }, 'what has changed in the rulebooks was not loaded; every look tries again')
      this.#complaint = complaint
    }
  }
}

/** What `folder` looks like now. */
export async function lookAtRules(folder: string): Promise<FolderLook> {
  const looks = await Promise.all(
    (await rulesFiles(folder)).map(async (file) => {
      const found = await stat(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      return found === null ? [] : [[file, found.mtimeMs, found.size]]
    }),
  )
  return JSON.stringify(looks.flat()) as FolderLook
}
