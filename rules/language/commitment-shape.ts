import { KINDS, type Kind } from '../engine/result.ts'
import type { Duration } from './duration.ts'
import { STANDINGS } from './event.ts'
import { match, matches, matchWith, where } from './match.ts'
import type { Match } from './rulebook.ts'
import {
  define,
  either,
  type Fields,
  type JsonSchema,
  type Located,
  list,
  located,
  mapping,
  may,
  need,
  oneOf,
  type RecordOf,
  record,
  type Shape,
  shown,
  suggestion,
  truth,
  whole,
} from './shape.ts'
import { date, duration, exact, fieldPath, figure, identifier, party, percentage, words } from './values.ts'
import type { YamlEntry } from './yaml-tree.ts'

/** What may be written under `commitments`, kind by kind. Names of other things are read here and resolved by the compiler. */

const reference = located(identifier)
const references = list(reference, { orOne: true, least: 1 })

const eventState = record('a state', {
  starts: need(matches, 'the events after which it holds'),
  ends: need(matches, 'the events after which it no longer holds'),
  initially: may(truth, 'whether it holds before the first of these events; left out: not known'),
})

/** What opens a case: matches, or one of the ways another part of the rulebook does. */
const when: Shape<RawWhen> = {
  read(node, to) {
    if (node.kind === 'list' || (node.kind === 'map' && node.entries.some((entry) => entry.key === 'event'))) {
      const found = matches.read(node, to)
      return found && { kind: 'event', matches: found }
    }
    const read = otherwise.read(node, to)
    if (!read) return undefined
    const named = (['episode', 'exercised', 'breached', 'met'] as const).filter((key) => read[key] !== undefined)
    const [kind] = named
    const of = kind && read[kind]
    if (!of || named.length > 1) {
      return to.complain(
        node.at,
        'wrong-form',
        'when names not exactly one occasion',
        'write one of event, episode, exercised, breached, met',
      )
    }
    return { kind, of }
  },
  schema: () => ({ anyOf: [matches.schema(), otherwise.schema()] }),
}

/** What opens a case, names not yet resolved. */
export type RawWhen =
  | { readonly kind: 'event'; readonly matches: readonly Match[] }
  | { readonly kind: 'episode' | 'exercised' | 'breached' | 'met'; readonly of: Located<string> }

const otherwise = record('when', {
  episode: may(reference, 'a term that groups events into one occasion'),
  exercised: may(reference, 'a power: each exercise opens a case'),
  breached: may(reference, 'a commitment: each breach of it opens a case'),
  met: may(reference, 'a commitment: each performance of it opens a case'),
})

const onlyIf = record('a condition', { state: need(eventState, 'a state as it is at the trigger') })

const every = either(
  oneOf(['year', 'quarter', 'month', 'anniversary']),
  record('a period', { fiscal_year: need(located(party), 'whose fiscal year') }),
)

const during = either(
  oneOf(['term']),
  record('a period', {
    calendar_year: may(whole(1, 9998), 'a year'),
    fiscal_year: may(whole(1, 9998), 'a fiscal year, with of'),
    of: may(located(party), 'whose fiscal year'),
    from: may(date, 'the first day'),
    until: may(date, 'the last day'),
  }),
)

const target = record('a target', {
  at_least: may(figure, 'the least that is owed'),
  at_most: may(figure, 'the most that is allowed'),
  unit: need(words, 'a currency (ISO 4217), or what is counted'),
  percent_of: may(
    record('percent_of', {
      indicator: need(words, 'a series, such as gdp.LVA'),
      year: may(oneOf(['same', 'previous']), 'which year of the series'),
    }),
    'the figure is a percentage of this series',
  ),
  approximately: may(percentage, 'how far short (or over) still counts, such as 5%'),
  path: may(
    either(oneOf(['linear']), mapping('dates', /^\d{4}-\d{2}-\d{2}$/, percentage)),
    'how the total is expected to grow',
  ),
  shortfall: may(oneOf(['partial']), 'partial: something given but too little is partly_met'),
  at_risk_below: may(percentage, 'flag at_risk below this share of the path'),
})

/** A match and what is counted of it, or a term that says both. */
export const counting: Shape<RawCounting> = define('counts', {
  read(node, to) {
    if (node.kind !== 'map')
      return to.complain(node.at, 'wrong-type', 'this is not a match', 'write counts: {event: …, amount: …}')
    if (node.entries.some((entry) => entry.key === 'term')) return byTerm.read(node, to)
    const isMeasure = (entry: YamlEntry): boolean => Object.hasOwn(measures, entry.key)
    const found = match.read({ ...node, entries: node.entries.filter((entry) => !isMeasure(entry)) }, to)
    const measure = measured.read({ ...node, entries: node.entries.filter(isMeasure) }, to)
    return found && measure && { ...measure, match: found }
  },
  schema: () => ({ anyOf: [matchWith(measured.schema().properties as JsonSchema), byTerm.schema()] }),
})

const measures = {
  amount: may(fieldPath, 'the field that holds an amount of money'),
  currency: may(fieldPath, 'the field that holds its currency'),
  quantity: may(fieldPath, 'the field that holds a quantity'),
  distinct: may(fieldPath, 'count the different values of this field'),
  dedupe: may(fieldPath, 'reports with the same value of this field are one'),
}
const measured = record('counts', measures)

const terms = {
  term: need(reference, 'a term that says what is counted'),
  where: may(where, 'further conditions on its data'),
} satisfies Fields
const byTerm = record('counts', terms)

/** What is counted, names not yet resolved. */
export type RawCounting = RawMeasured | (RecordOf<typeof terms> & { readonly match?: undefined })
/** A match and what is counted of it. */
export type RawMeasured = RecordOf<typeof measures> & { readonly match: Match; readonly term?: undefined }

const convert = record('convert', {
  rate: may(either(oneOf(['flow_day', 'period_average']), mapping('currencies', /^[A-Z]{3}$/, exact)), 'which rate'),
  series: may(words, 'the indicator series of fixings; fx when left out'),
  via: may(words, 'a currency to go through'),
  max_age: may(duration, 'how old a fixing may be; 7d when left out'),
})

const maintained = record('a state', {
  starts: may(matches, 'the events after which the state holds'),
  ends: may(matches, 'the events after which it no longer holds'),
  initially: may(truth, 'whether it holds before the first of these events'),
  indicator: may(words, 'a series whose value is watched'),
  at_least: may(figure, 'its lower bound'),
  at_most: may(figure, 'its upper bound'),
  unit: may(words, 'the unit of the bound'),
})

const effect = record('an effect', {
  ends: may(oneOf(['agreement']), 'the agreement ends'),
  suspends: may(references, 'these commitments are suspended'),
  resumes: may(references, 'these commitments resume'),
  waives: may(references, 'what is open under these commitments is waived'),
  extends: may(reference, 'the open deadlines of this commitment move'),
  by: may(duration, 'by how much (with extends)'),
  after: may(duration, 'how long after the exercise'),
})

const boolOrDuration: Shape<boolean | Duration> = {
  read: (node, to) =>
    node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : duration.read(node, to),
  schema: () => ({ anyOf: [truth.schema(), duration.schema()] }),
}

const caseOrDuration: Shape<'case' | Duration> = {
  read: (node, to) => (node.kind === 'scalar' && node.text === 'case' ? 'case' : duration.read(node, to)),
  schema: () => ({ anyOf: [{ const: 'case' }, duration.schema()] }),
}

const common = {
  id: need(identifier, 'its name within the agreement'),
  kind: need(oneOf(KINDS), `one of ${KINDS.join(', ')}`),
  title: need(words, 'what is promised, in a few words'),
  by: need(list(located(party), { orOne: true, least: 1 }), 'who owes it'),
  to: may(list(located(party), { orOne: true, least: 1 }), 'to whom'),
  severity: may(oneOf(['info', 'warning', 'critical']), 'how urgent its alerts are; warning when left out'),
  tags: may(list(words, { orOne: true }), 'words to filter by'),
  clause: may(
    record('a clause', {
      text: may(reference, 'the id of a text under agreement.texts'),
      ref: may(words, 'article and paragraph'),
      quote: may(words, 'a short quotation'),
    }),
    'where it stands',
  ),
  note: may(words, 'the reading chosen where the text is open'),
  reading_of: may(reference, 'the commitment this is another reading of'),
  remind: may(list(duration, { orOne: true, least: 1 }), 'how long before the deadline to remind'),
  settle: may(duration, 'how long late news may still change the verdict'),
  grace: may(duration, 'tolerance after the deadline'),
  accepts: may(list(oneOf(STANDINGS), { orOne: true, least: 1 }), 'which standing makes a report certain'),
  minimum_sources: may(whole(1, 100), 'how many declared sources have to report it'),
  reported_by: may(references, 'whose reports count; their silence is only evidence up to their watermark'),
  excused_by: may(matches, 'events that excuse an open case'),
  suspension: may(oneOf(['tolls', 'runs']), 'whether a suspension stops the clock'),
  survives: may(truth, 'whether it survives termination'),
} satisfies Fields

const opening = {
  when: may(when, 'what opens a case'),
  only_if: may(onlyIf, 'a state that has to hold at the trigger'),
  unless: may(onlyIf, 'a state that must not hold at the trigger'),
} satisfies Fields

const recurring = {
  every: may(located(every), 'one case a period'),
  from: may(date, 'the first day (with every)'),
  until: may(date, 'the last day (with every)'),
} satisfies Fields

const specific = {
  act: {
    ...opening,
    ...recurring,
    counts: need(matches, 'the events that perform it'),
    within: may(duration, 'how long after the trigger, or after the end of the period'),
    by_date: may(date, 'the last day to perform'),
    early_counts: may(boolOrDuration, 'whether performance before the trigger counts'),
    still_owed_after_deadline: may(truth, 'whether late performance is worth something; true when left out'),
    repairs: may(truth, 'performance repairs the breach it was triggered by'),
  },
  total: {
    ...recurring,
    target: need(target, 'how much'),
    counts: need(list(counting, { orOne: true, least: 1 }), 'the events that count towards it'),
    during: may(located(during), 'the period'),
    by_date: may(date, 'the last day'),
    convert: may(convert, 'how other currencies are converted'),
  },
  maintain: {
    state: need(located(maintained), 'the state to be kept up'),
    lapse_allowed: may(duration, 'how long a lapse may last'),
    during: may(located(during), 'the period'),
  },
  prohibit: {
    what: need(matches, 'the events that violate it'),
    unclear: may(matches, 'events that need a judgement'),
    during: may(located(during), 'the period'),
  },
  endeavour: {
    signs_of_effort: need(matches, 'events that show an effort'),
    stalled_after: may(duration, 'how long without a sign until it is flagged'),
    judged_by: may(words, 'who judges it in the end'),
    outcome: may(matches, 'events that show the goal was reached'),
    during: may(located(during), 'the period'),
  },
  power: {
    ...opening,
    ...recurring,
    exercised_by: need(matches, 'the events that exercise it'),
    available_after: may(duration, 'how long after the trigger it becomes available'),
    available_for: may(duration, 'how long it stays available'),
    once_per: may(caseOrDuration, 'how often it may be exercised'),
    effect: may(located(effect), 'what an exercise brings about'),
    withdrawn_by: may(matches, 'events that withdraw it before it takes effect'),
  },
} satisfies Record<Kind, Fields>

type RawOf<K extends Kind> = RecordOf<typeof common> & RecordOf<(typeof specific)[K]> & { readonly kind: K }
/** A commitment as written, read but not yet resolved. */
export type RawCommitment = { [K in Kind]: RawOf<K> }[Kind]
export type RawOpening = RecordOf<typeof opening>
export type RawRecurring = RecordOf<typeof recurring>
export type RawCommon = RecordOf<typeof common>
export type RawTotal = RawOf<'total'>
export type RawMaintain = RawOf<'maintain'>
export type RawPower = RawOf<'power'>
export type RawAct = RawOf<'act'>

const shapes = Object.fromEntries(
  KINDS.map((kind) => [
    kind,
    record(
      `${kind === 'act' || kind === 'endeavour' ? 'an' : 'a'} ${kind}`,
      { ...common, ...specific[kind] } as Fields,
      (key) => belongsElsewhere(kind, key),
    ),
  ]),
) as unknown as { readonly [K in Kind]: Shape<RawOf<K>> }

function belongsElsewhere(kind: Kind, key: string): string | null {
  if (kind === 'endeavour' && ['within', 'by_date', 'every'].includes(key))
    return 'a best effort has no deadline: it never breaches by itself, it is judged'
  const others = KINDS.filter((other) => other !== kind && Object.hasOwn(specific[other], key))
  return others.length > 0 ? `${key} belongs to ${others.join(', ')}: is the kind right?` : null
}

/** Reads one commitment by its `kind`. */
export const commitment: Shape<RawCommitment> = {
  read(node, to) {
    if (node.kind !== 'map')
      return to.complain(
        node.at,
        'wrong-type',
        'this is not a commitment',
        'write - {id: …, title: …, kind: act, by: …}',
      )
    const kind = node.entries.find((entry) => entry.key === 'kind')
    if (!kind)
      return to.complain(
        node.at,
        'missing-key',
        'this commitment has no kind',
        `add kind: one of ${KINDS.join(', ')}`,
        kindMatters,
      )
    const known =
      kind.value.kind === 'scalar'
        ? KINDS.find((k) => kind.value.kind === 'scalar' && k === kind.value.text)
        : undefined
    if (!known) {
      const said = kind.value.kind === 'scalar' ? kind.value.text : ''
      return to.complain(
        kind.value.at,
        'wrong-word',
        `"${shown(said)}" is no kind of commitment`,
        suggestion(said, KINDS) || `write one of ${KINDS.join(', ')}`,
        kindMatters,
      )
    }
    return (shapes[known] as Shape<RawCommitment>).read(node, to)
  },
  schema: () => ({ anyOf: KINDS.map(schemaOfKind) }),
}

const kindMatters = 'the kind decides what can be owed and when it is broken'

function schemaOfKind(kind: Kind): JsonSchema {
  const own = shapes[kind].schema()
  return { ...own, title: kind, properties: { ...(own.properties as JsonSchema), kind: { const: kind } } }
}
