import { isMatch } from '../../language/match.ts'
import type { Match, Prohibit } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim, Violation } from '../case.ts'
import { type Doubt, hasEnoughSources, isDoubtful } from '../evidence.ts'
import { byWorldTime, type Fact } from '../history.ts'
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
    judged.find((j) => j.about.source === fact.event.source && j.about.id === fact.event.id)
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
    if (opinion) dossier.add(opinion.fact, 'control', 'judgement')
    if (paused === 'inside' || opinion?.verdict === 'met') {
      dossier.add(fact, 'ignored', paused === 'inside' ? 'suspended' : 'judged_allowed')
      return
    }
    const straddles = paused === 'straddles' || window === null || spanFit(fact.span, window) === 'straddles'
    const doubtful = isDoubtful(fact, commitment.evidence, world.rulebook)
    if (straddles) doubts.add('imprecise')
    if (doubtful) doubts.add('contested')
    if (needsJudgement && !opinion) unclear.push(fact)
    else if (straddles || doubtful) possible.push(fact)
    else certain.push(fact)
    dossier.add(
      fact,
      needsJudgement && !opinion ? 'counted' : 'violated',
      opinion ? 'judged' : needsJudgement ? 'unclear' : straddles || doubtful ? 'maybe' : 'violation',
    )
  }
  const what = inWindow(commitment.what)
  for (const fact of what) sort(fact, false)
  for (const fact of inWindow(commitment.unclear)) if (!what.includes(fact)) sort(fact, true)
  const decided = decidingOf(certain, possible, (told) => hasEnoughSources(told, commitment.evidence, world.rulebook))
  const enough = decided !== null
  const all = [...certain, ...possible]
  if (all.length > 0 && !hasEnoughSources(all, commitment.evidence, world.rulebook)) doubts.add('contested')
  const violations: Violation[] = enough ? certain.map((fact) => ({ span: fact.span, fact })) : []
  const claims: Record<string, Claim> = {}
  const [violation] = violations
  if (decided) claims.breached = { at: decided.span, fact: violation?.fact ?? null }
  else {
    const maybe = all.sort(byWorldTime).at(-1)
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

/** The violation with which one is certain and enough sources have told of any; null while there is none. */
function decidingOf(
  certain: readonly Fact[],
  possible: readonly Fact[],
  enough: (told: readonly Fact[]) => boolean,
): Fact | null {
  const told: Fact[] = []
  for (const fact of [...certain, ...possible].sort(byWorldTime)) {
    told.push(fact)
    if (told.some((f) => certain.includes(f)) && enough(told)) return fact
  }
  return null
}
