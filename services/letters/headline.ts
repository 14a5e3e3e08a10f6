import type { CaseResult, Verdict } from '../../rules/index.ts'
import {
  type AlertKind,
  type CaseNews,
  type Intent,
  KIND_OF_VERDICT,
  SEVERITIES,
  type ToldAlert,
} from '../alerts/index.ts'
import type { Mark, Tone } from './letter.ts'
import { name, relativeIn, type Voice } from './voice.ts'

/** What an alert says first: the verdict, and of what. */
export function headlineOf(voice: Voice, told: ToldAlert): string {
  const { headlines, verdicts } = voice.words
  const { intent } = told
  const { body } = intent
  const agreement = name(body.agreement.title)
  if (body.about === 'source') return headlines.sourceSilent(name(body.source.title ?? body.source.id))
  if (body.about === 'agreement') {
    const when = relativeIn(voice, body.endsAt)
    return body.endsAt < voice.now ? headlines.ended(agreement, when) : headlines.ending(agreement, when)
  }
  const title = name(body.commitment.title)
  const now = verdicts[body.after.verdict]
  if (intent.kind === 'final') return headlines.final(now, title)
  if (intent.kind !== 'corrected') return headlines.of(wordOf(voice, intent), title)
  const before = toldVerdict(told)
  return before === null ? headlines.correctedTo(now, title) : headlines.corrected(now, verdicts[before], title)
}

/** The word for an alert, and how grave it is. */
export function markOf(voice: Voice, intent: Intent): Mark {
  return { word: wordOf(voice, intent), tone: toneOf(intent), severity: voice.words.severities[intent.severity] }
}

/** The verdict that the reader was told before; null: none. */
export function toldVerdict({ intent, replaces }: ToldAlert): Verdict | null {
  const before = intent.body.about === 'case' ? (intent.body.before?.verdict ?? null) : null
  return replaces?.intent.verdict ?? before
}

/** Whether a breach follows another of the same case. */
export function isAnotherViolation(kind: AlertKind, { before }: CaseNews): boolean {
  return kind === 'breached' && before?.verdict === 'breached'
}

/** What calls for somebody first comes first. */
export function byUrgency(a: ToldAlert, b: ToldAlert): number {
  const rank = ({ intent }: ToldAlert) => URGENCY.indexOf(intent.kind)
  const severity = ({ intent }: ToldAlert) => SEVERITIES.indexOf(intent.severity)
  return rank(a) - rank(b) || severity(b) - severity(a) || a.intent.number - b.intent.number
}

/** How many there are of each kind, most urgent first, in words. */
export function countsOf({ words }: Voice, kinds: readonly AlertKind[]): readonly string[] {
  return URGENCY.flatMap((kind) => {
    const count = kinds.filter((one) => one === kind).length
    return count === 0 ? [] : [words.count(words.marks[kind], count)]
  })
}

const URGENCY: readonly AlertKind[] = [
  'corrected',
  'breached',
  'partly_met',
  'overdue',
  'unknown',
  'needs_judgement',
  'at_risk',
  'due_soon',
  'stalled',
  'source_stale',
  'agreement_ending',
  'repaired',
  'met_late',
  'met',
  'final',
  'opened',
]

const TONE_OF_KIND = {
  opened: 'plain',
  due_soon: 'watch',
  at_risk: 'watch',
  overdue: 'bad',
  stalled: 'watch',
  breached: 'bad',
  partly_met: 'bad',
  unknown: 'doubt',
  needs_judgement: 'doubt',
  met: 'good',
  met_late: 'good',
  repaired: 'good',
  corrected: null,
  final: null,
  source_stale: 'doubt',
  agreement_ending: 'watch',
} as const satisfies Record<AlertKind, Tone | null>

function wordOf({ words }: Voice, { kind, body }: Intent): string {
  if (body.about === 'case' && kind === 'corrected') return words.correctedTo(words.verdicts[body.after.verdict])
  if (body.about === 'case' && kind === 'final') return words.finally(words.verdicts[body.after.verdict])
  return body.about === 'case' && isAnotherViolation(kind, body) ? words.anotherViolation : words.marks[kind]
}

/** A correction, and what has become final, look like the verdict they arrive at. */
function toneOf({ kind, body }: Intent): Tone {
  return TONE_OF_KIND[kind] ?? (body.about === 'case' ? toneOfVerdict(body.after) : 'plain')
}

function toneOfVerdict({ verdict }: CaseResult): Tone {
  const kind = KIND_OF_VERDICT[verdict]
  return kind === null ? 'plain' : TONE_OF_KIND[kind]
}
