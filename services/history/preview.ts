import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import {
  type CaseResult,
  formatInstant,
  type Indicator,
  type Instant,
  type Rulebook,
  type Verdict,
} from '../../rules/index.ts'
import { type AlertKind, type Announced, KIND_OF_VERDICT } from '../alerts/index.ts'
import { type CaseChange, foresee } from '../evaluation/index.ts'
import type { PreviewLine, Standings } from './job.ts'

/** What a version of a rulebook would change, on everything that is on record. */
export interface PreviewDocument {
  readonly agreement: string
  /** The version in use that it is compared with; null: there is none. */
  readonly rulebook_version: number | null
  readonly as_of: string
  /** How many cases have each verdict. */
  readonly verdicts: { readonly before: Standings['verdicts']; readonly after: Standings['verdicts'] }
  /** The commitments whose indicator would change; null: the version does not have it. */
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
  /** What would be mailed when the version is taken into use: corrections, to those who were told. */
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

/** The document that says what the child process found. */
export async function previewDocument(
  printed: Readable,
  rulebook: Rulebook,
  inUse: number | null,
  { announced, at }: { readonly announced: ReadonlyMap<string, Announced>; readonly at: Instant },
): Promise<PreviewDocument> {
  const found: CaseChange[] = []
  let end: Exclude<PreviewLine, { change: CaseChange }> | null = null
  for await (const text of createInterface({ input: printed, crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = JSON.parse(text) as PreviewLine
    if ('change' in line) found.push(line.change)
    else end = line
  }
  if (end === null) throw new Error('a comparison without an end')
  const { before, after, omitted } = end
  const { cases, alerts } = foresee(found, announced, rulebook, at)
  const readings = new Set(rulebook.commitments.flatMap(({ id, readingOf }) => (readingOf === null ? [] : [id])))
  const shown = (commitment: string, result: CaseResult): CaseShown => {
    const { phase, verdict, certainty, flags, due, value, explanation } = result
    const alert = readings.has(commitment) ? null : KIND_OF_VERDICT[verdict]
    return { phase, verdict, certainty, flags, due, value, explanation, alert }
  }
  return {
    agreement: rulebook.id,
    rulebook_version: inUse,
    as_of: formatInstant(at),
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
    alerts: alerts.map(({ caseId, kind, before: was, after: now }) => ({
      case: caseId,
      kind,
      told: announced.get(caseId)?.verdict ?? was?.verdict ?? null,
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
