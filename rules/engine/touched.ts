import { CONTROL_KINDS } from '../language/control-event.ts'
import type { ServandaEvent } from '../language/event.ts'
import type { Commitment, Match, Rulebook, When } from '../language/rulebook.ts'

/**
 * The ids of the commitments whose cases `event` may change: those that listen to its type, those that rest on them, and
 * for an order (a `servanda.*` event) those it names. A retraction without a type may change any. Errs on the side of more.
 */
export function commitmentsTouchedBy(rulebook: Rulebook, event: ServandaEvent): readonly string[] {
  const { control, type } = event
  if (control === null && type !== null && !type.startsWith('servanda.')) return touchedByType(rulebook).get(type) ?? []
  const all = rulebook.commitments.map((c) => c.id)
  if (control === null) return all
  if ('agreement' in control) return control.agreement === rulebook.id ? all : []
  const isConcerned =
    control.kind === 'watermark'
      ? rulebook.commitments.some((c) => c.evidence.reportedBy.includes(control.source))
      : rulebook.commitments.some((c) =>
          seriesOf(c).some((s) => control.series === s || control.series.startsWith(`${s}.`)),
        )
  return isConcerned ? all : []
}

/** For each type of event that somebody listens to, who is touched. Found once: every event is asked about at every rulebook. */
function touchedByType(rulebook: Rulebook): ReadonlyMap<string, readonly string[]> {
  const known = touched.get(rulebook)
  if (known) return known
  const listening = new Map<string, Set<string>>()
  for (const commitment of rulebook.commitments) {
    for (const { event } of matchesOf(commitment, rulebook)) {
      const others = listening.get(event)
      if (others) others.add(commitment.id)
      else listening.set(event, new Set([commitment.id]))
    }
  }
  const all = rulebook.commitments.map((c) => c.id)
  const powers = rulebook.commitments.filter((c) => c.kind === 'power' && c.effect !== null)
  const found = new Map<string, readonly string[]>()
  for (const [type, ids] of listening) {
    found.set(type, powers.some(({ id }) => ids.has(id)) ? all : withDependants(rulebook, ids))
  }
  for (const { event } of rulebook.inForce.when) found.set(event, all)
  touched.set(rulebook, found)
  return found
}

const touched = new WeakMap<Rulebook, ReadonlyMap<string, readonly string[]>>()

/** Whoever rests on one of `ids`, and whoever it repairs. */
function withDependants(rulebook: Rulebook, ids: Set<string>): readonly string[] {
  for (let before = -1; before < ids.size; ) {
    before = ids.size
    for (const commitment of rulebook.commitments) {
      const when = followed(commitment)
      if (when === null) continue
      if (ids.has(when.of)) ids.add(commitment.id)
      else if (ids.has(commitment.id) && when.kind === 'breached') ids.add(when.of)
    }
  }
  return rulebook.commitments.map((c) => c.id).filter((id) => ids.has(id))
}

/** The types of all events that may bear on some case of `rulebook`; a correction of one may have another, or none. */
export function listenedTypes(rulebook: Rulebook): readonly string[] {
  const matches = [...rulebook.inForce.when, ...rulebook.commitments.flatMap((one) => matchesOf(one, rulebook))]
  return [...new Set([...matches.map(({ event }) => event), ...CONTROL_KINDS.map((kind) => `servanda.${kind}`)])]
}

/** Every match that bears on the cases of `commitment`. */
export function matchesOf(commitment: Commitment, rulebook: Rulebook): readonly Match[] {
  const shared = [...commitment.excusedBy]
  switch (commitment.kind) {
    case 'act':
      return [...shared, ...openingOf(commitment, rulebook), ...commitment.counts]
    case 'power':
      return [...shared, ...openingOf(commitment, rulebook), ...commitment.exercisedBy, ...commitment.withdrawnBy]
    case 'total':
      return [...shared, ...commitment.counts.map((c) => c.match)]
    case 'maintain':
      return commitment.state.kind === 'events'
        ? [...shared, ...commitment.state.starts, ...commitment.state.ends]
        : shared
    case 'prohibit':
      return [...shared, ...commitment.what, ...commitment.unclear]
    case 'endeavour':
      return [...shared, ...commitment.signsOfEffort, ...commitment.outcome]
  }
}

function openingOf(
  { when, onlyIf, unless }: Extract<Commitment, { kind: 'act' | 'power' }>,
  rulebook: Rulebook,
): readonly Match[] {
  const states = [onlyIf, unless].filter((state) => state !== null).flatMap(({ starts, ends }) => [...starts, ...ends])
  if (when?.kind === 'event') return [...states, ...when.matches]
  if (when?.kind === 'episode') return [...states, ...(rulebook.terms.get(when.term)?.of ?? [])]
  return states
}

/** The commitment whose cases open those of `commitment`; null when none do. */
export function restsOn(commitment: Commitment): string | null {
  return followed(commitment)?.of ?? null
}

/** What it takes of which commitment to open the cases of `commitment`; null when none do. */
function followed(commitment: Commitment): Extract<When, { of: string }> | null {
  if (commitment.kind !== 'act' && commitment.kind !== 'power') return null
  const { when } = commitment
  return when !== null && 'of' in when ? when : null
}

/** The types of the events that an effect of a power may rest on. */
export function effectTypesOf(rulebook: Rulebook): ReadonlySet<string> {
  const types = new Set<string>()
  const seen = new Set<string>()
  const add = (commitment: Commitment | undefined): void => {
    if (!commitment || seen.has(commitment.id)) return
    seen.add(commitment.id)
    for (const match of matchesOf(commitment, rulebook)) types.add(match.event)
    add(rulebook.commitments.find((c) => c.id === restsOn(commitment)))
  }
  for (const commitment of rulebook.commitments)
    if (commitment.kind === 'power' && commitment.effect !== null) add(commitment)
  return types
}

function seriesOf(commitment: Commitment): readonly string[] {
  if (commitment.kind === 'maintain' && commitment.state.kind === 'indicator') return [commitment.state.series]
  if (commitment.kind !== 'total') return []
  return [commitment.convert.series, ...(commitment.target.percentOf ? [commitment.target.percentOf.indicator] : [])]
}
