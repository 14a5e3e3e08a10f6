import { commitmentsTouchedBy } from '../../rules/index.ts'
import type { Listeners } from '../ledger/index.ts'
import type { RulebookShelf } from './shelf.ts'

/** Who listens to an event: every commitment of the rulebooks in use that one of its revisions can change. */
export function listenersOn(shelf: RulebookShelf): Listeners {
  return async (trx) => {
    const adopted = await shelf.current(trx)
    return (revisions) =>
      adopted.flatMap(({ rulebook }) => {
        const touched = new Set(revisions.flatMap((event) => commitmentsTouchedBy(rulebook, event)))
        return [...touched].map((commitment) => ({ agreement: rulebook.id, commitment }))
      })
  }
}
