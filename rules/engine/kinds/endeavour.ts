import { addDuration } from '../../language/duration.ts'
import { isMatch } from '../../language/match.ts'
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
  const inWindow = (matches: readonly Match[]): Fact[] =>
    world.factsOfKind(matches, null, h).filter((fact) => {
      const fits =
        matches.some((m) => isMatch(m, fact.event, null)) && window !== null && spanFit(fact.span, window) !== 'outside'
      if (!fits) dossier.add(fact, 'ignored', 'outside_period')
      return fits
    })
  const outcomes = inWindow(commitment.outcome)
  const sure = outcomes.filter(
    (f) =>
      window !== null && spanFit(f.span, window) === 'inside' && !isDoubtful(f, commitment.evidence, world.rulebook),
  )
  for (const fact of outcomes) dossier.add(fact, 'performed', sure.includes(fact) ? 'outcome' : 'maybe')
  const decided = hasEnoughSources(outcomes, commitment.evidence, world.rulebook) ? sure[0] : undefined
  const doubts: Doubt[] = []
  if (!decided && window !== null) {
    if (outcomes.some((f) => spanFit(f.span, window) === 'straddles')) doubts.push('imprecise')
    if (outcomes.some((f) => spanFit(f.span, window) === 'inside')) doubts.push('contested')
  }
  const signs = inWindow(commitment.signsOfEffort)
  for (const fact of signs) dossier.add(fact, 'counted', 'sign')
  const claims: Record<string, Claim> = {}
  if (decided) claims.met = { at: decided.span, fact: decided }
  if (frame.close !== null && h.passed(frame.close.to)) {
    if (outcomes.length > 0) claims.unknown = { at: outcomes[0]?.span ?? null, fact: outcomes[0] ?? null }
    claims.needs_judgement = { at: frame.close, fact: null }
  }
  const lastSign = Math.max(...signs.map((f) => f.span.to), occasion.opened?.to ?? Number.NEGATIVE_INFINITY)
  const stalled =
    commitment.stalledAfter !== null &&
    Number.isFinite(lastSign) &&
    h.passed(addDuration(lastSign as Fact['span']['to'], commitment.stalledAfter, world.rulebook.where))
  const key = decided ? 'endeavour_met' : stalled ? 'endeavour_stalled' : 'endeavour_open'
  const story = {
    key,
    values: { signs: signs.length, last: signs.at(-1)?.span.to ?? null, judgedBy: commitment.judgedBy },
  }
  return { claims, doubts, awaiting: false, violations: [], value: null, stalled, atRisk: false, story }
}
