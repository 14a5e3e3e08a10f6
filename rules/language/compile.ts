import { createHash } from 'node:crypto'
import { type RawRulebook, rulebookShape } from './agreement-shape.ts'
import { type BusinessCalendar, knowsCountry } from './business-calendar.ts'
import type { RawCommitment } from './commitment-shape.ts'
import { commitmentNodes, declaredKinds, declaredNames } from './declared.ts'
import { linkCommitment } from './link-commitment.ts'
import { match } from './match.ts'
import { type NameKind, Names } from './names.ts'
import type { Problem } from './problem.ts'
import { referencesIn } from './references.ts'
import type { Commitment, DeclaredSource, EpisodeTerm, FiscalYear, InForce, Match, Rulebook } from './rulebook.ts'
import { readScenarios } from './scenario.ts'
import { type Located, Reading } from './shape.ts'
import { checkStructure } from './structure.ts'
import { weekdayNumber } from './values.ts'
import { parseYaml, type YamlNode } from './yaml-tree.ts'

export type CompiledRulebook =
  | { readonly ok: true; readonly rulebook: Rulebook }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads and checks the rulebook in `text`; `file` is its name in messages. Either every part of it is understood and
 * every name resolved, or all the problems found are listed in the order of the file.
 */
export function compileRulebook(text: string, file: string): CompiledRulebook {
  const yaml = parseYaml(text, file)
  if (!yaml.ok) return yaml
  const reading = new Reading(file, yaml.lines)
  const raw = rulebookShape.read(yaml.root, reading)
  const rulebook = raw && link(yaml.root, raw, text, file, reading)
  if (!rulebook || reading.problems.length > 0) return { ok: false, problems: inFileOrder(reading.problems) }
  return { ok: true, rulebook }
}

/** Commitments that could not be read as a whole still have their names looked up. */
function checkUnread(root: YamlNode, { commitments = [] }: Partial<RawRulebook>, names: Names): void {
  for (const node of commitmentNodes(root)) {
    if (commitments.some((c) => c.place.line === node.at.line && c.place.column === node.at.column)) continue
    for (const { kind, name } of referencesIn(node)) {
      if (kind === 'party') names.party(name)
      else names.resolve(kind, name)
    }
  }
}

function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
}

function link(
  root: YamlNode,
  raw: Partial<RawRulebook>,
  text: string,
  file: string,
  to: Reading,
): Rulebook | undefined {
  const { agreement } = raw
  const soundlyRead = to.problems.length === 0
  const names = new Names(to)
  for (const [kind, declared] of Object.entries(declaredNames(root))) names.declare(kind as NameKind, declared)
  names.titles = new Map([...(agreement?.parties ?? [])].map(([code, title]) => [code, title.value]))
  const kinds = declaredKinds(root)
  const calendars = readCalendars(raw, to)
  const inForce = agreement && readInForce(agreement.in_force, names, to)
  const terms = readTerms(raw, names, to)
  const sources = readSources(raw, names)
  const commitments = (raw.commitments ?? []).map((c: RawCommitment) => linkCommitment(c, { names, kinds, to }))
  const sound = commitments.filter((c): c is Commitment => c !== undefined)
  checkUnread(root, raw, names)
  if (sound.some((c) => c.evidence.minimumSources > 1)) for (const source of sources) names.use('source', source.id)
  checkStructure(sound, to)
  if (!agreement) return undefined
  const tests = readScenarios(raw.tests ?? [], agreement.zone, [...kinds.keys()], to)
  // A part that could not be read may be the one that uses a name.
  if (soundlyRead) names.complainOfUnused(['term', 'source', 'calendar', 'text'])
  if (sound.length < commitments.length || !inForce || !terms) return undefined
  return {
    id: agreement.id.value,
    title: agreement.title,
    legalForce: agreement.legal_force,
    file,
    hash: createHash('sha256').update(text).digest('hex'),
    parties: Object.fromEntries([...(agreement.parties ?? [])].map(([code, name]) => [code, name.value])),
    signed: agreement.signed ?? null,
    inForce,
    where: { zone: agreement.zone, calendars },
    fiscalYears: readFiscalYears(agreement),
    texts: (agreement.texts ?? []).map((t) => ({
      id: t.id.value,
      title: t.title,
      url: t.url ?? null,
      published: t.published ?? null,
    })),
    sources,
    terms,
    commitments: sound,
    tests,
  }
}

function readInForce(
  raw: Located<RawRulebook['agreement']['in_force']['value']>,
  names: Names,
  to: Reading,
): InForce | undefined {
  const { from, when, term, until } = raw.value
  const doubled = term !== undefined && until !== undefined
  if (doubled)
    to.complain(raw.at, 'wrong-form', 'in_force has both a term and an until', 'keep the one that the text states')
  if ((from === undefined) === (when === undefined)) {
    return to.complain(
      raw.at,
      'wrong-form',
      from === undefined ? 'in_force has neither from nor when' : 'in_force has both from and when',
      'write the first day (from), or the event that brings it into force (when)',
    )
  }
  if (doubled) return undefined
  if (from !== undefined && until !== undefined && until < from) {
    return to.complain(
      raw.at,
      'impossible-date',
      `the agreement ends (${until}) before it begins (${from})`,
      'check the two dates',
    )
  }
  names.useCalendarOf(term, raw.at)
  return { from: from ?? null, when: when ?? [], term: term ?? null, until: until ?? null }
}

function readCalendars(raw: Partial<RawRulebook>, to: Reading): ReadonlyMap<string, BusinessCalendar> {
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

function readFiscalYears(agreement: RawRulebook['agreement']): ReadonlyMap<string, FiscalYear> {
  const years = new Map<string, FiscalYear>()
  for (const [party, { value }] of agreement.fiscal_years ?? []) {
    years.set(
      party,
      typeof value === 'string'
        ? { starts: value, named: 'start' }
        : { starts: value.starts, named: value.named ?? 'start' },
    )
  }
  return years
}

function readSources(raw: Partial<RawRulebook>, names: Names): readonly DeclaredSource[] {
  return (raw.sources ?? []).map((source) => {
    if (source.covers || source.expected_every) names.use('source', source.id.value)
    names.useCalendarOf(source.expected_every, source.place)
    return {
      id: source.id.value,
      is: source.is ?? [source.id.value],
      covers: source.covers ?? [],
      expectedEvery: source.expected_every ?? null,
    }
  })
}

function readTerms(raw: Partial<RawRulebook>, names: Names, to: Reading): ReadonlyMap<string, EpisodeTerm> | undefined {
  const terms = new Map<string, EpisodeTerm>()
  for (const [name, { value: term }] of raw.terms ?? []) {
    const { value: episode, at } = term.episode
    names.useCalendarOf(episode.merge_within, at)
    names.useCalendarOf(episode.longest, at)
    const of = readEpisodeEvents(episode, at, to)
    if (!of) return undefined
    terms.set(name, { name, of, mergeWithin: episode.merge_within ?? null, longest: episode.longest ?? null })
  }
  return terms
}

type RawEpisode =
  NonNullable<RawRulebook['terms']> extends ReadonlyMap<string, { value: { episode: { value: infer E } } }> ? E : never

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
