import { type Instant, type Rulebook, subtractDuration, termEnd } from '../../rules/index.ts'
import { agreementFacts, type NewIntent } from '../alerts/index.ts'

/** How long before its end an agreement's watchers hear of it: in time to ask for another, and to take leave. */
const RUNGS = [90, 30, 7].map((days) => ({ text: `${days}d`, count: days, unit: 'd' }) as const)

const DAY_MS = 24 * 3_600_000

/**
 * What there is to tell at `at` of agreements whose term comes to its end by a date: the newest reminder that fell due
 * within the window, as with every other reminder. Pure.
 */
export function endingsAt(rulebooks: readonly Rulebook[], at: Instant, windowMs: number): readonly NewIntent[] {
  return rulebooks.flatMap((rulebook) => {
    const end = termEnd(rulebook)
    if (end === null || end < at) return []
    const [newest] = rungsOf(rulebook, end)
      .filter((rung) => rung.at <= at)
      .sort((a, b) => b.at - a.at)
    if (!newest || at - newest.at > windowMs) return []
    return [
      {
        about: rulebook.id,
        agreement: rulebook.id,
        commitment: null,
        kind: 'agreement_ending' as const,
        rung: newest.rung,
        // A term that was made longer ends once more.
        verdictVersion: Math.floor(end / DAY_MS),
        verdict: null,
        severity: 'info' as const,
        occurredAt: newest.at,
        replaces: null,
        isNews: true,
        body: { about: 'agreement' as const, agreement: agreementFacts(rulebook), endsAt: end },
      },
    ]
  })
}

/** When the next of these reminders falls due; null: there is none. Pure. */
export function nextEnding(rulebooks: readonly Rulebook[], at: Instant): Instant | null {
  const later = rulebooks.flatMap((rulebook) => {
    const end = termEnd(rulebook)
    return end === null ? [] : rungsOf(rulebook, end).flatMap((rung) => (rung.at > at ? [rung.at] : []))
  })
  return later.length === 0 ? null : (Math.min(...later) as Instant)
}

function rungsOf({ where }: Rulebook, end: Instant) {
  return RUNGS.map((duration) => ({ rung: duration.text, at: subtractDuration(end, duration, where) }))
}
