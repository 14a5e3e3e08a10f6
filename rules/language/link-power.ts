import { type Linking, linkEvery, linkOpening, type Raw, useCalendars } from './link-parts.ts'
import type { Effect } from './rulebook.ts'
import type { Located } from './shape.ts'

/** What only a power has: when it may be exercised, and what that brings about. */
export function linkPower(raw: Raw<'power'>, linking: Linking) {
  const once = raw.once_per ?? null
  useCalendars(
    linking,
    raw.place,
    raw.available_after,
    raw.available_for,
    once === null || once === 'case' ? undefined : once,
  )
  if (raw.every !== undefined && raw.when !== undefined) {
    linking.to.complain(raw.every.at, 'wrong-form', `${raw.id} has every beside when`, 'write two powers')
  }
  return {
    kind: 'power' as const,
    ...linkOpening(raw, linking),
    exercisedBy: raw.exercised_by,
    every: linkEvery(raw, linking),
    availableAfter: raw.available_after ?? null,
    availableFor: raw.available_for ?? null,
    oncePer: once,
    effect: linkEffect(raw.effect, linking),
    withdrawnBy: raw.withdrawn_by ?? [],
  }
}

function linkEffect(raw: Raw<'power'>['effect'], linking: Linking): Effect | null {
  if (raw === undefined) return null
  const { names, kinds, to } = linking
  const { ends, suspends, resumes, waives, extends: extended, by, after: delay } = raw.value
  useCalendars(linking, raw.at, by, delay)
  const after = delay ?? null
  const named = [ends, suspends, resumes, waives, extended].filter((part) => part !== undefined)
  if (named.length !== 1 || (extended === undefined) !== (by === undefined)) {
    to.complain(
      raw.at,
      'wrong-form',
      'an effect names not exactly one thing',
      'write one of ends, suspends, resumes, waives, or extends with by',
    )
    return null
  }
  if (ends) return { kind: 'ends', after }
  if (extended && by) {
    const commitment = names.resolve('commitment', extended) ?? ''
    const kind = kinds.get(commitment)
    if (kind && kind !== 'act' && kind !== 'power')
      to.complain(
        extended.at,
        'wrong-kind',
        `${commitment} is of kind ${kind} and has no deadline to extend`,
        'name an act or a power',
      )
    return { kind: 'extends', commitment, by, after }
  }
  const kind = suspends ? 'suspends' : resumes ? 'resumes' : 'waives'
  return {
    kind,
    commitments: names.resolveAll('commitment', suspends ?? resumes ?? waives ?? ([] as Located<string>[])) ?? [],
    after,
  }
}
