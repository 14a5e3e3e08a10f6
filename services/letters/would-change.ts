import { type CaseResult, type Evidence, formatDecimal, type Kind, parseDecimal, plus } from '../../rules/index.ts'
import { type Part, plain } from './letter.ts'
import { amountIn, name, type Speaker, timeValueIn, type Voice } from './voice.ts'

/** A case, and what kind of promise it is of. */
interface CaseNews {
  readonly commitment: { readonly kind: Kind }
  readonly after: CaseResult
}

/** Which news would change how a case stands. */
export function whatWouldChange(voice: Voice, news: CaseNews): Part {
  return { title: voice.words.wouldChange.title, lines: wouldChange(voice, news).map(plain) }
}

/** The same as sentences. */
export function wouldChange(voice: Speaker, news: CaseNews): readonly string[] {
  return [...new Set(changesOf(voice, news))]
}

function changesOf(voice: Speaker, news: CaseNews): readonly string[] {
  const { wouldChange } = voice.words
  const { verdict } = news.after
  switch (verdict) {
    case 'open':
      return [...settling(voice, news.after), ...hoped(voice, news)]
    case 'unknown':
      return [...settled(voice, news.after), wouldChange.judgement]
    case 'needs_judgement':
      return [wouldChange.judgement, ...(isKept(news) ? [wouldChange.judgedEvent] : hoped(voice, news))]
    case 'breached':
    case 'partly_met':
      return isKept(news)
        ? [wouldChange.violationTaken]
        : [...hoped(voice, news), ...late(voice, news), wouldChange.waiver]
    case 'met_late':
      return [...hoped(voice, news), retraction(voice, news.after)]
    default:
      return [retraction(voice, news.after)]
  }
}

/** What is still hoped for, or feared, while nothing of it is on record. */
function hoped(voice: Speaker, { commitment, after }: CaseNews): readonly string[] {
  const { wouldChange } = voice.words
  switch (commitment.kind) {
    case 'act':
      return [after.due === null ? wouldChange.performed : wouldChange.performedInTime(timeValueIn(voice, after.due))]
    case 'total':
      return totals(voice, after)
    case 'maintain':
      return [wouldChange.lapse]
    case 'prohibit':
      return [wouldChange.violation]
    case 'endeavour':
      return [wouldChange.effort]
    case 'power':
      return [wouldChange.exercised]
  }
}

function late({ words }: Speaker, { commitment, after }: CaseNews): readonly string[] {
  return commitment.kind === 'act' && after.due !== null ? [words.wouldChange.performedLate] : []
}

/** A case does not say which way its target is meant: only what was missed, or hurried for, is a target to be reached. */
function totals(voice: Speaker, { verdict, flags, value }: CaseResult): readonly string[] {
  const { wouldChange } = voice.words
  const target = value?.target == null ? null : parseDecimal(value.target)
  const min = value?.min == null ? null : parseDecimal(value.min)
  if (!target || !min) return [wouldChange.counted]
  const missing = plus(target, min.negated())
  if (verdict === 'breached' && missing.isNegative()) return [wouldChange.backToLimit]
  const isFloor =
    verdict === 'breached' || verdict === 'partly_met' || flags.includes('at_risk') || flags.includes('due_soon')
  if (!isFloor || !missing.isPositive() || missing.isZero()) return [wouldChange.counted]
  return [wouldChange.amount(amountIn(voice, formatDecimal(missing), value?.unit ?? null))]
}

/** Which evidence would settle what is unknown. */
function settled(voice: Speaker, after: CaseResult): readonly string[] {
  const found = settling(voice, after)
  return found.length > 0 ? found : [voice.words.wouldChange.settled]
}

function settling(voice: Speaker, after: CaseResult): readonly string[] {
  const { wouldChange } = voice.words
  const { flags, value, close } = after
  const doubtful = doubtfulEvents(after).map(eventName)
  return [
    ...(flags.includes('imprecise') ? doubtful.map(wouldChange.exactTime) : []),
    ...(flags.includes('contested') ? doubtful.map(wouldChange.confirmation) : []),
    ...((flags.includes('imprecise') || flags.includes('contested')) && doubtful.length === 0
      ? [wouldChange.settled]
      : []),
    ...(flags.includes('awaiting_reports')
      ? [
          value !== null && value.target === null
            ? wouldChange.figure
            : close === null
              ? wouldChange.completeNow
              : wouldChange.complete(timeValueIn(voice, close)),
        ]
      : []),
  ]
}

/** What the explanation names is what the doubt hangs on. */
function doubtfulEvents({ evidence, explanation }: CaseResult): readonly Evidence[] {
  return evidence
    .filter(({ role, event }) => role !== 'ignored' && role !== 'control' && explanation.includes(event.id))
    .slice(0, MOST_NAMED)
}

function retraction({ words }: Speaker, { evidence }: CaseResult): string {
  const decided = evidence.filter(({ role }) => role === 'performed' || role === 'excused')
  return decided.length === 1 && decided[0]
    ? words.wouldChange.retractionOf(eventName(decided[0]))
    : words.wouldChange.retraction
}

/** Kept by absence: what breaches it is there, not missing. */
function isKept({ commitment }: CaseNews): boolean {
  return commitment.kind === 'maintain' || commitment.kind === 'prohibit'
}

const MOST_NAMED = 3

function eventName({ event }: Evidence): string {
  return name(event.id)
}
