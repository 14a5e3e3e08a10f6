import {
  type CaseResult,
  type Commitment,
  type CommitmentReport,
  caseIndicator,
  Engine,
  formatInstant,
  INDICATORS,
  type Instant,
  type KnownEvent,
  knownEvents,
  mostUrgent,
  occurrence,
  parseInstant,
  type Rulebook,
  seriesOfTotals,
  type TimeValue,
} from '../../rules/index.ts'
import { speakerFor, wouldChange } from '../letters/index.ts'
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
  Standing,
  TotalPart,
} from './report.ts'

/** From where the agreements of a report are looked at. */
export interface Outlook {
  readonly scope: Scope
  readonly locale: string
  readonly zone: string
  /** The first instant of the period. */
  readonly from: Instant
  /** The first instant after it. */
  readonly until: Instant
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
  const seriesOf = seriesOfTotals(rulebook, known, { asOf: outlook.asOf })
  const gathering = new Gathering(rulebook, known, outlook, seriesOf)
  const ids = new Set(scoped.map(({ id }) => id))
  for (const report of engine.glance(outlook.asOf)) if (ids.has(report.head.id)) gathering.take(report)
  const then = standingsAt(engine, outlook.since, ids)
  const told = before === null ? then : standingsBefore(before, outlook.since, ids)
  return gathering.facts(then, told, before !== null && before.rulebook !== rulebook)
}

function isInScope(rulebook: Rulebook, { by, to }: Commitment, { agreements, parties }: Scope): boolean {
  if (agreements !== null && !agreements.includes(rulebook.id)) return false
  return parties === null || [...by, ...to].some((party) => parties.includes(party))
}

type Standings = ReadonlyMap<string, Standing>

function standingsBefore({ rulebook, events, knownAt }: KnownBefore, since: Instant, ids: ReadonlySet<string>) {
  const engine = new Engine(rulebook)
  engine.take(knownAt === null ? events : knownEvents(events, knownAt))
  return standingsAt(engine, since, ids)
}

/** How every case stood, by its id, other readings aside. */
function standingsAt(engine: Engine, at: Instant, ids: ReadonlySet<string>): Standings {
  engine.advance(at)
  const readings = readingsIn(engine.rulebook)
  const standings = new Map<string, Standing>()
  for (const { commitment, part, status } of engine.statuses()) {
    if (!ids.has(commitment) || readings.has(commitment)) continue
    standings.set(`${engine.rulebook.id}/${commitment}@${part}`, standingOf(status))
  }
  return standings
}

function standingOf(status: Pick<CaseResult, 'verdict' | 'certainty' | 'phase' | 'flags'>): Standing {
  return { verdict: status.verdict, certainty: status.certainty, indicator: caseIndicator(status) }
}

function readingsIn({ commitments }: Rulebook): ReadonlySet<string> {
  return new Set(commitments.filter(({ readingOf }) => readingOf !== null).map(({ id }) => id))
}

/** Goes through the cases of an agreement, and keeps what a report says of them. */
class Gathering {
  readonly #rulebook: Rulebook
  readonly #outlook: Outlook
  readonly #seriesOf: ReturnType<typeof seriesOfTotals>
  readonly #events: ReadonlyMap<string, KnownEvent>
  readonly #readings: ReadonlySet<string>
  readonly #speaker
  readonly #reports: { readonly report: CommitmentReport; readonly record: CaseRecord }[] = []
  readonly #now = new Map<
    string,
    {
      readonly standing: Standing
      readonly opened: TimeValue | null
      readonly due: TimeValue | null
      readonly why: string
    }
  >()
  readonly #clocks: RunningClock[] = []
  readonly #totals: TotalPart[] = []
  readonly #questions: Question[] = []
  readonly #evidence = new Map<string, { row: EvidenceRow; uses: EvidenceRow['uses'][number][] }>()
  #evidenceOmitted = 0

  constructor(
    rulebook: Rulebook,
    events: readonly KnownEvent[],
    outlook: Outlook,
    seriesOf: ReturnType<typeof seriesOfTotals>,
  ) {
    this.#rulebook = rulebook
    this.#outlook = outlook
    this.#seriesOf = seriesOf
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
    for (const found of totals.slice(-MOST_TOTALS)) this.#totals.push(this.#totalOf(commitment, found))
    this.#reports.push({ report, record })
  }

  facts(then: Standings, told: Standings, isOtherRulebook: boolean): AgreementFacts {
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
      changes: this.#changes(then, told, isOtherRulebook),
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

  #totalOf(commitment: Commitment, found: CaseResult): TotalPart {
    const series = this.#seriesOf(found.id)
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

  /**
   * What is not what it was.
   * @param then  how it stood at the instant of the report before, by what is known now
   * @param told  the same by what was known then
   */
  #changes(then: Standings, told: Standings, isOtherRulebook: boolean): readonly Change[] {
    const ids = [...new Set([...told.keys(), ...this.#now.keys()])]
    return ids.flatMap((id): Change[] => {
      const now = this.#now.get(id)
      const after = now?.standing ?? null
      const was = told.get(id) ?? null
      // A case that opens at the very instant at which a period ends is news in the next.
      const isNew = now?.opened != null && startOf(now.opened) >= this.#outlook.from
      const before = isNew && was?.verdict === 'open' ? null : was
      if (before?.verdict === after?.verdict) return []
      if (before === null && now?.opened != null && startOf(now.opened) >= this.#outlook.until) return []
      const wasWrong = before !== null && then.get(id)?.verdict !== before.verdict
      const kind = wasWrong
        ? isOtherRulebook
          ? 'rules'
          : 'correction'
        : before === null && after?.verdict === 'open'
          ? 'opened'
          : 'news'
      const commitment = commitmentIn(this.#rulebook, id)
      if (commitment === null) return []
      return [
        {
          ...this.#place(commitment, id),
          kind,
          before,
          after,
          due: now?.due ?? null,
          why: now?.why ?? 'By what is known now there never was such a case.',
        },
      ]
    })
  }
}

/** Whether the time in which something was to be kept, and the period, have an instant in common. Pure. */
export function isOfPeriod(
  { opened, due, close, phase }: Pick<CaseResult, 'opened' | 'due' | 'close' | 'phase'>,
  { from, until }: Pick<Outlook, 'from' | 'until'>,
): boolean {
  if (opened !== null && startOf(opened) >= until) return false
  if (phase !== 'closed') return true
  const end = due ?? close ?? opened
  return end === null || endOf(end) >= from
}

/** Corrections first, then what presses most. Pure. */
export function inOrderOfWeight(a: Change, b: Change): number {
  return (
    CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind) ||
    urgency(a.after) - urgency(b.after) ||
    (a.case < b.case ? -1 : 1)
  )
}

const CHANGE_KINDS = ['correction', 'rules', 'news', 'opened'] as const satisfies readonly Change['kind'][]

function urgency(standing: Standing | null): number {
  return standing === null ? INDICATORS.length : INDICATORS.indexOf(standing.indicator)
}

export function startOf(time: TimeValue): Instant {
  return parseInstant(typeof time === 'string' ? time : time.from)
}

export function endOf(time: TimeValue): Instant {
  return parseInstant(typeof time === 'string' ? time : time.to)
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
