import type { KnownEvent } from '../../language/event.ts'
import { JsonNumber, valueAt } from '../../language/json.ts'
import { isMatch, isOfKind } from '../../language/match.ts'
import type { Match, Rulebook } from '../../language/rulebook.ts'
import { byWorldTime, type Fact, type History, type Kin } from '../history.ts'
import type { Instant } from '../instant.ts'
import { Stream } from './stream.ts'
import type { KeptFact } from './tellings.ts'

/** Streams that may take a fact; it is certain that they do when the way to them was all that they ask. */
interface Takers {
  readonly streams: Stream[]
  isCertain: boolean
}

/** Where facts of one type have to go. */
interface Routing {
  /** By a field that has to equal something: path, then value. */
  readonly byField: Map<string, { readonly path: readonly string[]; readonly takers: Map<unknown, Takers> }>
  /** Those that take every fact of the type, and those that have to be asked each time. */
  readonly others: Takers
}

/**
 * The facts that a rulebook listens to, found by what asks for them: by list of matches, by join key, by time. Facts
 * that nothing listens to are not kept.
 */
export class FactIndex implements History {
  readonly rulebook: Rulebook
  private readonly streams = new Map<readonly Match[], Stream>()
  /** Those that take every fact of a type. */
  private readonly types = new Map<string, Stream>()
  private readonly routes = new Map<string, Routing>()
  private readonly judgements = new Map<string, Fact[]>()

  constructor(rulebook: Rulebook) {
    this.rulebook = rulebook
  }

  /** Keeps the facts that `matches` mean from now on. */
  listen(matches: readonly Match[]): Stream {
    const known = this.streams.get(matches)
    if (known) return known
    const stream = new Stream(matches)
    this.streams.set(matches, stream)
    for (const match of matches) this.route(match, stream)
    return stream
  }

  /** The facts that `matches` mean; somebody must have listened to them from the start. */
  private find(matches: readonly Match[]): Stream {
    const stream = this.streams.get(matches)
    if (!stream) throw new TypeError(`nobody listens to ${matches.map((m) => m.event).join(', ') || 'an empty list'}`)
    return stream
  }

  /** Keeps every fact of `type` from now on. */
  listenToType(type: string): void {
    if (!this.types.has(type)) this.types.set(type, this.listen([everyEventOf(type)]))
  }

  /** The streams that take what `event` tells. */
  streamsFor(event: KnownEvent): readonly Stream[] {
    const routing = this.routes.get(event.type ?? '')
    if (!routing) return NO_STREAMS
    let found = taking(routing.others, event, NO_STREAMS)
    for (const { path, takers } of routing.byField.values()) {
      const value = valueAt(event.data, path)
      // A list in the event contains what a scalar equals: each of its parts may lead somewhere.
      if (Array.isArray(value)) for (const some of takers.values()) found = taking(some, event, found, true)
      else {
        const some = takers.get(value)
        if (some) found = taking(some, event, found)
      }
    }
    return found
  }

  /** Every fact that is kept. */
  *facts(): Iterable<KeptFact> {
    const seen = new Set<Fact>()
    for (const stream of this.streams.values()) {
      for (const fact of stream.all()) {
        if (!seen.has(fact)) yield fact as KeptFact
        seen.add(fact)
      }
    }
  }

  /**
   * Keeps `fact` in its streams.
   * @returns the fact of the same event that is kept in the same place already; then `fact` is not
   */
  add(fact: KeptFact): KeptFact | undefined {
    const { streams } = fact
    for (let i = 0; i < streams.length; i++) {
      const twin = streams[i]?.add(fact)
      // Who is in one of them is in all.
      if (twin !== undefined) return twin as KeptFact
    }
    const judged = caseJudgedBy(fact)
    if (judged === null) return undefined
    const group = this.judgements.get(judged) ?? []
    group.push(fact)
    this.judgements.set(judged, group.sort(byWorldTime))
    return undefined
  }

  remove(fact: KeptFact): void {
    for (const stream of fact.streams) stream.remove(fact)
    const judged = caseJudgedBy(fact)
    if (judged === null) return
    const left = (this.judgements.get(judged) ?? []).filter((other) => other !== fact)
    if (left.length > 0) this.judgements.set(judged, left)
    else this.judgements.delete(judged)
  }

  ofType(type: string): readonly Fact[] {
    return this.types.get(type)?.all() ?? []
  }

  ofKind(matches: readonly Match[], trigger: Fact | null): readonly Fact[] {
    const stream = this.find(matches)
    if (!stream.needsTrigger) return stream.all()
    return stream.all().filter((fact) => matches.some((m) => isOfKind(m, fact.event, trigger?.event ?? null)))
  }

  kin(matches: readonly Match[], trigger: Fact | null): Kin | null {
    const stream = this.find(matches)
    if (!stream.isKeyed || stream.needsTrigger) return null
    return { ofKind: stream.all(), meant: this.withKeyOf(trigger, stream) }
  }

  meant(matches: readonly Match[], trigger: Fact | null): readonly Fact[] {
    const stream = this.find(matches)
    const found = stream.isKeyed ? this.withKeyOf(trigger, stream) : stream.all()
    return stream.needsTrigger ? found.filter((fact) => isMeant(matches, fact, trigger)) : found
  }

  meantSince(matches: readonly Match[], trigger: Fact | null, from: number): Iterable<Fact> {
    const stream = this.find(matches)
    if (stream.isKeyed || stream.needsTrigger) return this.meant(matches, trigger)
    return stream.since(from)
  }

  latestEnd(matches: readonly Match[], at: Instant, after: number, counts: (fact: Fact) => boolean): number {
    const stream = this.find(matches)
    // Without a trigger nothing can be the same as its fields.
    if (stream.isKeyed) return after
    return stream.latestEnd(at, after, (fact) => counts(fact) && (!stream.needsTrigger || isMeant(matches, fact, null)))
  }

  get hasJudgements(): boolean {
    return this.judgements.size > 0
  }

  judgementsOf(id: string): readonly Fact[] {
    return this.judgements.get(id) ?? NO_FACTS
  }

  private withKeyOf(trigger: Fact | null, stream: Stream): readonly Fact[] {
    return trigger === null ? NO_FACTS : stream.group(stream.keyOf(trigger))
  }

  private route(match: Match, stream: Stream): void {
    const routing: Routing = this.routes.get(match.event) ?? {
      byField: new Map(),
      others: { streams: [], isCertain: true },
    }
    this.routes.set(match.event, routing)
    const condition = match.equals.find((c) => c.allowed.every((value) => !(value instanceof JsonNumber)))
    if (!condition) {
      join(routing.others, stream, match.onlyEquals && match.equals.length === 0)
      return
    }
    const name = condition.path.join('\u0000')
    const field = routing.byField.get(name) ?? { path: condition.path, takers: new Map<unknown, Takers>() }
    routing.byField.set(name, field)
    for (const value of condition.allowed) {
      const takers = field.takers.get(value) ?? { streams: [], isCertain: true }
      join(takers, stream, match.onlyEquals && match.equals.length === 1)
      field.takers.set(value, takers)
    }
  }
}

function join(takers: Takers, stream: Stream, isCertain: boolean): void {
  if (!takers.streams.includes(stream)) takers.streams.push(stream)
  if (!isCertain) takers.isCertain = false
}

/** Nobody listens. */
export const NO_STREAMS: readonly Stream[] = []
const NO_FACTS: readonly Fact[] = []

/** Those of `takers` that take `event`, after those in `found`. */
function taking(
  { streams, isCertain }: Takers,
  event: KnownEvent,
  found: readonly Stream[],
  isAsked = false,
): readonly Stream[] {
  const asks = isAsked || !isCertain
  if (!asks && found.length === 0) return streams
  let all = found
  for (const stream of streams) {
    if (all.includes(stream) || (asks && !stream.takes(event))) continue
    all = all.length === 0 ? stream.alone : [...all, stream]
  }
  return all
}

function everyEventOf(type: string): Match {
  return {
    event: type,
    where: () => true,
    onlyEquals: true,
    same: [],
    equals: [],
    asksTrigger: false,
    at: { line: 0, column: 0 },
  }
}

function isMeant(matches: readonly Match[], fact: Fact, trigger: Fact | null): boolean {
  return matches.some((m) => isMatch(m, fact.event, trigger?.event ?? null))
}

function caseJudgedBy({ event: { control } }: Fact): string | null {
  return control?.kind === 'judgement' ? control.case : null
}
