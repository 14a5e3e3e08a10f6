import {
  type CaseResult,
  caseIndicator,
  type Engine,
  INDICATORS,
  type Instant,
  type TimeValue,
} from '../../rules/index.ts'
import { startOf, type Within } from './case-time.ts'
import type { Change, Place, Standing } from './report.ts'

/** How cases stood at an instant, by their ids. */
export type Standings = ReadonlyMap<string, Standing>

/** How a case stands now. */
export interface StandsNow {
  readonly standing: Standing
  readonly opened: TimeValue | null
  readonly due: TimeValue | null
  readonly why: string
}

/** What is compared: how everything stands, and how it stood at the instant of the report before, or where the period begins. */
export interface Compared {
  readonly now: ReadonlyMap<string, StandsNow>
  /** How it stood then, by what is known now. */
  readonly then: Standings
  /** The same by what was known then. */
  readonly told: Standings
  readonly isOtherRulebook: boolean
}

/** How every case of `commitments` stood. */
export function standingsAt(engine: Engine, at: Instant, commitments: ReadonlySet<string>): Standings {
  engine.advance(at)
  const standings = new Map<string, Standing>()
  for (const { commitment, part, status } of engine.statuses())
    if (commitments.has(commitment)) standings.set(`${engine.rulebook.id}/${commitment}@${part}`, standingOf(status))
  return standings
}

export function standingOf(status: Pick<CaseResult, 'verdict' | 'certainty' | 'phase' | 'flags'>): Standing {
  return { verdict: status.verdict, certainty: status.certainty, indicator: caseIndicator(status) }
}

/**
 * What is not what it was at `since`. Pure.
 * @param placeOf  where a case belongs; null: nowhere in this version of the rulebook
 */
export function changesIn(
  { now, then, told, isOtherRulebook }: Compared,
  { since, until }: Pick<Within, 'until'> & { readonly since: Instant },
  placeOf: (id: string) => Place | null,
): readonly Change[] {
  const ids = [...new Set([...told.keys(), ...now.keys()])]
  return ids.flatMap((id): Change[] => {
    const stands = now.get(id)
    const after = stands?.standing ?? null
    const was = told.get(id) ?? null
    const opened = stands?.opened == null ? null : startOf(stands.opened)
    // A case that opens at the very instant at which a period ends is news in the next.
    const before = opened !== null && opened >= since && was?.verdict === 'open' ? null : was
    if (before?.verdict === after?.verdict) return []
    if (before === null && opened !== null && opened >= until) return []
    const place = placeOf(id)
    if (place === null) return []
    return [
      {
        ...place,
        kind: kindOf(before, after, then.get(id) ?? null, isOtherRulebook),
        before,
        after,
        due: stands?.due ?? null,
        why: stands?.why ?? 'By what is known now there never was such a case.',
      },
    ]
  })
}

function kindOf(
  before: Standing | null,
  after: Standing | null,
  then: Standing | null,
  isOtherRulebook: boolean,
): Change['kind'] {
  if (before === null) return after?.verdict === 'open' ? 'opened' : 'news'
  if (then?.verdict === before.verdict) return 'news'
  return isOtherRulebook ? 'rules' : 'correction'
}

/** Corrections first, then what presses most. Pure. */
export function inOrderOfWeight(a: Change, b: Change): number {
  return (
    CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind) ||
    urgency(a.after) - urgency(b.after) ||
    (a.case < b.case ? -1 : 1)
  )
}

const CHANGE_KINDS = ['correction', 'rules', 'news', 'opened'] as const satisfies readonly Change['kind'][]

function urgency(standing: Standing | null): number {
  return standing === null ? INDICATORS.length : INDICATORS.indexOf(standing.indicator)
}
