import { type CaseResult, INDICATORS, type Indicator, type Verdict } from './result.ts'

const BY_VERDICT: Readonly<Record<Exclude<Verdict, 'open'>, Indicator>> = {
  breached: 'breached',
  partly_met: 'breached',
  unknown: 'unknown',
  needs_judgement: 'unknown',
  met: 'fulfilled',
  met_late: 'fulfilled',
  repaired: 'fulfilled',
  exercised: 'fulfilled',
  excused: 'ended',
  lapsed: 'ended',
  void: 'ended',
}

/** The one word that a case shows. Not knowing is never green. */
export function caseIndicator({ phase, verdict, flags }: Pick<CaseResult, 'phase' | 'verdict' | 'flags'>): Indicator {
  if (phase === 'suspended' || phase === 'dormant') return phase
  if (verdict !== 'open') return BY_VERDICT[verdict]
  if (flags.includes('overdue')) return 'overdue'
  if (flags.includes('at_risk') || flags.includes('stalled')) return 'at_risk'
  return flags.includes('due_soon') ? 'due_soon' : 'on_track'
}

/** The more urgent of two indicators. */
export function mostUrgent(indicators: readonly Indicator[]): Indicator | null {
  return INDICATORS.find((indicator) => indicators.includes(indicator)) ?? null
}

/**
 * What a commitment shows: the most urgent of its cases that run and of those closed as breached or partly met and not
 * final; else its latest.
 * @param cases in order of opening
 * @param over the agreement has ended
 */
export function indicatorOf(
  cases: readonly Pick<CaseResult, 'phase' | 'verdict' | 'certainty' | 'flags'>[],
  over: boolean,
): Indicator {
  const latest = cases.at(-1)
  if (!latest) return over ? 'ended' : 'dormant'
  const pressing = cases.filter(
    ({ phase, verdict, certainty }) =>
      phase === 'running' ||
      phase === 'suspended' ||
      ((verdict === 'breached' || verdict === 'partly_met') && certainty !== 'final'),
  )
  return mostUrgent(pressing.map(caseIndicator)) ?? caseIndicator(latest)
}
