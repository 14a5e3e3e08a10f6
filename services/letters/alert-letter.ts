import type { ToldAlert } from '../alerts/index.ts'
import { caseAddress, linkTo, statusAddress } from './addresses.ts'
import { byUrgency, countsOf, headlineOf, markOf } from './headline.ts'
import type { Action, Letter, Line, Part } from './letter.ts'
import { linksOf, sectionOf } from './section.ts'
import { listIn, name, type Voice } from './voice.ts'

export type AlertPart = Pick<Letter, 'mark' | 'headline' | 'intro' | 'sections' | 'more'>

/** What happened together, about one agreement: one alert by itself, or several, the most urgent first. */
export function alertPart(voice: Voice, alerts: readonly ToldAlert[]): AlertPart {
  const [first, ...others] = alerts.toSorted(byUrgency)
  const { headlines, counts, nothing } = voice.words
  if (!first) return { mark: null, headline: nothing, intro: [], sections: [], more: null }
  if (others.length === 0) {
    const section = sectionOf(voice, first)
    return { mark: section.mark, headline: section.headline, intro: [], sections: [section], more: null }
  }
  const all = [first, ...others]
  const kinds = countsOf(
    voice,
    all.map(({ intent }) => intent.kind),
  )
  return {
    mark: markOf(voice, first.intent),
    headline: headlines.several(all.length, name(first.intent.body.agreement.title)),
    intro: [counts(listIn(voice, kinds))],
    sections: all.slice(0, IN_FULL).map((told) => sectionOf(voice, told)),
    more: inBrief(voice, all.slice(IN_FULL)),
  }
}

/** One press for what most readers want to do next: to look at it, to say that it is in hand, or to hear no more of it. */
export function alertActions(voice: Voice, alerts: readonly ToldAlert[]): readonly Action[] {
  const { words, context } = voice
  const [first, ...others] = alerts
  if (!first) return []
  const { body } = first.intent
  const look: Action[] =
    body.about === 'case' && others.length === 0
      ? action('open', words.actions.open, caseAddress(context.publicUrl, body.agreement.id, body.after.id))
      : action('open', words.actions.openStatus, statusAddress(context.publicUrl, body.agreement.id))
  const known = alerts.every(({ intent }) => context.acknowledged.has(intent.number))
  return [
    ...(known ? [] : action('acknowledge', words.actions.acknowledge, context.links.acknowledge)),
    ...look,
    ...action('silence', words.actions.silence, context.links.silence),
  ]
}

export function action(does: Action['does'], label: string, url: string | null): Action[] {
  return linkTo(label, url).map((link) => ({ does, ...link }))
}

const IN_FULL = 10
const IN_BRIEF = 100

function inBrief(voice: Voice, alerts: readonly ToldAlert[]): Part | null {
  if (alerts.length === 0) return null
  const { words } = voice
  const unlisted = alerts.length - IN_BRIEF
  return {
    title: words.more,
    lines: [
      ...alerts.slice(0, IN_BRIEF).map(
        (told): Line => ({
          text: headlineOf(voice, told),
          url: linksOf(voice, told)[0]?.url ?? null,
        }),
      ),
      ...(unlisted > 0 ? [{ text: words.leftOut(unlisted), url: null }] : []),
    ],
  }
}
