import type { CaseContext, Claim, Relief, Violation } from './case.ts'
import type { Doubt } from './evidence.ts'
import type { Fact } from './history.ts'
import type { Instant } from './instant.ts'
import type { World } from './world.ts'

/** The relief that reaches this case. Excuses have to fall between opening and close, before the first violation. */
export function reliefOf(world: World, context: CaseContext, violations: readonly Violation[]): Relief {
  const { commitment, occasion, frame, dossier, h } = context
  if (occasion.opened === null) return { excused: null, discharged: null, possibleExcuse: null }
  const opened = occasion.opened
  const untilViolation = commitment.kind === 'prohibit' || commitment.kind === 'maintain'
  const violated = untilViolation
    ? violations.reduce((first, v) => Math.min(first, v.span.from), Number.POSITIVE_INFINITY) - 1
    : Number.POSITIVE_INFINITY
  const ended = frame.ended?.at ?? Number.POSITIVE_INFINITY
  const end = {
    from: Math.min(frame.close?.from ?? Number.POSITIVE_INFINITY, violated, ended),
    to: Math.min(frame.close?.to ?? Number.POSITIVE_INFINITY, violated, ended),
  }
  const trigger = occasion.trigger?.fact ?? null
  const doubts = new Set<Doubt>()
  let excused: Claim | null = null
  for (const fact of world.bearing(commitment.excusedBy, { trigger, from: opened.from, to: end.to, dossier, h })) {
    if (fact.span.to < opened.from || fact.span.from > end.to) {
      dossier.add(fact, 'ignored', 'outside_case')
      continue
    }
    const disputed = fact.event.standing === 'disputed'
    const sure = !disputed && fact.span.from >= opened.to && fact.span.to <= end.from
    dossier.add(fact, 'excused', sure ? 'excuse' : disputed ? 'maybe_source' : 'maybe_time')
    if (sure) excused ??= { at: fact.span, fact }
    if (excused && dossier.isBrief) break
    if (!sure) doubts.add(disputed ? 'contested' : 'imprecise')
  }
  const waiver = excused ?? waiverOf(world, context, opened.from)
  const discharged = dischargeOf(world, context, opened.from)
  return { excused: waiver, discharged, possibleExcuse: waiver === null && doubts.size > 0 ? [...doubts] : null }
}

/** A waiver may come after a breach, but reaches no case opened later. */
function waiverOf(world: World, { id, commitment, dossier, h }: CaseContext, opened: Instant): Claim | null {
  const ordered = world.orders('waiver', h).find((w) => names(w.control, id, commitment.id) && w.span.from >= opened)
  const effect = world
    .effects(h)
    .find((e) => e.effect.kind === 'waives' && e.effect.commitments.includes(commitment.id) && e.at >= opened)
  const found: { at: Instant; fact: Fact } | null = ordered
    ? { at: ordered.span.from, fact: ordered }
    : effect
      ? { at: effect.at, fact: effect.exercise }
      : null
  if (found === null) return null
  dossier.add(found.fact, 'control', 'waiver')
  return { at: { from: found.at, to: found.at }, fact: found.fact }
}

/** A discharge voids only what is not yet closed. */
function dischargeOf(world: World, { id, commitment, frame, dossier, h }: CaseContext, opened: Instant): Claim | null {
  const found = world
    .orders('discharge', h)
    .find(
      (d) =>
        names(d.control, id, commitment.id) &&
        d.span.from >= opened &&
        (frame.close === null || d.span.from <= frame.close.to),
    )
  if (!found) return null
  dossier.add(found, 'control', 'discharge')
  return { at: found.span, fact: found }
}

function names(
  control: { readonly case: string | null; readonly commitment: string | null },
  id: string,
  commitment: string,
): boolean {
  return control.case === null ? control.commitment === commitment : control.case === id
}
