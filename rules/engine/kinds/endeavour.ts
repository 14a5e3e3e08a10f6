import { addDuration } from '../../language/duration.ts'
import type { Endeavour, Match } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim } from '../case.ts'
import { type Doubt, hasEnoughSources, isDoubtful } from '../evidence.ts'
import type { Fact } from '../history.ts'
import { spanFit, windowOf } from '../window.ts'
import type { World } from '../world.ts'

/** Best efforts: an outcome meets it, silence only stalls it, and in the end somebody has to judge. */
export function assessEndeavour(world: World, context: CaseContext<Endeavour>): Assessment {
  const { commitment, occasion, frame, dossier, h } = context
  const window = windowOf(occasion, frame)
  const policy = commitment.evidence
  const fitOf = (fact: Fact) => (window === null ? 'outside' : spanFit(fact.span, window))
  const isSure = (fact: Fact): boolean => fitOf(fact) === 'inside' && !isDoubtful(fact, policy, world.rulebook)
  const from = window?.from ?? Number.POSITIVE_INFINITY
  const inWindow = (matches: readonly Match[]): Fact[] => {
    const found: Fact[] = []
    for (const fact of world.bearing(matches, { from, to: window?.to ?? from, dossier, h })) {
      if (fitOf(fact) === 'outside') dossier.add(fact, 'ignored', 'outside_period')
      else found.push(fact)
    }
    return found
  }
  const outcomes = inWindow(commitment.outcome)
  const standing = (fact: Fact): string =>
    isSure(fact) ? 'outcome' : fitOf(fact) === 'straddles' ? 'maybe_time' : 'maybe_source'
  for (const fact of outcomes) dossier.add(fact, 'performed', standing(fact))
  const decided = hasEnoughSources(outcomes, policy, world.rulebook) ? outcomes.find(isSure) : undefined
  const doubts: Doubt[] = []
  if (!decided) {
    if (outcomes.some((f) => fitOf(f) === 'straddles')) doubts.push('imprecise')
    if (outcomes.some((f) => fitOf(f) === 'inside')) doubts.push('contested')
  }
  const signs = dossier.isKept ? inWindow(commitment.signsOfEffort) : []
  for (const fact of signs) dossier.add(fact, 'counted', 'sign')
  const claims: Record<string, Claim> = {}
  if (decided) claims.met = { at: decided.span, fact: decided }
  if (frame.close !== null && h.passed(frame.close.to)) {
    if (outcomes.length > 0) claims.unknown = { at: outcomes[0]?.span ?? null, fact: outcomes[0] ?? null }
    claims.needs_judgement = { at: frame.close, fact: null }
  }
  const opened = occasion.opened?.to ?? Number.NEGATIVE_INFINITY
  const lastSign = world.latestEnd(commitment.signsOfEffort, opened, h, (fact) => fitOf(fact) !== 'outside')
  const stalled =
    commitment.stalledAfter !== null &&
    Number.isFinite(lastSign) &&
    h.passed(addDuration(lastSign as Fact['span']['to'], commitment.stalledAfter, world.rulebook.where))
  const story = { signs: signs.length, last: signs.at(-1)?.span.to ?? null, judgedBy: commitment.judgedBy }
  return { claims, doubts, awaiting: false, violations: [], value: null, stalled, atRisk: false, story }
}
