import type { Log } from '../../config/log.ts'
import { type Instant, instant } from '../../rules/index.ts'
import { LedgerReader } from '../ledger/index.ts'
import { bumpStatus } from '../rulebooks/index.ts'
import { type Store, timestamp } from '../store/index.ts'
import { type Evaluated, type EvaluationDeps, evaluateOnce } from './evaluate-once.ts'

export interface EvaluatorDeps extends Omit<EvaluationDeps, 'reader'> {
  readonly store: Store
  readonly log: Log
}

/** Evaluates agreements, one transaction at a time, and says what came of it. */
export class Evaluator {
  readonly #deps: EvaluatorDeps
  readonly #evaluation: EvaluationDeps

  constructor(deps: EvaluatorDeps) {
    this.#deps = deps
    this.#evaluation = { ...deps, reader: new LedgerReader() }
  }

  /**
   * Brings `agreement` up to date: everything that waits for it and everything due.
   * @throws what the evaluation threw, after noting it beside the agreement; what was waiting waits on
   */
  async bringUpToDate(agreement: string): Promise<readonly Evaluated[]> {
    const done: Evaluated[] = []
    try {
      for (;;) {
        const one = await this.#deps.store.transaction((trx) => evaluateOnce(trx, agreement, this.#evaluation))
        if (!one) return done
        done.push(one)
        this.#deps.log.info({ agreement, ...one }, 'agreement evaluated')
      }
    } catch (error) {
      await this.#noteFailure(agreement, error)
      throw error
    }
  }

  /** The agreements with something waiting or due. */
  async behind(): Promise<readonly string[]> {
    const { store, clock } = this.#deps
    const waiting = await store.db.selectFrom('servanda.outbox').select('agreement').distinct().execute()
    const due = await store.db
      .selectFrom('servanda.commitments')
      .select('agreement')
      .distinct()
      .where('next_check', '<=', timestamp(instant(clock.now().epochMilliseconds)))
      .execute()
    return [...new Set([...waiting, ...due].map((row) => row.agreement))]
  }

  /** The earliest instant at which some case changes by itself; null: none will. */
  async nextDue(): Promise<Instant | null> {
    const row = await this.#deps.store.db
      .selectFrom('servanda.commitments')
      .select('next_check')
      .where('next_check', 'is not', null)
      .orderBy('next_check')
      .limit(1)
      .executeTakeFirst()
    return row?.next_check ?? null
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
