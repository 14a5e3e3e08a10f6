import { expect, test } from 'vitest'
import { DUTY, order, type Row, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §5, Suspension: mostly from 2 March 00:00 to 5 March 12:00, 84 hours.

const GO = told('t', 'go', '2024-03-01T10:00Z')
const SUSPENDED = [order('s', 'suspension', '2024-03-02T00:00Z'), order('r', 'resumption', '2024-03-05T12:00Z')]
const NO = 'id: x, kind: prohibit, what: {event: bad}'
const KG = 'id: x, kind: total, counts: {event: aid, quantity: q}'
const STATE = 'state: {starts: {event: up}, ends: {event: down}, initially: true}'

const rows: readonly Row[] = [
  {
    says: 'hours: the whole length is added to the deadline; nothing is known of it while suspended',
    rules: `${DUTY}, within: 48h`,
    given: [GO, ...SUSPENDED],
    at: {
      '2024-03-01T23:59:59.999Z': { 'x@s#t': { is: 'running open', due: '2024-03-03T10:00Z' } },
      '2024-03-02T00:00Z': {
        'x@s#t': { is: 'suspended open', due: null, close: null, next_check: null, opened: '2024-03-01T10:00Z' },
        x: 'suspended',
      },
      '2024-03-05T11:59:59.999Z': { 'x@s#t': 'suspended open' },
      '2024-03-05T12:00Z': { 'x@s#t': { is: 'running open', due: '2024-03-06T22:00Z', close: '2024-03-06T22:00Z' } },
      '2024-03-06T22:00:00.001Z': { 'x@s#t': 'closed breached final' },
    },
  },
  {
    says: 'days: it is added to the unrounded deadline, then rounded',
    rules: `${DUTY}, within: 2d`,
    given: [GO, ...SUSPENDED],
    at: { '2024-03-05T12:00Z': { 'x@s#t': { due: '2024-03-06T23:59:59.999Z' } } },
  },
  {
    says: 'by_date: the unrounded deadline is the last millisecond of its day',
    rules: 'id: x, kind: act, by_date: 2024-03-02, counts: {event: done}',
    given: SUSPENDED,
    at: { '2024-03-05T12:00Z': { 'x@term': { due: '2024-03-06T23:59:59.999Z' } } },
  },
  {
    says: 'available_for is tolled alike',
    rules: 'id: x, kind: power, when: {event: go}, exercised_by: {event: use}, available_for: 48h',
    given: [GO, ...SUSPENDED],
    at: { '2024-03-05T12:00Z': { 'x@s#t': { due: '2024-03-06T22:00Z' } } },
  },
  {
    says: 'a suspension that begins at the deadline tolls',
    rules: `${DUTY}, within: 24h`,
    given: [told('t', 'go', '2024-03-01T00:00Z'), ...SUSPENDED],
    at: { '2024-03-05T12:00Z': { 'x@s#t': { is: 'running open due_soon', due: '2024-03-05T12:00Z' } } },
  },
  {
    says: 'a suspension that begins 1 ms after the close comes too late',
    rules: `${DUTY}, within: 24h`,
    given: [told('t', 'go', '2024-02-29T23:59:59.999Z'), ...SUSPENDED],
    at: { '2024-03-02T00:00Z': 'closed breached final', '2024-03-05T12:00Z': 'closed breached final' },
  },
  {
    says: 'it is the rounded deadline that a suspension has to reach',
    rules: `${DUTY}, within: 1d`,
    given: [GO, order('s', 'suspension', '2024-03-02T20:00Z'), order('r', 'resumption', '2024-03-04T20:00Z')],
    at: { '2024-03-04T20:00Z': { 'x@s#t': { due: '2024-03-04T23:59:59.999Z' } } },
  },
  {
    says: 'a trigger inside opens its case, the duration is added to the resumption',
    rules: `${DUTY}, within: 24h`,
    given: [told('t', 'go', '2024-03-03T00:00Z'), ...SUSPENDED],
    at: {
      '2024-03-03T00:00Z': 'suspended open',
      '2024-03-05T12:00Z': { 'x@s#t': { is: 'running open', opened: '2024-03-03T00:00Z', due: '2024-03-06T12:00Z' } },
    },
  },
  {
    says: 'a trigger inside with days: the resumption and a day, then rounded',
    rules: `${DUTY}, within: 1d`,
    given: [told('t', 'go', '2024-03-03T00:00Z'), ...SUSPENDED],
    at: { '2024-03-05T12:00Z': { 'x@s#t': { due: '2024-03-06T23:59:59.999Z' } } },
  },
  {
    says: 'performance counts while suspended and closes at the resumption',
    rules: `${DUTY}, within: 9d`,
    given: [GO, told('p', 'done', '2024-03-03T00:00Z'), ...SUSPENDED],
    at: { '2024-03-03T00:00Z': 'suspended met', '2024-03-05T12:00Z': 'closed met' },
  },
  {
    says: 'what closed before stays closed',
    rules: `${DUTY}, within: 9d`,
    given: [GO, told('p', 'done', '2024-03-01T12:00Z'), ...SUSPENDED],
    at: {
      '2024-03-03T00:00Z': { 'x@s#t': { is: 'closed met', due: '2024-03-10T23:59:59.999Z' } },
      '2024-03-06T00:00Z': { 'x@s#t': { is: 'closed met', due: '2024-03-10T23:59:59.999Z' } },
    },
  },
  {
    says: 'runs: nothing closes until resumption, then the unmoved deadline decides',
    rules: `${DUTY}, within: 2d, suspension: runs`,
    given: [GO, ...SUSPENDED],
    at: {
      '2024-03-04T00:00Z': { 'x@s#t': { is: 'suspended open', due: null } },
      '2024-03-05T12:00Z': {
        'x@s#t': { is: 'running open overdue', due: '2024-03-03T23:59:59.999Z', close: '2024-03-05T12:00Z' },
      },
      '2024-03-05T12:00:00.001Z': { 'x@s#t': 'closed breached final' },
    },
  },
  {
    says: 'runs: a deadline after the resumption is where it was',
    rules: `${DUTY}, within: 9d, suspension: runs`,
    given: [GO, ...SUSPENDED],
    at: { '2024-03-05T12:00Z': { 'x@s#t': { is: 'running open', due: '2024-03-10T23:59:59.999Z' } } },
  },
  {
    says: 'over a clock change hours are measured elapsed',
    zone: 'Europe/Kyiv',
    rules: `${DUTY}, within: 72h`,
    given: [
      told('t', 'go', '2024-03-29T23:30'),
      order('s', 'suspension', '2024-03-30T12:00'),
      order('r', 'resumption', '2024-03-31T12:00'),
    ],
    at: { '2024-04-01T00:00Z': { 'x@s#t': { due: '2024-04-02T20:30Z' } } },
  },
  {
    says: 'over a clock change days are measured on the wall clock',
    zone: 'Europe/Kyiv',
    rules: `${DUTY}, within: 3d`,
    given: [
      told('t', 'go', '2024-03-29T23:30'),
      order('s', 'suspension', '2024-03-30T12:00'),
      order('r', 'resumption', '2024-03-31T12:00'),
    ],
    at: { '2024-04-01T00:00Z': { 'x@s#t': { due: '2024-04-02T20:59:59.999Z' } } },
  },
  {
    says: 'a period that ends inside keeps its due, closes at the resumption, and counts up to its unmoved end',
    rules: `${KG}, during: {from: 2024-02-01, until: 2024-03-03}, target: {at_least: 10, unit: kg}`,
    given: [
      told('a', 'aid', '2024-03-03T00:00Z', { q: 9 }),
      told('b', 'aid', '2024-03-04T00:00Z', { q: 5 }),
      ...SUSPENDED,
    ],
    at: {
      '2024-03-04T00:00Z': { 'x@term': { is: 'suspended open', due: null, close: null, value: '9..9 kg of 10' } },
      '2024-03-05T12:00Z': {
        'x@term': {
          is: 'running open overdue',
          due: '2024-03-03T23:59:59.999Z',
          close: '2024-03-05T12:00Z',
          value: '9..9 kg of 10',
        },
      },
      '2024-03-05T12:00:00.001Z': 'closed breached final',
    },
  },
  {
    says: 'a period that ends later does not move',
    rules: `${KG}, during: {from: 2024-02-01, until: 2024-03-31}, target: {at_least: 10, unit: kg}`,
    given: SUSPENDED,
    at: { '2024-03-05T12:00Z': { 'x@term': { due: '2024-03-31T23:59:59.999Z', close: '2024-03-31T23:59:59.999Z' } } },
  },
  {
    says: 'a violation inside is none',
    rules: `${NO}, during: {from: 2024-02-01, until: 2024-03-03}`,
    given: [told('v', 'bad', '2024-03-02T00:00Z'), ...SUSPENDED],
    at: { '2024-03-03T00:00Z': 'suspended open', '2024-03-05T12:00:00.001Z': 'closed met final' },
  },
  {
    says: 'a violation at the instant of resumption is one',
    rules: NO,
    given: [told('v', 'bad', '2024-03-05T12:00Z'), ...SUSPENDED],
    at: { '2024-03-05T12:00Z': 'running breached' },
  },
  {
    says: 'a violation astride the suspension is possible',
    rules: NO,
    given: [told('v', 'bad', '2024-03-01/2024-03-02'), ...SUSPENDED],
    at: { '2024-03-06T00:00Z': 'running unknown imprecise' },
  },
  {
    says: 'a lapse is cut and starts anew',
    rules: `id: x, kind: maintain, ${STATE}, lapse_allowed: 2d`,
    given: [told('d', 'down', '2024-03-01T00:00Z'), ...SUSPENDED],
    at: {
      '2024-03-04T00:00Z': 'suspended open',
      '2024-03-07T12:00Z': 'running open',
      '2024-03-07T12:00:00.001Z': 'running breached',
    },
  },
  {
    says: 'for at_most a flow inside counts as any other',
    rules: `${KG}, during: {calendar_year: 2024}, target: {at_most: 8, unit: kg}`,
    given: [told('a', 'aid', '2024-03-03T00:00Z', { q: 9 }), ...SUSPENDED],
    at: { '2024-03-03T00:00Z': 'suspended breached', '2024-03-05T12:00Z': 'running breached final' },
  },
  {
    says: 'a second suspension tolls when it begins at or before the lengthened deadline, a third after it does not',
    rules: `${DUTY}, within: 48h`,
    given: [
      told('t', 'go', '2024-03-01T00:00Z'),
      order('s1', 'suspension', '2024-03-02T00:00Z'),
      order('r1', 'resumption', '2024-03-03T00:00Z'),
      order('s2', 'suspension', '2024-03-03T23:00Z'),
      order('r2', 'resumption', '2024-03-04T01:00Z'),
      order('s3', 'suspension', '2024-03-04T02:00:00.001Z'),
    ],
    at: {
      '2024-03-03T12:00Z': { 'x@s#t': { due: '2024-03-04T00:00Z' } },
      '2024-03-04T01:00Z': { 'x@s#t': { due: '2024-03-04T02:00Z' } },
      '2024-03-05T00:00Z': { 'x@s#t': 'closed breached final' },
    },
  },
  {
    says: 'suspended time is a union: overlapping suspensions count once, the next resumption ends them both',
    rules: `${DUTY}, within: 48h`,
    given: [
      told('t', 'go', '2024-03-01T00:00Z'),
      order('a', 'suspension', '2024-03-02T00:00Z'),
      order('b', 'suspension', '2024-03-02T12:00Z'),
      order('r', 'resumption', '2024-03-03T00:00Z'),
    ],
    at: { '2024-03-03T00:00Z': { 'x@s#t': { is: 'running open', due: '2024-03-04T00:00Z' } } },
  },
  {
    says: 'only the commitments that are named are suspended',
    rules: [`${DUTY}, within: 48h`, `${DUTY.replace('id: x', 'id: y')}, within: 48h`],
    given: [GO, order('s', 'suspension', '2024-03-02T00:00Z', { commitments: ['y'] })],
    at: { '2024-03-02T00:00Z': { 'x@s#t': 'running open', 'y@s#t': 'suspended open' } },
  },
  {
    says: 'a suspension of another agreement is none of ours',
    rules: `${DUTY}, within: 48h`,
    given: [GO, order('s', 'suspension', '2024-03-02T00:00Z', { agreement: 'other' })],
    at: { '2024-03-02T00:00Z': 'running open' },
  },
  {
    says: 'grace that runs out inside closes at the resumption',
    rules: `${DUTY}, within: 24h, grace: 24h`,
    given: [
      told('t', 'go', '2024-03-01T00:00Z'),
      order('s', 'suspension', '2024-03-02T12:00Z'),
      order('r', 'resumption', '2024-03-05T00:00Z'),
    ],
    at: {
      '2024-03-05T00:00Z': {
        'x@s#t': { is: 'running open overdue', due: '2024-03-02T00:00Z', close: '2024-03-05T00:00Z' },
      },
      '2024-03-05T00:00:00.001Z': 'closed breached final',
    },
  },
  {
    says: 'a termination ends the suspension',
    rules: `${DUTY}, within: 48h`,
    given: [GO, order('s', 'suspension', '2024-03-02T00:00Z'), order('T', 'termination', '2024-03-04T00:00Z')],
    at: {
      '2024-03-03T00:00Z': 'suspended open',
      '2024-03-04T00:00Z': { 'x@s#t': { is: 'closed void', due: '2024-03-04T00:00Z', close: '2024-03-04T00:00Z' } },
    },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
