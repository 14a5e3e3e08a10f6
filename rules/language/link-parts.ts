import type { Kind } from '../engine/result.ts'
import type { RawCommitment, RawWhen } from './commitment-shape.ts'
import type { Terms } from './definitions.ts'
import type { Duration } from './duration.ts'
import type { Names } from './names.ts'
import type { During, EventState, Recurrence, When } from './rulebook.ts'
import type { Reading } from './shape.ts'
import type { Place } from './yaml-tree.ts'

export interface Linking {
  readonly names: Names
  readonly kinds: ReadonlyMap<string, Kind>
  readonly terms: Terms
  readonly to: Reading
}

/** A commitment of one kind, as read. */
export type Raw<K extends Kind> = Extract<RawCommitment, { kind: K }>

/** What opens the cases of an act or a power. */
export function linkOpening(raw: Raw<'act'> | Raw<'power'>, linking: Linking) {
  return {
    when: linkWhen(raw.when, linking),
    onlyIf: raw.only_if ? eventState(raw.only_if.state) : null,
    unless: raw.unless ? eventState(raw.unless.state) : null,
  }
}

function eventState(raw: {
  readonly starts: EventState['starts']
  readonly ends: EventState['ends']
  readonly initially?: boolean | undefined
}): EventState {
  return { starts: raw.starts, ends: raw.ends, initially: raw.initially ?? null }
}

/** Which kinds can be exercised, breached, met. */
const CAN: Readonly<Record<'exercised' | 'breached' | 'met', (kind: Kind) => boolean>> = {
  exercised: (kind) => kind === 'power',
  breached: (kind) => kind !== 'power' && kind !== 'endeavour',
  met: (kind) => kind !== 'power',
}

function linkWhen(raw: RawWhen | undefined, { names, kinds, terms, to }: Linking): When | null {
  if (!raw) return null
  if (raw.kind === 'event') return raw
  if (raw.kind === 'episode') {
    const term = names.resolve('term', raw.of) ?? ''
    if (terms.counts.has(term))
      to.complain(raw.of.at, 'wrong-kind', `${term} counts, it is no occasion`, 'name a term that has an episode')
    return { kind: 'episode', term }
  }
  const of = names.resolve('commitment', raw.of)
  const kind = of === undefined ? undefined : kinds.get(of)
  if (of !== undefined && kind && !CAN[raw.kind](kind)) {
    const said = {
      exercised: 'only a power is exercised',
      breached: 'it is never breached by itself',
      met: 'a power is exercised, not met',
    }[raw.kind]
    to.complain(
      raw.of.at,
      'wrong-kind',
      `${of} is of kind ${kind}: ${said}`,
      raw.kind === 'exercised' ? 'name a power' : 'name an act, a total or another duty',
    )
  }
  return { kind: raw.kind, of: of ?? '' }
}

/** The periods that recur, with their bounds. */
export function linkEvery(raw: Raw<'act'> | Raw<'power'> | Raw<'total'>, { names, to }: Linking): Recurrence | null {
  const { from, until } = raw
  if (from !== undefined && until !== undefined && until < from) {
    to.complain(raw.place, 'impossible-date', `until (${until}) is before from (${from})`, 'check the two dates')
  }
  if (raw.every === undefined) {
    if (from !== undefined || until !== undefined)
      to.complain(
        raw.place,
        'missing-key',
        'from and until stand here without every',
        'add every, or write during: {from, until}',
      )
    return null
  }
  const { value } = raw.every
  const every =
    typeof value === 'string' ? value : { fiscalYear: names.resolve('fiscal year', value.fiscal_year) ?? '' }
  return { every, from: from ?? null, until: until ?? null }
}

/** One period; null for the term, or after a complaint. */
export function linkDuring(raw: Raw<'total'>['during'], { names, to }: Linking): During | null {
  if (raw === undefined) return null
  const { value, at } = raw
  if (value === 'term') return { kind: 'term' }
  const { calendar_year: year, fiscal_year: fiscal, of, from, until } = value
  const forms = [year !== undefined, fiscal !== undefined, from !== undefined || until !== undefined].filter(
    Boolean,
  ).length
  if (forms === 1 && year !== undefined && of === undefined) return { kind: 'calendar_year', year }
  if (forms === 1 && fiscal !== undefined && of !== undefined)
    return { kind: 'fiscal_year', year: fiscal, of: names.resolve('fiscal year', of) ?? '' }
  if (forms === 1 && from !== undefined && until !== undefined && of === undefined) {
    if (until < from)
      to.complain(at, 'impossible-date', `the period ends (${until}) before it begins (${from})`, 'check the two dates')
    return { kind: 'range', from, until }
  }
  to.complain(
    at,
    'wrong-form',
    'this is no period',
    'write term, {calendar_year: 2024}, {fiscal_year: 2024, of: JPN} or {from: 2024-01-01, until: 2024-06-30}',
  )
  return null
}

/** Marks the calendars of business-day durations as used. */
export function useCalendars({ names }: Linking, at: Place, ...durations: readonly (Duration | undefined)[]): void {
  for (const duration of durations) names.useCalendarOf(duration, at)
}
