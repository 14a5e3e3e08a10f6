import type { Notice } from '../alerts/index.ts'
import { oneLine } from '../text/index.ts'
import { action } from './alert-letter.ts'
import { type Letter, plain } from './letter.ts'
import { name, type Voice } from './voice.ts'
import { filterFacts, rhythmText } from './why.ts'

/** Asks whoever reads it whether the subscription is theirs: who asked, and for what. */
export function confirmationPart(voice: Voice): Pick<Letter, 'headline' | 'intro' | 'facts' | 'actions'> {
  const { words, subscription, context, reader } = voice
  const { confirmation: text, filter: parts } = words
  const { quiet } = subscription
  const asked = filterFacts(voice, subscription.filter)
  return {
    headline: words.headlines.confirmation,
    intro: [text.intro(context.publicUrl), context.links.confirm === null ? text.noLink : text.confirm, text.ignore],
    actions: action('confirm', words.actions.confirm, context.links.confirm),
    facts: {
      title: text.title,
      facts: [
        { label: text.name, value: name(subscription.name) },
        { label: text.address, value: name(subscription.address) },
        ...(asked.length === 0 ? [{ label: parts.kinds, value: parts.all }] : asked),
        { label: text.rhythm, value: rhythmText(voice, subscription.rhythm) },
        ...(quiet === null
          ? []
          : [{ label: text.quiet, value: text.hours(name(quiet.from), name(quiet.to), reader.zone) }]),
        { label: text.zone, value: reader.zone },
        { label: text.language, value: name(subscription.locale) },
      ],
    },
  }
}

/** Tells whoever runs the service that a subscription is told nothing any more, what that means, and how to mend it. */
export function noticePart(
  voice: Voice,
  { about, subscription, answer }: Notice,
): Pick<Letter, 'mark' | 'headline' | 'intro' | 'facts' | 'more'> {
  const { words } = voice
  const { notice: text, headlines, states } = words
  return {
    mark: { word: states[about], tone: 'watch', severity: null },
    headline: headlines[about],
    intro: [text[about].means(name(subscription.name))],
    facts: {
      title: text.title,
      facts: [
        { label: text.name, value: name(subscription.name) },
        { label: text.address, value: oneLine(subscription.address, LONGEST_ADDRESS) },
        { label: text.id, value: name(subscription.id) },
        { label: text.answer, value: oneLine(answer, LONGEST_ANSWER) },
      ],
    },
    more: { title: text.nextTitle, lines: [plain(text[about].mend), plain(text.kept)] },
  }
}

const LONGEST_ADDRESS = 320
const LONGEST_ANSWER = 500
