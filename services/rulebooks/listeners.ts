import {
  commitmentsTouchedBy,
  knownEvent,
  type Rulebook,
  refusedEvents,
  type ServandaEvent,
} from '../../rules/index.ts'
import type { Listeners, Objection } from '../ledger/index.ts'
import type { RulebookShelf } from './shelf.ts'

/** Who listens to an event: every commitment of the rulebooks in use that one of its revisions can change. */
export function listenersOn(shelf: RulebookShelf): Listeners {
  return async (trx) => {
    const rulebooks = (await shelf.current(trx)).map(({ rulebook }) => rulebook)
    return {
      touchedBy: (revisions) =>
        rulebooks.flatMap((rulebook) => {
          const touched = new Set(revisions.flatMap((event) => commitmentsTouchedBy(rulebook, event)))
          return [...touched].map((commitment) => ({ agreement: rulebook.id, commitment }))
        }),
      object: (event) => objectionOf(rulebooks, event),
    }
  }
}

/** What only a rulebook can know to be wrong with an event: its time, read in the zone of the agreement that listens. */
function objectionOf(rulebooks: readonly Rulebook[], event: ServandaEvent): Objection | null {
  for (const rulebook of rulebooks) {
    if (commitmentsTouchedBy(rulebook, event).length === 0) continue
    const [refused] = refusedEvents(rulebook, [knownEvent(event, null)])
    if (refused)
      return {
        pointer: '',
        message: `the agreement ${rulebook.id} cannot read it: ${refused.message}`,
        mend: refused.mend,
      }
  }
  return null
}
