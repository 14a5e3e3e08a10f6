import type { KnownEvent } from '../../language/event.ts'
import type { Fact } from '../history.ts'
import type { Span } from '../instant.ts'
import type { Stream } from './stream.ts'

/** What is known of one event: its highest revision so far. */
export interface Telling {
  readonly event: KnownEvent
  /** Null: retracted, without a place in the world, or nothing that anybody listens to. */
  readonly span: Span | null
  /** Where the fact is kept. */
  readonly streams: readonly Stream[]
}

/** A telling of something that has a place in the world. */
export type KeptFact = Telling & Fact

/** Whether `telling` is kept as a fact. */
export function isFact(telling: Telling): telling is KeptFact {
  return telling.span !== null
}

/**
 * Events by (source, id), as far as somebody listens to them or they correct something: a correction outranks what comes
 * late. As long as nothing has been corrected there is nothing to look up, and nothing is kept.
 */
export class Tellings {
  private readonly bySource = new Map<string, Map<string, Telling>>()
  private lastSource: string | null = null
  private lastIds: Map<string, Telling> = new Map()
  private hasCorrections = false

  /** What is known of the event; only where something has been corrected. */
  get(source: string, id: string): Telling | undefined {
    return this.hasCorrections ? this.idsOf(source).get(id) : undefined
  }

  set(telling: Telling): void {
    if (!this.hasCorrections) return
    const { source, id } = telling.event
    this.idsOf(source).set(id, telling)
  }

  /** A correction has come: from now on every event is remembered, beginning with `facts`. */
  expectCorrections(facts: () => Iterable<KeptFact>): void {
    if (this.hasCorrections) return
    this.hasCorrections = true
    for (const fact of facts()) this.set(fact)
  }

  private idsOf(source: string): Map<string, Telling> {
    // Events of one source mostly come together.
    if (source === this.lastSource) return this.lastIds
    let ids = this.bySource.get(source)
    if (!ids) {
      ids = new Map()
      this.bySource.set(source, ids)
    }
    this.lastSource = source
    this.lastIds = ids
    return ids
  }
}
