import type { Readable } from 'node:stream'
import { text as wholeText } from 'node:stream/consumers'
import type { Kysely } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { type CaseExplanation, formatInstant, type Instant, knownEvent, type Rulebook } from '../../rules/index.ts'
import { type Announced, announcedIn } from '../alerts/index.ts'
import {
  type AnswerLimits,
  ChildAnswers,
  type ChildErrors,
  type RulebookText,
  rowLine,
} from '../child-process/index.ts'
import { newEvents, newRules, type Prospect } from '../evaluation/index.ts'
import { lastSeq, ledgerPages, type Rehearsal } from '../ledger/index.ts'
import { type AdoptedRulebook, type RulebookShelf, rulebookText } from '../rulebooks/index.ts'
import type { Database, Store } from '../store/index.ts'
import type { ExplanationJob, HistoryJob, headOf, PreviewJob, PreviewOpening } from './job.ts'
import { comparisons, type PreviewDocument, previewDocument } from './preview.ts'

/** From where a history is looked at. */
interface Standpoint {
  readonly agreement: string
  /** The instant the answer is about. */
  readonly asOf: Instant
  /** Only what was known then counts; null: all that is known. */
  readonly knownAt: Instant | null
  /** By which version of the rulebook; null: the one in use. */
  readonly rulebookVersion: number | null
}

/** What was, or is, believed of an agreement. */
export interface HistoryQuestion extends Standpoint {
  readonly cases: HistoryJob['cases']
}

/** Why a case stood, or stands, as it does. */
export interface ExplanationQuestion extends Standpoint {
  readonly case: string
}

/** The answer, and on what it rests. */
export type Explained = ReturnType<typeof headOf> & CaseExplanation

const LIMITS: AnswerLimits = { atOnce: 2, memoryMb: 1_024, ms: 60_000 }

const ERRORS: ChildErrors = {
  busy: 'HISTORY_BUSY',
  tooLarge: 'HISTORY_TOO_LARGE',
  mend: 'Export the events and ask `servanda evaluate`.',
}

export interface HistoryDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly log: Log
  readonly alertWindowMs: number
  readonly limits?: AnswerLimits
}

/** An agreement whose cases are compared, and everything it takes to say what there would be to tell. */
interface Comparing {
  readonly rulebook: Rulebook
  /** The version in use; null: there is none. */
  readonly version: number | null
  readonly job: PreviewJob
  /** Whose events on record are told. */
  readonly rulebooks: readonly Rulebook[]
  readonly announced: ReadonlyMap<string, Announced>
  readonly prospect: Prospect
}

/**
 * Answers questions about the whole history: from the ledger, by the same engine as `servanda evaluate`, in processes of
 * their own with a deadline and a limit to their memory.
 */
export class History {
  readonly #store: Store
  readonly #shelf: RulebookShelf
  readonly #children: ChildAnswers
  readonly #alertWindowMs: number

  constructor({ store, shelf, log, alertWindowMs, limits = LIMITS }: HistoryDeps) {
    this.#store = store
    this.#shelf = shelf
    this.#alertWindowMs = alertWindowMs
    this.#children = new ChildAnswers({ log, limits, errors: ERRORS })
  }

  /**
   * What is believed of an agreement at any instant, knowing what was known at any other: as JSON (LANGUAGE §7) with
   * `known_basis`, `claimed` where an event counts as known only because its sender says so, and `rulebook_version`; the
   * text comes piece by piece.
   * @throws {ServandaError} `AGREEMENT_UNKNOWN`, `VERSION_UNKNOWN`, `HISTORY_BUSY`, `HISTORY_TOO_LARGE`
   */
  async evaluation(question: HistoryQuestion): Promise<Readable> {
    const { agreement, cases } = question
    const { lookedAt, rulebook } = await this.#lookedAt(question)
    const job: HistoryJob = { ...lookedAt, cases }
    const lines = this.#lines(job, agreement, [rulebook])
    return this.#children.ask({ module: './child', from: import.meta.url, lines, about: { agreement } })
  }

  /**
   * Why a case stands as it does at any instant, knowing what was known at any other; what `servanda explain` prints.
   * @throws {ServandaError} `AGREEMENT_UNKNOWN`, `VERSION_UNKNOWN`, `CASE_UNKNOWN`, `HISTORY_BUSY`, `HISTORY_TOO_LARGE`
   */
  async explanation(question: ExplanationQuestion): Promise<Explained> {
    const { agreement, case: id } = question
    const { lookedAt, rulebook } = await this.#lookedAt(question)
    const job: ExplanationJob = { ...lookedAt, case: id }
    // No process is begun for what no commitment can have.
    const isPossible = rulebook.commitments.some((one) => id.startsWith(`${agreement}/${one.id}@`))
    const explained = isPossible ? await this.#explained(job, agreement, rulebook) : null
    if (explained !== null) return explained
    throw new ServandaError('CASE_UNKNOWN', `At ${job.asOf} there is no case ${id} in ${agreement}.`)
  }

  async #explained(job: ExplanationJob, agreement: string, rulebook: Rulebook): Promise<Explained | null> {
    const lines = this.#lines(job, agreement, [rulebook])
    const printed = await this.#children.ask({
      module: './explain-child',
      from: import.meta.url,
      lines,
      about: { agreement },
    })
    return JSON.parse(await wholeText(printed))
  }

  /**
   * What taking `rulebook` (which reads `text`) into use would change among the verdicts, on everything that is on record,
   * and what it would have to tell. Nothing is changed by asking.
   * @throws {ServandaError} `HISTORY_BUSY`, `HISTORY_TOO_LARGE`
   */
  async preview(
    rulebook: Rulebook,
    { file, text }: Omit<RulebookText, 'included'>,
    at: Instant,
  ): Promise<PreviewDocument> {
    const { db } = this.#store
    const { id: agreement, included } = rulebook
    const inUse = await this.#adopted(agreement)
    const row = inUse ? await rulebookText(db, agreement, inUse.version) : null
    const announced = await announcedIn(db, agreement)
    const rulebooks = inUse ? [inUse.rulebook, rulebook] : [rulebook]
    const after = { file, text, included }
    const job: PreviewJob = { kind: 'rules', before: row, after, told: [...announced.keys()] }
    const version = inUse?.version ?? null
    const comparing = { rulebook, version, job, rulebooks, announced, prospect: newRules(at) }
    const [document] = await this.#compare([comparing], { asOf: formatInstant(at), news: [] })
    return document as PreviewDocument
  }

  /**
   * What recording the events that `rehearsal` would add would change among the verdicts of `agreements`, and what it would
   * have to tell. Nothing is changed by asking. Of those that no event concerns there is no document.
   * @throws {ServandaError} `HISTORY_BUSY`, `HISTORY_TOO_LARGE`
   */
  async consequences(
    { rows, work }: Rehearsal,
    agreements: readonly AdoptedRulebook[],
    at: Instant,
  ): Promise<readonly PreviewDocument[]> {
    const { db } = this.#store
    const comparing: Comparing[] = []
    for (const { rulebook, version } of agreements) {
      const own = work.filter(({ agreement }) => agreement === rulebook.id)
      const text = own.length > 0 ? await rulebookText(db, rulebook.id, version) : null
      if (text === null) continue
      const concerned = new Set(own.map(({ seq }) => seq))
      const news = [...rows.keys()].filter((number) => concerned.has(rows[number]?.seq ?? 0))
      const announced = await announcedIn(db, rulebook.id)
      const job: PreviewJob = { kind: 'news', rulebook: text, news, told: [...announced.keys()] }
      const touched = new Set(own.map(({ commitment }) => commitment))
      const known = rows.map(({ event, claimedAt, recordedAt }) => knownEvent(event, claimedAt ?? recordedAt))
      const prospect = newEvents(known, rulebook, { touched, at, windowMs: this.#alertWindowMs })
      comparing.push({ rulebook, version, job, rulebooks: [rulebook], announced, prospect })
    }
    return this.#compare(comparing, { asOf: formatInstant(at), news: rows.map(rowLine) })
  }

  /** One document for each of `all`, in their order. */
  async #compare(all: readonly Comparing[], opening: PreviewOpening): Promise<readonly PreviewDocument[]> {
    if (all.length === 0) return []
    const lines = this.#comparingLines(all, opening)
    const about = { agreements: all.map(({ rulebook }) => rulebook.id) }
    const printed = await this.#children.ask({ module: './preview-child', from: import.meta.url, lines, about })
    const documents: PreviewDocument[] = []
    for await (const comparison of comparisons(printed)) {
      const one = all[documents.length]
      if (one) documents.push(previewDocument(comparison, one))
    }
    return documents
  }

  async *#comparingLines(all: readonly Comparing[], opening: PreviewOpening): AsyncIterable<string> {
    yield `${JSON.stringify(opening)}\n`
    for (const { job, rulebook, rulebooks } of all) {
      yield* this.#lines(job, rulebook.id, rulebooks)
      yield '\n'
    }
  }

  async #lookedAt({ agreement, asOf, knownAt, rulebookVersion }: Standpoint) {
    const adopted = await this.#adopted(agreement)
    if (!adopted) throw new ServandaError('AGREEMENT_UNKNOWN', `There is no agreement ${agreement}.`)
    const version = rulebookVersion ?? adopted.version
    const row = await rulebookText(this.#store.db, agreement, version)
    if (!row) throw new ServandaError('VERSION_UNKNOWN', `The rulebook of ${agreement} has no version ${version}.`)
    const lookedAt = {
      ...row,
      rulebookVersion: version,
      asOf: formatInstant(asOf),
      knownAt: knownAt === null ? null : formatInstant(knownAt),
    }
    return { lookedAt, rulebook: this.#shelf.compiled(row) }
  }

  async #adopted(agreement: string) {
    return (await this.#shelf.current(this.#store.db)).find(({ rulebook }) => rulebook.id === agreement)
  }

  /** A job, and the events that may bear on `rulebooks`. */
  async *#lines(job: unknown, agreement: string, rulebooks: readonly Rulebook[]): AsyncIterable<string> {
    const { db } = this.#store
    const range = { from: 0, to: await lastSeq(db), without: await setAsideOf(db, agreement) }
    yield `${JSON.stringify(job)}\n`
    for await (const page of ledgerPages(db, rulebooks, range)) yield page.map((row) => `${rowLine(row)}\n`).join('')
  }
}

async function setAsideOf(db: Kysely<Database>, agreement: string): Promise<readonly number[]> {
  const rows = await db.selectFrom('servanda.set_aside').select('seq').where('agreement', '=', agreement).execute()
  return rows.map(({ seq }) => seq)
}
