import { type KnownEvent, listenedTypes, parseInstant, type Rulebook } from '../../rules/index.ts'
import { type AgreementFacts, agreementReport, type KnownBefore } from './agreement-report.ts'
import { composeReport, outlookOf, type ReportRequest } from './compose-report.ts'
import type { Basis, Report } from './report.ts'
import { seqIn } from './report-job.ts'

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
  /** What the report before rested on; empty where there is none. */
  readonly rulebooksBefore: readonly Rulebook[]
  readonly events: EventShelf
}

/** The report. Pure: the same material gives the same report. */
export function makeReport({
  request,
  basis,
  asOf,
  version,
  rulebooks,
  rulebooksBefore,
  events,
}: ReportMaterial): Report {
  const at = parseInstant(asOf)
  const outlook = outlookOf(request, basis, at)
  const knownBefore = (agreement: string): KnownBefore | null => {
    const rulebook = rulebooksBefore.find(({ id }) => id === agreement)
    if (rulebook === undefined || basis.previous === null) return null
    const { known_at } = basis.previous
    const knownAt = known_at === null ? null : parseInstant(known_at)
    return { rulebook, events: events.for(rulebook, basis.previous), knownAt }
  }
  let room = MOST_EVIDENCE
  const found = rulebooks.flatMap((rulebook): readonly AgreementFacts[] => {
    const facts = agreementReport(rulebook, events.for(rulebook, basis), knownBefore(rulebook.id), outlook)
    if (facts === null) return []
    const evidence = facts.evidence.slice(0, room)
    room -= evidence.length
    return [{ ...facts, evidence, evidenceOmitted: facts.evidenceOmitted + facts.evidence.length - evidence.length }]
  })
  return composeReport(request, { basis, asOf: at, version }, found)
}

/** An event, and its row in the ledger or its place among those that came from files. */
interface ShelvedEvent {
  readonly seq: number
  readonly event: KnownEvent
}

/** Events by their type, so that no agreement is shown those of all others. */
export class EventShelf {
  readonly #byType = new Map<string, ShelvedEvent[]>()
  /** A correction concerns whoever listened to what it corrects, whatever its own type is. */
  readonly #corrections: ShelvedEvent[] = []

  add(shelved: ShelvedEvent): void {
    const { type, revision } = shelved.event
    if (type === null || revision > 1) this.#corrections.push(shelved)
    else {
      const same = this.#byType.get(type)
      if (same) same.push(shelved)
      else this.#byType.set(type, [shelved])
    }
  }

  /** Those that may bear on `rulebook`, as far as the ledger went, but for those that it is to be evaluated without. */
  for(rulebook: Rulebook, { ledger, rulebooks }: Pick<Basis, 'ledger' | 'rulebooks'>): readonly KnownEvent[] {
    const last = ledger === null ? Number.POSITIVE_INFINITY : seqIn(ledger)
    const without = new Set(rulebooks.find(({ agreement }) => agreement === rulebook.id)?.set_aside)
    return [...listenedTypes(rulebook).map((type) => this.#byType.get(type) ?? []), this.#corrections].flatMap(
      (shelf) => shelf.flatMap(({ seq, event }) => (seq > last || without.has(seq) ? [] : event)),
    )
  }
}
