import {
  type CaseResult,
  type Commitment,
  type CommitmentReport,
  caseIndicator,
  Engine,
  formatInstant,
  type Instant,
  type KnownEvent,
  knownEvents,
  mostUrgent,
  occurrence,
  type Rulebook,
  type Series,
  type TimeValue,
} from '../../rules/index.ts'
import { speakerFor, wouldChange } from '../letters/index.ts'
import { isOfPeriod, type Within } from './case-time.ts'
import { type Compared, changesIn, type StandsNow, standingOf, standingsAt } from './changes.ts'
import { growthOf } from './growth.ts'
import type {
  AgreementPart,
  CaseRecord,
  Change,
  CommitmentPart,
  EvidenceRow,
  FlowRow,
  Method,
  Place,
  Question,
  RunningClock,
  Scope,
  TotalPart,
} from './report.ts'

/** From where the agreements of a report are looked at. */
export interface Outlook extends Within {
  readonly scope: Scope
  readonly locale: string
  readonly zone: string
  readonly asOf: Instant
  /** Null: all that is known. */
  readonly knownAt: Instant | null
  /** The instant that changes are told against. */
  readonly since: Instant
}

/** What was known of an agreement when the report before was made. */
export interface KnownBefore {
  readonly rulebook: Rulebook
  readonly events: readonly KnownEvent[]
  readonly knownAt: Instant | null
}

/** One agreement of a report. */
export interface AgreementFacts {
  readonly part: AgreementPart
  readonly changes: readonly Change[]
  readonly clocks: readonly RunningClock[]
  readonly totals: readonly TotalPart[]
  readonly questions: readonly Question[]
  readonly evidence: readonly EvidenceRow[]
  readonly evidenceOmitted: number
  readonly readings: Method['readings']
}

/** So many of the latest cases of a total are drawn, and so many of the flows of each are listed. */
const MOST_TOTALS = 3
const MOST_FLOWS = 200

/**
 * What a report says of one agreement, on what is known of it. Pure.
 * @param before  null: changes are told against how it stood at `since` by what is known now
 * @returns null where the scope has nothing of it
 */
export function agreementReport(
  rulebook: Rulebook,
  events: readonly KnownEvent[],
  before: KnownBefore | null,
  outlook: Outlook,
): AgreementFacts | null {
  const scoped = rulebook.commitments.filter((commitment) => isInScope(rulebook, commitment, outlook.scope))
  if (scoped.length === 0) return null
  const known = outlook.knownAt === null ? events : knownEvents(events, outlook.knownAt)
  const engine = new Engine(rulebook)
  engine.take(known)
  const gathering = new Gathering(rulebook, known, outlook)
  const ids = new Set(scoped.map(({ id }) => id))
  for (const report of engine.glance(outlook.asOf)) if (ids.has(report.head.id)) gathering.take(report)
  const promises = new Set(scoped.filter(({ readingOf }) => readingOf === null).map(({ id }) => id))
  const then = standingsAt(engine, outlook.since, promises)
  const told = before === null ? then : standingsBefore(before, outlook.since, promises)
  return gathering.facts({ then, told, isOtherRulebook: before !== null && before.rulebook !== rulebook })
}

function isInScope(rulebook: Rulebook, { by, to }: Commitment, { agreements, parties }: Scope): boolean {
  if (agreements !== null && !agreements.includes(rulebook.id)) return false
  return parties === null || [...by, ...to].some((party) => parties.includes(party))
}

function standingsBefore({ rulebook, events, knownAt }: KnownBefore, since: Instant, promises: ReadonlySet<string>) {
  const engine = new Engine(rulebook)
  engine.take(knownAt === null ? events : knownEvents(events, knownAt))
  const readings = readingsIn(rulebook)
  return standingsAt(engine, since, new Set([...promises].filter((id) => !readings.has(id))))
}

function readingsIn({ commitments }: Rulebook): ReadonlySet<string> {
  return new Set(commitments.filter(({ readingOf }) => readingOf !== null).map(({ id }) => id))
}

/** Goes through the cases of an agreement, and keeps what a report says of them. */
class Gathering {
  readonly #rulebook: Rulebook
  readonly #outlook: Outlook
  readonly #events: ReadonlyMap<string, KnownEvent>
  readonly #readings: ReadonlySet<string>
  readonly #speaker
  readonly #reports: { readonly report: CommitmentReport; readonly record: CaseRecord }[] = []
  readonly #now = new Map<string, StandsNow>()
  readonly #clocks: RunningClock[] = []
  readonly #totals: TotalPart[] = []
  readonly #questions: Question[] = []
  readonly #evidence = new Map<string, { row: EvidenceRow; uses: EvidenceRow['uses'][number][] }>()
  #evidenceOmitted = 0

  constructor(rulebook: Rulebook, events: readonly KnownEvent[], outlook: Outlook) {
    this.#rulebook = rulebook
    this.#outlook = outlook
    this.#events = latest(events)
    this.#readings = readingsIn(rulebook)
    this.#speaker = speakerFor(outlook.locale, outlook.zone)
  }

  take(report: CommitmentReport): void {
    const commitment = commitmentOf(this.#rulebook, report.head.id)
    const isReading = this.#readings.has(commitment.id)
    const record: Partial<Record<CaseResult['verdict'], number>> = {}
    const totals: CaseResult[] = []
    for (const found of report.cases()) {
      if (!isReading)
        this.#now.set(found.id, {
          standing: standingOf(found),
          opened: found.opened,
          due: found.due,
          why: found.explanation,
        })
      if (!isOfPeriod(found, this.#outlook)) continue
      record[found.verdict] = (record[found.verdict] ?? 0) + 1
      if (isReading) continue
      this.#noteClock(commitment, found)
      this.#noteQuestion(commitment, found)
      this.#noteEvidence(found)
      if (commitment.kind === 'total' && found.value !== null) totals.push(found)
    }
    for (const found of totals.slice(-MOST_TOTALS))
      this.#totals.push(this.#totalOf(commitment, found, report.growth(found.id)))
    this.#reports.push({ report, record })
  }

  facts(before: Omit<Compared, 'now'>): AgreementFacts {
    const { id, title, legalForce, parties, note, commitments } = this.#rulebook
    const parts = this.#reports
      .filter(({ report }) => !this.#readings.has(report.head.id))
      .map((one) => this.#commitmentPart(one))
    return {
      part: {
        id,
        title,
        legal_force: legalForce,
        parties: Object.values(parties),
        indicator: mostUrgent(parts.map(({ indicator }) => indicator)) ?? 'dormant',
        note,
        commitments: parts,
      },
      changes: changesIn({ ...before, now: this.#now }, this.#outlook, (id) => {
        const commitment = commitmentIn(this.#rulebook, id)
        return commitment && this.#place(commitment, id)
      }),
      clocks: this.#clocks,
      totals: this.#totals,
      questions: this.#questions,
      evidence: [...this.#evidence.values()].map(({ row, uses }) => ({ ...row, uses })),
      evidenceOmitted: this.#evidenceOmitted,
      readings: commitments.flatMap((commitment) =>
        commitment.note === null || !parts.some((part) => part.id === (commitment.readingOf ?? commitment.id))
          ? []
          : [{ agreement: id, commitment: commitment.id, title: commitment.title, note: commitment.note }],
      ),
    }
  }

  #commitmentPart({ report: { head }, record }: { report: CommitmentReport; record: CaseRecord }): CommitmentPart {
    const { id, title, kind, by, to } = commitmentOf(this.#rulebook, head.id)
    const readings = this.#reports.filter(
      ({ report }) => commitmentOf(this.#rulebook, report.head.id).readingOf === head.id,
    )
    return {
      id,
      title,
      kind,
      by: this.#names(by),
      to: this.#names(to),
      indicator: head.indicator,
      record,
      readings: readings.map(({ report, record }) => ({
        id: report.head.id,
        title: commitmentOf(this.#rulebook, report.head.id).title,
        indicator: report.head.indicator,
        record,
      })),
    }
  }

  #names(codes: readonly string[]): readonly string[] {
    return codes.map((code) => this.#rulebook.parties[code] ?? code)
  }

  #place(commitment: Commitment, id: string): Place {
    const { id: agreement, title } = this.#rulebook
    return {
      agreement,
      agreement_title: title,
      commitment: commitment.id,
      commitment_title: commitment.title,
      case: id,
    }
  }

  #noteClock(commitment: Commitment, found: CaseResult): void {
    const isSuspended = found.phase === 'suspended'
    if (found.verdict !== 'open' || (found.due === null && !isSuspended)) return
    if (found.phase !== 'running' && !isSuspended) return
    this.#clocks.push({
      ...this.#place(commitment, found.id),
      kind: commitment.kind,
      by: this.#names(commitment.by),
      indicator: caseIndicator(found),
      flags: found.flags,
      opened: found.opened,
      due: found.due,
      is_suspended: isSuspended,
    })
  }

  #noteQuestion(commitment: Commitment, found: CaseResult): void {
    if (found.verdict !== 'unknown' && found.verdict !== 'needs_judgement') return
    this.#questions.push({
      ...this.#place(commitment, found.id),
      ...standingOf(found),
      awaits: found.verdict === 'unknown' ? 'evidence' : 'judgement',
      due: found.due,
      why: found.explanation,
      settled_by: wouldChange(this.#speaker, { commitment, after: found }),
    })
  }

  #noteEvidence({ id, evidence, evidence_omitted }: CaseResult): void {
    this.#evidenceOmitted += evidence_omitted
    for (const { event, role, reason } of evidence) {
      const key = nameOf(event)
      const use = { case: id, role, reason }
      const known = this.#evidence.get(key)
      if (known) known.uses.push(use)
      else this.#evidence.set(key, { row: this.#evidenceRow(event), uses: [use] })
    }
  }

  #evidenceRow({ source, id, revision }: CaseResult['evidence'][number]['event']): EvidenceRow {
    const declared = this.#rulebook.sources.find(({ is }) => is.includes(source))
    return {
      source,
      source_title: declared?.title ?? null,
      source_url: declared?.url ?? null,
      id,
      revision,
      type: this.#events.get(nameOf({ source, id }))?.type ?? null,
      when: this.#whenOf({ source, id }),
      uses: [],
    }
  }

  #whenOf(event: { readonly source: string; readonly id: string }): TimeValue | null {
    const known = this.#events.get(nameOf(event))
    const span = known && occurrence(known, this.#rulebook.where.zone)
    if (!span) return null
    const [from, to] = [formatInstant(span.from), formatInstant(span.to)]
    return from === to ? from : { from, to }
  }

  #totalOf(commitment: Commitment, found: CaseResult, series: Series | null): TotalPart {
    const flows = found.evidence.flatMap(({ event, role, reason }): FlowRow[] =>
      role === 'counted' || role === 'ignored'
        ? [{ event, when: this.#whenOf(event), is_counted: role === 'counted', reason }]
        : [],
    )
    const listed = flows.slice(0, MOST_FLOWS)
    return {
      ...this.#place(commitment, found.id),
      ...standingOf(found),
      by: this.#names(commitment.by),
      due: found.due,
      value: found.value as TotalPart['value'],
      growth: series && growthOf(series),
      flows: listed,
      flows_omitted: flows.length - listed.length + found.evidence_omitted,
    }
  }
}

function commitmentOf(rulebook: Rulebook, id: string): Commitment {
  const found = rulebook.commitments.find((commitment) => commitment.id === id)
  if (found === undefined) throw new TypeError(`the rulebook ${rulebook.id} has no commitment ${id}`)
  return found
}

/** The commitment of a case; null: this version of the rulebook has it no more. */
function commitmentIn(rulebook: Rulebook, caseId: string): Commitment | null {
  return rulebook.commitments.find(({ id }) => caseId.startsWith(`${rulebook.id}/${id}@`)) ?? null
}

/** The latest telling of each event. */
function latest(events: readonly KnownEvent[]): ReadonlyMap<string, KnownEvent> {
  const found = new Map<string, KnownEvent>()
  for (const event of events) {
    const known = found.get(nameOf(event))
    if (known === undefined || known.revision <= event.revision) found.set(nameOf(event), event)
  }
  return found
}

function nameOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source}\n${id}`
}
