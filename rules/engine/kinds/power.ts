import { addDuration } from '../../language/duration.ts'
import { isMatch } from '../../language/match.ts'
import type { Power } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim, Exercise } from '../case.ts'
import { type Doubt, hasEnoughSources, isDoubtful } from '../evidence.ts'
import { byWorldTime, type Fact, isPrecise } from '../history.ts'
import type { Instant } from '../instant.ts'
import type { World } from '../world.ts'

/** A right: exercised while available, lapsed when it was not. An exercise that is imprecise or in doubt is possible only. */
export function assessPower(world: World, context: CaseContext<Power>): Assessment {
  const { commitment, frame, h } = context
  const fitting = exercisesIn(world, context)
  const exercises = isCoupled(commitment) ? countedAmong(fitting, world, context) : fitting
  fileWithdrawals(world, context, exercises)
  for (const { fact, doubts } of exercises)
    context.dossier.add(
      fact,
      'performed',
      doubts.length === 0 ? 'exercise' : doubts.includes('imprecise') ? 'maybe_time' : 'maybe_source',
    )
  const sure = exercises.find((e) => e.doubts.length === 0)
  const claims: Record<string, Claim> = {}
  if (sure) claims.exercised = { at: sure.fact.span, fact: sure.fact }
  if (frame.close !== null && h.passed(frame.close.to)) {
    if (exercises.length > 0) claims.unknown = { at: exercises[0]?.fact.span ?? null, fact: exercises[0]?.fact ?? null }
    claims.lapsed = { at: frame.close, fact: null }
  }
  const doubts = sure ? [] : [...new Set(exercises.flatMap((e) => e.doubts))]
  return { claims, doubts, awaiting: false, violations: [], value: null, stalled: false, atRisk: false, story: {} }
}

/** Whether an exercise in one window bears on what another allows. */
export function isCoupled({ oncePer }: Power): boolean {
  return oncePer !== null && oncePer !== 'case'
}

/** Those of one window's exercises that do not come too soon after another, in whatever window. */
function countedAmong(
  fitting: readonly Exercise[],
  world: World,
  { commitment, dossier, h }: CaseContext<Power>,
): readonly Exercise[] {
  const counted = new Set(world.exercises(commitment.id, h).map((e) => e.fact))
  for (const { fact } of fitting) if (!counted.has(fact)) dossier.add(fact, 'ignored', 'used_already')
  return fitting.filter(({ fact }) => counted.has(fact))
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
  if (opened === null) {
    for (const fact of world.bearing(commitment.exercisedBy, { trigger, from: Number.POSITIVE_INFINITY, dossier, h }))
      dossier.add(fact, 'ignored', 'too_early')
    return []
  }
  const { where } = world.rulebook
  const shift = commitment.availableAfter
  const start =
    shift === null ? opened : { from: addDuration(opened.from, shift, where), to: addDuration(opened.to, shift, where) }
  const { evidence } = commitment
  const isLate = (fact: Fact): boolean => fact.span.from > frame.until.to
  const doubtsOf = (fact: Fact): Doubt[] => [
    ...(isPrecise(fact) && fact.span.from >= start.to && fact.span.to <= frame.until.from
      ? []
      : (['imprecise'] as const)),
    ...(isDoubtful(fact, evidence, world.rulebook) ? (['contested'] as const) : []),
  ]
  const fits: Fact[] = []
  for (const fact of world.bearing(commitment.exercisedBy, { trigger, from: start.from, dossier, h })) {
    if (fact.span.to >= start.from && !isLate(fact)) fits.push(fact)
    else dossier.add(fact, 'ignored', isLate(fact) ? 'too_late' : 'too_early')
    if (dossier.isKept) continue
    if (
      isLate(fact) ||
      (dossier.isBrief && !isCoupled(commitment) && evidence.minimumSources <= 1 && doubtsOf(fact).length === 0)
    )
      break
  }
  const enough = hasEnoughSources(fits, evidence, world.rulebook)
  const found: Exercise[] = []
  let last: Fact | null = null
  for (const fact of fits) {
    if (last !== null && commitment.oncePer === 'case') {
      dossier.add(fact, 'ignored', 'used_already')
      continue
    }
    const doubts = doubtsOf(fact)
    if (!enough && !doubts.includes('contested')) doubts.push('contested')
    if (doubts.length === 0) last = fact
    found.push({ fact, doubts })
  }
  return found
}

/** A withdrawal between an exercise and its effect goes on file as counted, any other as ignored. */
function fileWithdrawals(
  world: World,
  { commitment, dossier, h }: CaseContext<Power>,
  exercises: readonly Exercise[],
): void {
  for (const fact of world.factsOfKind(commitment.withdrawnBy, null, h)) {
    const effective = exercises.some((e) => withdraws(world, commitment, e.fact, fact))
    if (effective) dossier.add(fact, 'counted', 'withdrawal')
    else dossier.add(fact, 'ignored', 'no_withdrawal')
  }
}

/** Whether `fact` undoes what `exercise` would bring about: certain, after the exercise and wholly before the effect. */
export function withdraws(world: World, power: Power, exercise: Fact, fact: Fact): boolean {
  if (fact === exercise || fact.event.standing === 'disputed') return false
  if (!power.withdrawnBy.some((m) => isMatch(m, fact.event, exercise.event))) return false
  return fact.span.from >= exercise.span.to && fact.span.to < effectAt(world, power, exercise)
}

/** When the effect of `exercise` takes place. */
export function effectAt(world: World, { effect }: Power, exercise: Fact): Instant {
  const delay = effect?.after ?? null
  return delay === null ? exercise.span.to : addDuration(exercise.span.to, delay, world.rulebook.where)
}

/** What `once_per: <duration>` leaves of `exercises`, over all windows: a certain one blocks the next for that long. */
export function notTooSoon(world: World, { oncePer }: Power, exercises: readonly Exercise[]): readonly Exercise[] {
  if (oncePer === null || oncePer === 'case') return exercises
  let last: Fact | null = null
  return [...exercises]
    .sort((a, b) => byWorldTime(a.fact, b.fact))
    .filter((exercise) => {
      if (last !== null && exercise.fact.span.from < addDuration(last.span.to, oncePer, world.rulebook.where))
        return false
      if (exercise.doubts.length === 0) last = exercise.fact
      return true
    })
}
