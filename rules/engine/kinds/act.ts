import { subtractDuration } from '../../language/duration.ts'
import type { Act, EvidencePolicy } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim } from '../case.ts'
import { type Doubt, hasEnoughSources, isDoubtful } from '../evidence.ts'
import type { Fact } from '../history.ts'
import type { Instant, Span } from '../instant.ts'
import type { World } from '../world.ts'

/** How a performance stands to the deadline: for certain, possibly, or not. */
type Fit = 'in_time' | 'maybe' | 'late' | 'outside'

/**
 * An achievement obligation: performed between the trigger and the deadline with its grace. Certain only when it holds
 * for the earliest and the latest instant of both.
 */
export function assessAct(world: World, { commitment, occasion, frame, dossier, h }: CaseContext<Act>): Assessment {
  const { rulebook } = world
  const policy = commitment.evidence
  const trigger = occasion.trigger?.fact ?? null
  const start = earliest(world, commitment, occasion.trigger?.span ?? startOf(occasion.period?.from ?? null))
  const fitting = new Map<Fact, { fit: Fit; doubtful: boolean }>()
  const from = start?.from ?? Number.POSITIVE_INFINITY
  const lateCounts = frame.ended === null && commitment.stillOwed
  const to = lateCounts ? Number.POSITIVE_INFINITY : frame.until.to
  for (const fact of world.bearing(commitment.counts, { trigger, from, to, dossier, h })) {
    const fit = start === null ? 'outside' : fitOf(fact.span, start, frame.until, lateCounts)
    if (fit === 'outside') {
      dossier.add(fact, 'ignored', outside(fact, start, frame.until))
      continue
    }
    const doubtful = isDoubtful(fact, policy, rulebook)
    fitting.set(fact, { fit, doubtful })
    // One sure report decides it, and in the order of the world none that comes later is better.
    if (dossier.isBrief && policy.minimumSources <= 1 && !doubtful && fit !== 'maybe') break
  }
  const of = (...fits: readonly Fit[]): Fact[] =>
    [...fitting].filter(([, p]) => fits.includes(p.fit)).map(([fact]) => fact)
  const sure = (fact: Fact): boolean => fitting.get(fact)?.doubtful === false
  const met = deciding(of('in_time'), sure, policy, world)
  const late = deciding(of('late'), sure, policy, world)
  for (const [fact, { fit, doubtful }] of fitting) {
    // The deadline was missed either way: a late report in doubt settles nothing.
    if (fit === 'late' && (met !== null || doubtful)) dossier.add(fact, 'ignored', met ? 'too_late' : 'late_in_doubt')
    else dossier.add(fact, 'performed', doubtful ? 'maybe_source' : fit === 'maybe' ? 'maybe_time' : fit)
  }
  const doubts: Doubt[] = []
  if (of('maybe').length > 0) doubts.push('imprecise')
  const bearing = of('in_time', 'maybe')
  const tooFew = met === null && (of('in_time').length > 0 || !hasEnoughSources(bearing, policy, rulebook))
  if (bearing.some((f) => !sure(f)) || (bearing.length > 0 && tooFew)) doubts.push('contested')
  const closed = frame.close !== null && h.passed(frame.close.to)
  const claims: Record<string, Claim> = {}
  if (met) claims.met = met
  if (closed) {
    if (bearing.length > 0) claims.unknown = first(bearing)
    if (late) claims.met_late = late
    claims.breached = { at: frame.close, fact: null }
  }
  const story = { event: describe(fitting.keys().next().value ?? null) }
  return { claims, doubts, awaiting: false, violations: [], value: null, stalled: false, atRisk: false, story }
}

function startOf(at: Instant | null): Span | null {
  return at === null ? null : { from: at, to: at }
}

function first(facts: readonly Fact[]): Claim {
  return { at: facts[0]?.span ?? null, fact: facts[0] ?? null }
}

function describe(fact: Fact | null): string | null {
  return fact === null ? null : `${fact.event.id} (${fact.event.source})`
}

/** From when performance counts, for the earliest and the latest trigger; null before entry into force. */
function earliest(
  world: World,
  { earlyCounts }: Act,
  opened: Span | null,
): { readonly from: number; readonly to: number } | null {
  if (opened === null) return null
  if (earlyCounts === false) return opened
  if (earlyCounts === true) return { from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
  const { where } = world.rulebook
  return {
    from: subtractDuration(opened.from, earlyCounts, where),
    to: subtractDuration(opened.to, earlyCounts, where),
  }
}

type Bounds = { readonly from: number; readonly to: number }

function fitOf(span: Span, start: Bounds, until: Bounds, lateCounts: boolean): Fit {
  if (span.from >= start.to && span.to <= until.from) return 'in_time'
  if (span.to < start.from) return 'outside'
  if (span.from <= until.to) return 'maybe'
  return lateCounts ? 'late' : 'outside'
}

function outside(fact: Fact, start: Bounds | null, until: Bounds): string {
  return start !== null && fact.span.from > until.to ? 'too_late' : 'too_early'
}

/** The performance that decides it, in the order of the world: with it, one sure report and enough sources are there. */
function deciding(
  performances: readonly Fact[],
  sure: (fact: Fact) => boolean,
  policy: EvidencePolicy,
  world: World,
): Claim | null {
  for (let n = 1; n <= performances.length; n++) {
    const told = performances.slice(0, n)
    if (told.some(sure) && hasEnoughSources(told, policy, world.rulebook))
      return { at: told[n - 1]?.span ?? null, fact: told[n - 1] ?? null }
  }
  return null
}
