import { addDuration, type DeclaredSource, type Instant, type Rulebook } from '../../rules/index.ts'

/** When anything was last heard of a source; null: never. */
export interface LastHeard {
  /** By an event with this `source`. */
  event(source: string): Instant | null
  /** By a watermark that names this id. */
  watermark(id: string): Instant | null
}

/** When anything was last heard of `source`; null: never. */
export function lastHeardOf({ id, is }: Pick<DeclaredSource, 'id' | 'is'>, heard: LastHeard): Instant | null {
  const known = [heard.watermark(id), ...is.map((one) => heard.event(one))].filter((at) => at !== null)
  return known.length > 0 ? (Math.max(...known) as Instant) : null
}

/** A declared source that is expected to report from time to time. */
export interface ExpectedSource {
  readonly agreement: string
  /** As the rulebook declares it. */
  readonly source: string
  readonly heardAt: Instant | null
  /** Until then nobody wonders. */
  readonly expectedBy: Instant
}

/**
 * Until when each source of `rulebook` that has an `expected_every` is expected to report again (LANGUAGE §6): counted
 * from when it was last heard of, and at the earliest from `since`, when we began to listen. Pure.
 */
export function expectedSources(rulebook: Rulebook, heard: LastHeard, since: Instant): readonly ExpectedSource[] {
  return rulebook.sources.flatMap((source) => {
    const { id, expectedEvery } = source
    if (expectedEvery === null) return []
    const heardAt = lastHeardOf(source, heard)
    const from = Math.max(heardAt ?? since, since) as Instant
    return [
      { agreement: rulebook.id, source: id, heardAt, expectedBy: addDuration(from, expectedEvery, rulebook.where) },
    ]
  })
}
