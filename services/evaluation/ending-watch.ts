import type { Instant } from '../../rules/index.ts'
import { recordIntents } from '../alerts/index.ts'
import type { RulebookShelf } from '../rulebooks/index.ts'
import type { Store } from '../store/index.ts'
import { endingsAt, nextEnding } from './endings.ts'

export interface EndingWatchDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly now: () => Instant
  readonly alertWindowMs: number
}

/** Notices when the term of an agreement comes to its end. */
export class EndingWatch {
  readonly #deps: EndingWatchDeps
  /** What was in use at the last look, and until when there is nothing to look for. */
  #rest: { readonly adopted: unknown; readonly until: Instant | null } | null = null

  constructor(deps: EndingWatchDeps) {
    this.#deps = deps
  }

  /** Looks once, if anything can have changed. */
  async look(): Promise<void> {
    const { store, shelf, now, alertWindowMs } = this.#deps
    const [adopted, at] = [await shelf.current(store.db), now()]
    const rest = this.#rest
    if (rest?.adopted === adopted && (rest.until === null || at < rest.until)) return
    const rulebooks = adopted.map(({ rulebook }) => rulebook)
    const endings = endingsAt(rulebooks, at, alertWindowMs)
    if (endings.length > 0) {
      await store.transaction(async (trx) => {
        const rows = await trx
          .selectFrom('servanda.commitments')
          .select('agreement')
          .distinct()
          .where('indicator', '<>', 'ended')
          .execute()
        const binding = new Set(rows.map(({ agreement }) => agreement))
        await recordIntents(
          trx,
          endings.filter(({ agreement }) => binding.has(agreement)),
          at,
        )
      })
    }
    this.#rest = { adopted, until: nextEnding(rulebooks, at) }
  }
}
