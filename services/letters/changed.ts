import type { CaseNews, ToldAlert } from '../alerts/index.ts'
import { oneLine } from '../text/index.ts'
import { headlineOf, isAnotherViolation, toldVerdict } from './headline.ts'
import { name, timeIn, type Voice } from './voice.ts'

/** What changed in a case, why, and since when: a sentence each. */
export function whatChanged(voice: Voice, told: ToldAlert, news: CaseNews): readonly string[] {
  return [
    ...turnOf(voice, told, news),
    oneLine(news.after.explanation),
    ...(told.intent.kind === 'due_soon' ? [] : [sinceSentence(voice, told)]),
  ].filter((sentence) => sentence !== '')
}

function turnOf(voice: Voice, told: ToldAlert, news: CaseNews): readonly string[] {
  const { changed, verdicts } = voice.words
  const { kind, rung } = told.intent
  const { before, after, commitment } = news
  if (kind === 'corrected') return [...correction(voice, told), changed.correctionNow(verdicts[after.verdict])]
  if (kind === 'due_soon' && rung !== '') return [changed.reminder(name(rung))]
  if (kind === 'due_soon') return [commitment.kind === 'power' ? changed.due_soon_power : changed.due_soon]
  if (kind === 'opened' || kind === 'at_risk' || kind === 'overdue' || kind === 'stalled') return [changed[kind]]
  if (kind === 'final') return [changed.final(verdicts[after.verdict])]
  if (isAnotherViolation(kind, news)) return [changed.anotherViolation]
  const turn = before && before.verdict !== after.verdict
  return [
    ...(turn ? [changed.verdict(verdicts[before.verdict], verdicts[after.verdict])] : []),
    ...(told.replaces ? [carriedOn(voice, told.replaces)] : []),
  ]
}

/** Which message is wrong now, and what it said. */
function correction(voice: Voice, told: ToldAlert): readonly string[] {
  const { changed, verdicts } = voice.words
  const before = toldVerdict(told)
  if (before === null) return []
  if (told.replaces === null) return [changed.correctionOfNone(verdicts[before])]
  const { intent, sentAt } = told.replaces
  const mail = headlineOf(voice, { intent, because: 'subscribed', replaces: null })
  return [
    sentAt === null
      ? changed.correctionOfUnsent(mail, verdicts[before])
      : changed.correctionOf(mail, timeIn(voice, sentAt), verdicts[before]),
  ]
}

function carriedOn(voice: Voice, { intent, sentAt }: NonNullable<ToldAlert['replaces']>): string {
  const { changed, verdicts, marks } = voice.words
  const mail = headlineOf(voice, { intent, because: 'subscribed', replaces: null })
  const said = intent.verdict === null ? marks[intent.kind] : verdicts[intent.verdict]
  return sentAt === null ? changed.carriesOnUnsent(mail, said) : changed.carriesOn(mail, timeIn(voice, sentAt), said)
}

function sinceSentence(voice: Voice, { intent: { occurredAt, recordedAt } }: ToldAlert): string {
  const { changed } = voice.words
  const since = timeIn(voice, occurredAt)
  // What is recorded at once needs no second date.
  return recordedAt - occurredAt < 1_000
    ? changed.since(since)
    : changed.sinceRecorded(since, timeIn(voice, recordedAt))
}
