import type { Delivery, ToldAlert } from '../alerts/index.ts'
import { oneLine } from '../text/index.ts'
import { linkTo } from './addresses.ts'
import { alertActions, alertPart } from './alert-letter.ts'
import type { LetterContext } from './context.ts'
import { digestPart } from './digest.ts'
import { type Letter, type Line, type Part, plain } from './letter.ts'
import { reportPart } from './report-letter.ts'
import { subjectOf } from './subject.ts'
import { confirmationPart, noticePart } from './subscription-letters.ts'
import { type Voice, voiceFor } from './voice.ts'

/** What `delivery` says, in words. Pure: the same delivery and context give the same letter. */
export function letterFor(delivery: Delivery, context: LetterContext): Letter {
  const voice = voiceFor(delivery, context)
  const letter = { ...EMPTY, ...frame(voice, delivery), ...substance(voice, delivery) }
  return harmless({ ...letter, preheader: [letter.headline, ...letter.intro].join(' · ') })
}

const EMPTY = {
  mark: null,
  intro: [],
  sections: [],
  groups: [],
  more: null,
  facts: null,
  links: [],
  actions: [],
} satisfies Partial<Letter>

type Frame = Pick<Letter, 'language' | 'subject' | 'answers' | 'footer'>

function frame(voice: Voice, delivery: Delivery): Frame {
  const { words, context, reader } = voice
  const { footer } = words
  return {
    language: voice.language,
    subject: subjectOf(voice, delivery),
    answers: answersTo(voice, delivery),
    footer: [
      footer.service(context.publicUrl),
      reader.zone === 'UTC' ? footer.utc : footer.zone(reader.zone),
      ...(context.clock === null ? [] : [footer.clock(context.clock)]),
    ],
  }
}

type Own = Omit<Letter, keyof Frame | keyof typeof EMPTY | 'preheader'> & Partial<Letter>

function substance(voice: Voice, { content }: Delivery): Own {
  switch (content.purpose) {
    case 'alert':
      return { ...alertPart(voice, content.alerts), actions: alertActions(voice, content.alerts) }
    case 'digest':
      return digestPart(voice, content)
    case 'confirmation':
      return confirmationPart(voice)
    case 'test':
      return testPart(voice, content.alerts)
    case 'notice':
      return noticePart(voice, content.notice)
    case 'report':
      return reportPart(voice, content.report)
  }
}

/** Shows what messages look like; it opens by saying that nothing has happened. */
function testPart(voice: Voice, alerts: readonly ToldAlert[]): Own {
  const { test, headlines } = voice.words
  const { sections, more } = alertPart(voice, alerts)
  return {
    headline: headlines.test,
    intro: [test.intro, sections.length > 0 ? test.example : test.alone],
    sections,
    more,
  }
}

function answersTo({ words, context }: Voice, { content }: Delivery): Part {
  const { answers } = words
  const { acknowledge, silence, unsubscribe } = context.links
  if (content.purpose === 'confirmation') return { title: answers.titleNone, lines: [plain(answers.none)] }
  if (content.purpose === 'notice') return { title: answers.titleNotice, lines: [plain(answers.notice)] }
  if (content.purpose === 'report') {
    const [end] = linkTo(answers.unsubscribe, unsubscribe)
    return {
      title: answers.titleReport,
      lines: [end ? { text: end.label, url: end.url } : plain(answers.askOwnerToEnd)],
    }
  }
  const offered = [
    [answers.acknowledge, content.purpose === 'test' ? null : acknowledge],
    [answers.silence, silence],
    [answers.unsubscribe, unsubscribe],
  ] as const
  const lines = offered.flatMap(([text, url]): readonly Line[] =>
    linkTo(text, url).map((link) => ({ text: link.label, url: link.url })),
  )
  return { title: answers.title, lines: unsubscribe === null ? [...lines, plain(answers.askOwner)] : lines }
}

/** Whatever came from outside, each text is one line without anything that steers whoever shows it. */
function harmless<T>(value: T, key = ''): T {
  if (typeof value === 'string')
    return (key === 'url' || key === 'cid' ? value : oneLine(value, LONGEST_LINE)) as T & string
  if (Array.isArray(value)) return value.map((item) => harmless(item)) as T & unknown[]
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, harmless(item, field)])) as T & object
}

const LONGEST_LINE = 2_000
