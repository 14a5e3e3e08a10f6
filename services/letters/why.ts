import type { AlertFilter, QuietHours, Rhythm, ToldBecause } from '../alerts/index.ts'
import { hourText, weekdayText } from '../text/index.ts'
import { type Fact, type Part, plain } from './letter.ts'
import { listIn, name, type Voice } from './voice.ts'

/** Why the reader gets this: what they asked for, and in which rhythm. */
export function whyTold(voice: Voice, because: ToldBecause): Part {
  const { words, subscription } = voice
  const { why } = words
  return {
    title: why.title,
    lines: [
      why[because](name(subscription.name)),
      ...(because === 'subscribed' ? [takes(voice)] : []),
      told(voice, subscription.rhythm, subscription.quiet),
    ].map(plain),
  }
}

/** What a filter lets through, part by part; empty: everything. */
export function filterFacts(voice: Voice, filter: AlertFilter): readonly Fact[] {
  const { filter: words, marks, severities } = voice.words
  const titled = (ids: readonly string[] | null) => ids?.map((id) => voice.context.titles.get(id) ?? id) ?? null
  const rows: readonly (readonly [string, readonly string[] | null])[] = [
    [words.agreements, titled(filter.agreements)],
    [words.commitments, titled(filter.commitments)],
    [words.parties, filter.parties],
    [words.tags, filter.tags],
    [words.kinds, filter.kinds?.map((kind) => marks[kind].toLowerCase()) ?? null],
    [words.severity, filter.minimumSeverity === 'info' ? null : [words.orAbove(severities[filter.minimumSeverity])]],
  ]
  return rows.flatMap(([label, items]) => {
    if (items === null) return []
    const shown = items.slice(0, MOST_NAMED).map(name)
    return [{ label, value: listIn(voice, items.length > MOST_NAMED ? [...shown, '…'] : shown) }]
  })
}

/** When somebody is told: `once a day at 08:00 (Europe/Kyiv)`. */
export function rhythmText({ words, reader }: Voice, rhythm: Rhythm): string {
  const { rhythms } = words
  if (rhythm.every === 'alert') return rhythms.alert
  const hour = hourText(rhythm.hour, reader.locale)
  if (rhythm.every === 'day') return rhythms.day(hour, reader.zone)
  return rhythms.week(weekdayText(rhythm.weekday, reader.locale), hour, reader.zone)
}

const MOST_NAMED = 20

function takes(voice: Voice): string {
  const { why, filter } = voice.words
  const facts = filterFacts(voice, voice.subscription.filter)
  if (facts.length === 0) return why.takesAll
  return why.takes(
    listIn(
      voice,
      facts.map(({ label, value }) => filter.part(label, value)),
    ),
  )
}

function told(voice: Voice, rhythm: Rhythm, quiet: QuietHours | null): string {
  const { why } = voice.words
  const text = rhythmText(voice, rhythm)
  return quiet === null ? why.sent(text) : why.sentQuiet(text, name(quiet.from), name(quiet.to))
}
