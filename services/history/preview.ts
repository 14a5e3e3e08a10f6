import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type CaseResult, formatInstant, type Indicator, type Rulebook, type Verdict } from '../../rules/index.ts'
import { type AlertKind, type Announced, KIND_OF_VERDICT } from '../alerts/index.ts'
import { type CaseChange, foresee, type Prospect } from '../evaluation/index.ts'
import type { PreviewEnd, PreviewLine, Standings } from './job.ts'

/** What would change about an agreement, on everything that is on record: by a version of its rulebook, or by events. */
export interface PreviewDocument {
  readonly agreement: string
  /** The version in use; null: there is none. */
  readonly rulebook_version: number | null
  readonly as_of: string
  /** How many cases have each verdict. */
  readonly verdicts: { readonly before: Standings['verdicts']; readonly after: Standings['verdicts'] }
  /** The commitments whose indicator would change; null: a version does not have it. */
  readonly indicators: readonly {
    readonly commitment: string
    readonly before: Indicator | null
    readonly after: Indicator | null
  }[]
  readonly changes: readonly {
    readonly case: string
    readonly commitment: string
    readonly before: CaseShown | null
    readonly after: CaseShown | null
    /** The case that takes its place. */
    readonly replaced_by: string | null
  }[]
  /** Changes that are not listed; nobody was told of their cases. */
  readonly changes_omitted: number
  /** What would be mailed. A new version mails only corrections, to those who were told. */
  readonly alerts: readonly {
    readonly case: string
    readonly kind: AlertKind
    readonly told: Verdict | null
    readonly verdict: Verdict
  }[]
}

export interface CaseShown
  extends Pick<CaseResult, 'phase' | 'verdict' | 'certainty' | 'flags' | 'due' | 'value' | 'explanation'> {
  /** The kind of alert that tells of this verdict, where it is news; null: none does. */
  readonly alert: AlertKind | null
}

/** What a comparing child process found about one agreement. */
export interface Comparison extends PreviewEnd {
  readonly changes: readonly CaseChange[]
}

/** What it printed, agreement by agreement. */
export async function* comparisons(printed: Readable): AsyncGenerator<Comparison> {
  let changes: CaseChange[] = []
  for await (const text of createInterface({ input: printed, crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = JSON.parse(text) as PreviewLine
    if (line.change !== null) changes.push(line.change)
    else {
      yield { ...line, changes }
      changes = []
    }
  }
}

/** The document that says so. */
export function previewDocument(
  { changes, before, after, omitted }: Comparison,
  context: {
    readonly rulebook: Rulebook
    /** The version in use; null: there is none. */
    readonly version: number | null
    readonly announced: ReadonlyMap<string, Announced>
    readonly prospect: Prospect
  },
): PreviewDocument {
  const { rulebook, version, announced, prospect } = context
  const { cases, alerts } = foresee(changes, announced, rulebook, prospect)
  const readings = new Set(rulebook.commitments.flatMap(({ id, readingOf }) => (readingOf === null ? [] : [id])))
  const shown = (commitment: string, result: CaseResult): CaseShown => {
    const { phase, verdict, certainty, flags, due, value, explanation } = result
    const alert = readings.has(commitment) ? null : KIND_OF_VERDICT[verdict]
    return { phase, verdict, certainty, flags, due, value, explanation, alert }
  }
  return {
    agreement: rulebook.id,
    rulebook_version: version,
    as_of: formatInstant(prospect.at),
    verdicts: { before: before.verdicts, after: after.verdicts },
    indicators: changedIndicators(before, after),
    changes: cases.map((one) => ({
      case: one.id,
      commitment: one.commitment,
      before: one.before && shown(one.commitment, one.before.result),
      after: one.isGone ? null : shown(one.commitment, one.result),
      replaced_by: one.replacedBy,
    })),
    changes_omitted: omitted,
    alerts: alerts.map(({ caseId, kind, replaces, before: was, after: now }) => ({
      case: caseId,
      kind,
      told: replaces === null ? null : (announced.get(caseId)?.verdict ?? was?.verdict ?? null),
      verdict: now.verdict,
    })),
  }
}

function changedIndicators(before: Standings, after: Standings): PreviewDocument['indicators'] {
  const commitments = [...new Set([...Object.keys(before.indicators), ...Object.keys(after.indicators)])]
  return commitments
    .map((commitment) => ({
      commitment,
      before: before.indicators[commitment] ?? null,
      after: after.indicators[commitment] ?? null,
    }))
    .filter((one) => one.before !== one.after)
}
