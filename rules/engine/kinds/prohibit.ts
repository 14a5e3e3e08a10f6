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
  const policy = commitment.evidence
  const from = window?.from ?? Number.POSITIVE_INFINITY
  // A possible excuse leaves a certain violation in doubt, and then every doubt shows.
  const mayStandInDoubt = commitment.excusedBy.length > 0 || occasion.doubts.length > 0
  const isBrief =
    dossier.isBrief && policy.minimumSources <= 1 && judged.length === 0 && pauses.length === 0 && !mayStandInDoubt
  const inWindow = (matches: readonly Match[], isDecisive: (fact: Fact) => boolean): readonly Fact[] => {
    const found: Fact[] = []
    for (const fact of world.bearing(matches, { from, to: window?.to ?? from, dossier, h })) {
      if (window === null || spanFit(fact.span, window) === 'outside') dossier.add(fact, 'ignored', 'outside_period')
      else found.push(fact)
      if (isBrief && isDecisive(fact)) break
    }
    return found
  }
  const sort = (fact: Fact, needsJudgement: boolean): void => {
    const paused = duringSuspension(fact.span, pauses)
    const opinion = verdictOn(fact)
    if (opinion) dossier.add(opinion.fact, 'control', 'judgement')
    if (paused === 'inside' || opinion?.verdict === 'met') {
      dossier.add(fact, 'ignored', paused === 'inside' ? 'suspended' : 'judged_allowed')
      return
    }
    const straddles = paused === 'straddles' || window === null || spanFit(fact.span, window) === 'straddles'
    const doubtful = isDoubtful(fact, policy, world.rulebook)
    if (straddles) doubts.add('imprecise')
    if (doubtful) doubts.add('contested')
    if (needsJudgement && !opinion) unclear.push(fact)
    else if (straddles || doubtful) possible.push(fact)
    else certain.push(fact)
    dossier.add(
      fact,
      needsJudgement && !opinion ? 'counted' : 'violated',
      opinion
        ? 'judged'
        : needsJudgement
          ? 'unclear'
          : straddles
            ? 'maybe_time'
            : doubtful
              ? 'maybe_source'
              : 'violation',
    )
  }
  const isViolation = (fact: Fact): boolean =>
    window !== null && spanFit(fact.span, window) === 'inside' && !isDoubtful(fact, policy, world.rulebook)
  const what = inWindow(commitment.what, isViolation)
  for (const fact of what) sort(fact, false)
  for (const fact of inWindow(commitment.unclear, () => false)) if (!what.includes(fact)) sort(fact, true)
  for (const told of [certain, possible, unclear]) told.sort(byWorldTime)
  const decided = decidingOf(certain, possible, (told) => hasEnoughSources(told, policy, world.rulebook))
  const enough = decided !== null
  const all = [...certain, ...possible]
  if (all.length > 0 && !hasEnoughSources(all, policy, world.rulebook)) doubts.add('contested')
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
  const story = { count: violations.length, unclear: unclear.length }
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
