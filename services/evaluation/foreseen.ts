import type { CaseResult, CommitmentPart, Instant, KnownEvent, Rulebook } from '../../rules/index.ts'
import type { Alert, Announced } from '../alerts/index.ts'
import { alertsAbout, commitmentOf } from './alert-facts.ts'
import { changesBetween, newsAmong, type Occasion } from './changes.ts'
import type { ChangedCase } from './state.ts'

/** A case before something is done and after it; null: there is none. */
export interface CaseChange {
  readonly commitment: string
  readonly before: CaseResult | null
  readonly after: CaseResult | null
}

/** What is about to be done. */
export interface Prospect extends Occasion {
  /** What happened longer ago than this is history. */
  readonly windowMs: number
}

/** A rulebook is taken into use: whatever it brings to light is history. */
export function newRules(at: Instant): Prospect {
  return { at, windowMs: 0, causeOf: () => 'rule_change', newsOf: () => null }
}

/** `events` are recorded, which concern the commitments `touched`. */
export function newEvents(
  events: readonly KnownEvent[],
  { where }: Rulebook,
  { touched, at, windowMs }: Pick<Prospect, 'at' | 'windowMs'> & { readonly touched: ReadonlySet<string> },
): Prospect {
  const causeOf = (commitment: string) => (touched.has(commitment) ? 'evidence' : 'time')
  return { at, windowMs, causeOf, newsOf: newsAmong(events, where.zone, at) }
}

/**
 * What would change among the cases, and what there would be to tell, under `rulebook` as it stands afterwards. Pure.
 * @param announced  what somebody was told of the cases
 */
export function foresee(
  changes: readonly CaseChange[],
  announced: ReadonlyMap<string, Announced>,
  rulebook: Rulebook,
  { windowMs, ...occasion }: Prospect,
): { readonly cases: readonly ChangedCase[]; readonly alerts: readonly Alert[] } {
  const { at } = occasion
  const stored = changes.flatMap(({ commitment, before }) =>
    before === null
      ? []
      : [{ id: before.id, commitment, verdictVersion: 1, isGone: false, replacedBy: null, since: at, result: before }],
  )
  const { cases } = changesBetween(stored, partsOf(changes), occasion)
  const alerts = alertsAbout({ cases }, announced, rulebook, {
    recordedAt: at,
    previousAt: at,
    windowMs,
    causeOf: (caseId) => occasion.causeOf(commitmentOf(caseId)),
    newsAt: (event) => occasion.newsOf(event)?.at ?? null,
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
