import fc from 'fast-check'
import { compileRulebook, type Rulebook } from '../index.ts'
import { rulebookText, type Setting } from './worlds.ts'

/** Rulebooks made at random: every kind of commitment with every shared part, over a few types of event and fields. */

/** What events may be about. */
export const TYPES = ['go', 'done', 'storm', 'aid', 'talk'] as const

const type = fc.constantFrom(...TYPES)
/** What mostly opens a case, and what mostly performs it: cases should go somewhere. */
const opener = fc.constantFrom('go', 'go', 'go', ...TYPES)
const performer = fc.constantFrom('done', 'done', 'done', ...TYPES)

/** A key with its value in YAML's flow style, or nothing. */
type Part = string | null

/** @param percent how often it is there */
const part = (key: string, value: fc.Arbitrary<string>, percent = 20): fc.Arbitrary<Part> =>
  fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(null) },
    { weight: percent, arbitrary: value.map((text) => `${key}: ${text}`) },
  )

const parts = (...all: fc.Arbitrary<Part>[]): fc.Arbitrary<string> =>
  fc.tuple(...all).map((found) => found.filter((one) => one !== null).join(', '))

const where = fc.constantFrom('{ref: 1}', '{ref: [1, 2]}', "'data.ref == 2'", "'trigger.ref == data.ref'", '{tags: a}')
const matchOf = (of: fc.Arbitrary<string>) =>
  fc
    .tuple(of, part('where', where, 12), part('same', fc.constantFrom('[ref]', '[ref]', '[ref, tag]'), 50))
    .map(([event, ...more]) => `{event: ${[event, ...more.filter((one) => one !== null)].join(', ')}}`)
const plainOf = (of: fc.Arbitrary<string>) =>
  fc
    .tuple(of, part('where', fc.constantFrom('{ref: 1}', "'data.ref == 2'"), 20))
    .map(([event, condition]) => `{event: ${condition === null ? event : `${event}, ${condition}`}}`)
const match = matchOf(type)
const performance = matchOf(performer)
const plainMatch = plainOf(type)
const matches = (one: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 4, arbitrary: one },
    { weight: 1, arbitrary: fc.tuple(one, one).map((two) => `[${two.join(', ')}]`) },
  )

const hours = fc.constantFrom('6h', '12h', '36h')
const duration = fc.constantFrom('6h', '12h', '24h', '36h', '2d', '3d', '1w', '2bd of work')
const state = fc
  .tuple(matches(plainMatch), matches(plainMatch), fc.constantFrom('', ', initially: true', ', initially: false'))
  .map(([starts, ends, initially]) => `{starts: ${starts}, ends: ${ends}${initially}}`)

/** What any commitment may have. */
const shared = parts(
  part('grace', hours, 50),
  part('settle', fc.constantFrom('12h', '1d', '2d'), 55),
  part('remind', fc.constantFrom('[6h]', '[24h, 6h]')),
  part('excused_by', matches(match), 12),
  part('accepts', fc.constantFrom('[confirmed]', '[reported, confirmed]'), 8),
  part('minimum_sources', fc.constant('2'), 8),
  part('reported_by', fc.constantFrom('[s]', '[s, z]'), 8),
  part('suspension', fc.constant('runs')),
  part('survives', fc.constant('true')),
)

const recurrence = parts(
  fc
    .constantFrom('year', 'quarter', 'month', 'anniversary', '{fiscal_year: JPN}', '{fiscal_year: UKR}')
    .map((every) => `every: ${every}`),
  part('from', fc.constantFrom('2024-03-01', '2024-02-15')),
  part('until', fc.constantFrom('2024-03-06', '2024-04-10')),
)
const during = fc
  .constantFrom(
    'term',
    '{calendar_year: 2024}',
    '{fiscal_year: 2024, of: JPN}',
    '{from: 2024-03-02, until: 2024-03-05}',
    '{from: 2024-02-27, until: 2024-03-08}',
  )
  .map((text) => `during: ${text}`)
const byDate = fc.constantFrom('2024-03-03', '2024-03-07').map((day) => `by_date: ${day}`)

/** What opens the cases of an act or a power, given what the commitments before it are. */
function opening(before: readonly Kind[]): fc.Arbitrary<string> {
  const all = before.map((kind, i) => ({ kind, id: `c${i}` }))
  const rests = all.flatMap(({ kind, id }) => [
    ...(kind === 'power' ? [`{exercised: ${id}}`] : [`{breached: ${id}}`, `{met: ${id}}`]),
  ])
  return fc.oneof(
    { weight: 6, arbitrary: matches(plainOf(opener)) },
    { weight: 1, arbitrary: fc.constant('{episode: wave}') },
    ...(rests.length > 0 ? [{ weight: 4, arbitrary: fc.constantFrom(...rests) }] : []),
  )
}

const held = state.map((text) => `{state: ${text}}`)
const conditions = parts(part('only_if', held, 20), part('unless', held, 20))

function act(before: readonly Kind[]): fc.Arbitrary<string> {
  const deadline = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(opening(before), duration).map(([when, d]) => `when: ${when}, within: ${d}`) },
    { weight: 1, arbitrary: opening(before).map((when) => `when: ${when}`) },
    { weight: 1, arbitrary: byDate },
    { weight: 1, arbitrary: fc.tuple(recurrence, part('within', fc.constantFrom('12h', '2d'))).map(joined) },
  )
  const breaches = before.flatMap((kind, i) => (kind === 'power' || kind === 'endeavour' ? [] : [`c${i}`]))
  const repair = fc
    .tuple(fc.constantFrom(...(breaches.length > 0 ? breaches : ['c0'])), duration)
    .map(([of, d]) => `when: {breached: ${of}}, within: ${d}, repairs: true`)
  return fc
    .tuple(
      breaches.length > 0 ? fc.oneof({ weight: 1, arbitrary: deadline }, { weight: 1, arbitrary: repair }) : deadline,
      matches(performance).map((counts) => `counts: ${counts}`),
      conditions,
      parts(
        part('early_counts', fc.constantFrom('true', '12h')),
        part('still_owed_after_deadline', fc.constant('false')),
      ),
    )
    .map(([when, counts, condition, more]) => joined([when, counts, /\bwhen: /.test(when) ? condition : '', more]))
}

function total(): fc.Arbitrary<string> {
  const measure = fc.constantFrom('quantity: q', 'amount: q, currency: cur', 'distinct: ref', '')
  return fc
    .tuple(
      fc.oneof(during, recurrence, byDate),
      fc.tuple(plainMatch, measure, part('dedupe', fc.constant('tag'), 40)).map(([of, how, dedupe]) => {
        const keys = [of.slice(1, -1), how, how === 'distinct: ref' ? null : dedupe].filter(Boolean)
        return `counts: {${keys.join(', ')}}`
      }),
      fc.constantFrom('at_least', 'at_most'),
      fc.constantFrom('5', '10', '0', 'share'),
      parts(part('approximately', fc.constant('10%')), part('shortfall', fc.constant('partial'), 60)),
      parts(
        part('path', fc.constantFrom('linear', '{2024-03-03: 40%}')),
        part('at_risk_below', fc.constantFrom('50%', '80%')),
      ),
      part(
        'convert',
        fc.constantFrom(
          '{rate: flow_day}',
          '{rate: period_average}',
          '{rate: {EUR: "1.08"}}',
          '{rate: flow_day, via: EUR, max_age: 2d}',
        ),
      ),
    )
    .map(([period, counts, bound, goal, extra, pace, convert]) => {
      const isMoney = counts.includes('currency')
      const share = goal === 'share' ? '50%, percent_of: {indicator: gdp, year: same}' : goal
      const target = joined([
        `${bound}: ${share}, unit: ${isMoney ? 'USD' : 'kg'}`,
        bound === 'at_least' ? joined([extra, pace]) : extra.replace(/,? ?shortfall: partial/, ''),
      ])
      return joined([period, counts, `target: {${target}}`, isMoney ? (convert ?? '') : ''])
    })
}

const maintain = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: state },
      { weight: 1, arbitrary: fc.constantFrom('{indicator: level, at_least: 5}', '{indicator: level, at_most: 5}') },
    ),
    part('lapse_allowed', fc.constantFrom('12h', '1d'), 55),
    part(
      'during',
      during.map((text) => text.slice('during: '.length)),
    ),
  )
  .map(([of, ...more]) => joined([`state: ${of}`, ...more]))

const prohibit = fc
  .tuple(
    matches(plainMatch),
    part('unclear', plainMatch, 40),
    part(
      'during',
      during.map((text) => text.slice(8)),
    ),
  )
  .map(([what, ...more]) => joined([`what: ${what}`, ...more]))

const endeavour = fc
  .tuple(
    matches(plainMatch),
    part('stalled_after', fc.constantFrom('1d', '36h'), 65),
    part('outcome', plainMatch, 40),
    part(
      'during',
      during.map((text) => text.slice(8)),
    ),
  )
  .map(([signs, ...more]) => joined([`signs_of_effort: ${signs}`, ...more, 'judged_by: somebody']))

function power(before: readonly Kind[]): fc.Arbitrary<string> {
  const owed = before.flatMap((kind, i) => (kind === 'act' ? [`c${i}`] : []))
  const any = before.map((_, i) => `c${i}`)
  const after = fc.constantFrom('', ', after: 6h', ', after: 1d')
  const effect = fc.oneof(
    after.map((a) => `{ends: agreement${a}}`),
    ...(any.length > 0
      ? [
          fc
            .tuple(fc.constantFrom('suspends', 'resumes', 'waives'), fc.constantFrom(...any), after)
            .map(([kind, id, a]) => `{${kind}: [${id}]${a}}`),
        ]
      : []),
    ...(owed.length > 0 ? [fc.constantFrom(...owed).map((id) => `{extends: ${id}, by: 1d}`)] : []),
  )
  return fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: opening(before).map((when) => `when: ${when}`) },
        { weight: 1, arbitrary: fc.constant('') },
      ),
      matches(performance).map((by) => `exercised_by: ${by}`),
      conditions,
      parts(
        part('available_after', fc.constantFrom('6h', '1d')),
        part('available_for', duration, 65),
        part('once_per', fc.constantFrom('case', '1d', '12h'), 40),
        part('effect', effect, 20),
        part('withdrawn_by', match),
      ),
    )
    .map(([when, by, condition, more]) => joined([when, by, when === '' ? '' : condition, more]))
}

type Kind = 'act' | 'total' | 'maintain' | 'prohibit' | 'endeavour' | 'power'

function joined(all: readonly (string | null)[]): string {
  return all.filter((one) => one !== null && one !== '').join(', ')
}

function commitment(kind: Kind, before: readonly Kind[]): fc.Arbitrary<string> {
  const made = {
    act: () => act(before),
    total,
    maintain: () => maintain,
    prohibit: () => prohibit,
    endeavour: () => endeavour,
    power: () => power(before),
  }
  return fc
    .tuple(made[kind](), shared)
    .map(([own, more]) => joined([`id: c${before.length}, kind: ${kind}`, own, fitting(kind, more)]))
}

/** `more` without what does not go with `kind`. */
function fitting(kind: Kind, more: string): string {
  return kind === 'endeavour' ? more.replace(/grace: \w+(, )?/, '').replace(/remind: \[[^\]]*\](, )?/, '') : more
}

const kinds = fc.array(
  fc.constantFrom<Kind>('act', 'act', 'act', 'total', 'total', 'maintain', 'prohibit', 'endeavour', 'power', 'power'),
  { minLength: 1, maxLength: 4, size: 'max' },
)

const commitments = kinds.chain((all) => fc.tuple(...all.map((kind, i) => commitment(kind, all.slice(0, i)))))

const setting: fc.Arbitrary<Setting> = fc.record({
  zone: fc.constantFrom('UTC', 'UTC', 'Europe/Kyiv', 'Pacific/Apia'),
  force: fc.constantFrom(
    '{from: 2024-02-29, until: 2024-03-12}',
    '{from: 2024-03-01, until: 2024-03-12}',
    '{from: 2024-01-15, term: 1y}',
    '{from: 2024-03-01, term: 1y}',
    '{from: 2024-03-02, until: 2024-03-05}',
    '{from: 2024-01-15}',
    '{when: {event: go, where: {ref: 1}}, term: 1w}',
  ),
})

const SOURCES = 'sources: [{id: s, is: [s, s2]}, {id: z}]'
const CALENDARS = 'calendars: {work: {weekend: [sat, sun], holidays: [2024-03-04]}}'
const TERMS = 'terms: {wave: {episode: {of: {event: storm}, merge_within: 12h, longest: 2d}}}'

/** The whole text; what no commitment uses is left out, as it would be refused. */
function textOf(all: readonly string[], { zone, force }: Setting): string {
  const whole = all.join('\n')
  const declared = [
    /reported_by/.test(whole) ? (/\[s, z\]/.test(whole) ? SOURCES : SOURCES.replace(', {id: z}', '')) : '',
    /bd of work/.test(whole) ? CALENDARS : '',
    /episode: wave/.test(whole) ? TERMS : '',
  ]
  const agreement = 'fiscal_years: {JPN: 04-01, UKR: {starts: 03-03, named: end}}'
  return rulebookText(all, {
    ...(zone && { zone }),
    ...(force && { force }),
    agreement,
    parts: declared.filter(Boolean).join('\n'),
  })
}

const made = fc.tuple(commitments, setting).map(([all, where]) => {
  const text = textOf(all, where)
  const result = compileRulebook(text, 'generated.yaml')
  return { text, rulebook: result.ok ? result.rulebook : null, problems: result.ok ? [] : result.problems }
})

/** A rulebook with its text. */
export interface GeneratedRulebook {
  readonly text: string
  readonly rulebook: Rulebook
}

/** Nearly all that are made compile; the others are passed over. */
export const generatedRulebook: fc.Arbitrary<GeneratedRulebook> = made.filter(
  (one): one is typeof one & { rulebook: Rulebook } => one.rulebook !== null,
)
