import { identityOf, type KnownEvent, occurrence } from '../language/event.ts'
import { isMatch, isOfKind } from '../language/match.ts'
import type { Match, Rulebook } from '../language/rulebook.ts'
import type { Instant, Span } from './instant.ts'

/** A known event with the interval in which it happened, read in its own zone or the agreement's. */
export interface Fact {
  readonly event: KnownEvent
  readonly span: Span
}

/** The facts of a kind, and those among them that are the same as a trigger in what `same` names. */
export interface Kin {
  readonly ofKind: readonly Fact[]
  readonly meant: readonly Fact[]
}

/** What is known at an instant. Facts come in the order of the world: by (from, to, source, id). */
export interface History {
  readonly rulebook: Rulebook
  ofType(type: string): readonly Fact[]
  /** The facts that meet one of `matches` and its `where`, whatever `same` says. */
  ofKind(matches: readonly Match[], trigger: Fact | null): readonly Fact[]
  /** `ofKind` and `meant` at once, where neither has to be searched for; null where they have to be. */
  kin(matches: readonly Match[], trigger: Fact | null): Kin | null
  /** The facts that one of `matches` means, given `trigger`. */
  meant(matches: readonly Match[], trigger: Fact | null): readonly Fact[]
  /** Those of `meant` that end at or after `from`; some that end before may come with them. */
  meantSince(matches: readonly Match[], trigger: Fact | null, from: number): Iterable<Fact>
  /** The latest end among those of `meant` (without a trigger) that begin at or before `at` and count; at least `after`. */
  latestEnd(matches: readonly Match[], at: Instant, after: number, counts: (fact: Fact) => boolean): number
  /** The judgements that name the case `id`. */
  judgementsOf(id: string): readonly Fact[]
}

/**
 * What `rulebook` knows of `events` at `knownAt` (null: all that is recorded): of every (source, id) the highest
 * revision recorded by then, unless it is a retraction. A revision is recorded no earlier than the ones it follows.
 * An event whose time names an empty day in the agreement's zone has no place in the world and is left out.
 */
export function historyOf(rulebook: Rulebook, events: readonly KnownEvent[], knownAt: Instant | null): FullHistory {
  const facts: Fact[] = []
  for (const event of knownEvents(events, knownAt)) {
    const span = occurrence(event, rulebook.where.zone)
    if (span !== null) facts.push({ event, span })
  }
  return new FullHistory(rulebook, facts.sort(byWorldTime))
}

/** A history that is searched from end to end, whatever is asked. */
class FullHistory implements History {
  readonly rulebook: Rulebook
  readonly facts: readonly Fact[]
  private readonly byType = new Map<string, Fact[]>()

  /** @param facts in the order of the world */
  constructor(rulebook: Rulebook, facts: readonly Fact[]) {
    this.rulebook = rulebook
    this.facts = facts
    for (const fact of facts) {
      const type = fact.event.type ?? ''
      const group = this.byType.get(type)
      if (group) group.push(fact)
      else this.byType.set(type, [fact])
    }
  }

  ofType(type: string): readonly Fact[] {
    return this.byType.get(type) ?? []
  }

  ofKind(matches: readonly Match[], trigger: Fact | null): readonly Fact[] {
    return this.select(matches, (m, fact) => isOfKind(m, fact.event, trigger?.event ?? null))
  }

  kin(): null {
    return null
  }

  meant(matches: readonly Match[], trigger: Fact | null): readonly Fact[] {
    return this.select(matches, (m, fact) => isMatch(m, fact.event, trigger?.event ?? null))
  }

  meantSince(matches: readonly Match[], trigger: Fact | null): readonly Fact[] {
    return this.meant(matches, trigger)
  }

  latestEnd(matches: readonly Match[], at: Instant, after: number, counts: (fact: Fact) => boolean): number {
    const ends = this.meant(matches, null).filter((fact) => fact.span.from <= at && counts(fact))
    return ends.reduce((latest, fact) => Math.max(latest, fact.span.to), after)
  }

  judgementsOf(): readonly Fact[] {
    return this.ofType('servanda.judgement')
  }

  private select(matches: readonly Match[], test: (match: Match, fact: Fact) => boolean): readonly Fact[] {
    const types = [...new Set(matches.map((m) => m.event))]
    const found = types.flatMap((type) => this.ofType(type).filter((fact) => matches.some((m) => test(m, fact))))
    return types.length > 1 ? found.sort(byWorldTime) : found
  }
}

/** Per (source, id) the highest revision recorded at or before `knownAt`, unless retracted; in no particular order. */
export function knownEvents(events: readonly KnownEvent[], knownAt: Instant | null): readonly KnownEvent[] {
  const revisions = new Map<string, KnownEvent[]>()
  for (const event of events) {
    const key = identityOf(event)
    const group = revisions.get(key)
    if (group) group.push(event)
    else revisions.set(key, [event])
  }
  const known: KnownEvent[] = []
  for (const group of revisions.values()) {
    const latest = latestKnown(group, knownAt)
    if (latest && !latest.retracted) known.push(latest)
  }
  return known
}

function latestKnown(revisions: readonly KnownEvent[], knownAt: Instant | null): KnownEvent | null {
  const inOrder = [...revisions].sort((a, b) => a.revision - b.revision || recorded(a) - recorded(b))
  let latest: KnownEvent | null = null
  let effective = Number.NEGATIVE_INFINITY
  for (const event of inOrder) {
    // The same revision told twice is one telling, known since the earlier one.
    if (latest && latest.revision === event.revision) continue
    effective = Math.max(effective, recorded(event))
    if (knownAt !== null && effective > knownAt) break
    latest = event
  }
  return latest
}

function recorded(event: KnownEvent): number {
  return event.recordedAt ?? Number.NEGATIVE_INFINITY
}

/** Order of the world: by (from, to, source, id). */
export function byWorldTime(a: Fact, b: Fact): number {
  return (
    a.span.from - b.span.from ||
    a.span.to - b.span.to ||
    compare(a.event.source, b.event.source) ||
    compare(a.event.id, b.event.id)
  )
}

/** Code unit order, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether the fact happened at one moment. */
export function isPrecise(fact: Fact): boolean {
  return fact.span.from === fact.span.to
}

/** The first index at which `holds` is true, given that it stays true after: by halving. */
export function firstIndex<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(items[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}
