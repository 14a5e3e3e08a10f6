import type { RawDefinitions } from './agreement-shape.ts'
import { type BusinessCalendar, knowsCountry } from './business-calendar.ts'
import { linkCounting } from './link-counting.ts'
import { match } from './match.ts'
import type { Names } from './names.ts'
import type { Counting, DeclaredSource, EpisodeTerm, Match } from './rulebook.ts'
import { type Reading, shown } from './shape.ts'
import { weekdayNumber } from './values.ts'
import type { YamlNode } from './yaml-tree.ts'

/** What commitments refer to: who reports, which days are worked, and what words mean. */
export interface Definitions {
  readonly sources: readonly DeclaredSource[]
  readonly calendars: ReadonlyMap<string, BusinessCalendar>
  readonly terms: Terms
}

/** The terms by what they say: which events make one occasion, and what is counted. */
export interface Terms {
  readonly episodes: ReadonlyMap<string, EpisodeTerm>
  readonly counts: ReadonlyMap<string, Counting>
}

/**
 * Resolves the definitions of one file; what could not be read is left out, after a complaint.
 * @param included the sources of the files that it includes
 */
export function linkDefinitions(
  raw: RawDefinitions,
  names: Names,
  to: Reading,
  included: readonly DeclaredSource[] = [],
): Definitions {
  const sources = readSources(raw, names)
  checkAddresses(raw, included, to)
  return { calendars: readCalendars(raw, to), terms: readTerms(raw, names, to), sources }
}

/** Several files' definitions as one. */
export function together(parts: readonly Definitions[]): Definitions {
  return {
    sources: parts.flatMap((part) => part.sources),
    calendars: new Map(parts.flatMap((part) => [...part.calendars])),
    terms: {
      episodes: new Map(parts.flatMap((part) => [...part.terms.episodes])),
      counts: new Map(parts.flatMap((part) => [...part.terms.counts])),
    },
  }
}

function readCalendars(raw: RawDefinitions, to: Reading): ReadonlyMap<string, BusinessCalendar> {
  const calendars = new Map<string, BusinessCalendar>()
  for (const [
    name,
    {
      value: { value, at },
    },
  ] of raw.calendars ?? []) {
    const country = value.country ?? null
    if (country !== null && !knowsCountry(country)) {
      to.complain(
        at,
        'dangling-reference',
        `no public holidays are known for ${country}`,
        'list the holidays of this calendar yourself',
      )
    }
    const weekend = (value.weekend ?? (['sat', 'sun'] as const)).map(weekdayNumber)
    if (new Set(weekend).size > 6)
      to.complain(at, 'impossible-date', 'every day of the week is weekend here', 'leave at least one working day')
    calendars.set(name, { weekend, holidays: new Set(value.holidays ?? []), country })
  }
  return calendars
}

function readSources(raw: RawDefinitions, names: Names): readonly DeclaredSource[] {
  return (raw.sources ?? []).map((source) => {
    if (source.covers || source.expected_every) names.use('source', source.id.value)
    names.useCalendarOf(source.expected_every, source.place)
    return {
      id: source.id.value,
      is: source.is ?? [source.id.value],
      covers: source.covers ?? [],
      expectedEvery: source.expected_every ?? null,
      title: source.title ?? null,
      url: source.url ?? null,
    }
  })
}

/** An event comes from one source: an address that two of them share would silently be the first one's. */
function checkAddresses(raw: RawDefinitions, included: readonly DeclaredSource[], to: Reading): void {
  const owners = new Map(included.flatMap(({ id, is }) => is.map((address) => [address, id])))
  for (const { id, is, place } of raw.sources ?? []) {
    for (const address of is ?? [id.value]) {
      const owner = owners.get(address) ?? id.value
      owners.set(address, owner)
      if (owner === id.value) continue
      to.complain(
        place,
        'duplicate-id',
        `the sources ${owner} and ${id.value} are both ${shown(address)}`,
        'let the events of one of them carry another source, or declare one source for both',
        'an event from there would count as told by one of them only',
      )
    }
  }
}

function readTerms(raw: RawDefinitions, names: Names, to: Reading): Terms {
  const episodes = new Map<string, EpisodeTerm>()
  const counts = new Map<string, Counting>()
  for (const [name, { value: term, at }] of raw.terms ?? []) {
    const { episode, counts: counting } = term
    if ((episode === undefined) === (counting === undefined)) {
      to.complain(
        at,
        'wrong-form',
        `the term ${name} has ${episode ? 'both episode and counts' : 'neither episode nor counts'}`,
        'say which events make one occasion (episode), or what is counted (counts)',
      )
    } else if (episode) {
      const { merge_within: mergeWithin, longest } = episode.value
      names.useCalendarOf(mergeWithin, episode.at)
      names.useCalendarOf(longest, episode.at)
      const of = readEpisodeEvents(episode.value, episode.at, to)
      if (of) episodes.set(name, { name, of, mergeWithin: mergeWithin ?? null, longest: longest ?? null })
    } else if (counting?.term) {
      to.complain(
        counting.place,
        'wrong-form',
        `the term ${name} counts another term`,
        'write its event, where and amount here',
      )
    } else if (counting) counts.set(name, linkCounting(counting, to))
  }
  return { episodes, counts }
}

type RawTerm = NonNullable<RawDefinitions['terms']> extends ReadonlyMap<string, { value: infer T }> ? T : never
type RawEpisode = NonNullable<RawTerm['episode']>['value']

/** `of: attack, where: {…}` is a match written flat. */
function readEpisodeEvents(episode: RawEpisode, at: YamlNode['at'], to: Reading): readonly Match[] | undefined {
  if (typeof episode.of !== 'string') {
    if (episode.where === undefined) return episode.of
    return to.complain(at, 'wrong-form', 'where stands beside a list of matches', 'write the condition into each match')
  }
  const event: YamlNode = { kind: 'scalar', at, value: episode.of, text: episode.of }
  const entries = [
    { key: 'event', at, value: event },
    ...(episode.where ? [{ key: 'where', at: episode.where.at, value: episode.where }] : []),
  ]
  const found = match.read({ kind: 'map', at, entries }, to)
  return found && [found]
}
