import { expect, test } from 'vitest'
import { DUTY, order, type Row, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §4: which cases exist, their names and openings.

const COUNT = 'counts: {event: aid}, target: {at_least: 1, unit: items}'
const RAID = 'terms: {raid: {episode: {of: hit, where: {big: true}, merge_within: 72h, longest: 7d}}}'
const EPISODE = 'id: x, kind: act, when: {episode: raid}, within: 24h, counts: {event: done}'
const hit = (id: string, when: string, more: object = {}): object => told(id, 'hit', when, { big: true }, more)
const FY = 'fiscal_years: {JPN: 04-01, USA: {starts: 10-01, named: end}}'
const LATER = '2024-12-31T12:00Z'

/** Which periods have a case at an instant, with the first one's opening. */
const periods = [
  {
    says: 'years, clipped by entry',
    every: 'every: year',
    at: '2025-06-01T00:00Z',
    cases: ['2024', '2025'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'quarters',
    every: 'every: quarter',
    at: '2024-07-01T00:00Z',
    cases: ['2024-Q1', '2024-Q2', '2024-Q3'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'months begun',
    every: 'every: month',
    at: '2024-04-01T00:00Z',
    cases: ['2024-02', '2024-03', '2024-04'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'a month not yet begun has no case',
    every: 'every: month',
    at: '2024-03-31T23:59:59.999Z',
    cases: ['2024-02', '2024-03'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'anniversaries count from entry, a leap day clamps',
    every: 'every: anniversary',
    at: '2025-02-28T00:00Z',
    cases: ['2024-02-29', '2025-02-28'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'fiscal years named by their start',
    every: 'every: {fiscal_year: JPN}',
    at: '2025-04-01T00:00Z',
    cases: ['FY2023', 'FY2024', 'FY2025'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'fiscal years named by their end',
    every: 'every: {fiscal_year: USA}',
    at: '2025-04-01T00:00Z',
    cases: ['FY2024', 'FY2025'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'an explicit from is not clipped by entry and clips the first period',
    every: 'every: quarter, from: 2023-11-15',
    at: '2024-02-01T00:00Z',
    cases: ['2023-Q4', '2024-Q1'],
    opened: '2023-11-15T00:00Z',
  },
  {
    says: 'until ends the last',
    every: 'every: month, until: 2024-03-10',
    at: '2024-06-01T00:00Z',
    cases: ['2024-02', '2024-03'],
    opened: '2024-02-29T00:00Z',
  },
  {
    says: 'the end of the term ends the last',
    every: 'every: year',
    at: '2027-06-01T00:00Z',
    cases: ['2024', '2025'],
    opened: '2024-02-29T00:00Z',
  },
] as const

test.each(titled(periods, ({ every, says }) => `${every}: ${says}`))('%s', (_, { every, at, cases, opened }) => {
  const row: Row = {
    says: '',
    force: '{from: 2024-02-29, term: 18mo}',
    agreement: FY,
    rules: `id: x, kind: total, ${every}, ${COUNT}`,
    at: { [at]: { x: { cases }, [`x@${cases[0]}`]: { opened } } },
  }
  expect(seen(row)).toEqual(row.at)
})

const rows: readonly Row[] = [
  {
    says: 'a clipped period keeps its full target and ends where it is clipped',
    force: '{from: 2024-02-29, term: 18mo}',
    rules: 'id: x, kind: total, every: year, counts: {event: aid, quantity: q}, target: {at_least: 10, unit: kg}',
    given: [told('a', 'aid', '2024-02-28T23:59:59.999Z', { q: 9 }), told('b', 'aid', '2024-03-01T00:00Z', { q: 9 })],
    at: {
      '2025-09-01T00:00Z': {
        'x@2024': { is: 'closed breached final', value: '9..9 kg of 10' },
        'x@2025': { is: 'closed breached final', due: '2025-08-28T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'every case is dormant until entry into force',
    force: '{from: 2024-06-01, term: 1y}',
    rules: [
      'id: x, kind: prohibit, what: {event: bad}',
      'id: y, kind: act, counts: {event: done}, by_date: 2024-12-31',
      'id: z, kind: total, during: {calendar_year: 2025}, counts: {event: aid}, target: {at_least: 1, unit: items}',
    ],
    at: {
      '2024-05-31T23:59:59.999Z': {
        'x@term': 'dormant open',
        'y@term': 'dormant open',
        'z@2025': 'dormant open',
        x: 'dormant',
      },
      '2024-06-01T00:00Z': { 'x@term': 'running open', 'y@term': 'running open', 'z@2025': 'dormant open' },
      '2025-01-01T00:00Z': { 'z@2025': 'running open' },
    },
  },
  {
    says: 'an explicit during is clipped neither by entry nor by the end of the term, and counts from its own start',
    force: '{from: 2024-06-01, until: 2024-09-30}',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid}, target: {at_least: 2, unit: items}',
    given: [told('a', 'aid', '2024-01-01T00:00Z'), told('b', 'aid', '2024-12-31T23:59:59.999Z')],
    at: {
      '2024-05-31T00:00Z': {
        'x@2024': {
          is: 'dormant open',
          opened: '2024-01-01T00:00Z',
          due: '2024-12-31T23:59:59.999Z',
          value: '1..1 items of 2',
        },
      },
      '2024-12-31T23:59:59.999Z': { 'x@2024': 'closed met' },
    },
  },
  {
    says: 'a trigger before entry or after the term opens nothing',
    force: '{from: 2024-02-01, until: 2024-03-31}',
    rules: `${DUTY}, within: 24h`,
    given: [
      told('a', 'go', '2024-01-31T23:59:59.999Z'),
      told('b', 'go', '2024-02-01T00:00Z'),
      told('c', 'go', '2024-04-01T00:00Z'),
    ],
    at: { [LATER]: { x: { cases: ['s#b'] } } },
  },
  {
    says: 'a trigger astride entry is possible: flagged imprecise, never breached',
    force: '{from: 2024-02-01, until: 2024-03-31}',
    rules: `${DUTY}, within: 24h`,
    given: [told('a', 'go', '2024-01-31/2024-02-01')],
    at: {
      '2024-02-01T00:00Z': {
        'x@s#a': { is: 'running open imprecise', opened: '2024-01-31T00:00Z / 2024-02-01T23:59:59.999Z' },
      },
      [LATER]: 'closed unknown final imprecise',
    },
  },
  {
    says: 'a disputed trigger is possible: flagged contested, met when performed, never breached',
    rules: 'id: x, kind: act, when: {event: go}, counts: {event: done, same: [ref]}, within: 24h',
    given: [
      told('a', 'go', '2024-03-01T00:00Z', {}, { standing: 'disputed' }),
      told('b', 'go', '2024-04-01T00:00Z', { ref: 1 }, { standing: 'disputed' }),
      told('p', 'done', '2024-04-01T12:00Z', { ref: 1 }),
    ],
    at: {
      '2024-03-01T00:00Z': { 'x@s#a': 'running open contested' },
      [LATER]: { 'x@s#a': 'closed unknown final contested', 'x@s#b': { is: 'closed met final contested' } },
    },
  },
  {
    says: 'in_force.when: until it happens all is dormant and opened is null',
    force: '{when: {event: ratified}, term: 1y}',
    rules: [
      'id: x, kind: prohibit, what: {event: bad}',
      `${DUTY}, within: 24h`.replace('id: x', 'id: y'),
      `id: z, kind: total, every: year, ${COUNT}`,
    ],
    given: [
      told('t', 'go', '2024-03-01T00:00Z'),
      told('r', 'ratified', '2024-05-05T10:00Z'),
      told('u', 'go', '2024-05-05T10:00Z'),
    ],
    at: {
      '2024-05-05T09:59:59.999Z': {
        'x@term': { is: 'dormant open', opened: null, due: null, close: null },
        y: { is: 'dormant', cases: [] },
        z: { cases: [] },
      },
      '2024-05-05T10:00Z': {
        'x@term': { is: 'running open', opened: '2024-05-05T10:00Z', due: '2025-05-05T09:59:59.999Z' },
        y: { cases: ['s#u'] },
        z: { cases: ['2024'] },
      },
    },
  },
  {
    says: 'a disputed ratification brings nothing into force',
    force: '{when: {event: ratified}, term: 1y}',
    rules: 'id: x, kind: prohibit, what: {event: bad}',
    given: [told('r', 'ratified', '2024-05-05T10:00Z', {}, { standing: 'disputed' })],
    at: { '2024-06-01T00:00Z': 'dormant open' },
  },
  {
    says: 'only_if holds at the trigger: on from the very instant it starts',
    rules:
      'id: x, kind: act, when: {event: go}, within: 24h, counts: {event: done}, only_if: {state: {starts: {event: on}, ends: {event: off}, initially: false}}',
    given: [
      told('a', 'go', '2024-03-01T00:00Z'),
      told('o', 'on', '2024-03-05T00:00Z'),
      told('b', 'go', '2024-03-05T00:00Z'),
      told('f', 'off', '2024-03-09T00:00Z'),
      told('c', 'go', '2024-03-09T00:00Z'),
    ],
    at: { [LATER]: { x: { cases: ['s#b'] } } },
  },
  {
    says: 'unless holds the other way round',
    rules:
      'id: x, kind: act, when: {event: go}, within: 24h, counts: {event: done}, unless: {state: {starts: {event: on}, ends: {event: off}, initially: false}}',
    given: [
      told('a', 'go', '2024-03-01T00:00Z'),
      told('o', 'on', '2024-03-05T00:00Z'),
      told('b', 'go', '2024-03-06T00:00Z'),
    ],
    at: { [LATER]: { x: { cases: ['s#a'] } } },
  },
  {
    says: 'a state that is uncertain at the trigger opens a possible case',
    rules:
      'id: x, kind: act, when: {event: go}, within: 24h, counts: {event: done}, only_if: {state: {starts: {event: on}, ends: {event: off}, initially: true}}',
    given: [told('f', 'off', '2024-03-05'), told('b', 'go', '2024-03-05T12:00Z')],
    at: { [LATER]: 'closed unknown final imprecise' },
  },
  // episodes
  {
    says: 'events within merge_within of the latest one are one episode, inclusive and chained',
    parts: RAID,
    rules: EPISODE,
    given: [
      hit('a', '2024-03-01T00:00Z'),
      hit('b', '2024-03-04T00:00Z'),
      hit('c', '2024-03-07T00:00Z'),
      told('small', 'hit', '2024-02-28T00:00Z', { big: false }),
    ],
    at: { [LATER]: { x: { cases: ['s#a'] }, 'x@s#a': { opened: '2024-03-01T00:00Z', roles: ['a trigger'] } } },
  },
  {
    says: '1 ms more than merge_within is another episode',
    parts: RAID,
    rules: EPISODE,
    given: [hit('a', '2024-03-01T00:00Z'), hit('b', '2024-03-04T00:00:00.001Z')],
    at: { [LATER]: { x: { cases: ['s#a', 's#b'] } } },
  },
  {
    says: 'an episode ends before longest has passed since its first event',
    parts: RAID,
    rules: EPISODE,
    given: [
      hit('a', '2024-03-01T00:00Z'),
      hit('b', '2024-03-04T00:00Z'),
      hit('c', '2024-03-07T00:00Z'),
      hit('d', '2024-03-07T23:59:59.999Z'),
      hit('e', '2024-03-08T00:00Z'),
    ],
    at: { [LATER]: { x: { cases: ['s#a', 's#e'] } } },
  },
  {
    says: 'earlier news merges late: the first event names the case',
    parts: RAID,
    rules: EPISODE,
    given: [
      hit('b', '2024-03-04T00:00Z', { recordedtime: '2024-03-04T01:00:00Z' }),
      hit('a', '2024-03-02T00:00Z', { recordedtime: '2024-03-05T00:00:00Z' }),
    ],
    at: { [`${LATER} knowing 2024-03-04T12:00Z`]: { x: { cases: ['s#b'] } }, [LATER]: { x: { cases: ['s#a'] } } },
  },
  {
    says: 'of equal instants the smaller (to, source, id) comes first',
    parts: RAID,
    rules: EPISODE,
    given: [
      hit('b', '2024-03-04T00:00Z'),
      hit('a', '2024-03-04T00:00Z', { source: 't' }),
      hit('c', '2024-03-04T00:00Z'),
    ],
    at: { [LATER]: { x: { cases: ['s#b'] } } },
  },
  {
    says: 'cases exist from the from of their trigger',
    rules: `${DUTY}, within: 24h`,
    given: [told('a', 'go', '2024-03')],
    at: {
      '2024-02-29T23:59:59.999Z': { x: { cases: [], is: 'dormant' } },
      '2024-03-01T00:00Z': { x: { cases: ['s#a'] } },
    },
  },
  {
    says: 'cases are in the order of opened, then id',
    rules: `${DUTY}, within: 24h`,
    given: [
      told('b', 'go', '2024-03-02T00:00Z'),
      told('c', 'go', '2024-03-01T00:00Z'),
      told('a', 'go', '2024-03-02T00:00Z'),
      told('a', 'go', '2024-03-02T00:00Z', {}, { source: 'r' }),
    ],
    at: { [LATER]: { x: { cases: ['s#c', 'r#a', 's#a', 's#b'] } } },
  },
  {
    says: 'ids of during: the year, the fiscal year, else term',
    agreement: FY,
    rules: [
      `id: a, kind: total, during: {calendar_year: 2024}, ${COUNT}`,
      `id: b, kind: total, during: {fiscal_year: 2024, of: JPN}, ${COUNT}`,
      `id: c, kind: total, during: {from: 2024-01-01, until: 2024-06-30}, ${COUNT}`,
      `id: d, kind: total, during: term, ${COUNT}`,
      `id: e, kind: total, by_date: 2024-06-30, ${COUNT}`,
    ],
    at: {
      '2024-05-01T00:00Z': {
        'a@2024': { opened: '2024-01-01T00:00Z', due: '2024-12-31T23:59:59.999Z' },
        'b@FY2024': { opened: '2024-04-01T00:00Z', due: '2025-03-31T23:59:59.999Z' },
        'c@term': { opened: '2024-01-01T00:00Z', due: '2024-06-30T23:59:59.999Z' },
        'd@term': { opened: '2024-01-01T00:00Z', due: '2025-12-31T23:59:59.999Z' },
        'e@term': { opened: '2024-01-01T00:00Z', due: '2024-06-30T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'an event of another type or without the field opens nothing',
    rules: 'id: x, kind: act, when: {event: go, where: {kind: [a, b]}}, within: 24h, counts: {event: done}',
    given: [
      told('a', 'gone', '2024-03-01T00:00Z', { kind: 'a' }),
      told('b', 'go', '2024-03-01T00:00Z'),
      told('c', 'go', '2024-03-01T00:00Z', { kind: 'c' }),
      told('d', 'go', '2024-03-01T00:00Z', { kind: 'b' }),
    ],
    at: { [LATER]: { x: { cases: ['s#d'] } } },
  },
  {
    says: 'every trigger opens its own case, none overwrites another',
    rules: `${DUTY}, within: 24h`,
    given: [
      told('a', 'go', '2024-03-01T00:00Z'),
      told('b', 'go', '2024-03-01T00:00Z'),
      order('w', 'watermark', '2024-03-01T00:00Z', { source: 'nobody', through: '2024-03-01T00:00:00Z' }),
    ],
    at: { [LATER]: { x: { cases: ['s#a', 's#b'], record: { breached: 2 } } } },
  },
  {
    says: 'a trigger astride entry that is disputed too is both, from its from on',
    force: '{from: 2024-06-01, term: 1y}',
    rules: `${DUTY}, within: 2d`,
    given: [told('t', 'go', '2024-05-31/2024-06-01', {}, { standing: 'disputed' })],
    at: {
      '2024-05-31T00:00Z': 'dormant open contested imprecise',
      '2024-06-01T00:00Z': 'running open contested imprecise',
    },
  },
  {
    says: 'a trigger astride the end of the term is possible too',
    force: '{from: 2024-01-01, until: 2024-06-30}',
    rules: `${DUTY}, within: 2d`,
    given: [told('t', 'go', '2024-06-30/2024-07-01')],
    at: { '2024-07-10T00:00Z': 'closed unknown final imprecise' },
  },
  {
    says: 'what recurs without an end of the term has its own ends',
    force: '{from: 2024-01-15}',
    rules: 'id: x, kind: act, every: month, counts: {event: done}',
    at: {
      '2024-02-01T00:00Z': {
        x: { cases: ['2024-01', '2024-02'] },
        'x@2024-01': { opened: '2024-01-15T00:00Z', due: '2024-01-31T23:59:59.999Z' },
        'x@2024-02': { due: '2024-02-29T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'anniversaries have to wait for entry into force, whatever they are said to start from',
    force: '{when: {event: ratified}}',
    rules: [
      'id: x, kind: act, every: anniversary, from: 2024-01-01, counts: {event: done}',
      'id: y, kind: act, every: month, from: 2024-01-01, counts: {event: done}',
      'id: z, kind: act, every: month, counts: {event: done}',
    ],
    given: [told('r', 'ratified', '2024-02-10T00:00Z')],
    at: {
      '2024-02-09T00:00Z': { x: { cases: [] }, y: { cases: ['2024-01', '2024-02'] }, z: { cases: [] } },
      '2024-02-10T00:00Z': {
        x: { cases: ['2024-02-10'] },
        y: { cases: ['2024-01', '2024-02'] },
        z: { cases: ['2024-02'] },
      },
    },
  },
  {
    says: 'only_if and unless add a doubt only where the state at the trigger is in doubt, and say which',
    rules: [
      `${DUTY}, within: 9d, only_if: {state: {starts: {event: up}, ends: {event: down}, initially: true}}`,
      `${DUTY.replace('id: x', 'id: y')}, within: 9d, only_if: {state: {starts: {event: up}, ends: {event: down}}}`,
      `${DUTY.replace('id: x', 'id: z')}, within: 9d, unless: {state: {starts: {event: on}, ends: {event: off}, initially: false}}`,
    ],
    given: [told('o', 'on', '2024-03-01/2024-03-03'), told('t', 'go', '2024-03-02T00:00Z')],
    at: {
      '2024-03-02T00:00Z': {
        'x@s#t': 'running open',
        'y@s#t': 'running open contested',
        'z@s#t': 'running open imprecise',
      },
    },
  },
  {
    says: 'over an imprecise trigger a state that changes within it is in doubt, at its very end too, and not after it',
    rules: [
      `${DUTY}, within: 9d, only_if: {state: {starts: {event: up}, ends: {event: down}, initially: false}}`,
      `${DUTY.replace('id: x', 'id: y')}, within: 9d, only_if: {state: {starts: {event: on}, ends: {event: off}, initially: true}}`,
      `${DUTY.replace('id: x', 'id: z')}, within: 9d, unless: {state: {starts: {event: late}, ends: {event: off}, initially: false}}`,
      `${DUTY.replace('id: x', 'id: w')}, within: 9d, only_if: {state: {starts: {event: up}, ends: {event: down}}}`,
    ],
    given: [
      told('t', 'go', '2024-03-01T00:00Z/2024-03-03T00:00Z'),
      told('u', 'up', '2024-03-02T00:00Z'),
      told('o', 'off', '2024-03-03T00:00Z'),
      told('l', 'late', '2024-03-03T00:00:00.001Z'),
    ],
    at: {
      '2024-03-04T00:00Z': {
        'x@s#t': 'running open imprecise',
        'y@s#t': 'running open imprecise',
        'z@s#t': 'running open',
        'w@s#t': 'running open contested imprecise',
      },
    },
  },
  {
    says: 'a condition is in doubt by time where nobody knows which of two changes came first, by standing where one is disputed',
    rules: [
      `${DUTY}, within: 9d, only_if: {state: {starts: {event: up}, ends: {event: down}, initially: true}}`,
      `${DUTY.replace('id: x', 'id: y')}, within: 9d, only_if: {state: {starts: {event: on}, ends: {event: off}, initially: true}}`,
      `${DUTY.replace('id: x', 'id: z')}, within: 9d, only_if: {state: {starts: {event: in}, ends: {event: out}, initially: true}}`,
    ],
    given: [
      told('d', 'down', '2024-02-05/2024-02-07'),
      told('u', 'up', '2024-02-06'),
      told('f', 'off', '2024-02-05/2024-02-07', {}, { standing: 'disputed' }),
      told('o', 'on', '2024-02-06'),
      told('p', 'out', '2024-02-05'),
      told('i', 'in', '2024-02-06'),
      told('t', 'go', '2024-03-01T00:00Z'),
    ],
    at: {
      '2024-03-02T00:00Z': {
        'x@s#t': 'running open imprecise',
        'y@s#t': 'running open contested',
        'z@s#t': 'running open',
      },
    },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
