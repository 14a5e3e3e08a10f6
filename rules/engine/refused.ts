import { type KnownEvent, occurrence } from '../language/event.ts'
import { isMatch } from '../language/match.ts'
import type { Rulebook } from '../language/rulebook.ts'

/** An event that cannot be taken under a rulebook, and why. */
export interface RefusedEvent {
  readonly event: KnownEvent
  readonly message: string
  readonly mend: string
}

/** The events that only a rulebook can refuse: dated on a day its zone skipped, or an imprecise entry into force. */
export function refusedEvents(rulebook: Rulebook, events: readonly KnownEvent[]): readonly RefusedEvent[] {
  const refused: RefusedEvent[] = []
  for (const event of events) {
    if (event.retracted || event.occurred === null) continue
    const span = occurrence(event, rulebook.where.zone)
    if (span === null) {
      refused.push({
        event,
        message: `it is dated on a day that ${event.zone ?? rulebook.where.zone} skipped`,
        mend: 'check the date and the zone',
      })
    } else if (span.from !== span.to && rulebook.inForce.when.some((m) => isMatch(m, event, null))) {
      refused.push({
        event,
        message: `it brings ${rulebook.id} into force, which needs a precise instant`,
        mend: 'write "time", or "occurred" with a time of day',
      })
    }
  }
  return refused
}
