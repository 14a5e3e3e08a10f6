import type { Commitment } from './rulebook.ts'
import type { Reading } from './shape.ts'

/** Checks that need the whole rulebook: no commitment may rest on itself, and no power undo what it rests on. */
export function checkStructure(commitments: readonly Commitment[], to: Reading): void {
  const byId = new Map(commitments.map((c) => [c.id, c]))
  const told = new Set<string>()
  for (const commitment of commitments) {
    const chain = restsOn(commitment, byId)
    if (chain.cycle && !told.has(commitment.id)) {
      for (const id of chain.cycle) told.add(id)
      to.complain(
        commitment.at,
        'cycle',
        `${chain.cycle.join(' → ')}: this chain of triggers ends where it began`,
        'let one of them be triggered by an event',
        'no case could ever open',
      )
    }
    if (commitment.kind === 'power' && commitment.effect && commitment.effect.kind !== 'ends') {
      const named =
        commitment.effect.kind === 'extends' ? [commitment.effect.commitment] : commitment.effect.commitments
      for (const id of named.filter((id) => chain.ids.has(id))) {
        to.complain(
          commitment.at,
          'cycle',
          `${commitment.id} has an effect on ${id}, which its own when rests on`,
          'name another commitment in the effect',
          'whether the power existed would depend on its having been used',
        )
      }
    }
    checkReadings(commitment, byId, to)
  }
}

/** The ids that `commitment` rests on through `when`, and the path back to it if there is one. */
function restsOn(
  commitment: Commitment,
  byId: ReadonlyMap<string, Commitment>,
): { readonly ids: ReadonlySet<string>; readonly cycle: readonly string[] | null } {
  const ids = new Set<string>()
  const path = [commitment.id]
  let at: Commitment | undefined = commitment
  while (at) {
    const next = triggerOf(at)
    if (next === null) return { ids, cycle: null }
    path.push(next)
    if (next === commitment.id) return { ids, cycle: path }
    if (ids.has(next)) return { ids, cycle: null }
    ids.add(next)
    at = byId.get(next)
  }
  return { ids, cycle: null }
}

function triggerOf(commitment: Commitment): string | null {
  if (commitment.kind !== 'act' && commitment.kind !== 'power') return null
  const { when } = commitment
  return when && (when.kind === 'exercised' || when.kind === 'breached' || when.kind === 'met') ? when.of : null
}

function checkReadings(commitment: Commitment, byId: ReadonlyMap<string, Commitment>, to: Reading): void {
  const other = commitment.readingOf === null ? undefined : byId.get(commitment.readingOf)
  if (other && other.readingOf !== null) {
    to.complain(
      commitment.at,
      'cycle',
      `${commitment.id} is a reading of ${other.id}, which is itself a reading of ${other.readingOf}`,
      `make it a reading of ${other.readingOf}`,
    )
  }
}
