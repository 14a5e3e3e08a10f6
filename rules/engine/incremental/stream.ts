import { canonicalText } from '../../language/canonical-json.ts'
import type { KnownEvent } from '../../language/event.ts'
import { JsonNumber, valueAt } from '../../language/json.ts'
import { isOfKind } from '../../language/match.ts'
import type { Match } from '../../language/rulebook.ts'
import { byWorldTime, type Fact } from '../history.ts'
import type { Entry } from './entry.ts'
import { insertInto, SlicedList } from './sliced-list.ts'

/** What a `same` compares: one value stands for all that are equal to it. Undefined: absent, equal to nothing. */
export type JoinKey = unknown

/** The facts that share a key, in the order of the world, and the cases whose trigger has it. */
export interface Group {
  facts: Fact[]
  waiting: Entry[]
}

/** Somebody on whom the facts of a stream bear, and how. */
export interface Listener {
  /** @param group the facts that share its key, in a stream that has keys */
  heard(fact: Fact, isNew: boolean, group: Group | null): void
}

/** The facts that one list of matches means, found by time and, where `same` asks for it, by what has to be the same. */
export class Stream {
  readonly matches: readonly Match[]
  /** Paths whose values have to equal the trigger's; empty when nothing has to be. */
  readonly keyPaths: readonly (readonly string[])[]
  /** A fact cannot be told to belong without knowing the trigger: what is found has to be tested once more. */
  readonly needsTrigger: boolean
  /** Who is told of what happens here. */
  readonly listeners: Listener[] = []
  /** A list of this stream only, for facts that no other takes. */
  readonly alone: readonly Stream[] = [this]
  private readonly byKey = new Map<JoinKey, Group>()
  private readonly unkeyed: Fact[] = []
  private readonly list: SlicedList<Fact>
  private sorted: readonly Fact[] | null = null

  constructor(matches: readonly Match[]) {
    this.matches = matches
    const [first] = matches
    const alike = matches.every((m) => String(m.same) === String(first?.same))
    this.keyPaths = alike ? (first?.same ?? []) : []
    this.needsTrigger = !alike || matches.some((m) => m.asksTrigger)
    this.list = new SlicedList((fact) => fact.span, byWorldTime)
  }

  get isKeyed(): boolean {
    return this.keyPaths.length > 0
  }

  /** Whether `event` may tell one of them. */
  takes(event: KnownEvent): boolean {
    return this.matches.some((m) => (m.asksTrigger ? m.event === event.type : isOfKind(m, event, null)))
  }

  /** What has to be the same in `fact` and in a trigger. */
  keyOf(fact: Fact): JoinKey {
    return joinKey(fact.event, this.keyPaths)
  }

  /** @returns the fact of the same event that is in the same place already; then `fact` is not added */
  add(fact: Fact): Fact | undefined {
    let group: Group | null = null
    let twin: Fact | undefined
    if (this.isKeyed) {
      const key = this.keyOf(fact)
      if (key !== undefined) group = this.groupOf(key)
      // Most groups hold one fact: an array made for one takes a fraction of the room.
      if (group?.facts.length === 0) group.facts = [fact]
      else twin = insertInto(group ? group.facts : this.unkeyed, fact, byWorldTime)
    } else twin = this.list.add(fact)
    if (twin !== undefined) return twin
    this.sorted = null
    for (const listener of this.listeners) listener.heard(fact, true, group)
    return undefined
  }

  remove(fact: Fact): void {
    this.sorted = null
    let group: Group | null = null
    if (this.isKeyed) {
      const key = this.keyOf(fact)
      if (key !== undefined) group = this.groupOf(key)
      const facts = group ? group.facts : this.unkeyed
      const at = facts.indexOf(fact)
      if (at >= 0) facts.splice(at, 1)
    } else this.list.remove(fact)
    for (const listener of this.listeners) listener.heard(fact, false, group)
    if (group) this.dropIfEmpty(this.keyOf(fact))
  }

  /** The group of the key `key`, made where there is none yet. */
  groupOf(key: JoinKey): Group {
    const known = this.byKey.get(key)
    if (known) return known
    const group: Group = { facts: NO_FACTS, waiting: NO_ENTRIES }
    this.byKey.set(key, group)
    return group
  }

  /** Forgets the group of `key` when nothing is in it. */
  dropIfEmpty(key: JoinKey): void {
    const group = this.byKey.get(key)
    if (group && group.facts.length === 0 && group.waiting.length === 0) this.byKey.delete(key)
  }

  /** The facts with the key `key`, in the order of the world. */
  group(key: JoinKey): readonly Fact[] {
    return key === undefined ? NONE : (this.byKey.get(key)?.facts ?? NONE)
  }

  /** All, in the order of the world. */
  all(): readonly Fact[] {
    this.sorted ??= this.isKeyed
      ? [...this.unkeyed, ...[...this.byKey.values()].flatMap((group) => group.facts)].sort(byWorldTime)
      : this.list.all()
    return this.sorted
  }

  /** Those that end at or after `at`, with some that end before. */
  since(at: number): Iterable<Fact> {
    return this.isKeyed ? this.all() : this.list.since(at)
  }

  latestEnd(at: number, after: number, counts: (fact: Fact) => boolean): number {
    return this.list.latestEnd(at, after, counts)
  }
}

const NONE: readonly Fact[] = []
/** What every empty group has; never added to. */
const NO_FACTS: Fact[] = []
const NO_ENTRIES: Entry[] = []

export function joinKey({ data }: KnownEvent, paths: readonly (readonly string[])[]): JoinKey {
  if (paths.length === 1) return keyPart(valueAt(data, paths[0] ?? []))
  const parts: unknown[] = []
  for (const path of paths) {
    const part = keyPart(valueAt(data, path))
    if (part === undefined) return undefined
    parts.push(typeof part === 'string' ? `s${part}` : `${typeof part} ${String(part)}`)
  }
  return parts.join('\u0000')
}

/** Scalars stand for themselves; a list, an object or a long number for its canonical text. */
function keyPart(value: unknown): JoinKey {
  if (value instanceof JsonNumber) return `\u0001number ${value.text}`
  if (typeof value === 'string') return value.startsWith('\u0001') ? `\u0001text ${value}` : value
  return typeof value === 'object' && value !== null ? `\u0001json ${canonicalText(value)}` : value
}
