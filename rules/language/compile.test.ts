import { expect, test } from 'vitest'
import { compileRulebook } from '../index.ts'
import { compiled, DUTY, rulebookText, type Setting } from '../testing/worlds.ts'

// LANGUAGE §3: what a rulebook may say, and the kinds of error.

const TOTAL =
  'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid}, target: {at_least: 1, unit: items}'
const KEEP = 'id: x, kind: maintain, state: {starts: {event: up}, ends: {event: down}}'
const NO = 'id: x, kind: prohibit, what: {event: bad}'
const EFFORT = 'id: x, kind: endeavour, signs_of_effort: {event: talk}'
const POWER = 'id: x, kind: power, exercised_by: {event: use}'
const MONEY =
  'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 1, unit: EUR}'

const codes = (rules: string | readonly string[], setting: Setting = {}): string[] => {
  const result = compileRulebook(rulebookText(rules, setting), 'r.yaml')
  return result.ok ? [] : result.problems.map(({ code }) => code)
}

test.each<[string, string | readonly string[], Setting]>([
  ['an act within a time after a trigger', `${DUTY}, within: 24h`, {}],
  ['an act by a date', 'id: x, kind: act, by_date: 2024-12-31, counts: {event: done}', {}],
  [
    'an act every period, with from and until',
    'id: x, kind: act, every: quarter, from: 2024-01-01, until: 2024-12-31, counts: {event: done}',
    {},
  ],
  ['an act with a trigger and a date', `${DUTY}, by_date: 2024-12-31`, {}],
  ['an act with a trigger alone', DUTY, {}],
  [
    'all that an act may have',
    `${DUTY}, within: 5bd of c, to: [UKR, JPN], grace: 1d, settle: 2d, remind: [1d, 6h], early_counts: 2d, still_owed_after_deadline: false, accepts: [confirmed], minimum_sources: 2, reported_by: [m], excused_by: [{event: storm}, {event: war}], suspension: runs, survives: true, severity: critical, tags: [aid], clause: {text: t, ref: Art. 1, quote: within a week}, note: a note`,
    {
      parts: 'sources: [{id: m, is: [urn:m], covers: [done], expected_every: 1d}]\ncalendars: {c: {country: JP}}',
      agreement: 'texts: [{id: t, title: The text, url: https://example.org/t, published: 2024-01-01}]',
    },
  ],
  [
    'lists of matches wherever a match is',
    'id: x, kind: act, when: [{event: a}, {event: b}], counts: [{event: c}, {event: d}], within: 1d',
    {},
  ],
  [
    'a total by_date',
    'id: x, kind: total, by_date: 2024-12-31, counts: {event: aid}, target: {at_least: 1, unit: items}',
    {},
  ],
  [
    'a total of the term',
    'id: x, kind: total, during: term, counts: {event: aid}, target: {at_most: 1, unit: items}',
    {},
  ],
  [
    'a total of a fiscal year',
    'id: x, kind: total, every: {fiscal_year: JPN}, counts: {event: aid}, target: {at_most: 1, unit: items}',
    { agreement: 'fiscal_years: {JPN: 04-01}' },
  ],
  [
    'a share of an indicator',
    MONEY.replace(
      'at_least: 1',
      'at_least: 0.25%, approximately: 5%, path: {2024-06-30: 40%}, at_risk_below: 70%, shortfall: partial, percent_of: {indicator: gdp, year: previous}',
    ),
    {},
  ],
  ['conversion', `${MONEY}, convert: {rate: {USD: "1.08"}, series: bank, via: EUR, max_age: 3d}`, {}],
  ['a state of events', `${KEEP}, lapse_allowed: 2d`, {}],
  [
    'a state of an indicator',
    'id: x, kind: maintain, state: {indicator: share, at_least: 2%}, during: {from: 2024-01-01, until: 2024-06-30}',
    {},
  ],
  ['a prohibition with unclear events', `${NO}, unclear: {event: odd}`, {}],
  ['best efforts', `${EFFORT}, stalled_after: 30d, judged_by: the panel, outcome: {event: deal}`, {}],
  [
    'a power with a window and an effect',
    `${POWER}, when: {event: go}, available_after: 1d, available_for: 6mo, once_per: case, effect: {ends: agreement, after: 6mo}, withdrawn_by: {event: back}`,
    {},
  ],
  [
    'a power that extends an act',
    [`${DUTY}, within: 1d`, 'id: y, kind: power, exercised_by: {event: use}, effect: {extends: x, by: 3d}'],
    {},
  ],
  [
    'a chain and another reading',
    [
      `${DUTY}, within: 1d`,
      'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}, repairs: true, reading_of: x',
    ],
    {},
  ],
  ['in force from an event until a date', NO, { force: '{when: {event: ratified}, until: 2030-12-31}' }],
  ['in force without end', NO, { force: '{from: 2024-01-01}' }],
  ['a party that is only an ISO code', `${NO}, by: FRA`, {}],
  ['parties and fiscal years that nothing uses', NO, { agreement: 'fiscal_years: {JPN: 04-01}' }],
  ['a signed agreement', NO, { agreement: 'signed: 2024-01-01' }],
  [
    'an episode of a list of matches',
    'id: x, kind: act, when: {episode: raid}, within: 1d, counts: {event: done}',
    {
      parts:
        'terms: {raid: {episode: {of: [{event: hit}, {event: strike, where: {big: true}}], merge_within: 72h, longest: 14d}}}',
    },
  ],
])('sound: %s', (_, rules, setting) => {
  expect(codes(rules, setting)).toEqual([])
})

test.each<[string, string | readonly string[], string, Setting]>([
  ['an unknown key', `${DUTY}, within: 1d, whithin: 1d`, 'unknown-key', {}],
  [
    'a condition without the word state',
    `${DUTY}, only_if: {starts: {event: up}, ends: {event: down}}`,
    'unknown-key',
    {},
  ],
  ['a key of another kind', `${NO}, within: 1d`, 'unknown-key', {}],
  ['a best effort with a deadline', `${EFFORT}, within: 1d`, 'unknown-key', {}],
  ['a state with grace is not refused but a period is', `${KEEP}, every: month`, 'unknown-key', {}],
  ['no counts', 'id: x, kind: act, when: {event: go}, within: 1d', 'missing-key', {}],
  ['no target', 'id: x, kind: total, during: term, counts: {event: aid}', 'missing-key', {}],
  ['no state', 'id: x, kind: maintain', 'missing-key', {}],
  ['no what', 'id: x, kind: prohibit', 'missing-key', {}],
  ['no exercised_by', 'id: x, kind: power', 'missing-key', {}],
  ['no unit', TOTAL.replace(', unit: items', ''), 'missing-key', {}],
  [
    'no unit of a percentage',
    MONEY.replace('at_least: 1, unit: EUR', 'at_least: 0.25, percent_of: {indicator: gdp}'),
    'missing-key',
    {},
  ],
  ['no occasion', 'id: x, kind: act, counts: {event: done}', 'missing-key', {}],
  ['within of nothing', 'id: x, kind: act, within: 1d, counts: {event: done}', 'missing-key', {}],
  [
    'from without every',
    'id: x, kind: act, when: {event: go}, from: 2024-01-01, counts: {event: done}',
    'missing-key',
    {},
  ],
  ['two periods', `${TOTAL}, every: year`, 'wrong-form', {}],
  ['two bounds', TOTAL.replace('at_least: 1', 'at_least: 1, at_most: 2'), 'wrong-form', {}],
  ['two measures', TOTAL.replace('{event: aid}', '{event: aid, quantity: q, distinct: d}'), 'wrong-form', {}],
  ['half an indicator', 'id: x, kind: maintain, state: {indicator: share}', 'wrong-form', {}],
  ['starts without ends', 'id: x, kind: maintain, state: {starts: {event: up}}', 'wrong-form', {}],
  ['repairs without a breach', `${DUTY}, within: 1d, repairs: true`, 'wrong-form', {}],
  ['a day that does not exist', 'id: x, kind: act, by_date: 2023-02-29, counts: {event: done}', 'wrong-form', {}],
  [
    'an end before the beginning',
    'id: x, kind: act, every: month, from: 2024-05-01, until: 2024-04-30, counts: {event: done}',
    'impossible-date',
    {},
  ],
  [
    'an agreement that ends before it begins',
    NO,
    'impossible-date',
    { force: '{from: 2024-01-01, until: 2023-01-01}' },
  ],
  ['a currency in tonnes', MONEY.replace('unit: EUR', 'unit: tonnes'), 'unit', {}],
  ['a percentage of nothing', TOTAL.replace('at_least: 1', 'at_least: 1%'), 'unit', {}],
  ['conversion where nothing is converted', `${TOTAL}, convert: {via: EUR}`, 'unit', {}],
  [
    'a commitment that is not there',
    'id: x, kind: act, when: {breached: y}, within: 1d, counts: {event: done}',
    'dangling-reference',
    {},
  ],
  [
    'a term that is not there',
    'id: x, kind: act, when: {episode: raid}, within: 1d, counts: {event: done}',
    'dangling-reference',
    {},
  ],
  ['a source that is not there', `${NO}, reported_by: [m]`, 'dangling-reference', {}],
  ['a calendar that is not there', `${DUTY}, within: 5bd of c`, 'dangling-reference', {}],
  ['a text that is not there', `${NO}, clause: {text: t}`, 'dangling-reference', {}],
  [
    'a fiscal year that is not there',
    TOTAL.replace('{calendar_year: 2024}', '{fiscal_year: 2024, of: JPN}'),
    'dangling-reference',
    {},
  ],
  ['a slip for a declared party', `${NO}, by: JPM`, 'dangling-reference', {}],
  [
    'holidays of no country',
    `${DUTY}, within: 5bd of c`,
    'dangling-reference',
    { parts: 'calendars: {c: {country: XX}}' },
  ],
  [
    'a week of weekends',
    `${DUTY}, within: 5bd of c`,
    'impossible-date',
    { parts: 'calendars: {c: {weekend: [mon, tue, wed, thu, fri, sat, sun]}}' },
  ],
  ['an unused term', NO, 'unused', { parts: 'terms: {raid: {episode: {of: hit, merge_within: 1h}}}' }],
  ['an unused source', NO, 'unused', { parts: 'sources: [{id: m}]' }],
  ['an unused calendar', NO, 'unused', { parts: 'calendars: {c: {}}' }],
  ['an unused text', NO, 'unused', { agreement: 'texts: [{id: t, title: T}]' }],
  ['the same id twice', [NO, NO], 'duplicate-id', {}],
  ['the same key twice', `${NO}, what: {event: worse}`, 'duplicate-key', {}],
  ['a cycle of one', 'id: x, kind: act, when: {breached: x}, within: 1d, counts: {event: done}', 'cycle', {}],
  [
    'a cycle of two',
    [
      'id: x, kind: act, when: {breached: y}, within: 1d, counts: {event: done}',
      'id: y, kind: act, when: {met: x}, within: 1d, counts: {event: done}',
    ],
    'cycle',
    {},
  ],
  ['a reading of itself', `${NO}, reading_of: x`, 'cycle', {}],
  [
    'an effect on what the power rests on',
    [
      `${DUTY}, within: 1d`,
      'id: p, kind: power, when: {breached: x}, exercised_by: {event: use}, effect: {suspends: [x]}',
    ],
    'cycle',
    {},
  ],
  [
    'an effect on what the power rests on by way of another',
    [
      `${DUTY}, within: 1d`,
      'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}',
      'id: p, kind: power, when: {breached: y}, exercised_by: {event: use}, effect: {waives: [x]}',
    ],
    'cycle',
    {},
  ],
  [
    'extending a total',
    [TOTAL, 'id: p, kind: power, exercised_by: {event: use}, effect: {extends: x, by: 1d}'],
    'wrong-kind',
    {},
  ],
  [
    'exercising an act',
    [`${DUTY}, within: 1d`, 'id: y, kind: act, when: {exercised: x}, within: 1d, counts: {event: cure}'],
    'wrong-kind',
    {},
  ],
  [
    'the breach of a best effort',
    [EFFORT, 'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}'],
    'wrong-kind',
    {},
  ],
  ['a zone that does not exist', NO, 'wrong-form', { zone: 'Kyiv' }],
  ['an offset instead of a zone', NO, 'wrong-form', { zone: '"+02:00"' }],
  [
    'an address that is a script',
    NO,
    'wrong-form',
    { agreement: 'texts: [{id: t, title: T, url: "javascript:alert(1)"}]' },
  ],
])('broken: %s', (_, rules, code, setting) => {
  expect(codes(rules, setting)).toContain(code)
})

test('an effect is no edge for cycle detection: a power may act on what rests on it', () => {
  expect(
    codes([
      `${DUTY}, within: 1d`,
      'id: p, kind: power, exercised_by: {event: use}, effect: {suspends: [y]}',
      'id: y, kind: act, when: {exercised: p}, within: 1d, counts: {event: cure}',
    ]),
  ).toEqual([])
})

test('all problems are told at once: a misspelt key hides neither a dangling reference nor a cycle elsewhere', () => {
  const found = codes([
    `${DUTY}, within: 1d, whithin: 1d`,
    'id: y, kind: act, when: {breached: nobody}, within: 1d, counts: {event: cure}',
    'id: z, kind: act, when: {met: z}, within: 1d, counts: {event: cure}',
  ])
  expect(found).toEqual(expect.arrayContaining(['unknown-key', 'dangling-reference', 'cycle']))
})

test('keys that YAML 1.1 would change are read as they stand', () => {
  const { parties, commitments } = compiled(
    rulebookText('id: on, kind: prohibit, what: {event: off, where: {NO: y}}, by: NOR', {
      agreement: 'signed: 2024-01-01',
    }),
  )
  expect(parties).toEqual({ JPN: 'Japan', UKR: 'Ukraine' })
  expect(commitments.map(({ id, by }) => [id, ...by])).toEqual([['on', 'NOR']])
})

test('the version of the language is 1', () => {
  const result = compileRulebook(rulebookText(NO).replace('servanda: 1', 'servanda: 2'), 'r.yaml')
  expect(result.ok).toBe(false)
})
