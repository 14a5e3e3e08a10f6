import type { Verdict } from '../../rules/index.ts'
import type { Intent } from './intents.ts'
import { type AlertKind, KIND_OF_VERDICT } from './kind.ts'

/** How much an alert matters, as its commitment says. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Which alerts are meant: those that meet every part that is not null. */
export interface AlertFilter {
  readonly agreements: readonly string[] | null
  /** Codes: whoever owes it or is owed it; for what is about a whole agreement, its parties. */
  readonly parties: readonly string[] | null
  /** As `<agreement>/<commitment>`. */
  readonly commitments: readonly string[] | null
  readonly tags: readonly string[] | null
  /** A correction counts as the kind that tells of the verdict it arrives at. */
  readonly kinds: readonly AlertKind[] | null
  readonly minimumSeverity: Severity
}

/** What an alert is about, as far as filters ask. */
export interface Topic {
  readonly agreement: string
  /** Null: the agreement as a whole, or one of its sources. */
  readonly commitment: string | null
  readonly parties: readonly string[]
  readonly tags: readonly string[]
}

export function topicOf({ agreement, commitment, body }: Intent): Topic {
  if (body.about !== 'case') return { agreement, commitment, parties: Object.keys(body.agreement.parties), tags: [] }
  const { by, to, tags } = body.commitment
  return { agreement, commitment, parties: [...by, ...to], tags }
}

/** Whether `filter` means the alert. Pure. */
export function meets(intent: Intent, filter: AlertFilter): boolean {
  return isWithin(topicOf(intent), filter) && asksFor(intent, filter)
}

/** Whether `filter` means what is about `topic`, whatever its kind and severity. Pure. */
export function isWithin({ agreement, commitment, parties, tags }: Topic, filter: AlertFilter): boolean {
  return (
    (filter.agreements?.includes(agreement) ?? true) &&
    (filter.commitments?.includes(`${agreement}/${commitment}`) ?? true) &&
    (filter.parties?.some((party) => parties.includes(party)) ?? true) &&
    (filter.tags?.some((tag) => tags.includes(tag)) ?? true)
  )
}

/** Whether `filter` means alerts of this kind and severity, whatever they are about. Pure. */
export function asksFor(
  alert: { readonly kind: AlertKind; readonly verdict: Verdict | null; readonly severity: Severity },
  { kinds, minimumSeverity }: AlertFilter,
): boolean {
  if (SEVERITIES.indexOf(alert.severity) < SEVERITIES.indexOf(minimumSeverity)) return false
  const kind = askedKind(alert)
  return kind !== null && (kinds?.includes(kind) ?? true)
}

/** The kind by which an alert is asked for; null: by none, a correction to a verdict that nobody is told of. */
function askedKind({ kind, verdict }: { readonly kind: AlertKind; readonly verdict: Verdict | null }) {
  return kind === 'corrected' && verdict !== null ? KIND_OF_VERDICT[verdict] : kind
}
