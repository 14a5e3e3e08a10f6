import type { Instant } from '../../rules/index.ts'
import type { Delivery } from '../alerts/index.ts'
import { SendFailure } from './channel.ts'

/** How an attempt ended. */
export type Ending =
  | { readonly state: 'sent'; readonly answer: string }
  | { readonly state: 'pending' | 'uncertain'; readonly answer: string; readonly again: Instant }
  | { readonly state: 'failed'; readonly answer: string }
  /** And nothing can reach the receiver any more. */
  | { readonly state: 'failed'; readonly answer: string; readonly lost: 'bounced' | 'gone' }

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How long to wait after each failed attempt; the last one repeats. */
const WAITS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR]

/** What was tried for so long is given up; one that somebody lets go once more is tried for as long again. */
const GIVE_UP_AFTER = 72 * HOUR

/** What a failed attempt leads to. Pure. */
export function endingAfter(error: unknown, { attempts }: Pick<Delivery, 'attempts'>, at: Instant): Ending {
  const answer = error instanceof Error ? error.message : String(error)
  // Without an answer nobody knows whether it has arrived: it goes again under the same id.
  const fate = error instanceof SendFailure ? error.fate : 'uncertain'
  if (fate === 'bounced' || fate === 'gone') return { state: 'failed', answer, lost: fate }
  if (fate === 'refused') return { state: 'failed', answer }
  if (triedFor(attempts) >= GIVE_UP_AFTER) return { state: 'failed', answer: `given up: ${answer}` }
  return { state: fate === 'later' ? 'pending' : 'uncertain', answer, again: (at + waitAfter(attempts)) as Instant }
}

/** How long it is from the first to the last of so many attempts. */
function triedFor(attempts: number): number {
  return Array.from({ length: attempts - 1 }, (_, n) => waitAfter(n + 1)).reduce((sum, wait) => sum + wait, 0)
}

function waitAfter(attempt: number): number {
  return WAITS[Math.min(attempt, WAITS.length) - 1] ?? MINUTE
}
