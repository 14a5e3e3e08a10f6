import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { formatInstant, type Instant, parseInstant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type AnswerLimits, ChildAnswers, type ChildErrors, rowLine } from '../child-process/index.ts'
import { GENESIS, ledgerHead, ledgerPages } from '../ledger/index.ts'
import { type RulebookShelf, rulebookText } from '../rulebooks/index.ts'
import type { Database, Store } from '../store/index.ts'
import { asOfIn, type ReportRequest, titleOf } from './compose-report.ts'
import { FORMS, type Form } from './forms/index.ts'
import { filesIn, type MadeFiles } from './made-files.ts'
import type { Basis, Change, PreviousBasis, RulebookBasis } from './report.ts'
import { type HashedText, type ReportJob, seqIn } from './report-job.ts'
import { contentOf, keepReport, type ReportRecord, reportById, reportFile } from './report-records.ts'
import { type Recipients, sendReport } from './send-report.ts'

/** What somebody asks the desk for. */
export interface ReportOrder {
  readonly request: ReportRequest
  /** Only what was recorded by then counts; null: all of it. */
  readonly knownAt: Instant | null
  /** The id of the report that changes are told against; null: against how it stood when the period began. */
  readonly previous: string | null
  /** The id of the schedule that it is due by; null: of none. */
  readonly schedule: string | null
  /** Null: nobody. */
  readonly tell: Recipients | null
}

/** Whether a report that was made comes out again as it was. */
export interface Reproduction {
  readonly isSame: boolean
  /** The versions of Servanda that made it, and that made it again: another may word or draw it otherwise. */
  readonly versions: readonly [made: string, again: string]
  /** Whether the row of the ledger that it rests on is the one that it was. */
  readonly isLedgerSame: boolean
  readonly files: readonly {
    readonly form: Form
    readonly recorded: string
    readonly reproduced: string
    /** Whether what is stored still has the digest that stands beside it. */
    readonly isIntact: boolean
  }[]
  /** What is known otherwise by now of the instant that it was about; null: nobody asked. */
  readonly changes: readonly Change[] | null
}

/** What decides on what a report rests. */
type Outset = Pick<ReportOrder, 'request' | 'knownAt' | 'previous'>

export interface ReportDeskDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly now: () => Instant
  readonly log: Log
  /** What follows the `@` of a Message-ID. */
  readonly domain: string
  /** Of Servanda. */
  readonly version: string
  readonly limits?: AnswerLimits
}

const LIMITS: AnswerLimits = { atOnce: 1, memoryMb: 400, ms: 120_000 }

const ERRORS: ChildErrors = {
  busy: 'REPORT_BUSY',
  tooLarge: 'REPORT_TOO_LARGE',
  mend: 'Report on fewer agreements at a time.',
}

/** Makes reports on what is on record, in a process of their own, keeps them, and makes them again to compare. */
export class ReportDesk {
  readonly #deps: ReportDeskDeps
  readonly #children: ChildAnswers

  constructor(deps: ReportDeskDeps) {
    this.#deps = deps
    this.#children = new ChildAnswers({ log: deps.log, limits: deps.limits ?? LIMITS, errors: ERRORS })
  }

  /**
   * Makes a report, keeps it for good, and lets it go to whoever is to have it.
   * @returns null where its schedule has one of this period already
   * @throws {ServandaError} `AGREEMENT_UNKNOWN`, `REPORT_UNKNOWN`, `PERIOD_AHEAD`, `REPORT_BUSY`, `REPORT_TOO_LARGE`
   */
  async make(order: ReportOrder, author: Author): Promise<ReportRecord | null> {
    const { store, version, now, domain } = this.#deps
    const { request, schedule, tell } = order
    if (parseInstant(request.period.from) > now()) {
      throw new ServandaError(
        'PERIOD_AHEAD',
        `The period ${request.period.name} has not begun: nothing can be reported of it.`,
      )
    }
    const asOf = asOfIn(request.period, now())
    const basis = await this.#basisNow(order)
    const job = await this.#jobOf({ request, basis, asOf: formatInstant(asOf), version }, FORMS)
    const { facts, files } = await this.#made(job)
    const id = randomBytes(8).toString('hex')
    const by = { createdBy: author.actor, createdAt: author.at }
    const report = { id, schedule, title: titleOf(request), request, basis, asOf, version, facts, ...by }
    return store.transaction(async (trx) => {
      if (!(await keepReport(trx, report, files))) return null
      await note(trx, author, 'report.made', { subject: id, details: { period: request.period.name } })
      const kept = await reportById(trx, id)
      if (kept !== null && tell !== null) await sendReport(trx, kept, tell, { at: now(), domain })
      return kept
    })
  }

  /**
   * Makes a report again from the ledger and the versions of the rulebooks it rests on, and compares it byte by byte.
   * @param withChanges  says too what is known otherwise by now
   * @throws {ServandaError} `REPORT_BUSY`, `REPORT_TOO_LARGE`
   */
  async reproduce(
    { id, request, basis, asOf, version, files }: ReportRecord,
    withChanges: boolean,
  ): Promise<Reproduction> {
    const { store } = this.#deps
    const about = { request, asOf: formatInstant(asOf), version }
    const made = await this.#made(
      await this.#jobOf(
        { ...about, basis },
        files.map(({ form }) => form),
      ),
    )
    const compared = await Promise.all(
      files.map(async ({ form, sha256 }) => {
        const stored = await reportFile(store.db, id, form)
        return {
          form,
          recorded: sha256,
          reproduced: made.files.find((file) => file.form === form)?.sha256 ?? '',
          isIntact: stored !== null && (await digestOf(await contentOf(stored))) === sha256,
        }
      }),
    )
    const isLedgerSame = await isOnRecord(store.db, basis.ledger)
    return {
      versions: [version, this.#deps.version],
      isSame:
        isLedgerSame && compared.every(({ recorded, reproduced, isIntact }) => isIntact && recorded === reproduced),
      isLedgerSame,
      files: compared,
      changes: withChanges ? await this.#changesSince({ request, knownAt: null, previous: id }, about) : null,
    }
  }

  async #changesSince(order: Outset, about: Pick<ReportJob, 'request' | 'asOf' | 'version'>) {
    const basis = await this.#basisNow(order)
    const job = await this.#jobOf({ ...about, basis }, [])
    return (await this.#made({ ...job, tellsChanges: true })).changes
  }

  /** Everything that is on record now. */
  async #basisNow({ request: { scope }, knownAt, previous }: Outset): Promise<Basis> {
    const { db } = this.#deps.store
    const adopted = await this.#deps.shelf.current(db)
    const missing = scope.agreements?.find((id) => !adopted.some(({ rulebook }) => rulebook.id === id))
    if (missing !== undefined) throw new ServandaError('AGREEMENT_UNKNOWN', `There is no agreement ${missing}.`)
    const head = await ledgerHead(db)
    const setAside = await rowsSetAside(db)
    const rulebooks = adopted
      .filter(({ rulebook: { id } }) => scope.agreements === null || scope.agreements.includes(id))
      .map(({ rulebook: { id, hash }, version, file }): RulebookBasis => {
        return { agreement: id, version, hash, file, set_aside: setAside.get(id) ?? [] }
      })
    return {
      ledger: head === null ? `0:${GENESIS}` : `${head.seq}:${head.hash}`,
      known_at: knownAt === null ? null : formatInstant(knownAt),
      events_digest: null,
      rulebooks,
      previous: previous === null ? null : await this.#previousBasis(previous),
    }
  }

  async #previousBasis(id: string): Promise<PreviousBasis> {
    const before = await reportById(this.#deps.store.db, id)
    if (before === null) throw new ServandaError('REPORT_UNKNOWN', `There is no report ${id}.`)
    const { ledger, known_at, rulebooks } = before.basis
    return { report: id, as_of: formatInstant(before.asOf), ledger: ledger ?? `0:${GENESIS}`, known_at, rulebooks }
  }

  async #jobOf(
    about: Pick<ReportJob, 'request' | 'basis' | 'asOf' | 'version'>,
    forms: readonly Form[],
  ): Promise<ReportJob> {
    const textsOf = async (rulebooks: readonly RulebookBasis[]) =>
      Promise.all(rulebooks.map((one) => this.#textOf(one)))
    return {
      ...about,
      forms,
      tellsChanges: false,
      rulebooks: await textsOf(about.basis.rulebooks),
      before: await textsOf(about.basis.previous?.rulebooks ?? []),
    }
  }

  async #textOf({ agreement, version }: RulebookBasis): Promise<HashedText> {
    const row = version === null ? null : await rulebookText(this.#deps.store.db, agreement, version)
    if (row === null)
      throw new ServandaError('VERSION_UNKNOWN', `The rulebook of ${agreement} has no version ${version}.`)
    return row
  }

  async #made(job: ReportJob): Promise<MadeFiles> {
    const about = { period: job.request.period.name }
    return filesIn(
      await this.#children.ask({ module: './report-child', from: import.meta.url, lines: this.#lines(job), about }),
    )
  }

  /** A job, and the events that may bear on its rulebooks. */
  async *#lines(job: ReportJob): AsyncIterable<string> {
    const { shelf, store } = this.#deps
    yield `${JSON.stringify(job)}\n`
    const texts = [...job.rulebooks, ...job.before]
    const rulebooks = texts.map((text) => shelf.compiled(text))
    const to = job.basis.ledger === null ? 0 : seqIn(job.basis.ledger)
    for await (const page of ledgerPages(store.db, rulebooks, { from: 0, to }))
      yield page.map((row) => `${rowLine(row)}\n`).join('')
  }
}

/** SHA-256, worked out in a thread beside this one. */
async function digestOf(content: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', content)).toString('hex')
}

/** Whether the ledger has the row `SEQ:HASH`. */
async function isOnRecord(db: Kysely<Database>, ledger: string | null): Promise<boolean> {
  if (ledger === null || seqIn(ledger) === 0) return true
  const row = await db.selectFrom('servanda.events').select('hash').where('seq', '=', seqIn(ledger)).executeTakeFirst()
  return row !== undefined && ledger === `${seqIn(ledger)}:${row.hash}`
}

/** The rows that agreements are evaluated without, by agreement. */
async function rowsSetAside(db: Kysely<Database>): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await db.selectFrom('servanda.set_aside').select(['agreement', 'seq']).orderBy('seq').execute()
  const found = new Map<string, number[]>()
  for (const { agreement, seq } of rows) {
    const own = found.get(agreement)
    if (own) own.push(seq)
    else found.set(agreement, [seq])
  }
  return found
}
