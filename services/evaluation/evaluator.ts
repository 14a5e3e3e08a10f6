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
}

/** Evaluates agreements, one transaction at a time, and says what came of it. */
export class Evaluator {
  readonly #deps: EvaluatorDeps

  constructor(deps: EvaluatorDeps) {
    this.#deps = deps
  }

  /**
   * Brings `agreement` up to date: everything that waits for it and everything due. An event with which that fails, and
   * would fail again, is found by taking in fewer and fewer, and set aside.
   * @throws what the evaluation threw otherwise, after noting it beside the agreement; what was waiting waits on
   */
  async bringUpToDate(agreement: string): Promise<readonly Evaluated[]> {
    const { store, log } = this.#deps
    const done: Evaluated[] = []
    let most = MOST_EVENTS
    for (;;) {
      try {
        const one = await store.transaction((trx) => evaluateOnce(trx, agreement, this.#deps, most))
        if (!one) return done
        done.push(one)
        log.info({ agreement, ...one }, 'agreement evaluated')
      } catch (error) {
        const seq = isServandaError(error, 'LEDGER_ROW_UNREADABLE') ? Number(error.details.seq) : null
        if (seq === null && neverWill(error) && most > 1) most = Math.ceil(most / 10)
        else if (await this.#setAside(agreement, seq, error).catch(() => false)) most = MOST_EVENTS
        else {
          await this.#noteFailure(agreement, error)
          throw error
        }
      }
    }
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
    if (seq === null) await store.transaction((trx) => evaluateOnce(trx, agreement, this.#deps, 0))
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
        await bumpStatus(trx, at)
      })
      .catch((err) => log.error({ err, agreement }, 'a failed evaluation could not be noted'))
  }
}
