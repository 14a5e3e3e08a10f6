import { type KnownEvent, listenedTypes, parseInstant, type Rulebook } from '../../rules/index.ts'
import { type AgreementFacts, agreementReport, type KnownBefore } from './agreement-report.ts'
import { composeReport, outlookOf, type ReportRequest } from './compose-report.ts'
import type { Basis, Report } from './report.ts'

/** So many events are listed in the annex; more are counted. */
const MOST_EVIDENCE = 10_000

/** Everything that a report is made of. */
export interface ReportMaterial {
  readonly request: ReportRequest
  readonly basis: Basis
  /** RFC 3339. */
  readonly asOf: string
  readonly version: string
  readonly rulebooks: readonly Rulebook[]
  readonly events: EventShelf
  /** What the report before rested on, by agreement; empty where there is none. */
  readonly before: ReadonlyMap<string, { readonly rulebook: Rulebook; readonly events: EventShelf }>
}

/** The report. Pure: the same material gives the same report. */
export function makeReport({ request, basis, asOf, version, rulebooks, events, before }: ReportMaterial): Report {
  const at = parseInstant(asOf)
  const outlook = outlookOf(request, basis, at)
  let room = MOST_EVIDENCE
  const found = rulebooks.flatMap((rulebook): readonly AgreementFacts[] => {
    const told = before.get(rulebook.id)
    const facts = agreementReport(rulebook, events.for(rulebook), told ? knownBefore(told, basis) : null, outlook)
    if (facts === null) return []
    const evidence = facts.evidence.slice(0, room)
    room -= evidence.length
    return [{ ...facts, evidence, evidenceOmitted: facts.evidenceOmitted + facts.evidence.length - evidence.length }]
  })
  return composeReport(request, { basis, asOf: at, version }, found)
}

function knownBefore(
  { rulebook, events }: { readonly rulebook: Rulebook; readonly events: EventShelf },
  { previous }: Basis,
): KnownBefore {
  const known = previous?.known_at ?? null
  return { rulebook, events: events.for(rulebook), knownAt: known === null ? null : parseInstant(known) }
}

/** Events by their type, so that no agreement is shown those of all others. */
export class EventShelf {
  readonly #byType = new Map<string, KnownEvent[]>()
  /** A correction concerns whoever listened to what it corrects, whatever its own type is. */
  readonly #corrections: KnownEvent[] = []
  readonly #without = new Map<string, Set<KnownEvent>>()

  add(event: KnownEvent, { without = [] }: { readonly without?: readonly string[] } = {}): void {
    for (const agreement of without) {
      const set = this.#without.get(agreement) ?? new Set()
      this.#without.set(agreement, set.add(event))
    }
    if (event.type === null || event.revision > 1) this.#corrections.push(event)
    else {
      const same = this.#byType.get(event.type)
      if (same) same.push(event)
      else this.#byType.set(event.type, [event])
    }
  }

  /** Those that may bear on `rulebook`, but for those that it is to be evaluated without. */
  for(rulebook: Rulebook): readonly KnownEvent[] {
    const found = listenedTypes(rulebook).flatMap((type) => this.#byType.get(type) ?? [])
    const all = found.concat(this.#corrections)
    const without = this.#without.get(rulebook.id)
    return without === undefined ? all : all.filter((event) => !without.has(event))
  }
}
