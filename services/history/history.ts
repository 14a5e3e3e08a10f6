import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Kysely } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { formatInstant, type IncludedText, type Instant, type Rulebook } from '../../rules/index.ts'
import { startChild } from '../child-process/index.ts'
import { lastSeq, ledgerPages } from '../ledger/index.ts'
import type { RulebookShelf } from '../rulebooks/index.ts'
import type { Database, Store } from '../store/index.ts'
import type { HistoryJob, ToldEvent } from './job.ts'

/** What was, or is, believed of an agreement. */
export interface HistoryQuestion {
  readonly agreement: string
  /** The instant the answer is about. */
  readonly asOf: Instant
  /** Only what was known then counts; null: all that is known. */
  readonly knownAt: Instant | null
  /** By which version of the rulebook; null: the one in use. */
  readonly rulebookVersion: number | null
  readonly cases: HistoryJob['cases']
}

/** What answering may take. */
export interface HistoryLimits {
  /** Answers under way at once, in this process. */
  readonly atOnce: number
  readonly memoryMb: number
  readonly ms: number
}

const LIMITS: HistoryLimits = { atOnce: 2, memoryMb: 1_024, ms: 60_000 }

export interface HistoryDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly log: Log
  readonly limits?: HistoryLimits
}

/**
 * Answers what is believed of an agreement at any instant, knowing what was known at any other: from the ledger, by the
 * same engine as `servanda evaluate`, in a process of its own with a deadline and a limit to its memory.
 */
export class History {
  readonly #store: Store
  readonly #shelf: RulebookShelf
  readonly #log: Log
  readonly #limits: HistoryLimits
  #underWay = 0

  constructor({ store, shelf, log, limits = LIMITS }: HistoryDeps) {
    this.#store = store
    this.#shelf = shelf
    this.#log = log
    this.#limits = limits
  }

  /**
   * The evaluation as JSON (LANGUAGE §7) with `known_basis`, `claimed` where an event counts as known only because its
   * sender says so, and `rulebook_version`; the text comes piece by piece.
   * @throws {ServandaError} `AGREEMENT_UNKNOWN`, `VERSION_UNKNOWN`, `HISTORY_BUSY`, `HISTORY_TOO_LARGE`
   */
  async evaluation(question: HistoryQuestion): Promise<Readable> {
    const { rulebook, job } = await this.#jobFor(question)
    const { atOnce, memoryMb, ms } = this.#limits
    if (this.#underWay >= atOnce)
      throw new ServandaError(
        'HISTORY_BUSY',
        'Enough such questions are being answered already. Ask again in a moment.',
      )
    this.#underWay += 1
    const child = startChild('./child', import.meta.url, memoryMb)
    const deadline = setTimeout(() => child.kill('SIGKILL'), ms)
    const ended = once(child, 'close').then(([code]) => {
      clearTimeout(deadline)
      this.#underWay -= 1
      return code as number | null
    })
    let complaints = ''
    child.stderr?.on('data', (text: Buffer) => {
      complaints = `${complaints}${text}`.slice(-4_000)
    })
    const told = this.#tell(child, rulebook, job).catch((error: unknown) => {
      child.kill('SIGKILL')
      return error
    })
    const { stdout } = child
    if (stdout === null) throw new TypeError('a child process without output')
    const first = await Promise.race([once(stdout, 'readable').then(() => 'answer' as const), ended])
    if (first === 'answer' && stdout.readableLength > 0) return stdout
    const code = await ended
    const error = await told
    this.#log.error({ err: error, code, complaints, agreement: question.agreement }, 'a past belief was not worked out')
    throw new ServandaError(
      'HISTORY_TOO_LARGE',
      `This could not be worked out within ${ms / 1_000} seconds and ${memoryMb} MB. Export the events and ask \`servanda evaluate\`.`,
    )
  }

  async #jobFor({ agreement, asOf, knownAt, rulebookVersion, cases }: HistoryQuestion) {
    const { db } = this.#store
    const adopted = (await this.#shelf.current(db)).find(({ rulebook }) => rulebook.id === agreement)
    if (!adopted) throw new ServandaError('AGREEMENT_UNKNOWN', `There is no agreement ${agreement}.`)
    const version = rulebookVersion ?? adopted.version
    const row = await rulebookRow(db, agreement, version)
    if (!row) throw new ServandaError('VERSION_UNKNOWN', `The rulebook of ${agreement} has no version ${version}.`)
    const job: HistoryJob = {
      file: row.file,
      text: row.text,
      included: row.included as readonly IncludedText[],
      rulebookVersion: version,
      asOf: formatInstant(asOf),
      knownAt: knownAt === null ? null : formatInstant(knownAt),
      cases,
    }
    return { rulebook: await this.#shelf.compiled(row), job }
  }

  /** Gives the child its job and the events, as fast as it takes them. */
  async #tell({ stdin }: ChildProcess, rulebook: Rulebook, job: HistoryJob): Promise<void> {
    const { db } = this.#store
    const to = await lastSeq(db)
    async function* lines(): AsyncIterable<string> {
      yield `${JSON.stringify(job)}\n`
      for await (const page of ledgerPages(db, rulebook, { from: 0, to, without: await setAsideOf(db, rulebook.id) }))
        for (const { content, recorded_at, claimed_at } of page) {
          const told: ToldEvent = [
            content,
            formatInstant(recorded_at),
            claimed_at === null ? null : formatInstant(claimed_at),
          ]
          yield `${JSON.stringify(told)}\n`
        }
    }
    await pipeline(lines, stdin ?? new Writable())
  }
}

async function rulebookRow(db: Kysely<Database>, agreement: string, version: number) {
  return db
    .selectFrom('servanda.rulebooks')
    .select(['hash', 'file', 'text', 'included'])
    .where('agreement', '=', agreement)
    .where('version', '=', version)
    .executeTakeFirst()
}

async function setAsideOf(db: Kysely<Database>, agreement: string): Promise<readonly number[]> {
  const rows = await db.selectFrom('servanda.set_aside').select('seq').where('agreement', '=', agreement).execute()
  return rows.map(({ seq }) => seq)
}
