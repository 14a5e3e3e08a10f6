import type { Log } from '../../config/log.ts'
import { type Instant, instant } from '../../rules/index.ts'
import { bumpStatus } from '../rulebooks/index.ts'
import { type Store, timestamp } from '../store/index.ts'
import { type Evaluated, type EvaluationDeps, evaluateOnce } from './evaluate-once.ts'

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
   * Brings `agreement` up to date: everything that waits for it and everything due.
   * @throws what the evaluation threw, after noting it beside the agreement; what was waiting waits on
   */
  async bringUpToDate(agreement: string): Promise<readonly Evaluated[]> {
    const done: Evaluated[] = []
    try {
      for (;;) {
        const one = await this.#deps.store.transaction((trx) => evaluateOnce(trx, agreement, this.#deps))
        if (!one) return done
        done.push(one)
        this.#deps.log.info({ agreement, ...one }, 'agreement evaluated')
      }
    } catch (error) {
      await this.#noteFailure(agreement, error)
      throw error
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
