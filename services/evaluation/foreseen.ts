import type { CaseResult, CommitmentPart, Instant, Rulebook } from '../../rules/index.ts'
import type { Alert, Announced } from '../alerts/index.ts'
import { alertsAbout } from './alert-facts.ts'
import { changesBetween } from './changes.ts'
import type { ChangedCase } from './state.ts'

/** A case that the rules in use and those in question yield differently; null: that do not yield it. */
export interface CaseChange {
  readonly commitment: string
  readonly before: CaseResult | null
  readonly after: CaseResult | null
}

/**
 * What taking `rulebook` into use at `at` would change among the cases, and what it would have to tell: corrections of what
 * somebody was told, for whatever else new rules bring to light is history. Pure.
 */
export function foresee(
  changes: readonly CaseChange[],
  announced: ReadonlyMap<string, Announced>,
  rulebook: Rulebook,
  at: Instant,
): { readonly cases: readonly ChangedCase[]; readonly alerts: readonly Alert[] } {
  const stored = changes.flatMap(({ commitment, before }) =>
    before === null
      ? []
      : [{ id: before.id, commitment, verdictVersion: 1, isGone: false, replacedBy: null, since: at, result: before }],
  )
  const { cases } = changesBetween(stored, partsOf(changes), { at, causeOf: () => 'rule_change', newsOf: () => null })
  const alerts = alertsAbout({ cases }, announced, rulebook, {
    recordedAt: at,
    previousAt: null,
    windowMs: 0,
    causeOf: () => 'rule_change',
    newsAt: () => null,
  })
  return { cases, alerts }
}

/** The cases after the change, by commitment. */
function partsOf(changes: readonly CaseChange[]): readonly Pick<CommitmentPart, 'id' | 'cases'>[] {
  const parts = new Map<string, CaseResult[]>()
  for (const { commitment, after } of changes) {
    const cases = parts.get(commitment) ?? []
    if (after !== null) cases.push(after)
    parts.set(commitment, cases)
  }
  return [...parts].map(([id, cases]) => ({ id, cases }))
}
