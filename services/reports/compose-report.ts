import {
  formatInstant,
  INDICATORS,
  type Indicator,
  type Instant,
  parseInstant,
  type Verdict,
} from '../../rules/index.ts'
import { languageFor } from '../letters/index.ts'
import type { AgreementFacts, Outlook } from './agreement-report.ts'
import { endOf } from './case-time.ts'
import { inOrderOfWeight } from './changes.ts'
import type { Basis, Counts, EvidenceRow, Period, Report, RunningClock } from './report.ts'
import { summaryOf } from './summary.ts'

/** What is asked for. */
export interface ReportRequest {
  /** Null: named after its period. */
  readonly title: string | null
  readonly locale: string
  readonly period: Period
  readonly scope: Report['scope']
}

export function titleOf({ title, period }: Pick<ReportRequest, 'title' | 'period'>): string {
  return title ?? `Status report on ${period.words}`
}

/** From where a report looks at its agreements. */
export function outlookOf(
  { scope, locale, period }: ReportRequest,
  { known_at, previous }: Pick<Basis, 'known_at' | 'previous'>,
  asOf: Instant,
): Outlook {
  const from = parseInstant(period.from)
  return {
    scope,
    locale,
    zone: period.zone,
    from,
    until: parseInstant(period.until),
    asOf,
    knownAt: known_at === null ? null : parseInstant(known_at),
    since: previous === null ? from : parseInstant(previous.as_of),
  }
}

/** When `period` has ended, so that what was due in its last instant is decided; `now` while it runs. */
export function asOfIn({ until }: Period, now: Instant): Instant {
  return Math.min(parseInstant(until), now) as Instant
}

/** The report on `agreements`, each of which {@link agreementReport} found. Pure: the same arguments give the same report. */
export function composeReport(
  request: ReportRequest,
  { basis, asOf, version }: { readonly basis: Basis; readonly asOf: Instant; readonly version: string },
  agreements: readonly AgreementFacts[],
): Report {
  const evidence = merged(agreements.flatMap((one) => one.evidence))
  const report: Omit<Report, 'summary'> = {
    schema: 'servanda.report/1',
    title: titleOf(request),
    locale: languageFor(request.locale).formats,
    period: request.period,
    as_of: formatInstant(asOf),
    basis,
    scope: request.scope,
    counts: countsOf(agreements),
    agreements: agreements.map(({ part }) => part),
    changes: agreements.flatMap(({ changes }) => changes).sort(inOrderOfWeight),
    clocks: agreements.flatMap(({ clocks }) => clocks).sort(byDeadline),
    totals: agreements.flatMap(({ totals }) => totals),
    questions: agreements.flatMap(({ questions }) => questions),
    evidence: [...evidence].sort(byTime),
    evidence_omitted: agreements.reduce((sum, one) => sum + one.evidenceOmitted, 0),
    method: { version, readings: agreements.flatMap(({ readings }) => readings) },
  }
  return { ...report, summary: summaryOf(report) }
}

function countsOf(agreements: readonly AgreementFacts[]): Counts {
  const commitments = agreements.flatMap(({ part }) => part.commitments)
  const indicators: Partial<Record<Indicator, number>> = {}
  for (const indicator of INDICATORS) {
    const count = commitments.filter((one) => one.indicator === indicator).length
    if (count > 0) indicators[indicator] = count
  }
  const record: Partial<Record<Verdict, number>> = {}
  for (const one of commitments)
    for (const [verdict, count] of Object.entries(one.record))
      record[verdict as Verdict] = (record[verdict as Verdict] ?? 0) + count
  return { agreements: agreements.length, commitments: commitments.length, indicators, record }
}

function byDeadline(a: RunningClock, b: RunningClock): number {
  const dueOf = ({ due }: RunningClock) => (due === null ? Number.POSITIVE_INFINITY : endOf(due))
  return dueOf(a) - dueOf(b) || (a.case < b.case ? -1 : 1) || 0
}

/** An event that several agreements use is one row. */
function merged(rows: readonly EvidenceRow[]): readonly EvidenceRow[] {
  const events = new Map<string, EvidenceRow>()
  for (const row of rows) {
    const name = JSON.stringify([row.source, row.id, row.revision])
    const known = events.get(name)
    events.set(name, known ? { ...known, uses: [...known.uses, ...row.uses] } : row)
  }
  return [...events.values()]
}

/** In the order in which it happened; what has no time comes last. */
function byTime(a: EvidenceRow, b: EvidenceRow): number {
  const [x, y] = [timeOf(a), timeOf(b)]
  return x === y ? (`${a.source}\n${a.id}` < `${b.source}\n${b.id}` ? -1 : 1) : x < y ? -1 : 1
}

function timeOf({ when }: EvidenceRow): string {
  return when === null ? '~' : typeof when === 'string' ? when : when.from
}
