import { commitment, counting } from './commitment-shape.ts'
import { match } from './match.ts'
import {
  anything,
  either,
  type Fields,
  list,
  located,
  mapping,
  may,
  need,
  oneOf,
  type RecordOf,
  record,
  type Shape,
  soundItems,
  text,
} from './shape.ts'
import { date, duration, identifier, monthDay, webAddress, weekday, words, zone } from './values.ts'

/** What may be written at the top of a rulebook and under `agreement`, `sources`, `calendars` and `terms`. */

const NAME = /^[A-Za-z0-9][\w.-]{0,79}$/

const inForce = record('in_force', {
  from: may(date, 'the first day in force'),
  when: may(list(match, { orOne: true, least: 1 }), 'the event that brings it into force'),
  term: may(duration, 'how long it stays in force, such as 10y'),
  until: may(date, 'the last day in force'),
})

const agreement = record('an agreement', {
  id: need(located(identifier), 'a short name, such as japan-ukraine-2024'),
  title: need(words, 'its full title'),
  legal_force: need(oneOf(['binding', 'political', 'mixed']), 'binding, political or mixed'),
  visibility: may(
    oneOf(['public', 'internal']),
    'whether everybody may read how it stands, where reading is public at all; internal when left out',
  ),
  parties: may(mapping('parties', /^[^\s].{0,119}$/, words), 'who is party to it: {JPN: Japan, UKR: Ukraine}'),
  signed: may(date, 'the day it was signed'),
  in_force: need(located(inForce), 'from when to when it binds: {from: 2024-06-13, term: 10y}'),
  zone: need(zone, 'the IANA time zone in which its days are counted'),
  fiscal_years: may(
    mapping(
      'fiscal years',
      NAME,
      either(
        monthDay,
        record('a fiscal year', {
          starts: need(monthDay, 'its first day'),
          named: may(oneOf(['start', 'end']), 'by which year it is named'),
        }),
      ),
    ),
    'when the fiscal year of a party starts: {JPN: 04-01}',
  ),
  texts: may(
    list(
      record('a text', {
        id: need(located(identifier), 'a short name for it'),
        title: need(words, 'its title'),
        url: may(webAddress, 'where it can be read'),
        published: may(date, 'when it was published'),
      }),
    ),
    'the texts that clauses are quoted from',
  ),
  note: may(words, 'what is left out of this rulebook, and why'),
})

const source = record('a source', {
  id: need(located(identifier), 'a short name for it'),
  is: may(list(words, { orOne: true, least: 1 }), 'the CloudEvents sources that are this one; its id when left out'),
  covers: may(list(words, { orOne: true, least: 1 }), 'the event types it reports'),
  expected_every: may(duration, 'how often it is expected to report something'),
  title: may(words, 'its name in full'),
  url: may(webAddress, 'where it can be read'),
})

const calendar = record('a calendar', {
  weekend: may(list(weekday), 'days that are not worked; [sat, sun] when left out'),
  holidays: may(list(date), 'days that are not worked'),
  country: may(
    text('a country in two letters (ISO 3166), such as JP', (code) => (/^[A-Z]{2}$/.test(code) ? code : null)),
    'whose public holidays are not worked',
  ),
})

const episode = record('an episode', {
  of: need(either(words, list(match, { orOne: true, least: 1 })), 'the type of event it is made of'),
  where: may(anything, 'conditions on the event'),
  merge_within: may(duration, 'events at most this far apart belong together'),
  longest: may(duration, 'how long one episode may last'),
})

/** The version of the language, written as the number 1. */
const version: Shape<'1'> = { ...oneOf(['1']), schema: () => ({ const: 1 }) }

const term = record('a term', {
  episode: may(located(episode), 'events that make one occasion'),
  counts: may(counting, 'what is counted, and of it how much'),
})

/** What commitments refer to, in a rulebook and in a file of shared definitions alike. */
const definitionFields = {
  sources: may(soundItems(source), 'who reports events'),
  calendars: may(mapping('calendars', NAME, located(calendar)), 'working days, for durations such as 10bd of tokyo'),
  terms: may(mapping('terms', NAME, term), 'words the commitments use'),
} satisfies Fields

/** The top of a rulebook, in the order it is written. */
const topFields = {
  servanda: need(version, 'the version of the language: 1'),
  include: may(
    list(located(identifier), { orOne: true, least: 1 }),
    'files of shared definitions: attacks stands for shared/attacks.yaml',
  ),
  agreement: need(agreement, 'what was agreed, by whom, from when to when'),
  ...definitionFields,
  commitments: need(soundItems(commitment, 1), 'what was promised'),
  tests: may(list(anything), 'scenarios: given these events, expect these answers'),
} satisfies Fields

/** A whole rulebook as written, read but not yet resolved. */
export const rulebookShape: Shape<Partial<RawRulebook>> = record('a rulebook', topFields, undefined, true)
export type RawRulebook = RecordOf<typeof topFields>

const sharedFields = { servanda: need(version, 'the version of the language: 1'), ...definitionFields } satisfies Fields

/** A file of definitions that rulebooks include, as written. It includes nothing itself. */
export const sharedShape: Shape<RawDefinitions> = record(
  'a file of shared definitions',
  sharedFields,
  (key) =>
    Object.hasOwn(topFields, key) ? `${key} belongs to a rulebook; what is shared is only what it refers to` : null,
  true,
)
export type RawDefinitions = Partial<RecordOf<typeof definitionFields>>
