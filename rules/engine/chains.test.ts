import { expect, test } from 'vitest'
import { DUTY, order, type Row, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §4, {breached: x} and {met: x}; §5, Repair.

const LATER = '2025-06-01T00:00Z'
const REMEDY = 'id: y, kind: act, when: {breached: x}, within: 2d, counts: {event: cure}'
const REPAIR = `${REMEDY}, repairs: true`
const AFTER = 'id: y, kind: act, when: {met: x}, within: 2d, counts: {event: thanks}'
const GO = told('t', 'go', '2024-03-01T00:00Z')
const NO = 'id: x, kind: prohibit, what: {event: bad}, during: {calendar_year: 2024}'
const FIX = 'id: y, kind: act, when: {breached: x}, within: 3d, counts: {event: cure, same: [ref]}, repairs: true'
const FIVE = { force: '{from: 2024-01-01, term: 5y}' }

const rows: readonly Row[] = [
  {
    says: 'a breach triggers at the close and names its case after the breached one',
    rules: [`${DUTY}, within: 1d`, REMEDY],
    given: [GO],
    at: {
      '2024-03-02T23:59:59.999Z': { y: { cases: [] } },
      '2024-03-03T00:00Z': {
        y: { cases: ['x@s#t'] },
        'y@x@s#t': { is: 'running open', opened: '2024-03-02T23:59:59.999Z', due: '2024-03-04T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'the breach is judged before lateness: met_late keeps its remedy',
    rules: [`${DUTY}, within: 1d`, REMEDY],
    given: [GO, told('p', 'done', '2024-03-03T12:00Z')],
    at: { '2024-03-03T12:00Z': { 'x@s#t': 'closed met_late final', y: { cases: ['x@s#t'] } } },
  },
  {
    says: 'repair turns the breach into repaired and keeps the repairing case',
    rules: [`${DUTY}, within: 1d`, REPAIR],
    given: [GO, told('c', 'cure', '2024-03-04T00:00Z')],
    at: {
      '2024-03-03T12:00Z': { 'x@s#t': 'closed breached final' },
      '2024-03-04T00:00Z': { 'x@s#t': 'closed repaired final', 'y@x@s#t': 'closed met' },
    },
  },
  {
    says: 'only the verdict met of the repairing case repairs: a late cure does not',
    rules: [`${DUTY}, within: 1d`, REPAIR],
    given: [GO, told('c', 'cure', '2024-03-05T00:00Z')],
    at: { '2024-03-05T00:00Z': { 'x@s#t': 'closed breached final', 'y@x@s#t': 'closed met_late final' } },
  },
  {
    says: 'without repairs a cure repairs nothing',
    rules: [`${DUTY}, within: 1d`, REMEDY],
    given: [GO, told('c', 'cure', '2024-03-04T00:00Z')],
    at: { '2024-03-04T00:00Z': { 'x@s#t': 'closed breached final', 'y@x@s#t': 'closed met' } },
  },
  {
    says: 'a breach of the remedy triggers in its turn',
    rules: [`${DUTY}, within: 1d`, REMEDY, 'id: z, kind: act, when: {breached: y}, within: 1d, counts: {event: more}'],
    given: [GO],
    at: {
      '2024-03-05T00:00Z': {
        'z@y@x@s#t': { is: 'running open', opened: '2024-03-04T23:59:59.999Z', due: '2024-03-05T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'news that the promise was kept makes the remedy go away',
    rules: [`${DUTY}, within: 1d`, REMEDY],
    given: [GO, told('p', 'done', '2024-03-01T12:00Z', {}, { recordedtime: '2024-03-10T00:00:00Z' })],
    at: { [`${LATER} knowing 2024-03-09T00:00Z`]: { y: { cases: ['x@s#t'] } }, [LATER]: { y: { cases: [] } } },
  },
  {
    says: 'unknown does not trigger',
    rules: [`${DUTY}, within: 1d`, REMEDY],
    given: [GO, told('p', 'done', '2024-03-01T12:00Z', {}, { standing: 'disputed' })],
    at: { [LATER]: { 'x@s#t': 'closed unknown final contested', y: { cases: [] } } },
  },
  {
    says: 'a waiver after the breach takes the remedy away',
    rules: [`${DUTY}, within: 1d`, REMEDY],
    given: [GO, order('w', 'waiver', '2024-03-05T00:00Z', { commitment: 'x' })],
    at: {
      '2024-03-04T00:00Z': { y: { cases: ['x@s#t'] } },
      '2024-03-05T00:00Z': { 'x@s#t': 'closed excused final', y: { cases: [] } },
    },
  },
  {
    says: 'a breach of a case opened in force triggers even after the term',
    force: '{from: 2024-01-01, until: 2024-03-31}',
    rules: [`${DUTY}, within: 10d`, REMEDY],
    given: [told('t', 'go', '2024-03-31T00:00Z')],
    at: {
      '2024-04-11T00:00Z': {
        'y@x@s#t': { is: 'running open', opened: '2024-04-10T23:59:59.999Z', due: '2024-04-12T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'an imprecise close is an imprecise trigger',
    rules: [`${DUTY}, within: 24h`, REMEDY],
    given: [told('t', 'go', '2024-03-01')],
    at: {
      '2024-03-03T00:00Z': {
        'y@x@s#t': { opened: '2024-03-02T00:00Z / 2024-03-02T23:59:59.999Z', due: '2024-03-04T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'each violation of a prohibition is its own occasion, numbered',
    rules: [NO, FIX],
    given: [told('v', 'bad', '2024-03-01T00:00Z', { ref: 1 }), told('w', 'bad', '2024-03-10T00:00Z', { ref: 2 })],
    at: {
      '2024-03-10T00:00Z': {
        y: { cases: ['x@2024#1', 'x@2024#2'] },
        'y@x@2024#1': { is: 'closed breached final', opened: '2024-03-01T00:00Z' },
        'y@x@2024#2': 'running open',
      },
    },
  },
  {
    says: 'each violation has its own repair; the prohibition is repaired when all are, and says so beside them',
    rules: [`${NO}, settle: 5d`, FIX],
    given: [
      told('v', 'bad', '2024-03-01T00:00Z', { ref: 1 }),
      told('w', 'bad', '2024-03-10T00:00Z', { ref: 2 }),
      told('c', 'cure', '2024-03-02T00:00Z', { ref: 1 }),
      told('d', 'cure', '2024-03-12T00:00Z', { ref: 2 }),
    ],
    at: {
      '2024-03-01T00:00Z': { 'x@2024': 'running breached' },
      '2024-03-02T00:00Z': { 'x@2024': 'running repaired' },
      '2024-03-10T00:00Z': { 'x@2024': 'running breached' },
      '2024-03-12T00:00Z': { 'x@2024': 'running repaired' },
    },
  },
  {
    says: 'what is left of a breach is its first violation that nothing repaired, and its settle counts from there',
    rules: [`${NO}, settle: 5d`, FIX],
    given: [
      told('v', 'bad', '2024-03-01T00:00Z', { ref: 1 }),
      told('c', 'cure', '2024-03-02T00:00Z', { ref: 1 }),
      told('w', 'bad', '2024-03-10T00:00Z', { ref: 2 }),
      told('d', 'cure', '2024-03-15T00:00Z', { ref: 2 }),
    ],
    of: 'x@2024',
    at: { '2024-03-14T23:59:59.999Z': 'running breached', '2024-03-15T00:00Z': 'running breached final' },
  },
  {
    says: 'an exercise of a case opened in force triggers even after the term',
    force: '{from: 2024-01-01, until: 2024-03-31}',
    rules: [
      'id: x, kind: power, when: {event: go}, available_for: 10d, exercised_by: {event: use}',
      'id: y, kind: act, when: {exercised: x}, within: 1d, counts: {event: done}',
    ],
    given: [told('t', 'go', '2024-03-31T00:00Z'), told('u', 'use', '2024-04-03T00:00Z')],
    at: {
      '2024-04-03T00:00Z': {
        'x@s#t': 'closed exercised',
        'y@s#u': { is: 'running open', due: '2024-04-04T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'a lapse triggers 1 ms after it exceeds what is allowed',
    rules: [
      'id: x, kind: maintain, state: {starts: {event: up}, ends: {event: down}, initially: true}, lapse_allowed: 24h',
      REMEDY,
    ],
    given: [told('d', 'down', '2024-03-01T00:00Z')],
    at: {
      '2024-03-02T00:00Z': { y: { cases: [] } },
      '2024-03-02T00:00:00.001Z': {
        'y@x@term#1': { is: 'running open', opened: '2024-03-02T00:00:00.001Z', due: '2024-03-04T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'a lapse with nothing allowed triggers at its start',
    rules: ['id: x, kind: maintain, state: {starts: {event: up}, ends: {event: down}, initially: true}', REMEDY],
    given: [told('d', 'down', '2024-03-01T00:00Z')],
    at: { '2024-03-01T00:00Z': { 'y@x@term#1': { opened: '2024-03-01T00:00Z' } } },
  },
  {
    says: 'at_most: each flow that adds to min and after which it exceeds the limit',
    rules: [
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_most: 10, unit: kg}',
      REMEDY,
    ],
    given: [
      told('a', 'aid', '2024-03-01T00:00Z', { q: 10 }),
      told('b', 'aid', '2024-03-02T00:00Z', { q: 1 }),
      told('c', 'aid', '2024-03-03T00:00Z', { q: '-0.5' }),
      told('d', 'aid', '2024-03-04T00:00Z', { q: 1 }),
    ],
    at: {
      '2024-03-04T00:00Z': {
        y: { cases: ['x@2024#1', 'x@2024#2'] },
        'y@x@2024#1': { opened: '2024-03-02T00:00Z' },
        'y@x@2024#2': { opened: '2024-03-04T00:00Z' },
      },
    },
  },
  {
    says: 'at_least: a missed total triggers at its close, partly met too',
    rules: [
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_least: 10, unit: kg, shortfall: partial}',
      REMEDY,
    ],
    given: [told('a', 'aid', '2024-03-01T00:00Z', { q: 9 })],
    at: {
      '2025-01-01T00:00Z': { 'x@2024': 'closed partly_met final', 'y@x@2024': { opened: '2024-12-31T23:59:59.999Z' } },
    },
  },
  {
    says: '{met} is triggered by the performance that decided it',
    rules: [`${DUTY}, within: 9d`, AFTER],
    given: [GO, told('p', 'done', '2024-03-02T00:00Z'), told('q', 'done', '2024-03-03T00:00Z')],
    at: {
      '2024-03-03T00:00Z': { y: { cases: ['x@s#t'] }, 'y@x@s#t': { is: 'running open', opened: '2024-03-02T00:00Z' } },
    },
  },
  {
    says: '{met} is not triggered by met_late',
    rules: [`${DUTY}, within: 1d`, AFTER],
    given: [GO, told('p', 'done', '2024-03-09T00:00Z')],
    at: { '2024-03-09T00:00Z': { y: { cases: [] } } },
  },
  {
    says: '{met} with minimum_sources is triggered by the one that completes them',
    rules: ['id: x, kind: act, by_date: 2024-12-31, counts: {event: done}, minimum_sources: 2', AFTER],
    given: [
      told('p', 'done', '2024-03-01T00:00Z'),
      told('q', 'done', '2024-03-02T00:00Z'),
      told('r', 'done', '2024-03-03T00:00Z', {}, { source: 's2' }),
    ],
    at: {
      '2024-03-02T00:00Z': { y: { cases: [] } },
      '2024-03-03T00:00Z': { 'y@x@term': { opened: '2024-03-03T00:00Z' } },
    },
  },
  {
    says: '{met} of at_least is triggered by the flow since which min stays reached',
    rules: [
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_least: 10, unit: kg}',
      AFTER,
    ],
    given: [
      told('a', 'aid', '2024-02-01T00:00Z', { q: 10 }),
      told('b', 'aid', '2024-02-02T00:00Z', { q: -1 }),
      told('c', 'aid', '2024-02-03T00:00Z', { q: 1 }),
      told('d', 'aid', '2024-02-04T00:00Z', { q: 1 }),
    ],
    at: {
      '2024-02-01T00:00Z': { 'y@x@2024': { opened: '2024-02-01T00:00Z' } },
      '2024-02-02T00:00Z': { y: { cases: [] } },
      '2024-02-04T00:00Z': { 'y@x@2024': { opened: '2024-02-03T00:00Z' } },
    },
  },
  {
    says: '{met} of what is kept by absence is triggered by the close',
    ...FIVE,
    rules: [NO, AFTER],
    at: {
      '2024-12-31T23:59:59.999Z': { y: { cases: [] } },
      '2025-01-01T00:00Z': {
        'y@x@2024': { is: 'running open', opened: '2024-12-31T23:59:59.999Z', due: '2025-01-02T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'a judged breach triggers, and stays when the remedy is met',
    rules: [`${DUTY}, within: 1d`, REPAIR],
    given: [
      GO,
      told('p', 'done', '2024-03-01T12:00Z'),
      order('j', 'judgement', '2024-03-02T12:00Z', { case: 'ag/x@s#t', verdict: 'breached' }),
      told('c', 'cure', '2024-03-03T00:00Z'),
    ],
    at: { '2024-03-04T00:00Z': { 'x@s#t': 'closed breached final overridden', 'y@x@s#t': 'closed met' } },
  },
  {
    says: 'the doubt of a possible case passes to what it triggers',
    rules: [`${DUTY}, within: 1d`, AFTER],
    given: [told('t', 'go', '2024-03-01T00:00Z', {}, { standing: 'disputed' }), told('p', 'done', '2024-03-01T12:00Z')],
    at: { [LATER]: { 'y@x@s#t': 'closed unknown final contested' } },
  },
  {
    says: 'a remedy takes its trigger from the event behind the breach, and {met} from the performance',
    rules: [
      `${DUTY}, within: 1d`,
      'id: y, kind: act, when: {breached: x}, within: 9d, counts: {event: cure, same: [ref]}',
      'id: z, kind: act, when: {met: y}, within: 9d, counts: {event: thanks, same: [ref]}',
      NO.replace('id: x', 'id: n'),
      'id: m, kind: act, when: {breached: n}, within: 9d, counts: {event: cure, same: [ref]}',
    ],
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('b', 'bad', '2024-03-01T00:00Z', { ref: 2 }),
      told('c', 'cure', '2024-03-05T00:00Z', { ref: 1, by: 'post' }),
      told('d', 'cure', '2024-03-06T00:00Z', { ref: 2 }),
      told('e', 'thanks', '2024-03-07T00:00Z', { ref: 2 }),
      told('f', 'thanks', '2024-03-08T00:00Z', { ref: 1 }),
    ],
    at: {
      '2024-03-09T00:00Z': {
        'y@x@s#t': { is: 'closed met', roles: ['c performed', 'd ignored'] },
        'z@y@x@s#t': {
          is: 'closed met',
          opened: '2024-03-05T00:00Z',
          roles: ['c trigger', 'e ignored', 'f performed'],
        },
        'm@n@2024#1': { is: 'closed met', roles: ['b trigger', 'c ignored', 'd performed'] },
      },
    },
  },
  {
    says: 'a case that was never in force triggers nothing outside the term',
    rules: [
      'id: x, kind: total, during: {from: 2023-01-01, until: 2023-06-30}, counts: {event: aid}, target: {at_least: 1, unit: items}',
      REMEDY,
      'id: z, kind: total, during: {from: 2024-01-01, until: 2024-06-30}, counts: {event: aid}, target: {at_least: 1, unit: items}',
      REMEDY.replace('id: y', 'id: w').replace('breached: x', 'breached: z'),
    ],
    at: {
      '2024-07-09T00:00Z': {
        'x@term': 'closed breached final',
        y: { cases: [] },
        'z@term': 'closed breached final',
        w: { cases: ['z@term'] },
      },
    },
  },
  {
    says: 'a repair of another commitment, or of another case, repairs nothing here',
    rules: [
      `${DUTY}, within: 1d`,
      `${DUTY.replace('id: x', 'id: z')}, within: 1d`,
      REPAIR.replace('breached: x', 'breached: z').replace('cure}', 'cure, same: [ref]}').replace('2d', '9d'),
    ],
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('u', 'go', '2024-03-01T00:00Z', { ref: 2 }),
      told('c', 'cure', '2024-03-05T00:00Z', { ref: 1 }),
    ],
    at: {
      '2024-03-06T00:00Z': {
        'x@s#t': 'closed breached final',
        'z@s#t': 'closed repaired final',
        'z@s#u': 'closed breached final',
      },
    },
  },
  {
    says: 'what was kept, excused or ended is not repaired',
    rules: [NO.replace('{calendar_year: 2024}', '{from: 2024-01-01, until: 2024-01-31}'), REPAIR],
    at: { '2024-03-06T00:00Z': { 'x@term': 'closed met final' } },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
