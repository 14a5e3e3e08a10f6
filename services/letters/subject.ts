import type { Content, Delivery } from '../alerts/index.ts'
import { oneLine, readableDate } from '../text/index.ts'
import type { Voice } from './voice.ts'

/**
 * The subject. That of alerts never changes for one commitment, and states no verdict: mails about it stay one thread, and
 * an old one says nothing that no longer holds.
 */
export function subjectOf(voice: Voice, { content, createdAt }: Delivery): string {
  const { subjects } = voice.words
  const date = readableDate(createdAt, voice.reader)
  switch (content.purpose) {
    case 'alert':
      return alertSubject(voice, content)
    case 'digest':
      return { day: subjects.day, week: subjects.week, alert: subjects.kept }[content.rhythm](date)
    case 'confirmation':
      return subjects.confirmation
    case 'test':
      return subjects.test
    case 'notice':
      return subjects[content.notice.about](oneLine(content.notice.subscription.name, LONGEST_AGREEMENT))
    case 'report':
      return subjects.report(oneLine(content.report.title, LONGEST_REPORT))
  }
}

const LONGEST_COMMITMENT = 200
const LONGEST_AGREEMENT = 120
const LONGEST_REPORT = 200

function alertSubject({ words }: Voice, { alerts }: Extract<Content, { purpose: 'alert' }>): string {
  const [first] = alerts
  if (!first) return words.subjects.agreement(words.nothing)
  const { body } = first.intent
  const agreement = oneLine(body.agreement.title, LONGEST_AGREEMENT)
  const commitments = new Set(alerts.map(({ intent }) => intent.commitment))
  if (body.about !== 'case' || commitments.size > 1) return words.subjects.agreement(agreement)
  return words.subjects.commitment(oneLine(body.commitment.title, LONGEST_COMMITMENT), agreement)
}
