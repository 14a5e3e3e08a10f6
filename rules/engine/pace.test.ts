import { expect, test } from 'vitest'
import { type Row, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §5, Pace: ten days, 100 kg, so that a day is (to a ten-millionth) 10 kg of path.

const TEN_DAYS = 'id: x, kind: total, during: {from: 2024-01-01, until: 2024-01-10}, counts: {event: aid, quantity: q}'
const kg = (id: string, when: string, q: unknown, more: object = {}): object => told(id, 'aid', when, { q }, more)

const rows: readonly Row[] = [
  {
    says: 'it begins after the first tenth of the period',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    at: { '2024-01-01T23:59:59.999Z': 'running open', '2024-01-02T00:00Z': 'running open at_risk' },
  },
  {
    says: 'without path and at_risk_below nobody watches the pace',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg}`,
    at: { '2024-01-08T00:00Z': 'running open' },
  },
  {
    says: 'path: linear alone means below 80% of a straight line',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, path: linear}`,
    given: [kg('a', '2024-01-01T00:00Z', 40)],
    at: { '2024-01-05T23:59:59.999Z': 'running open', '2024-01-06T00:00Z': 'running open at_risk' },
  },
  {
    says: 'another share of the path',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 50%}`,
    given: [kg('a', '2024-01-01T00:00Z', 20)],
    at: { '2024-01-04T23:59:59.999Z': 'running open', '2024-01-05T00:00Z': 'running open at_risk' },
  },
  {
    says: 'once set it stays set up to 90% of the path, and is set again below 80%',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-03T00:00Z', 17), kg('b', '2024-01-05T00:00Z', 20), kg('c', '2024-01-05T12:00Z', 10)],
    at: {
      '2024-01-03T00:00Z': { 'x@term': { is: 'running open at_risk', value: '17..17 kg of 100' } },
      '2024-01-04T23:59:59.999Z': 'running open at_risk',
      '2024-01-05T00:00Z': 'running open',
      '2024-01-05T12:00Z': { 'x@term': { is: 'running open', next_check: '2024-01-06T21:00Z' } },
      '2024-01-06T20:59:59.999Z': 'running open',
      '2024-01-06T21:00Z': 'running open at_risk',
      '2024-01-10T23:59:59.999Z': 'running open at_risk due_soon',
      '2024-01-11T00:00Z': 'closed breached final',
    },
  },
  {
    says: 'a flow counts at its from, however long it lasts',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-02/2024-01-05', 30)],
    at: { '2024-01-02T00:00Z': 'running open', '2024-01-04T00:00Z': 'running open' },
  },
  {
    says: 'only what is certain keeps the pace',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-01T00:00Z', 90, { standing: 'disputed' })],
    at: { '2024-01-02T00:00Z': 'running open at_risk contested' },
  },
  {
    says: 'a dated path is piecewise linear through the ends of its days',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, path: {2024-01-05: 0%, 2024-01-07: 50%}}`,
    given: [kg('a', '2024-01-06T00:00Z', 10)],
    at: {
      '2024-01-05T23:59:59.999Z': 'running open',
      '2024-01-06T11:59:59.999Z': 'running open',
      '2024-01-06T12:00Z': 'running open at_risk',
    },
  },
  {
    says: 'it may fall behind right after a date of the path, and next_check says when',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, path: {2024-01-04: 20%, 2024-01-05: 90%}}`,
    given: [kg('a', '2024-01-01T00:00Z', 20)],
    at: {
      '2024-01-03T00:00Z': { x: { next_check: '2024-01-05T01:42:51.428Z' } },
      '2024-01-05T01:42:51.427Z': 'running open',
      '2024-01-05T01:42:51.428Z': 'running open at_risk',
    },
  },
  {
    says: 'after the last date of the path it runs to 100% at the end',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, path: {2024-01-08: 50%}}`,
    given: [kg('a', '2024-01-01T00:00Z', 60)],
    at: {
      '2024-01-09T23:59:59.998Z': 'running open',
      '2024-01-09T23:59:59.999Z': 'running open due_soon',
      '2024-01-10T00:00Z': 'running open at_risk due_soon',
    },
  },
  {
    says: 'a met total is not at risk',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-09T00:00Z', 100)],
    at: { '2024-01-08T00:00Z': 'running open at_risk', '2024-01-09T00:00Z': 'closed met' },
  },
  {
    says: 'a refund sets it back',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-01T00:00Z', 60), kg('b', '2024-01-05T00:00Z', -40)],
    at: { '2024-01-04T23:59:59.999Z': 'running open', '2024-01-05T00:00Z': 'running open at_risk' },
  },
  {
    says: 'what was behind in the first tenth is forgotten where it no longer is at its end',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-01T12:00Z', 1), kg('b', '2024-01-01T23:00Z', 7.5)],
    at: {
      '2024-01-02T00:00Z': 'running open',
      '2024-01-02T01:29:59.999Z': 'running open',
      '2024-01-02T01:30Z': 'running open at_risk',
    },
  },
  {
    says: 'a flow at the very instant at which it would fall behind keeps it from doing so',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-01T00:00Z', 8.5), kg('b', '2024-01-02T01:30Z', 0.5)],
    at: {
      '2024-01-02T01:30Z': 'running open',
      '2024-01-02T02:59:59.999Z': 'running open',
      '2024-01-02T03:00Z': 'running open at_risk',
    },
  },
  {
    says: 'a flow before it would fall behind keeps it from doing so',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-01T00:00Z', 8.5), kg('b', '2024-01-02T01:00Z', 0.5)],
    at: { '2024-01-02T02:00Z': 'running open' },
  },
  {
    says: 'it can fall behind with the very last millisecond',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-01T00:00Z', '79.99999995')],
    at: {
      '2024-01-10T23:59:59.998Z': 'running open due_soon',
      '2024-01-10T23:59:59.999Z': 'running open at_risk due_soon',
    },
  },
  {
    says: 'an amount that is not known leaves it at risk until it is told',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, at_risk_below: 80%}`,
    given: [kg('a', '2024-01-01T00:00Z', 90), kg('b', '2024-01-03T00:00Z', null)],
    at: { '2024-01-02T23:59:59.999Z': 'running open', '2024-01-03T00:00Z': 'running open at_risk' },
  },
  {
    says: 'a path with a date before the period and one after it uses only those inside',
    rules: `${TEN_DAYS}, target: {at_least: 100, unit: kg, path: {2023-12-20: 90%, 2024-01-05: 0%, 2024-01-10: 20%, 2024-02-01: 30%}}`,
    given: [kg('a', '2024-01-01T00:00Z', 8)],
    at: {
      '2024-01-03T00:00Z': { 'x@term': { is: 'running open', expected: '0' } },
      '2024-01-05T23:59:59.999Z': { 'x@term': { is: 'running open', expected: '0' } },
      '2024-01-06T11:59:59.999Z': { 'x@term': { is: 'running open' } },
      '2024-01-06T12:00Z': { 'x@term': { is: 'running open at_risk' } },
    },
  },
  {
    says: 'without an end there is no path to fall behind',
    force: '{from: 2024-01-01}',
    rules:
      'id: x, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 100, unit: kg, at_risk_below: 80%}',
    at: { '2030-01-01T00:00Z': { 'x@term': { is: 'running open', expected: null, next_check: null } } },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
