import type { CaseResult, Evidence, Instant } from '../../rules/index.ts'
import type { AlertKind, Intent } from '../alerts/index.ts'
import { oneLine, timeText, timeValueText, VERDICT_WORDS, webAddress } from '../text/index.ts'

/** What a mail says, before it is text or HTML. Every part is one harmless line. */
export interface Letter {
  readonly subject: string
  readonly headline: string
  /** What changed, why, and since when. */
  readonly sentences: readonly string[]
  readonly facts: readonly Fact[]
  readonly evidence: readonly string[]
  readonly links: readonly Link[]
  readonly footer: readonly string[]
}

export interface Fact {
  readonly label: string
  readonly value: string
}

export interface Link {
  readonly label: string
  readonly url: string
}

/** Whom the letter is for, and where the service is. */
export interface LetterContext {
  readonly zone: string
  readonly publicUrl: string
  /** How the clock is described when it is not the real one. */
  readonly clock: string | null
}

/** The letter about `intent`. Pure. */
export function letterAbout(intent: Intent, context: LetterContext): Letter {
  const { body } = intent
  const { before, after } = body
  const title = oneLine(body.commitment.title, 200)
  return {
    subject: `[Servanda] ${title} · ${oneLine(body.agreement.title, 120)}`,
    headline: headline(intent, title),
    sentences: [
      ...(intent.kind === 'corrected' && before ? [correctionSentence(before, after)] : []),
      oneLine(after.explanation),
      sinceSentence(intent.occurredAt, intent.recordedAt, context.zone),
    ],
    facts: factsOf(intent, context.zone),
    evidence: after.evidence
      .filter(({ role }) => role !== 'ignored')
      .slice(0, SHOWN_EVIDENCE)
      .map(evidenceLine),
    links: linksOf(intent, context.publicUrl),
    footer: [
      intent.kind === 'corrected'
        ? 'You get this because an earlier mail to you said otherwise.'
        : 'You get this because your subscription takes alerts of this kind.',
      ...(context.clock === null ? [] : [`These times are not real: ${oneLine(context.clock)}.`]),
    ],
  }
}

const SHOWN_EVIDENCE = 20

/** What each kind says first. */
const HEADLINES = {
  opened: 'New case',
  due_soon: 'Due soon',
  at_risk: 'At risk',
  overdue: 'Overdue',
  stalled: 'Stalled',
  breached: 'Breached',
  partly_met: 'Partly met',
  unknown: 'Unknown',
  needs_judgement: 'Needs a judgement',
  met: 'Met',
  met_late: 'Met late',
  repaired: 'Repaired',
  corrected: 'Correction',
  final: 'Final',
} as const satisfies Record<AlertKind, string>

function headline({ kind, rung, body }: Intent, title: string): string {
  if (kind === 'corrected' && body.before) {
    return `Correction: ${VERDICT_WORDS[body.after.verdict]}, not ${VERDICT_WORDS[body.before.verdict]}: ${title}`
  }
  return `${HEADLINES[kind]}${rung === '' ? '' : ` (${oneLine(rung)})`}: ${title}`
}

function correctionSentence(before: CaseResult, after: CaseResult): string {
  return `An earlier mail said "${VERDICT_WORDS[before.verdict]}". In the light of what is known now it is "${VERDICT_WORDS[after.verdict]}".`
}

function sinceSentence(occurredAt: Instant, recordedAt: Instant, zone: string): string {
  const since = `This has been so since ${timeText(occurredAt, zone)}`
  return recordedAt - occurredAt < 1_000 ? `${since}.` : `${since}; it was recorded on ${timeText(recordedAt, zone)}.`
}

function factsOf({ body, severity }: Intent, zone: string): Fact[] {
  const { before, after, agreement, commitment } = body
  const { clause } = commitment
  const quote = clause?.quote ? `“${clause.quote}” ` : ''
  const place =
    clause && `${quote}${[clause.title, clause.ref, clause.published].filter((part) => part !== null).join(', ')}`
  const value = after.value && [after.value.min ?? '?', after.value.max ?? '?']
  const rows: [string, string | null | undefined][] = [
    ['Agreement', `${agreement.title} (legal force: ${agreement.legalForce})`],
    ['Case', after.id],
    ['Status', statusText(after)],
    ['Before', before && before.verdict !== after.verdict ? statusText(before) : null],
    ['Opened', after.opened && timeValueText(after.opened, zone)],
    ['Due', after.due && timeValueText(after.due, zone)],
    ['Next date to watch', after.next_check && timeValueText(after.next_check, zone)],
    ['Value', value && `${value[0] === value[1] ? value[0] : value.join(' to ')} ${after.value?.unit ?? ''}`],
    ['Target', after.value?.target && `${after.value.target} ${after.value.unit ?? ''}`],
    ['Severity', severity],
    ['Clause', place || null],
    ['Reading', commitment.note],
  ]
  return rows.flatMap(([label, text]) => (text ? [{ label, value: oneLine(text) }] : []))
}

function statusText({ verdict, certainty, phase, flags }: CaseResult): string {
  const marks = flags.length > 0 ? `; ${flags.map((flag) => flag.replaceAll('_', ' ')).join(', ')}` : ''
  return `${VERDICT_WORDS[verdict]} (${certainty}, ${phase}${marks})`
}

function evidenceLine({ event, role, reason }: Evidence): string {
  const revision = event.revision > 1 ? ` (revision ${event.revision})` : ''
  return oneLine(`${role}: ${event.id} from ${event.source}${revision}: ${reason}`, 400)
}

function linksOf({ body, caseId }: Intent, publicUrl: string): Link[] {
  const { agreement, commitment } = body
  const base = `${publicUrl}/v1`
  const links = [
    {
      label: 'This case',
      url: `${base}/agreements/${encodeURIComponent(agreement.id)}/cases/${encodeURIComponent(caseId)}`,
    },
    { label: 'Status of the agreement', url: `${base}/status/${encodeURIComponent(agreement.id)}` },
    { label: 'The text', url: webAddress(commitment.clause?.url ?? null) },
  ]
  return links.flatMap(({ label, url }) => (url === null ? [] : [{ label, url }]))
}
