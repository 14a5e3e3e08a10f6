import type { Commitment } from '../../language/rulebook.ts'
import type { CaseState } from '../case.ts'

/** Whether what happened before a case may bear on it. */
export function looksBack(commitment: Commitment): boolean {
  switch (commitment.kind) {
    case 'act':
      return commitment.earlyCounts !== false
    case 'total':
      return commitment.counts.some(({ dedupe }) => dedupe !== null)
    default:
      return commitment.kind === 'maintain'
  }
}

/** After which instant evidence that begins later no longer bears on the status. */
export function decidedAt(settled: CaseState | null, commitment: Commitment): number {
  if (settled === null || settled.judgement !== null || commitment.excusedBy.length > 0) return Number.POSITIVE_INFINITY
  const { verdict, assessment, frame, occasion } = settled
  if (commitment.kind === 'power') return frame.until.to
  if (commitment.kind !== 'act')
    return looksBack(commitment) ? Number.POSITIVE_INFINITY : (occasion.period?.to ?? Number.POSITIVE_INFINITY)
  if (commitment.evidence.minimumSources <= 1 && (verdict === 'met' || verdict === 'met_late'))
    return assessment.claims[verdict]?.fact?.span.from ?? Number.POSITIVE_INFINITY
  return verdict === 'breached' && !commitment.stillOwed ? frame.until.to : Number.POSITIVE_INFINITY
}
