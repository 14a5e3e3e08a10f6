import { sql } from 'kysely'
import { isServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { type Instant, instant } from '../../rules/index.ts'
import { neverWill } from '../queue/index.ts'
import { bumpStatus } from '../rulebooks/index.ts'
import { type Store, timestamp } from '../store/index.ts'
import { type Evaluated, type EvaluationDeps, evaluateOnce, MOST_EVENTS } from './evaluate-once.ts'
import { firstWaiting, setAside } from './set-aside.ts'

export interface EvaluatorDeps extends EvaluationDeps {
  readonly store: Store
  readonly log: Log
  /** Is told of each evaluation once it is certain how it ended, with how long it took in real time. */
  readonly ended?: (ending: EvaluationEnding, seconds: number) => void
}

/** How an evaluation ended: committed, with what it did; or not, and then whether an event was set aside for it. */
export type EvaluationEnding = Evaluated | 'failed' | 'set_aside'

/** To see whether an evaluation fails without any event; that has to be seen, whoever else is at the agreement. */
const NO_EVENT = { most: 0, ifBusy: 'wait' } as const

/** Evaluates agreements, one transaction at a time, and says what came of it. */
export class Evaluator {
  readonly #deps: EvaluatorDeps
  readonly #running = new Map<string, Promise<unknown>>()

  constructor(deps: EvaluatorDeps) {
    this.#deps = deps
  }

  /**
   * Brings `agreement` up to date: everything that waits for it and everything due. An event with which that fails, and
   * would fail again, is found by taking in fewer and fewer, and set aside. One that another process is at is left to
   * that one, which looks again after each commit, so that whoever comes meanwhile need not wait.
   * @param log  says for which job it is done
   * @throws what the evaluation threw otherwise, after noting it beside the agreement; what was waiting waits on
   */
  async bringUpToDate(agreement: string, log = this.#deps.log): Promise<readonly Evaluated[]> {
    while (this.#running.has(agreement)) await this.#running.get(agreement)?.catch(() => {})
    const running = this.#bringUpToDate(agreement, log).finally(() => this.#running.delete(agreement))
    this.#running.set(agreement, running)
    return running
  }

  async #bringUpToDate(agreement: string, log: Log): Promise<readonly Evaluated[]> {
    const { store, ended = () => {} } = this.#deps
    const done: Evaluated[] = []
    let most = MOST_EVENTS
    // Asked after the commit and before anything is locked: a hint that nothing is left to do for costs one question.
    while (await this.#isBehind(agreement)) {
      const began = performance.now()
      const seconds = () => (performance.now() - began) / 1_000
      try {
        const one = await store.transaction((trx) =>
          evaluateOnce(trx, agreement, this.#deps, { most, ifBusy: 'leave' }),
        )
        if (!one) break
        done.push(one)
        ended(one, seconds())
        const { lateMs: _, ...facts } = one
        log.info({ agreement, ...facts }, 'agreement evaluated')
      } catch (error) {
        const seq = isServandaError(error, 'LEDGER_ROW_UNREADABLE') ? Number(error.details.seq) : null
        if (seq === null && neverWill(error) && most > 1) most = Math.ceil(most / 10)
        else if (await this.#setAside(agreement, seq, error).catch(() => false)) {
          ended('set_aside', seconds())
          most = MOST_EVENTS
        } else {
          ended('failed', seconds())
          await this.#noteFailure(agreement, error)
          throw error
        }
      }
    }
    return done
  }

  /** Whether something waits for `agreement` or is due, or nothing is kept of it. */
  async #isBehind(agreement: string): Promise<boolean> {
    const now = timestamp(instant(this.#deps.clock.now().epochMilliseconds))
    const { rows } = await sql<{ behind: boolean }>`
      select exists (select from servanda.outbox where agreement = ${agreement})
        or exists (select from servanda.engine_cases where agreement = ${agreement} and wake <= ${now})
        or not exists (select from servanda.engine_agreements where agreement = ${agreement} and (wake > ${now} or wake is null))
        as behind`.execute(this.#deps.store.db)
    return rows[0]?.behind ?? false
  }

  /** The agreements with something waiting or due, or of which nothing is kept. */
  async behind(): Promise<readonly string[]> {
    const { db } = this.#deps.store
    const now = timestamp(instant(this.#deps.clock.now().epochMilliseconds))
    const waiting = db.selectFrom('servanda.outbox').select('agreement')
    const due = db.selectFrom('servanda.engine_cases').select('agreement').where('wake', '<=', now)
    const wholly = db.selectFrom('servanda.engine_agreements').select('agreement').where('wake', '<=', now)
    const unknown = db
      .selectFrom('servanda.agreements as agreement')
      .leftJoin('servanda.engine_agreements as kept', 'kept.agreement', 'agreement.id')
      .select('agreement.id as agreement')
      .where('kept.agreement', 'is', null)
    const rows = await waiting.union(due).union(wholly).union(unknown).execute()
    return rows.map(({ agreement }) => agreement)
  }

  /** The earliest instant at which some case may change by itself; null: none will. */
  async nextDue(): Promise<Instant | null> {
    const { db } = this.#deps.store
    const earliest = async (table: 'servanda.engine_cases' | 'servanda.engine_agreements') =>
      (
        await db
          .selectFrom(table)
          .select(({ fn }) => fn.min('wake').as('at'))
          .executeTakeFirst()
      )?.at ?? null
    const found = [await earliest('servanda.engine_cases'), await earliest('servanda.engine_agreements')]
    const known = found.filter((at) => at !== null)
    return known.length === 0 ? null : (Math.min(...known) as Instant)
  }

  /**
   * Sets aside the event in row `seq` (null: the one that waits first) if it is the reason for `error`.
   * @returns whether one was set aside
   */
  async #setAside(agreement: string, seq: number | null, error: unknown): Promise<boolean> {
    if (seq === null && !neverWill(error)) return false
    const { store, clock, log } = this.#deps
    const found = seq ?? (await firstWaiting(store.db, agreement))
    if (found === null) return false
    // What fails without any event, because of the rules or the time, is not the fault of one.
    if (seq === null) await store.transaction((trx) => evaluateOnce(trx, agreement, this.#deps, NO_EVENT))
    const failure = error instanceof Error ? error.message : String(error)
    const at = instant(clock.now().epochMilliseconds)
    await store.transaction((trx) => setAside(trx, agreement, { seq: found, failure, at }))
    log.error({ err: error, agreement, seq: found }, 'an event was set aside: the agreement is evaluated without it')
    return true
  }

  async #noteFailure(agreement: string, error: unknown): Promise<void> {
    const { store, clock, log } = this.#deps
    const at = instant(clock.now().epochMilliseconds)
    const failure = error instanceof Error ? error.message : String(error)
    await store
      .transaction(async (trx) => {
        await trx
          .updateTable('servanda.agreements')
          .set({ failure: failure.slice(0, 2_000), failed_at: timestamp(at) })
          .where('id', '=', agreement)
          .execute()
        await bumpStatus(trx, at, { agreement, commitments: [] })
      })
      .catch((err) => log.error({ err, agreement }, 'a failed evaluation could not be noted'))
  }
}
