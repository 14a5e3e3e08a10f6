import { expect, test } from 'vitest'
import { commitmentsTouchedBy } from '../index.ts'
import { compiled, known, order, published, rulebookText, told } from '../testing/worlds.ts'
import { effectTypesOf, matchesOf, restsOn } from './touched.ts'

const RULES = compiled(
  rulebookText(
    [
      'id: duty, kind: act, when: {event: go}, within: 1d, counts: {event: done}, excused_by: {event: storm}',
      'id: cure, kind: act, when: {breached: duty}, within: 1d, counts: {event: fix}, repairs: true',
      'id: aid, kind: total, during: {calendar_year: 2024}, counts: {event: aid}, target: {at_least: 1, unit: EUR, percent_of: {indicator: gdp}}, reported_by: [m]',
      'id: raid, kind: act, when: {episode: attack}, within: 1d, counts: {event: talk}, only_if: {state: {starts: {event: on}, ends: {event: off}}}',
      'id: bar, kind: prohibit, what: {event: bad}, unclear: {event: odd}',
      'id: state, kind: maintain, state: {starts: {event: up}, ends: {event: down}}, excused_by: {event: flood}',
      'id: bound, kind: maintain, state: {indicator: share, at_least: 2}, excused_by: {event: flood}',
      'id: effort, kind: endeavour, signs_of_effort: {event: sign}, outcome: {event: deal}, judged_by: a panel',
      'id: plain, kind: power, exercised_by: {event: call}',
      'id: answer, kind: act, when: {exercised: plain}, within: 1d, counts: {event: reply}',
      'id: second, kind: power, when: {met: answer}, exercised_by: {event: again}, available_for: 1d',
      'id: right, kind: power, exercised_by: {event: use}, effect: {waives: [bar]}, withdrawn_by: {event: back}',
    ],
    { parts: 'sources: [{id: m}]\nterms: {attack: {episode: {of: hit, merge_within: 1d}}}' },
  ),
)
const ALL = RULES.commitments.map(({ id }) => id)
const NOW = '2024-03-01T00:00Z'

test.each([
  ['a type that nobody listens to touches nothing', told('e', 'noise', NOW), []],
  ['a trigger touches its act and who rests on it', told('e', 'go', NOW), ['duty', 'cure']],
  ['a performance likewise', told('e', 'done', NOW), ['duty', 'cure']],
  ['an excuse likewise', told('e', 'storm', NOW), ['duty', 'cure']],
  ['a repair touches what it repairs', told('e', 'fix', NOW), ['duty', 'cure']],
  ['a flow touches its total', told('e', 'aid', NOW), ['aid']],
  ['an event of an episode touches who waits for the episode', told('e', 'hit', NOW), ['raid']],
  ['an event of a condition touches who has it', told('e', 'off', NOW), ['raid']],
  ['a violation touches its prohibition', told('e', 'bad', NOW), ['bar']],
  ['an unclear event likewise', told('e', 'odd', NOW), ['bar']],
  ['the start or the end of a state touches who keeps it', told('e', 'down', NOW), ['state']],
  ['an excuse of a state or a bound touches both', told('e', 'flood', NOW), ['state', 'bound']],
  ['a sign of effort touches the effort', told('e', 'sign', NOW), ['effort']],
  ['an outcome likewise', told('e', 'deal', NOW), ['effort']],
  [
    'an exercise without an effect touches the power and who rests on it',
    told('e', 'call', NOW),
    ['plain', 'answer', 'second'],
  ],
  ['what rests on a power that rests on an act', told('e', 'again', NOW), ['second']],
  ['a performance touches who waits for it, and not what it waited for', told('e', 'reply', NOW), ['answer', 'second']],
  ['an exercise with an effect may touch all', told('e', 'use', NOW), ALL],
  ['a withdrawal of one likewise', told('e', 'back', NOW), ALL],
  ['an order for this agreement touches all', order('e', 'suspension', NOW), ALL],
  ['an order for another touches none', order('e', 'suspension', NOW, { agreement: 'other' }), []],
  [
    'a watermark of a source that someone relies on',
    order('e', 'watermark', NOW, { source: 'm', through: '2024-03-01T00:00:00Z' }),
    ALL,
  ],
  ['a watermark of another source', order('e', 'watermark', NOW, { source: 'z', through: '2024-03-01T00:00:00Z' }), []],
  ['an indicator that someone reads', published('e', NOW, 'gdp', '2024', '1'), ALL],
  ['an indicator that a bound is measured by', published('e', NOW, 'share', '2024', '1'), ALL],
  ['a fixing', published('e', NOW, 'fx.EUR.USD', '2024-03-01', '1'), ALL],
  ['another series', published('e', NOW, 'gni', '2024', '1'), []],
  ['a retraction that names no type may touch all', { source: 's', id: 'e', revision: 2, retracted: true }, ALL],
  [
    'a retraction that names its type touches what that type does',
    { source: 's', id: 'e', revision: 2, retracted: true, type: 'aid' },
    ['aid'],
  ],
])('%s', (_, event, touched) => {
  const [only] = known([event])
  expect(only && [...commitmentsTouchedBy(RULES, only)].sort()).toEqual([...touched].sort())
})

const RATIFIED = compiled(
  rulebookText(
    ['id: duty, kind: act, counts: {event: done}, by_date: 2024-12-31', 'id: bar, kind: prohibit, what: {event: bad}'],
    {
      force: '{when: {event: ratified}}',
    },
  ),
)

test.each([
  ['what brings the agreement into force touches all', told('e', 'ratified', NOW), ['bar', 'duty']],
  ['anything else touches who listens to it', told('e', 'bad', NOW), ['bar']],
  ['a figure that nobody reads touches none', published('e', NOW, 'share', '2024', '1'), []],
  [
    'a retraction of an order may touch all',
    { source: 's', id: 'e', revision: 2, retracted: true, type: 'servanda.suspension' },
    ['bar', 'duty'],
  ],
])('with a condition of entry: %s', (_, event, touched) => {
  const [only] = known([event])
  expect(only && [...commitmentsTouchedBy(RATIFIED, only)].sort()).toEqual(touched)
})

test('who rests on whom is found in whatever order they stand', () => {
  const rules = compiled(
    rulebookText([
      'id: last, kind: act, when: {met: cure}, within: 1d, counts: {event: c}',
      'id: cure, kind: act, when: {breached: duty}, within: 1d, counts: {event: b}, repairs: true',
      'id: other, kind: act, when: {met: duty}, within: 1d, counts: {event: d}',
      'id: duty, kind: act, when: {event: go}, within: 1d, counts: {event: a}',
    ]),
  )
  const touchedBy = (type: string): readonly string[] =>
    known([told('e', type, NOW)]).flatMap((event) => commitmentsTouchedBy(rules, event))
  expect(touchedBy('b')).toEqual(['last', 'cure', 'other', 'duty'])
  expect(touchedBy('c')).toEqual(['last'])
  expect(touchedBy('d')).toEqual(['other'])
  expect(rules.commitments.map(restsOn)).toEqual(['cure', 'duty', 'duty', null])
})

test('an effect rests on what exercises and withdraws it, and on what opens it, down to the first event', () => {
  const rules = compiled(
    rulebookText([
      'id: first, kind: act, when: {event: go}, within: 1d, counts: {event: done}',
      'id: second, kind: act, when: {met: first}, within: 1d, counts: {event: more}',
      'id: right, kind: power, when: {met: second}, exercised_by: {event: use}, available_for: 1d, effect: {waives: [bar]}, withdrawn_by: {event: back}',
      'id: call, kind: power, exercised_by: {event: call}',
      'id: bar, kind: prohibit, what: {event: bad}',
    ]),
  )
  expect([...effectTypesOf(rules)].sort()).toEqual(['back', 'done', 'go', 'more', 'use'])
})

test('a commitment listens to its conditions, its episodes and its trigger, each once', () => {
  const eventsOf = (id: string): readonly string[] =>
    RULES.commitments.filter((c) => c.id === id).flatMap((c) => matchesOf(c, RULES).map((m) => m.event))
  expect(eventsOf('raid')).toEqual(['on', 'off', 'hit', 'talk'])
  expect(eventsOf('duty')).toEqual(['storm', 'go', 'done'])
  expect(eventsOf('second')).toEqual(['again'])
  expect(eventsOf('aid')).toEqual(['aid'])
})
