import {
  commitmentsTouchedBy,
  knownEvent,
  listenedTypes,
  type Rulebook,
  refusedEvents,
  type ServandaEvent,
} from '../../rules/index.ts'
import type { Listeners, Objection } from '../ledger/index.ts'
import type { AdoptedRulebook, RulebookShelf } from './shelf.ts'

/** Who listens to an event: every commitment of the rulebooks in use that one of its revisions can change. */
export function listenersOn(shelf: RulebookShelf): Listeners {
  return async (trx) => {
    const adopted = await shelf.current(trx)
    return {
      touchedBy: (revisions) =>
        concernedBy(revisions, adopted).flatMap((rulebook) => {
          const touched = new Set(revisions.flatMap((event) => commitmentsTouchedBy(rulebook, event)))
          return [...touched].map((commitment) => ({ agreement: rulebook.id, commitment }))
        }),
      object: (event) => objectionOf(concernedBy([event], adopted), event),
    }
  }
}

/** The rulebooks that listen to events of each type. */
export function listenersByType(adopted: readonly AdoptedRulebook[]): ReadonlyMap<string, readonly Rulebook[]> {
  const known = byType.get(adopted)
  if (known) return known
  const found = new Map<string, Rulebook[]>()
  for (const { rulebook } of adopted) {
    for (const type of listenedTypes(rulebook)) {
      const others = found.get(type)
      if (others) others.push(rulebook)
      else found.set(type, [rulebook])
    }
  }
  byType.set(adopted, found)
  return found
}

/** Found once for the rulebooks in use: with thousands of commitments every event would ask each of them. */
const byType = new WeakMap<readonly AdoptedRulebook[], ReadonlyMap<string, readonly Rulebook[]>>()

/** Those of `adopted` that `revisions` may be about, in their order; errs on the side of more. */
function concernedBy(revisions: readonly ServandaEvent[], adopted: readonly AdoptedRulebook[]): readonly Rulebook[] {
  const types = [...new Set(revisions.map(({ type }) => type))]
  const [type] = types
  if (types.length === 1 && type != null && !type.startsWith('servanda.'))
    return listenersByType(adopted).get(type) ?? []
  return adopted.map(({ rulebook }) => rulebook)
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
