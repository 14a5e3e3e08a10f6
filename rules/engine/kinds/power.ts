import { addDuration } from '../../language/duration.ts'
import { isMatch } from '../../language/match.ts'
import type { Power } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim, Exercise } from '../case.ts'
import { type Doubt, hasEnoughSources, isDoubtful } from '../evidence.ts'
import { type Fact, isPrecise } from '../history.ts'
import type { World } from '../world.ts'

/** A right: exercised while available, lapsed when it was not. An exercise that is imprecise or in doubt is possible only. */
export function assessPower(world: World, context: CaseContext<Power>): Assessment {
  const { commitment, frame, h } = context
  const exercises = exercisesIn(world, context)
  const sure = exercises.find((e) => e.doubts.length === 0)
  const claims: Record<string, Claim> = {}
  if (sure) claims.exercised = { at: sure.fact.span, fact: sure.fact }
  if (frame.close !== null && h.passed(frame.close.to)) {
    if (exercises.length > 0) claims.unknown = { at: exercises[0]?.fact.span ?? null, fact: exercises[0]?.fact ?? null }
    claims.lapsed = { at: frame.close, fact: null }
  }
  const doubts = sure ? [] : [...new Set(exercises.flatMap((e) => e.doubts))]
  const event = sure?.fact ?? exercises[0]?.fact ?? null
  const key = sure ? 'power_exercised' : exercises.length > 0 ? 'power_possible' : 'power_none'
  const story = {
    key,
    values: {
      event: event === null ? null : `${event.event.id} (${event.event.source})`,
      count: exercises.length,
      title: commitment.title,
    },
  }
  return { claims, doubts, awaiting: false, violations: [], value: null, stalled: false, atRisk: false, story }
}

/** The exercises that fall into one window of the power, in the order of the world. */
export function exercisesIn(
  world: World,
  { commitment, occasion, frame, dossier, h }: CaseContext<Power>,
): readonly Exercise[] {
  const trigger = occasion.trigger?.fact ?? null
  const opened =
    occasion.trigger?.span ??
    (occasion.period?.from == null ? null : { from: occasion.period.from, to: occasion.period.from })
  const facts = world.factsOfKind(commitment.exercisedBy, trigger, h)
  if (opened === null) {
    for (const fact of facts) dossier.add(fact, 'ignored', 'too_early')
    return []
  }
  const { where } = world.rulebook
  const shift = commitment.availableAfter
  const start =
    shift === null ? opened : { from: addDuration(opened.from, shift, where), to: addDuration(opened.to, shift, where) }
  const found: Exercise[] = []
  let last: Fact | null = null
  const fits = facts.filter((fact) => {
    const same = commitment.exercisedBy.some((m) => isMatch(m, fact.event, trigger?.event ?? null))
    const possible = same && fact.span.to >= start.from && fact.span.from <= frame.until.to
    if (!possible)
      dossier.add(fact, 'ignored', same ? (fact.span.from > frame.until.to ? 'too_late' : 'too_early') : 'not_same')
    return possible
  })
  const enough = hasEnoughSources(fits, commitment.evidence, world.rulebook)
  for (const fact of fits) {
    if (last !== null && isSpent(commitment, last, fact, world)) {
      dossier.add(fact, 'ignored', 'used_already')
      continue
    }
    const doubts: Doubt[] = []
    if (!isPrecise(fact) || fact.span.from < start.to || fact.span.to > frame.until.from) doubts.push('imprecise')
    if (!enough || isDoubtful(fact, commitment.evidence, world.rulebook)) doubts.push('contested')
    if (doubts.length === 0) last = fact
    dossier.add(fact, 'performed', doubts.length === 0 ? 'exercise' : 'maybe')
    found.push({ fact, doubts })
  }
  return found
}

/** Whether `once_per` leaves nothing to exercise after `last`. */
function isSpent({ oncePer }: Power, last: Fact, next: Fact, world: World): boolean {
  if (oncePer === null) return false
  return oncePer === 'case' || next.span.from < addDuration(last.span.to, oncePer, world.rulebook.where)
}
