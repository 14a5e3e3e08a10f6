import { identityOf, type KnownEvent, occurrence } from '../language/event.ts'
import { isOfKind } from '../language/match.ts'
import type { Match, Rulebook } from '../language/rulebook.ts'
import type { Instant, Span } from './instant.ts'

/** A known event with the interval in which it happened, read in its own zone or the agreement's. */
export interface Fact {
  readonly event: KnownEvent
  readonly span: Span
}

/** What is known at an instant, in the order of the world: by (from, to, source, id). */
export interface History {
  readonly rulebook: Rulebook
  readonly facts: readonly Fact[]
  readonly byType: ReadonlyMap<string, readonly Fact[]>
}

/**
 * What `rulebook` knows of `events` at `knownAt` (null: all that is recorded): of every (source, id) the highest
 * revision recorded by then, unless it is a retraction. A revision is recorded no earlier than the ones it follows.
 * An event whose time names an empty day in the agreement's zone has no place in the world and is left out.
 */
export function historyOf(rulebook: Rulebook, events: readonly KnownEvent[], knownAt: Instant | null): History {
  const facts: Fact[] = []
  for (const event of knownEvents(events, knownAt)) {
    const span = occurrence(event, rulebook.where.zone)
    if (span !== null) facts.push({ event, span })
  }
  facts.sort(byWorldTime)
  const byType = new Map<string, Fact[]>()
  for (const fact of facts) {
    const type = fact.event.type ?? ''
    const group = byType.get(type)
    if (group) group.push(fact)
    else byType.set(type, [fact])
  }
  return { rulebook, facts, byType }
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

/** The facts of the types in `matches` that meet their `where`, whatever `same` says, in the order of the world. */
export function factsOfKind(history: History, matches: readonly Match[], trigger: Fact | null): readonly Fact[] {
  const types = [...new Set(matches.map((m) => m.event))]
  const found = types.flatMap((type) =>
    (history.byType.get(type) ?? []).filter((f) => matches.some((m) => isOfKind(m, f.event, trigger?.event ?? null))),
  )
  return types.length > 1 ? found.sort(byWorldTime) : found
}

/** Whether the fact happened at one moment. */
export function isPrecise(fact: Fact): boolean {
  return fact.span.from === fact.span.to
}
