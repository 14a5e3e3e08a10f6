import type { CaseResult } from '../../rules/index.ts'
import type { CaseNews, EndingNews, SourceNews } from '../alerts/index.ts'
import type { Fact, Facts } from './letter.ts'
import { endOf, relativeIn, spanIn, timeIn, timeValueIn, type Voice } from './voice.ts'

/** When a case is due, by the reader's clock and in UTC, and how much time is left, or how late it is. */
export function deadlineOf(voice: Voice, { after, commitment }: CaseNews): Facts {
  const { deadline } = voice.words
  const hasDeadline = commitment.kind === 'act' || commitment.kind === 'total' || commitment.kind === 'power'
  if (after.phase === 'suspended') return facts(voice, [[deadline.none, deadline.suspended]])
  if (after.due === null) return facts(voice, [[deadline.none, deadline.noneWhy]])
  return facts(voice, [
    [hasDeadline ? deadline.due : deadline.until, timeValueIn(voice, after.due)],
    ...(hasDeadline ? distance(voice, after) : []),
  ])
}

/** When a source was expected to report. */
export function expectationOf(voice: Voice, { source }: SourceNews): Facts {
  const { deadline } = voice.words
  return facts(voice, [
    [deadline.expected, timeIn(voice, source.expectedBy)],
    [deadline.late, deadline.lateBy(spanIn(voice, Math.max(0, voice.now - source.expectedBy)))],
    [deadline.heard, source.heardAt === null ? deadline.never : timeIn(voice, source.heardAt)],
  ])
}

/** When an agreement ends. */
export function endOfTerm(voice: Voice, { endsAt }: EndingNews): Facts {
  const { deadline } = voice.words
  const left = endsAt - voice.now
  return facts(voice, [
    [deadline.ends, timeIn(voice, endsAt)],
    left < 0 ? [deadline.passed, relativeIn(voice, endsAt)] : [deadline.left, spanIn(voice, left)],
  ])
}

function distance(voice: Voice, { verdict, due, close }: CaseResult): readonly Row[] {
  const { deadline } = voice.words
  if (due === null) return []
  const [dueAt, closeAt] = [endOf(due), endOf(close ?? due)]
  const isOpen = verdict === 'open' || verdict === 'unknown' || verdict === 'needs_judgement'
  const isMissed = verdict === 'breached' || verdict === 'partly_met'
  const tolerance: readonly Row[] =
    close === null || closeAt === dueAt ? [] : [[deadline.tolerance, timeValueIn(voice, close)]]
  if (voice.now <= dueAt) return isOpen ? [[deadline.left, spanIn(voice, dueAt - voice.now)], ...tolerance] : tolerance
  const left: readonly Row[] =
    isOpen && voice.now <= closeAt && closeAt > dueAt
      ? [[deadline.toleranceLeft, spanIn(voice, closeAt - voice.now)]]
      : []
  if (verdict === 'open')
    return [[deadline.late, deadline.lateBy(spanIn(voice, voice.now - dueAt))], ...tolerance, ...left]
  return isOpen || isMissed ? [[deadline.passed, relativeIn(voice, dueAt)], ...tolerance, ...left] : tolerance
}

type Row = readonly [label: string, value: string]

function facts({ words }: Voice, rows: readonly Row[]): Facts {
  return { title: words.deadline.title, facts: rows.map(([label, value]): Fact => ({ label, value })) }
}
