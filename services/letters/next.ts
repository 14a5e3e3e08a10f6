import type { CaseResult } from '../../rules/index.ts'
import { parseInstant } from '../../rules/index.ts'
import type { Intent } from '../alerts/index.ts'
import { oneLine } from '../text/index.ts'
import { type Part, plain } from './letter.ts'
import { listIn, name, relativeIn, spanIn, timeIn, type Voice } from './voice.ts'

/** What happens next without anybody doing anything, and who else is told if nobody does. */
export function whatHappensNext(voice: Voice, intent: Intent): Part {
  const { next } = voice.words
  const course = { case: caseCourse, source: () => [next.sourceWatched], agreement: () => [next.endingWatched] }
  const { body } = intent
  const lines = body.about === 'case' ? course.case(voice, body.after) : course[body.about]()
  return { title: next.title, lines: [...lines, ...whoElse(voice, intent)].map(plain) }
}

function caseCourse(voice: Voice, after: CaseResult): readonly string[] {
  const { next } = voice.words
  if (after.certainty === 'final') return [next.isFinal]
  const check = after.next_check === null ? null : parseInstant(after.next_check)
  return [
    ...(check === null || check <= voice.now ? [] : [next.byItself(timeIn(voice, check), relativeIn(voice, check))]),
    ...(after.verdict === 'needs_judgement' ? [next.awaitsJudgement] : []),
    after.verdict === 'open' ? next.onNews : next.provisional,
  ]
}

function whoElse(voice: Voice, { number }: Intent): readonly string[] {
  const { words, context, subscription } = voice
  const done = context.acknowledged.get(number)
  if (done) {
    const [by, at] = [name(done.by), timeIn(voice, done.at)]
    return [
      done.note === null || done.note === ''
        ? words.next.acknowledged(by, at)
        : words.next.acknowledgedNote(by, at, oneLine(done.note, LONGEST_NOTE)),
    ]
  }
  const steps = subscription.escalation.map(({ afterMinutes, tell }) =>
    words.next.toAfter(name(context.recipients.get(tell) ?? tell), spanIn(voice, afterMinutes * MINUTE)),
  )
  return steps.length === 0 ? [] : [words.next.tellOn(listIn(voice, steps))]
}

const MINUTE = 60_000
const LONGEST_NOTE = 500
