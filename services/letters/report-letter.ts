import { parseInstant } from '../../rules/index.ts'
import type { ReportFile, ReportNews } from '../alerts/index.ts'
import { oneLine } from '../text/index.ts'
import { linkTo, reportAddress } from './addresses.ts'
import { action } from './alert-letter.ts'
import { type Fact, type Letter, type Link, plain } from './letter.ts'
import { listIn, name, sizeIn, timeIn, type Voice } from './voice.ts'

/**
 * A report in short: its summary, what it rests on, and where its files are. They stand with their digests, so that a copy
 * that was passed on can be compared with what was sent.
 */
export function reportPart(
  voice: Voice,
  report: ReportNews,
): Pick<Letter, 'headline' | 'intro' | 'facts' | 'links' | 'more' | 'actions'> {
  const { words, subscription, context } = voice
  const { report: text } = words
  // Nothing goes along with what is posted to a chat.
  const files = report.files.map((file) => ({
    ...file,
    isAttached: file.isAttached && subscription.channel === 'mail',
  }))
  const openReport = [words.actions.openReport, reportAddress(context, report.id, PAGE)] as const
  return {
    headline: words.headlines.report(name(report.title)),
    intro: report.summary.map((sentence) => oneLine(sentence, LONGEST_SENTENCE)),
    actions: action('open', ...openReport),
    facts: {
      title: text.title,
      facts: [
        { label: text.period, value: name(report.period) },
        { label: text.asOf, value: timeIn(voice, parseInstant(report.asOf)) },
        { label: text.commitments, value: standings(voice, report) },
        ...files.map((file) => fileFact(voice, file)),
      ],
    },
    links: [
      ...linkTo(...openReport),
      ...files
        .filter(({ form, isAttached }) => form !== PAGE && !isAttached)
        .flatMap((file) => fileLink(voice, report, file)),
    ],
    more: { title: words.why.title, lines: [plain(words.why.report(name(subscription.name)))] },
  }
}

/** The form that a browser shows. */
const PAGE = 'html'

const LONGEST_SENTENCE = 1_000

function standings(voice: Voice, { indicators }: ReportNews): string {
  const { report: text, indicators: words } = voice.words
  const shown = indicators.filter(({ count }) => count > 0)
  if (shown.length === 0) return text.none
  return listIn(
    voice,
    shown.map(({ indicator, count }) => text.standing(count, words[indicator])),
  )
}

function fileFact(voice: Voice, { name: file, bytes, sha256, isAttached }: ReportFile): Fact {
  const { attached, linked } = voice.words.report
  return { label: name(file), value: (isAttached ? attached : linked)(sizeIn(voice, bytes), name(sha256)) }
}

function fileLink(voice: Voice, report: ReportNews, file: ReportFile): readonly Link[] {
  const { forms, file: label } = voice.words.report
  const form = (Object.hasOwn(forms, file.form) ? forms[file.form] : undefined) ?? name(file.form)
  return linkTo(label(form, name(file.name)), reportAddress(voice.context, report.id, file.form))
}
