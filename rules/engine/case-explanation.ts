import { decimal, formatDecimal, parseDecimal, plus } from '../language/decimal.ts'
import { type KnownEvent, occurrence } from '../language/event.ts'
import type { Commitment, Rulebook } from '../language/rulebook.ts'
import { namedSources } from './explain.ts'
import { historyOf } from './history.ts'
import { formatInstant, type Instant, parseInstant } from './instant.ts'
import { english } from './messages/en.ts'
import { evaluate, Outlook, type Viewpoint } from './reference.ts'
import type { CaseResult, Evidence, TimeValue, Value } from './result.ts'
import { writtenInstant, writtenSpan } from './written.ts'

/** One event of a case's story: when it happened, who told it, what part it played and why. */
export interface TimelineEntry extends Evidence {
  readonly when: string
  readonly type: string | null
  readonly standing: string
}

/** Everything that a reader of one verdict may ask. */
export interface CaseExplanation {
  readonly case: CaseResult
  readonly title: string
  readonly kind: Commitment['kind']
  readonly by: readonly string[]
  readonly legal_force: string
  readonly clause: {
    readonly quote: string | null
    readonly ref: string | null
    readonly text: string | null
    readonly url: string | null
    readonly published: string | null
  } | null
  readonly note: string | null
  readonly zone: string
  readonly timeline: readonly TimelineEntry[]
  readonly value: Value | null
  /** What would change the verdict, a sentence each. */
  readonly would_change: readonly string[]
  /** When it is final, in a sentence. */
  readonly final: string
}

/** The explanation of the case `id`, or null when there is no such case at the viewpoint. */
export function explainCase(
  rulebook: Rulebook,
  events: readonly KnownEvent[],
  id: string,
  viewpoint: Viewpoint,
): CaseExplanation | null {
  const found = evaluate(rulebook, events, viewpoint)
    .commitments.flatMap((c) => c.cases)
    .find((c) => c.id === id)
  const commitment = rulebook.commitments.find((c) => id.startsWith(`${rulebook.id}/${c.id}@`))
  if (!found || !commitment) return null
  const { clause } = commitment
  const text = rulebook.texts.find((t) => t.id === clause?.text)
  const future = [...futureOf(new Outlook(historyOf(rulebook, events, viewpoint.knownAt ?? null)), commitment, found)]
  return {
    case: found,
    title: commitment.title,
    kind: commitment.kind,
    by: commitment.by,
    legal_force: rulebook.legalForce,
    clause: clause && {
      quote: clause.quote,
      ref: clause.ref,
      text: text?.title ?? null,
      url: text?.url ?? null,
      published: text?.published ?? null,
    },
    note: commitment.note,
    zone: rulebook.where.zone,
    timeline: timelineOf(rulebook, events, found, viewpoint),
    value: found.value,
    would_change: changesOf(rulebook, commitment, found, future),
    final: finality(rulebook, found, future),
  }
}

function timelineOf(
  rulebook: Rulebook,
  events: readonly KnownEvent[],
  { evidence }: CaseResult,
  { knownAt = null }: Viewpoint,
): readonly TimelineEntry[] {
  const known = historyOf(rulebook, events, knownAt).facts
  return evidence.map((entry) => {
    const event = known.find((f) => f.event.source === entry.event.source && f.event.id === entry.event.id)?.event
    const span = event ? occurrence(event, rulebook.where.zone) : null
    return {
      ...entry,
      when: span ? writtenSpan(span, rulebook.where.zone) : '',
      type: event?.type ?? null,
      standing: event?.standing ?? 'reported',
    }
  })
}

/** How a case stands at an instant to come. */
interface Later {
  readonly at: Instant
  readonly case: CaseResult
}

/** So many changes by time alone are followed. */
const MOST_CHANGES = 12

/** How `found` goes on with no news, change by change. */
function* futureOf(outlook: Outlook, commitment: Commitment, found: CaseResult): Iterable<Later> {
  let check = found.next_check
  for (let step = 0; check !== null && step < MOST_CHANGES; step++) {
    const at = parseInstant(check)
    const later = outlook.commitment(commitment, at).cases.find((c) => c.id === found.id)
    if (!later) return
    yield { at, case: later }
    check = later.next_check
  }
}

/** What news would change, and what time will change by itself. */
function changesOf(
  rulebook: Rulebook,
  commitment: Commitment,
  found: CaseResult,
  future: readonly Later[],
): readonly string[] {
  const { zone } = rulebook.where
  const say = (key: string, values: Readonly<Record<string, string | number | null>> = {}): string =>
    english.changes[key]?.({ ...values }) ?? key
  const said: string[] = []
  const turn = future.find((later) => later.case.verdict !== found.verdict)
  if (turn) said.push(say('time', { verdict: turn.case.verdict, on: writtenInstant(turn.at, zone) }))
  const due = latest(found.due)
  const close = latest(found.close)
  const isTimed = (e: Evidence): boolean => e.reason === english.reasons.maybe_time?.({})
  const isPossible = (e: Evidence): boolean => isTimed(e) || e.reason === english.reasons.maybe_source?.({})
  const sources = namedSources(commitment.evidence.reportedBy, rulebook.sources)
  const undecided = found.verdict === 'open' || found.verdict === 'unknown' || found.verdict === 'needs_judgement'
  const possible = undecided ? found.evidence.filter(isPossible) : []
  for (const e of possible.slice(0, 3))
    said.push(
      say(isTimed(e) ? 'settle_time' : 'settle_source', { event: `${e.event.id} (${e.event.source})`, sources }),
    )
  if (found.flags.includes('awaiting_reports')) {
    said.push(
      commitment.evidence.reportedBy.length > 0
        ? say('watermark', {
            sources: commitment.evidence.reportedBy.join(', '),
            close: close && writtenInstant(close, zone),
          })
        : say('indicator'),
    )
  }
  const decided = found.evidence.filter((e) => e.role === 'performed' && !isPossible(e))
  if ((found.verdict === 'met' || found.verdict === 'exercised' || found.verdict === 'met_late') && decided[0])
    said.push(say('retraction', { event: `${decided[0].event.id} (${decided[0].event.source})` }))
  if (commitment.kind === 'act' && found.verdict !== 'met' && found.verdict !== 'void')
    said.push(say('performance', { due: due && writtenInstant(due, zone) }))
  if (
    commitment.kind === 'total' &&
    found.value?.target &&
    found.value.min &&
    commitment.target.bound === 'at_least' &&
    found.verdict !== 'met'
  ) {
    const missing = plus(
      parseDecimal(found.value.target) ?? decimal(0),
      (parseDecimal(found.value.min) ?? decimal(0)).negated(),
    )
    said.push(say('amount', { missing: formatDecimal(missing), unit: found.value.unit }))
  }
  if (commitment.kind === 'prohibit' && (found.verdict === 'open' || found.verdict === 'met'))
    said.push(say('violation'))
  if (commitment.kind === 'maintain' && found.verdict === 'open') said.push(say('lapse'))
  if (found.verdict === 'needs_judgement') said.push(say('judgement'))
  if (found.verdict === 'breached') said.push(say('waiver'))
  return said
}

function finality({ where }: Rulebook, found: CaseResult, future: readonly Later[]): string {
  const say = (key: string, values: Readonly<Record<string, string | number | null>> = {}): string =>
    english.changes[key]?.(values) ?? key
  if (found.certainty === 'final') return say('is_final')
  if (found.verdict === 'open') return say('not_while_open')
  if (found.verdict === 'needs_judgement') return say('not_before_judgement')
  if (found.flags.includes('awaiting_reports')) return say('not_while_awaiting')
  const turn = future.find((later) => later.case.verdict !== found.verdict || later.case.certainty === 'final')
  if (turn?.case.verdict !== found.verdict) return say('not_yet')
  return say('final_on', { on: writtenInstant(turn.at, where.zone), utc: formatInstant(turn.at) })
}

function latest(value: TimeValue | null): Instant | null {
  return value === null ? null : parseInstant(typeof value === 'string' ? value : value.to)
}
