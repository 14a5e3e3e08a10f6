import { isMatch } from '../../language/match.ts'
import type { Match, Prohibit } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim, Violation } from '../case.ts'
import { type Doubt, hasEnoughSources, isDoubtful } from '../evidence.ts'
import type { Fact } from '../history.ts'
import { judgementsAbout } from '../judgement.ts'
import { duringSuspension } from '../suspended.ts'
import { spanFit, windowOf } from '../window.ts'
import type { World } from '../world.ts'

/** A prohibition: every event of the kind is a violation, unless it is unclear and a judgement says otherwise. */
export function assessProhibit(world: World, context: CaseContext<Prohibit>): Assessment {
  const { commitment, occasion, frame, dossier, h } = context
  const window = windowOf(occasion, frame)
  const judged = judgementsAbout(world, context.id, h)
  const verdictOn = (fact: Fact) =>
    judged.find((j) => j.about.source === fact.event.source && j.about.id === fact.event.id)?.verdict ?? null
  const pauses = world.suspensions(commitment, h)
  const certain: Fact[] = []
  const possible: Fact[] = []
  const unclear: Fact[] = []
  const doubts = new Set<Doubt>()
  const inWindow = (matches: readonly Match[]): readonly Fact[] =>
    world.factsOfKind(matches, null, h).filter((f) => {
      const fits =
        matches.some((m) => isMatch(m, f.event, null)) && window !== null && spanFit(f.span, window) !== 'outside'
      if (!fits) dossier.add(f, 'ignored', 'outside_period')
      return fits
    })
  const sort = (fact: Fact, needsJudgement: boolean): void => {
    const paused = duringSuspension(fact.span, pauses)
    const opinion = verdictOn(fact)
    if (paused === 'inside' || opinion === 'met') {
      dossier.add(fact, 'ignored', paused === 'inside' ? 'suspended' : 'judged_allowed')
      return
    }
    const straddles = paused === 'straddles' || window === null || spanFit(fact.span, window) === 'straddles'
    const doubtful = isDoubtful(fact, commitment.evidence, world.rulebook)
    if (opinion === 'breached') certain.push(fact)
    else {
      if (straddles) doubts.add('imprecise')
      if (doubtful) doubts.add('contested')
      if (needsJudgement) unclear.push(fact)
      else if (straddles || doubtful) possible.push(fact)
      else certain.push(fact)
    }
    dossier.add(
      fact,
      'violated',
      opinion === 'breached' ? 'judged' : needsJudgement ? 'unclear' : straddles || doubtful ? 'maybe' : 'violation',
    )
  }
  const what = inWindow(commitment.what)
  for (const fact of what) sort(fact, false)
  for (const fact of inWindow(commitment.unclear)) if (!what.includes(fact)) sort(fact, true)
  const byJudge = certain.some((f) => verdictOn(f) === 'breached')
  const enough = byJudge || hasEnoughSources([...certain, ...possible], commitment.evidence, world.rulebook)
  if (!enough && certain.length > 0) doubts.add('contested')
  const violations: Violation[] = enough ? certain.map((fact) => ({ span: fact.span, fact })) : []
  const claims: Record<string, Claim> = {}
  const [violation] = violations
  if (violation) claims.breached = { at: violation.span, fact: violation.fact }
  else {
    const [maybe] = enough ? possible : [...certain, ...possible]
    if (maybe) claims.unknown = { at: maybe.span, fact: maybe }
    if (unclear[0]) claims.needs_judgement = { at: unclear[0].span, fact: unclear[0] }
    if (frame.close !== null && h.passed(frame.close.to) && !maybe && !unclear[0])
      claims.met = { at: frame.close, fact: null }
  }
  const said = violation?.fact ?? unclear[0] ?? possible[0] ?? null
  const key = violation
    ? 'prohibit_violated'
    : unclear.length > 0
      ? 'prohibit_unclear'
      : possible.length > 0 || certain.length > 0
        ? 'prohibit_possible'
        : 'prohibit_kept'
  const story = {
    key,
    values: {
      count: violations.length,
      event: said === null ? null : `${said.event.id} (${said.event.source})`,
      unclear: unclear.length,
    },
  }
  return { claims, doubts: [...doubts], awaiting: false, violations, value: null, stalled: false, atRisk: false, story }
}
