import { createHash } from 'node:crypto'
import type { KnownEvent } from '../../language/event.ts'
import type { Commitment, Match, Rulebook } from '../../language/rulebook.ts'
import { isCoupled } from '../kinds/power.ts'
import { effectTypesOf, matchesOf, restsOn } from '../touched.ts'
import { joinKey } from './stream.ts'

/**
 * A part of an agreement whose cases stand as they do whatever happens in the others: commitments that rest on each
 * other and, where all their evidence has to be the same as the trigger in the same fields, one value of these fields.
 */
export type Share = string

/** Commitments that rest on each other. */
interface Cluster {
  readonly name: string
  readonly matches: readonly Match[]
  /** In what field everything about one case is the same; null: its cases may share evidence. */
  readonly axis: readonly (readonly string[])[] | null
}

/** Which shares an agreement has, and what bears on which. */
export class Shares {
  private readonly clusters: ReadonlyMap<string, Cluster>
  private readonly commonTypes: ReadonlySet<string>

  constructor(rulebook: Rulebook) {
    const clusters = clustersOf(rulebook)
    this.clusters = new Map(clusters.flatMap(({ ids, cluster }) => ids.map((id) => [id, cluster])))
    this.commonTypes = new Set([...rulebook.inForce.when.map((m) => m.event), ...effectTypesOf(rulebook)])
  }

  /** Those on whose cases `event` may bear; null: on all. */
  of(event: KnownEvent): readonly Share[] | null {
    const { type } = event
    if (type === null) return []
    if (type.startsWith('servanda.') || this.commonTypes.has(type)) return null
    const found = [...new Set(this.clusters.values())].filter(({ matches }) => matches.some((m) => m.event === type))
    return found.map((cluster) => shareIn(cluster, event))
  }

  /** The one with the case of the commitment `id` that `trigger` opens, by itself or through another case. */
  ofCase(id: string, trigger: KnownEvent | null): Share {
    const cluster = this.clusters.get(id)
    if (!cluster) throw new TypeError(`no commitment ${id}`)
    return trigger === null ? cluster.name : shareIn(cluster, trigger)
  }
}

function shareIn({ name, axis }: Cluster, event: KnownEvent): Share {
  if (axis === null) return name
  const key = joinKey(event, axis)
  if (key === undefined) return `${name}#`
  // Whatever stands in the field, the name stays short and is fit for an index.
  return `${name}#${createHash('sha256')
    .update(`${typeof key} ${String(key)}`)
    .digest('base64url')}`
}

function clustersOf(rulebook: Rulebook): readonly { readonly ids: readonly string[]; readonly cluster: Cluster }[] {
  const groups: Commitment[][] = []
  for (const commitment of rulebook.commitments) {
    const related = groups.filter((group) =>
      group.some((other) => restsOn(commitment) === other.id || restsOn(other) === commitment.id),
    )
    for (const group of related) groups.splice(groups.indexOf(group), 1)
    groups.push([...related.flat(), commitment])
  }
  return groups.map((all) => ({
    ids: all.map(({ id }) => id),
    cluster: {
      name: all[0]?.id ?? '',
      matches: all.flatMap((commitment) => matchesOf(commitment, rulebook)),
      axis: axisOf(all),
    },
  }))
}

/** The field in which all evidence of all of them has to be the same as the trigger; null when there is no such field. */
function axisOf(commitments: readonly Commitment[]): Cluster['axis'] {
  const evidence: Match[] = []
  for (const commitment of commitments) {
    if (commitment.kind !== 'act' && commitment.kind !== 'power') return null
    const { when, onlyIf, unless, excusedBy } = commitment
    // A judgement that says `met` opens cases too, and has none of the fields.
    if (when === null || when.kind === 'episode' || when.kind === 'met') return null
    if (onlyIf !== null || unless !== null) return null
    if (commitment.kind === 'power' && isCoupled(commitment)) return null
    evidence.push(...excusedBy)
    evidence.push(
      ...(commitment.kind === 'act' ? commitment.counts : [...commitment.exercisedBy, ...commitment.withdrawnBy]),
    )
  }
  const [first] = evidence
  if (!first || first.same.length === 0) return null
  return evidence.every(({ same }) => String(same) === String(first.same)) ? first.same : null
}
