import { addDuration } from '../language/duration.ts'
import type { Rulebook } from '../language/rulebook.ts'
import { type Instant, instant } from './instant.ts'
import { endOfDay, startOfDay } from './zone-time.ts'

/** When the agreement enters into force by a date; null: an event brings it into force. */
export function entryByDate({ inForce, where }: Pick<Rulebook, 'inForce' | 'where'>): Instant | null {
  return inForce.from === null ? null : startOfDay(inForce.from, where.zone)
}

/**
 * The last instant of the agreement's term, whatever may end it earlier; null: it is unbounded, or not in force yet
 * (LANGUAGE §1).
 * @param entry  when it entered into force; the date that the rulebook gives, when left out
 */
export function termEnd(
  rulebook: Pick<Rulebook, 'inForce' | 'where'>,
  entry: Instant | null = entryByDate(rulebook),
): Instant | null {
  const { inForce, where } = rulebook
  if (inForce.until !== null) return endOfDay(inForce.until, where.zone)
  return entry !== null && inForce.term !== null ? instant(addDuration(entry, inForce.term, where) - 1) : null
}
