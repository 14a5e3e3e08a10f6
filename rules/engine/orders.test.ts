import { expect, test } from 'vitest'
import { DUTY, order, type Row, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §4, Termination; §5, Judgement, Waiver, discharge, excuse.

const GO = told('t', 'go', '2024-03-01T00:00Z')
const E = '2024-04-25T00:00Z'
const AFTER_E = '2024-04-25T00:00:00.001Z'
const END = order('T', 'termination', E)
const KG = 'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}'
const NO = 'id: x, kind: prohibit, what: {event: bad}'
const kg = (id: string, when: string, q: unknown): object => told(id, 'aid', when, { q })
const ended = { due: E, close: E }

const terminations: readonly Row[] = [
  {
    says: 'an open act is void at once; E is its due and close',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', '2024-04-20T00:00Z'), END],
    at: {
      '2024-04-24T23:59:59.999Z': 'running open',
      [E]: { 'x@s#t': { is: 'closed void', ...ended } },
      [AFTER_E]: 'closed void final',
    },
  },
  {
    says: 'a case whose start lies after E does not exist',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', AFTER_E), END],
    at: { '2024-05-01T00:00Z': { x: { cases: [], is: 'ended' } } },
  },
  {
    says: 'a case closed before E stands',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', '2024-04-01T00:00Z'), END],
    at: { '2024-05-01T00:00Z': { 'x@s#t': { is: 'closed breached final', due: '2024-04-11T23:59:59.999Z' } } },
  },
  {
    says: 'a case whose close is E stands',
    rules: `${DUTY}, within: 24h`,
    given: [told('t', 'go', '2024-04-24T00:00Z'), END],
    at: { [E]: 'running open due_soon', [AFTER_E]: 'closed breached final' },
  },
  {
    says: 'a performance after E is too late to save it',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', '2024-04-20T00:00Z'), END, told('p', 'done', AFTER_E)],
    at: { '2024-05-01T00:00Z': 'closed void final' },
  },
  {
    says: 'a met act stands',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', '2024-04-20T00:00Z'), told('p', 'done', '2024-04-21T00:00Z'), END],
    at: { '2024-06-01T00:00Z': 'closed met final' },
  },
  {
    says: 'an act that is unknown at E is void',
    rules: `${DUTY}, within: 10d`,
    given: [
      told('t', 'go', '2024-04-20T00:00Z'),
      told('p', 'done', '2024-04-21T00:00Z', {}, { standing: 'disputed' }),
      END,
    ],
    at: { '2024-04-24T00:00Z': 'running open contested', [AFTER_E]: 'closed void final' },
  },
  {
    says: 'survives: true is unaffected',
    rules: `${DUTY}, within: 10d, survives: true`,
    given: [told('t', 'go', '2024-04-20T00:00Z'), END],
    at: {
      '2024-04-30T00:00Z': { 'x@s#t': { is: 'running open due_soon', due: '2024-04-30T23:59:59.999Z' } },
      '2024-05-01T00:00Z': 'closed breached final',
    },
  },
  {
    says: 'an open at_least is void',
    rules: `${KG}, target: {at_least: 10, unit: kg}`,
    given: [kg('a', '2024-02-01T00:00Z', 9), END],
    at: { [E]: { 'x@2024': { is: 'closed void', ...ended, value: '9..9 kg of 10' } } },
  },
  {
    says: 'a met at_least stands',
    rules: `${KG}, target: {at_least: 9, unit: kg}`,
    given: [kg('a', '2024-02-01T00:00Z', 9), END],
    at: { [AFTER_E]: { 'x@2024': { is: 'closed met' } } },
  },
  {
    says: 'an open at_most is void',
    rules: `${KG}, target: {at_most: 10, unit: kg}`,
    given: [kg('a', '2024-02-01T00:00Z', 9), END],
    at: { [AFTER_E]: { 'x@2024': { is: 'closed void final', ...ended } } },
  },
  {
    says: 'an at_most already breached stands, closed at E',
    rules: `${KG}, target: {at_most: 8, unit: kg}`,
    given: [kg('a', '2024-02-01T00:00Z', 9), END],
    at: { [AFTER_E]: { 'x@2024': { is: 'closed breached final', ...ended } } },
  },
  {
    says: 'a total unknown at E is void',
    rules: `${KG}, target: {at_most: 10, unit: kg}`,
    given: [kg('a', '2024-02-01T00:00Z', { min: 9, max: 11 }), END],
    at: { '2024-04-24T00:00Z': 'running unknown', [AFTER_E]: 'closed void final' },
  },
  {
    says: 'an open power is void',
    rules: 'id: x, kind: power, exercised_by: {event: use}',
    given: [END],
    at: { [E]: { 'x@term': { is: 'closed void', ...ended } } },
  },
  {
    says: 'a prohibition closes at E: met when kept; E itself is still in it',
    rules: NO,
    given: [told('v', 'bad', AFTER_E), END],
    at: {
      [E]: { 'x@term': { is: 'running open', ...ended } },
      [AFTER_E]: { 'x@term': 'closed met final', x: 'fulfilled' },
    },
  },
  {
    says: 'a violation at E breaches',
    rules: NO,
    given: [told('v', 'bad', E), END],
    at: { [AFTER_E]: 'closed breached final' },
  },
  {
    says: 'a state closes at E',
    rules: 'id: x, kind: maintain, state: {starts: {event: up}, ends: {event: down}, initially: true}',
    given: [END],
    at: { [AFTER_E]: 'closed met final' },
  },
  {
    says: 'an effort closes at E and needs its judgement',
    rules: 'id: x, kind: endeavour, signs_of_effort: {event: talk}, judged_by: a panel',
    given: [END],
    at: { [AFTER_E]: { 'x@term': { is: 'closed needs_judgement', ...ended } } },
  },
  {
    says: 'by_date later than E is void, a period that starts later is gone',
    rules: [
      'id: x, kind: act, by_date: 2025-06-01, counts: {event: done}',
      'id: y, kind: prohibit, during: {calendar_year: 2025}, what: {event: bad}',
    ],
    given: [END],
    at: { [AFTER_E]: { 'x@term': 'closed void final', y: { cases: [], is: 'ended' } } },
  },
  {
    says: 'a termination of another agreement ends nothing here',
    rules: NO,
    given: [order('T', 'termination', E, { agreement: 'other' })],
    at: { [AFTER_E]: 'running open' },
  },
  {
    says: 'a termination that is retracted ended nothing',
    rules: NO,
    given: [END, { source: 's', id: 'T', revision: 2, retracted: true }],
    at: { [AFTER_E]: 'running open' },
  },
  {
    says: 'a met act keeps the due and the close it had',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', '2024-04-20T00:00Z'), told('p', 'done', '2024-04-21T00:00Z'), END],
    at: {
      [AFTER_E]: {
        'x@s#t': {
          is: 'closed met',
          due: '2024-04-30T23:59:59.999Z',
          close: '2024-04-30T23:59:59.999Z',
          roles: ['t trigger', 'p performed'],
        },
      },
    },
  },
  {
    says: 'what a breach opens after the end of the term has no due of its own',
    force: '{from: 2024-01-01, until: 2024-06-30}',
    rules: [
      'id: x, kind: act, counts: {event: done}, by_date: 2024-07-15',
      'id: y, kind: act, when: {breached: x}, counts: {event: cure}',
      'id: w, kind: act, counts: {event: done}, by_date: 2024-05-15',
      'id: z, kind: act, when: {breached: w}, counts: {event: cure}',
    ],
    at: {
      '2024-08-01T00:00Z': {
        'y@x@term': { is: 'running open', opened: '2024-07-15T23:59:59.999Z', due: null },
        'z@w@term': {
          is: 'closed breached final',
          opened: '2024-05-15T23:59:59.999Z',
          due: '2024-06-30T23:59:59.999Z',
        },
      },
    },
  },
  {
    says: 'a case whose start is E exists and is void at once',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', E), END],
    at: { [E]: 'closed void', [AFTER_E]: 'closed void final' },
  },
  {
    says: 'a prohibition that E closes says so',
    rules: NO,
    given: [END],
    at: { [AFTER_E]: { 'x@term': { is: 'closed met final', reasons: ['T control: ended the agreement'] } } },
  },
  {
    says: 'a trigger after E opens what survives, and nothing else',
    rules: [`${DUTY}, within: 10d, survives: true`, `${DUTY.replace('id: x', 'id: y')}, within: 10d`],
    given: [told('t', 'go', '2024-05-01T00:00Z'), told('u', 'go', '2026-05-01T00:00Z'), END],
    at: { '2026-06-01T00:00Z': { x: { cases: ['s#t'] }, y: { cases: [] } } },
  },
  {
    says: 'the earliest termination counts, whoever brought it about',
    rules: [NO, 'id: p, kind: power, exercised_by: {event: notice}, effect: {ends: agreement, after: 10d}'],
    given: [END, told('n', 'notice', '2024-04-01T00:00Z'), order('U', 'termination', '2024-05-01T00:00Z')],
    at: {
      '2024-06-01T00:00Z': { 'x@term': { is: 'closed met final', close: '2024-04-11T00:00Z', roles: ['n control'] } },
    },
  },
  {
    says: 'an agreement that has run out cannot be ended',
    force: '{from: 2024-01-01, until: 2024-06-30}',
    rules: 'id: x, kind: act, counts: {event: done}, by_date: 2024-12-31',
    given: [order('T', 'termination', '2024-07-01T00:00Z')],
    at: { '2024-07-02T00:00Z': { 'x@term': { is: 'running open', due: '2024-12-31T23:59:59.999Z' } } },
  },
  {
    says: 'in its last millisecond an agreement can be ended',
    force: '{from: 2024-01-01, until: 2024-06-30}',
    rules: 'id: x, kind: act, counts: {event: done}, by_date: 2024-12-31',
    given: [order('T', 'termination', '2024-06-30T23:59:59.999Z')],
    at: { '2024-07-02T00:00Z': { 'x@term': { is: 'closed void final', due: '2024-06-30T23:59:59.999Z' } } },
  },
  {
    says: 'a trigger astride E is in doubt, and what it opens void',
    rules: `${DUTY}, within: 10d`,
    given: [told('t', 'go', '2024-04-24/2024-04-26'), END],
    at: { '2024-04-24T12:00Z': 'running open', '2024-05-01T00:00Z': 'closed void final imprecise' },
  },
]

test.each(titled(terminations))('termination: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const judge = (id: string, when: string, verdict: string, more: object = {}): object =>
  order(id, 'judgement', when, { case: 'ag/x@s#t', verdict }, more)

const judgements: readonly Row[] = [
  {
    says: 'the latest by time wins, flagged where it differs from what is computed, contested when later evidence points elsewhere',
    rules: `${DUTY}, within: 5d, settle: 10d`,
    given: [
      GO,
      judge('j1', '2024-03-08T00:00Z', 'met'),
      judge('j2', '2024-03-09T00:00Z', 'breached'),
      told('p', 'done', '2024-03-10T00:00Z'),
    ],
    at: {
      '2024-03-07T00:00Z': 'closed breached',
      '2024-03-08T00:00Z': 'closed met overridden',
      '2024-03-09T00:00Z': 'closed breached',
      '2024-03-10T00:00Z': 'closed breached contested overridden',
      '2024-03-16T23:59:59.998Z': 'closed breached contested overridden',
      '2024-03-16T23:59:59.999Z': 'closed breached final contested overridden',
    },
  },
  {
    says: 'a retracted judgement no longer wins',
    rules: `${DUTY}, within: 5d`,
    given: [
      GO,
      judge('j1', '2024-03-08T00:00Z', 'met'),
      judge('j2', '2024-03-09T00:00Z', 'excused'),
      { source: 's', id: 'j2', revision: 2, retracted: true, recordedtime: '2024-03-12T00:00:00Z' },
    ],
    at: {
      '2024-03-10T00:00Z knowing 2024-03-11T23:59:59.999Z': 'closed excused final overridden',
      '2024-03-10T00:00Z': 'closed met final overridden',
    },
  },
  {
    says: 'of equal instants the greater (source, id) wins',
    rules: `${DUTY}, within: 5d`,
    given: [GO, judge('k', '2024-03-08T00:00Z', 'met'), judge('j', '2024-03-08T00:00Z', 'excused')],
    at: { '2024-03-08T00:00Z': 'closed met final overridden' },
  },
  {
    says: 'a judged act is closed at once, before its deadline',
    rules: `${DUTY}, within: 5d`,
    given: [GO, judge('j', '2024-03-02T00:00Z', 'breached')],
    at: { '2024-03-02T00:00Z': 'closed breached overridden', '2024-03-07T00:00Z': 'closed breached final' },
  },
  {
    says: 'a judged prohibition runs on to its close',
    rules: NO,
    given: [order('j', 'judgement', '2024-03-02T00:00Z', { case: 'ag/x@term', verdict: 'breached' })],
    at: { '2024-03-02T00:00Z': 'running breached overridden', '2026-01-01T00:00Z': 'closed breached final overridden' },
  },
  {
    says: 'a judgement that agrees is no override',
    rules: `${DUTY}, within: 5d`,
    given: [GO, told('p', 'done', '2024-03-02T00:00Z'), judge('j', '2024-03-03T00:00Z', 'met')],
    at: { '2024-03-07T00:00Z': 'closed met final' },
  },
  {
    says: 'a judgement of an unknown case is ignored',
    rules: `${DUTY}, within: 5d`,
    given: [GO, order('j', 'judgement', '2024-03-03T00:00Z', { case: 'ag/x@s#nobody', verdict: 'met' })],
    at: { '2024-03-07T00:00Z': 'closed breached final' },
  },
  {
    says: 'evidence that happened before a judgement and was recorded after it points elsewhere, what was known does not',
    rules: `${DUTY}, within: 9d`,
    given: [
      GO,
      told('p', 'done', '2024-03-02T00:00Z', {}, { recordedtime: '2024-04-01T00:00:00Z' }),
      order('J', 'judgement', '2024-03-15T00:00Z', { case: 'ag/x@s#t', verdict: 'breached' }),
    ],
    at: {
      '2024-04-02T00:00Z': 'closed breached final contested overridden',
      '2024-04-02T00:00Z knowing 2024-03-20T00:00Z': 'closed breached final',
    },
  },
  {
    says: 'evidence recorded with the judgement is no later evidence',
    rules: `${DUTY}, within: 9d`,
    given: [
      GO,
      told('p', 'done', '2024-03-02T00:00Z', {}, { recordedtime: '2024-03-15T00:00:00Z' }),
      order('J', 'judgement', '2024-03-15T00:00Z', { case: 'ag/x@s#t', verdict: 'breached' }),
    ],
    at: { '2024-04-02T00:00Z': 'closed breached final overridden' },
  },
  {
    says: 'later violations, flows and excuses point elsewhere too',
    rules: [
      NO,
      `${KG.replace('id: x', 'id: y')}, target: {at_least: 10, unit: kg}`,
      `${DUTY.replace('id: x', 'id: z')}, within: 9d, excused_by: {event: storm}`,
    ],
    given: [
      GO,
      order('J', 'judgement', '2024-03-02T00:00Z', { case: 'ag/x@term', verdict: 'met' }),
      order('K', 'judgement', '2024-03-02T00:00Z', { case: 'ag/y@2024', verdict: 'breached' }),
      order('L', 'judgement', '2024-03-02T00:00Z', { case: 'ag/z@s#t', verdict: 'breached' }),
      told('v', 'bad', '2024-03-03T00:00Z'),
      kg('a', '2024-03-03T00:00Z', 10),
      told('e', 'storm', '2024-03-03T00:00Z'),
    ],
    at: {
      '2024-03-02T00:00Z': {
        'x@term': 'running met overridden',
        'y@2024': 'closed breached overridden',
        'z@s#t': 'closed breached overridden',
      },
      '2024-03-03T00:00Z': {
        'x@term': 'running met contested overridden',
        'y@2024': 'closed breached contested overridden',
        'z@s#t': 'closed breached contested overridden',
      },
    },
  },
  {
    says: 'a prohibition judged breached without a violation is a breach at its close',
    force: '{from: 2024-01-01, until: 2024-06-30}',
    rules: [NO, 'id: y, kind: act, when: {breached: x}, within: 9d, counts: {event: cure}'],
    given: [order('J', 'judgement', '2024-03-02T00:00Z', { case: 'ag/x@term', verdict: 'breached' })],
    at: {
      '2024-03-02T00:00Z': { 'x@term': 'running breached overridden', y: { cases: [] } },
      '2024-07-01T00:00Z': { 'x@term': 'closed breached final overridden', y: { cases: ['x@term'] } },
    },
  },
  {
    says: 'an act judged breached opens its remedy at its close, and never where it has none',
    force: '{from: 2024-01-01}',
    rules: [
      `${DUTY}, within: 9d`,
      'id: y, kind: act, when: {breached: x}, within: 9d, counts: {event: cure}',
      DUTY.replace('id: x', 'id: z'),
      'id: w, kind: act, when: {breached: z}, within: 9d, counts: {event: cure}',
    ],
    given: [
      GO,
      order('J', 'judgement', '2024-03-02T00:00Z', { case: 'ag/x@s#t', verdict: 'breached' }),
      order('K', 'judgement', '2024-03-02T00:00Z', { case: 'ag/z@s#t', verdict: 'breached' }),
    ],
    at: {
      '2024-03-02T00:00Z': { y: { cases: [] }, w: { cases: [] } },
      '2024-03-11T00:00Z': { y: { cases: ['x@s#t'] }, w: { cases: [] } },
    },
  },
  {
    says: 'a judgement of met triggers what waits for it, from the judgement',
    rules: [`${DUTY}, within: 9d`, 'id: y, kind: act, when: {met: x}, within: 9d, counts: {event: thanks}'],
    given: [GO, order('J', 'judgement', '2024-03-02T00:00Z', { case: 'ag/x@s#t', verdict: 'met' })],
    at: {
      '2024-03-02T00:00Z': {
        y: { cases: ['x@s#t'] },
        'y@x@s#t': { opened: '2024-03-02T00:00Z', roles: ['J trigger'] },
      },
    },
  },
  {
    says: 'a judged case is closed whatever is suspended later',
    rules: `${DUTY}, within: 9d`,
    given: [
      GO,
      order('J', 'judgement', '2024-03-02T00:00Z', { case: 'ag/x@s#t', verdict: 'breached' }),
      order('S', 'suspension', '2024-03-03T00:00Z'),
    ],
    at: { '2024-03-04T00:00Z': { 'x@s#t': { is: 'closed breached overridden', due: '2024-03-10T23:59:59.999Z' } } },
  },
]

test.each(titled(judgements))('judgement: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const FOUR = [GO, told('u', 'go', '2024-03-10T00:00Z')]
const EXCUSED = `${DUTY}, within: 2d, excused_by: {event: storm, same: [ref]}`
const go = (ref: number): object => told('t', 'go', '2024-03-01T00:00Z', { ref })
const storm = (when: string, more: object = {}): object => told('s', 'storm', when, { ref: 1 }, more)

const reliefs: readonly Row[] = [
  {
    says: 'a waiver may come after a breach and reaches no case opened later',
    rules: `${DUTY}, within: 1d`,
    given: [...FOUR, order('w', 'waiver', '2024-03-05T00:00Z', { commitment: 'x' })],
    at: {
      '2024-03-04T23:59:59.999Z': { 'x@s#t': 'closed breached final' },
      '2024-03-05T00:00Z': { 'x@s#t': 'closed excused final' },
      '2024-03-12T00:00Z': { 'x@s#u': 'closed breached final' },
    },
  },
  {
    says: 'a waiver of one case leaves the others',
    rules: `${DUTY}, within: 1d`,
    given: [...FOUR, order('w', 'waiver', '2024-03-15T00:00Z', { case: 'ag/x@s#u' })],
    at: { '2024-03-15T00:00Z': { 'x@s#t': 'closed breached final', 'x@s#u': 'closed excused final' } },
  },
  {
    says: 'a discharge voids what is open',
    rules: `${DUTY}, within: 1d`,
    given: [...FOUR, order('d', 'discharge', '2024-03-10T12:00Z', { commitment: 'x' })],
    at: { '2024-03-10T12:00Z': { 'x@s#t': 'closed breached final', 'x@s#u': 'closed void' } },
  },
  {
    says: 'a discharge at the close still voids',
    rules: `${DUTY}, within: 1d`,
    given: [GO, order('d', 'discharge', '2024-03-02T23:59:59.999Z', { commitment: 'x' })],
    at: { '2024-03-03T00:00Z': 'closed void final' },
  },
  {
    says: 'a discharge 1 ms after the close comes too late',
    rules: `${DUTY}, within: 1d`,
    given: [GO, order('d', 'discharge', '2024-03-03T00:00Z', { commitment: 'x' })],
    at: { '2024-03-03T00:00Z': 'closed breached final' },
  },
  {
    says: 'a discharge reaches no case opened later',
    rules: `${DUTY}, within: 1d`,
    given: [
      told('u', 'go', '2024-03-10T00:00Z'),
      order('d', 'discharge', '2024-03-09T23:59:59.999Z', { commitment: 'x' }),
    ],
    at: { '2024-03-12T00:00Z': 'closed breached final' },
  },
  {
    says: 'an excuse at the opening excuses at once',
    rules: EXCUSED,
    given: [go(1), storm('2024-03-01T00:00Z')],
    at: { '2024-03-01T00:00Z': 'closed excused', '2024-03-04T00:00Z': 'closed excused final' },
  },
  {
    says: 'an excuse at the close excuses',
    rules: EXCUSED,
    given: [go(1), storm('2024-03-03T23:59:59.999Z')],
    at: { '2024-03-04T00:00Z': { 'x@s#t': { is: 'closed excused final', roles: ['t trigger', 's excused'] } } },
  },
  {
    says: 'an excuse 1 ms after the close does not',
    rules: EXCUSED,
    given: [go(1), storm('2024-03-04T00:00Z')],
    at: { '2024-03-04T00:00Z': { 'x@s#t': { is: 'closed breached final', roles: ['t trigger', 's ignored'] } } },
  },
  {
    says: 'an excuse for another trigger does not',
    rules: EXCUSED,
    given: [go(2), storm('2024-03-02T00:00Z')],
    at: { '2024-03-04T00:00Z': 'closed breached final' },
  },
  {
    says: 'an excuse astride the close makes the breach unknown',
    rules: EXCUSED,
    given: [go(1), storm('2024-03-03/2024-03-04')],
    at: { '2024-03-04T00:00Z': 'closed unknown final imprecise' },
  },
  {
    says: 'a disputed excuse makes the breach unknown',
    rules: EXCUSED,
    given: [go(1), storm('2024-03-02T00:00Z', { standing: 'disputed' })],
    at: { '2024-03-04T00:00Z': 'closed unknown final contested' },
  },
  {
    says: 'a prohibition is excused by what comes before its first violation',
    rules: `${NO}, excused_by: {event: war}`,
    given: [told('w', 'war', '2024-03-01T00:00Z'), told('v', 'bad', '2024-03-01T00:00:00.001Z')],
    at: { '2024-03-01T00:00Z': 'closed excused', '2024-03-02T00:00Z': 'closed excused' },
  },
  {
    says: 'a prohibition is not excused by what comes with its first violation',
    rules: `${NO}, excused_by: {event: war}`,
    given: [told('w', 'war', '2024-03-01T00:00Z'), told('v', 'bad', '2024-03-01T00:00Z')],
    at: { '2024-03-02T00:00Z': 'running breached final' },
  },
  {
    says: 'a state that has lapsed already is not excused by what comes later',
    rules:
      'id: x, kind: maintain, state: {starts: {event: up}, ends: {event: down}, initially: true}, excused_by: {event: storm}',
    given: [told('d', 'down', '2024-03-02T00:00Z'), told('e', 'storm', '2024-03-03T00:00Z')],
    at: {
      '2024-03-03T00:00Z': {
        'x@term': {
          is: 'running breached final',
          reasons: [
            'd violated: set the state from then on',
            'e ignored: not between the opening and the close of the case',
          ],
        },
      },
    },
  },
  {
    says: 'a ceiling that has been exceeded already is',
    rules: `${KG}, target: {at_most: 10, unit: kg}, excused_by: {event: storm}`,
    given: [kg('a', '2024-03-02T00:00Z', 11), told('e', 'storm', '2024-03-03T00:00Z')],
    at: {
      '2024-03-03T00:00Z': {
        'x@2024': { is: 'closed excused', reasons: ['a violated: counted as 11 kg', 'e excused: excused the case'] },
      },
    },
  },
  {
    says: 'an excuse between the two ends of an imprecise trigger is possible only',
    rules: `${DUTY}, within: 24h, excused_by: {event: storm}`,
    given: [told('t', 'go', '2024-03-01T00:00Z/2024-03-03T00:00Z'), told('e', 'storm', '2024-03-02T00:00Z')],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          is: 'closed unknown final imprecise',
          reasons: ['t trigger: opened this case', 'e excused: possible only: its time is not exact enough'],
        },
      },
    },
  },
  {
    says: 'a waiver, its effect and a discharge at the very opening reach the case',
    force: '{from: 2024-01-01}',
    rules: [
      DUTY,
      DUTY.replace('id: x', 'id: y'),
      DUTY.replace('id: x', 'id: z'),
      'id: p, kind: power, exercised_by: {event: forgive}, effect: {waives: [z]}',
    ],
    given: [
      GO,
      order('W', 'waiver', '2024-03-01T00:00Z', { commitment: 'x' }),
      order('D', 'discharge', '2024-03-01T00:00Z', { commitment: 'y' }),
      told('f', 'forgive', '2024-03-01T00:00Z'),
    ],
    at: {
      '2024-03-01T00:00Z': {
        'x@s#t': { is: 'closed excused', reasons: ['W control: waived the case', 't trigger: opened this case'] },
        'y@s#t': { is: 'closed void', reasons: ['D control: discharged the case', 't trigger: opened this case'] },
        'z@s#t': { is: 'closed excused', reasons: ['f control: waived the case', 't trigger: opened this case'] },
      },
    },
  },
  {
    says: 'what is excused, waived or discharged is closed whatever is suspended later',
    rules: [`${DUTY}, within: 9d, excused_by: {event: storm}`, `${DUTY.replace('id: x', 'id: y')}, within: 9d`],
    given: [
      GO,
      told('e', 'storm', '2024-03-02T00:00Z'),
      order('D', 'discharge', '2024-03-02T00:00Z', { commitment: 'y' }),
      order('S', 'suspension', '2024-03-03T00:00Z'),
    ],
    at: {
      '2024-03-04T00:00Z': {
        'x@s#t': { is: 'closed excused', due: '2024-03-10T23:59:59.999Z' },
        'y@s#t': { is: 'closed void', due: '2024-03-10T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'a prohibition waived or discharged is closed whatever is suspended later',
    rules: [NO, NO.replace('id: x', 'id: y')],
    given: [
      order('W', 'waiver', '2024-03-02T00:00Z', { commitment: 'x' }),
      order('D', 'discharge', '2024-03-02T00:00Z', { commitment: 'y' }),
      order('S', 'suspension', '2024-03-03T00:00Z'),
    ],
    at: { '2024-03-04T00:00Z': { 'x@term': 'closed excused', 'y@term': 'closed void' } },
  },
]

test.each(titled(reliefs))('relief: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const waive = order('w', 'waiver', '2024-03-02T06:00Z', { commitment: 'x' })
const discharge = order('d', 'discharge', '2024-03-02T06:00Z', { commitment: 'x' })
const perhaps = told('q', 'done', '2024-03-01T12:00Z', {}, { standing: 'disputed' })
const performed = told('p', 'done', '2024-03-02T12:00Z')
const late = told('p', 'done', '2024-03-03T12:00Z')
const ONE_DAY = `${DUTY}, within: 1d`
const CURE = 'id: y, kind: act, when: {breached: x}, within: 2d, counts: {event: cure}, repairs: true'
const cure = told('c', 'cure', '2024-03-04T00:00Z')
const UNCLEAR = `${NO}, unclear: {event: odd}`

/** One row for each pair of verdicts that can compete: `Which wins, the first that applies`. */
const pairs: readonly (Row & { of: string })[] = [
  {
    says: 'judgement over met',
    rules: ONE_DAY,
    given: [GO, performed, judge('j', '2024-03-02T13:00Z', 'breached')],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed breached final overridden' },
  },
  {
    says: 'judgement over void',
    rules: ONE_DAY,
    given: [GO, discharge, judge('j', '2024-03-02T07:00Z', 'met')],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed met final overridden' },
  },
  {
    says: 'judgement over excused',
    rules: ONE_DAY,
    given: [GO, waive, judge('j', '2024-03-02T07:00Z', 'breached')],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed breached final overridden' },
  },
  {
    says: 'judgement over unknown',
    rules: ONE_DAY,
    given: [GO, perhaps, judge('j', '2024-03-04T07:00Z', 'met')],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed met final overridden' },
  },
  {
    says: 'met over excused',
    rules: ONE_DAY,
    given: [GO, waive, performed],
    of: 'x@s#t',
    at: { '2024-03-02T06:00Z': 'closed excused', '2024-03-02T12:00Z': 'closed met' },
  },
  {
    says: 'met over unknown',
    rules: ONE_DAY,
    given: [GO, perhaps, performed],
    of: 'x@s#t',
    at: { '2024-03-02T12:00Z': 'closed met' },
  },
  {
    says: 'exercised over void',
    rules: 'id: x, kind: power, exercised_by: {event: use}',
    given: [told('u', 'use', '2024-02-01T00:00Z'), END],
    of: 'x@term',
    at: { [AFTER_E]: 'closed exercised' },
  },
  {
    says: 'excused over void',
    rules: ONE_DAY,
    given: [GO, waive, discharge],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed excused final' },
  },
  {
    says: 'excused over unknown',
    rules: ONE_DAY,
    given: [GO, perhaps, waive],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed excused final' },
  },
  {
    says: 'excused over met_late',
    rules: ONE_DAY,
    given: [GO, late, order('w', 'waiver', '2024-03-04T00:00Z', { commitment: 'x' })],
    of: 'x@s#t',
    at: { '2024-03-03T12:00Z': 'closed met_late final', '2024-03-04T00:00Z': 'closed excused final' },
  },
  {
    says: 'excused over breached',
    rules: ONE_DAY,
    given: [GO, waive],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed excused final' },
  },
  {
    says: 'void over unknown',
    rules: ONE_DAY,
    given: [GO, perhaps, discharge],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed void final' },
  },
  {
    says: 'void over met_late',
    rules: ONE_DAY,
    given: [GO, late, discharge],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed void final' },
  },
  {
    says: 'void over needs_judgement',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z'), order('d', 'discharge', '2024-03-02T00:00Z', { commitment: 'x' })],
    of: 'x@term',
    at: { '2024-03-02T00:00Z': 'closed void' },
  },
  {
    says: 'void over breached',
    rules: ONE_DAY,
    given: [GO, discharge],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed void final' },
  },
  {
    says: 'repaired over met_late',
    rules: [ONE_DAY, CURE],
    given: [GO, late, cure],
    of: 'x@s#t',
    at: { '2024-03-03T12:00Z': 'closed met_late final', '2024-03-04T00:00Z': 'closed repaired final' },
  },
  {
    says: 'repaired over breached',
    rules: [ONE_DAY, CURE],
    given: [GO, cure],
    of: 'x@s#t',
    at: { '2024-03-04T00:00Z': 'closed repaired final' },
  },
  {
    says: 'unknown over met_late',
    rules: ONE_DAY,
    given: [GO, perhaps, late],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed unknown final contested' },
  },
  {
    says: 'unknown over needs_judgement',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z'), told('v', 'bad', '2024-03-02T00:00Z', {}, { standing: 'disputed' })],
    of: 'x@term',
    at: { '2024-03-02T00:00Z': 'running unknown contested' },
  },
  {
    says: 'unknown over breached',
    rules: ONE_DAY,
    given: [GO, perhaps],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed unknown final contested' },
  },
  {
    says: 'met_late over breached',
    rules: ONE_DAY,
    given: [GO, late],
    of: 'x@s#t',
    at: { '2024-03-05T00:00Z': 'closed met_late final' },
  },
  {
    says: 'partly_met over breached',
    rules: `${KG}, target: {at_least: 10, unit: kg, shortfall: partial}`,
    given: [kg('a', '2024-02-01T00:00Z', 1)],
    of: 'x@2024',
    at: { '2025-01-01T00:00Z': 'closed partly_met final' },
  },
  {
    says: 'needs_judgement over open',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z')],
    of: 'x@term',
    at: { '2024-03-02T00:00Z': 'running needs_judgement' },
  },
]

test.each(titled(pairs))('which wins: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
