import { expect, test } from 'vitest'
import { order, published, type Row, seen, titled, told } from '../../testing/worlds.ts'

// LANGUAGE §5, Totals.

const aid = (id: string, when: string, amount: unknown, more: object = {}, data: object = {}): object =>
  told(id, 'aid', when, { amount, currency: 'EUR', ...data }, more)
const SUM =
  'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, amount: amount, currency: currency}'
const FLOOR = `${SUM}, target: {at_least: 100, unit: EUR}`
const CEILING = `${SUM}, target: {at_most: 100, unit: EUR}`
const KEYED =
  'id: x, kind: total, during: {calendar_year: 2024}, target: {at_least: 100, unit: EUR}, counts: {event: aid, amount: amount, currency: currency, dedupe: flow}'
const END = '2025-01-01T00:00Z'
const DISPUTED = { standing: 'disputed' }

const rows: readonly Row[] = [
  {
    says: 'at_least is met as soon as min reaches the target',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '60'), aid('b', '2024-03-01T00:00Z', 40)],
    at: {
      '2024-02-29T23:59:59.999Z': { 'x@2024': { is: 'running open', value: '60..60 EUR of 100' } },
      '2024-03-01T00:00Z': { 'x@2024': { is: 'closed met', value: '100..100 EUR of 100' } },
    },
  },
  {
    says: 'a later refund undoes it',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '100'), aid('b', '2024-03-01T00:00Z', '-0.01')],
    at: {
      '2024-02-01T00:00Z': 'closed met',
      '2024-03-01T00:00Z': { 'x@2024': { is: 'running open', value: '99.99..99.99 EUR of 100' } },
      [END]: 'closed breached final',
    },
  },
  {
    says: 'at the close it is missed when max is below the target',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '99.99')],
    at: { '2024-12-31T23:59:59.999Z': 'running open due_soon', [END]: 'closed breached final' },
  },
  {
    says: 'a shortfall that may be partial is partly_met when something was given',
    rules: `${SUM}, target: {at_least: 100, unit: EUR, shortfall: partial}`,
    given: [aid('a', '2024-02-01T00:00Z', '0.01')],
    at: { [END]: 'closed partly_met final' },
  },
  {
    says: 'a shortfall that may be partial is breached when nothing was given',
    rules: `${SUM}, target: {at_least: 100, unit: EUR, shortfall: partial}`,
    at: { [END]: { 'x@2024': { is: 'closed breached final', value: '0..0 EUR of 100' } } },
  },
  {
    says: 'grace delays the close and never lengthens the period',
    rules: `${FLOOR}, grace: 10d`,
    given: [aid('a', '2025-01-01T00:00Z', '100')],
    at: {
      [END]: {
        'x@2024': {
          is: 'running open overdue',
          due: '2024-12-31T23:59:59.999Z',
          close: '2025-01-10T23:59:59.999Z',
          value: '0..0 EUR of 100',
        },
      },
      '2025-01-10T23:59:59.999Z': 'running open overdue',
      '2025-01-11T00:00Z': 'closed breached final',
    },
  },
  {
    says: 'a total is never met_late',
    rules: FLOOR,
    given: [aid('a', '2025-02-01T00:00Z', '100')],
    at: { '2025-02-01T00:00Z': 'closed breached final' },
  },
  {
    says: 'the first and the last millisecond of the period are in it',
    rules: FLOOR,
    given: [
      aid('a', '2024-01-01T00:00Z', '50'),
      aid('b', '2024-12-31T23:59:59.999Z', '50'),
      aid('c', '2023-12-31T23:59:59.999Z', '7'),
    ],
    at: { '2024-12-31T23:59:59.999Z': { 'x@2024': { is: 'closed met', value: '100..100 EUR of 100' } } },
  },
  {
    says: 'approximately moves the threshold of at_least down and leaves the printed target',
    rules: `${SUM}, target: {at_least: 100, unit: EUR, approximately: 5%}`,
    given: [aid('a', '2024-02-01T00:00Z', '94.99'), aid('b', '2024-03-01T00:00Z', '0.01')],
    at: {
      '2024-02-01T00:00Z': 'running open',
      '2024-03-01T00:00Z': { 'x@2024': { is: 'closed met', value: '95..95 EUR of 100' } },
    },
  },
  {
    says: 'approximately moves the threshold of at_most up',
    rules: `${SUM}, target: {at_most: 100, unit: EUR, approximately: 5%}`,
    given: [aid('a', '2024-02-01T00:00Z', '105'), aid('b', '2024-03-01T00:00Z', '0.01')],
    at: { '2024-02-01T00:00Z': 'running open', '2024-03-01T00:00Z': 'running breached' },
  },
  {
    says: 'a range adds its lowest to min and its highest to max; between them the close is unknown',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', { min: 80, max: '120' })],
    at: {
      '2024-02-01T00:00Z': { 'x@2024': { is: 'running open', value: '80..120 EUR of 100' } },
      [END]: 'closed unknown final',
    },
  },
  {
    says: 'a range wholly below the target is missed, wholly above it is met',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', { min: 80, max: 99 }), aid('b', '2024-03-01T00:00Z', { min: 20, max: 30 })],
    at: {
      '2024-02-02T00:00Z': 'running open',
      '2024-03-01T00:00Z': { 'x@2024': { is: 'closed met', value: '100..129 EUR of 100' } },
    },
  },
  {
    says: 'a flow astride the end of the period is possible: it adds to max only',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '80'), aid('b', '2024-12-31/2025-01-01', '30')],
    at: { [END]: { 'x@2024': { is: 'closed unknown final imprecise', value: '80..110 EUR of 100' } } },
  },
  {
    says: 'a disputed flow is possible',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '80'), aid('b', '2024-03-01T00:00Z', '30', DISPUTED)],
    at: {
      '2024-03-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '80..110 EUR of 100' } },
      [END]: 'closed unknown final contested',
    },
  },
  {
    says: 'a disputed refund is possible: it takes from min only',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '100'), aid('b', '2024-03-01T00:00Z', '-30', DISPUTED)],
    at: { '2024-03-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '70..100 EUR of 100' } } },
  },
  {
    says: 'a flow without an amount makes both ends unknown',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '100'), told('b', 'aid', '2024-03-01T00:00Z', { currency: 'EUR' })],
    at: {
      '2024-03-01T00:00Z': { 'x@2024': { is: 'running open', value: 'null..null EUR of 100' } },
      [END]: 'closed unknown final',
    },
  },
  {
    says: 'a missing rate leaves max unbounded when positive, and what is certain still decides',
    rules: FLOOR,
    given: [
      aid('a', '2024-02-01T00:00Z', '60'),
      aid('b', '2024-03-01T00:00Z', '5', {}, { currency: 'XAU' }),
      aid('c', '2024-04-01T00:00Z', '40'),
    ],
    at: {
      '2024-03-01T00:00Z': { 'x@2024': { is: 'running open', value: '60..null EUR of 100' } },
      '2024-04-01T00:00Z': { 'x@2024': { is: 'closed met', value: '100..null EUR of 100' } },
    },
  },
  {
    says: 'a missing rate of a refund leaves min unbounded',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '60'), aid('b', '2024-03-01T00:00Z', '-5', {}, { currency: 'XAU' })],
    at: { [END]: { 'x@2024': { is: 'closed breached final', value: 'null..60 EUR of 100' } } },
  },
  {
    says: 'a missing currency is a missing rate',
    rules: FLOOR,
    given: [told('a', 'aid', '2024-02-01T00:00Z', { amount: 5 })],
    at: { '2024-02-01T00:00Z': { 'x@2024': { value: '0..null EUR of 100' } } },
  },
  {
    says: 'JSON numbers are read from the source text',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_least: "12345678901234567.89", unit: kg}',
    given: [
      '{"specversion":"1.0","source":"s","id":"a","type":"aid","time":"2024-02-01T00:00:00Z","data":{"q":12345678901234567.89}}',
    ],
    at: {
      '2024-02-01T00:00Z': {
        'x@2024': { is: 'closed met', value: '12345678901234567.89..12345678901234567.89 kg of 12345678901234567.89' },
      },
    },
  },
  // dedupe
  {
    says: 'equal standing with different amounts is contested: lowest to highest',
    rules: KEYED,
    given: [
      aid('a', '2024-02-01T00:00Z', 50, {}, { flow: 'f' }),
      aid('b', '2024-02-02T00:00Z', 60, { source: 's2' }, { flow: 'f' }),
    ],
    at: {
      '2024-02-01T12:00Z': { 'x@2024': { is: 'running open', value: '50..50 EUR of 100' } },
      '2024-02-02T00:00Z': { 'x@2024': { is: 'running open contested', value: '50..60 EUR of 100' } },
    },
  },
  {
    says: 'equal standing with equal amounts, however written, is one flow',
    rules: KEYED,
    given: [
      aid('a', '2024-02-01T00:00Z', '100', {}, { flow: 'f' }),
      aid('b', '2024-02-02T00:00Z', '100.00', { source: 's2' }, { flow: 'f' }),
    ],
    at: { '2024-02-02T00:00Z': { 'x@2024': { is: 'closed met', value: '100..100 EUR of 100' } } },
  },
  {
    says: 'confirmed wins over reported, reported over disputed',
    rules: KEYED,
    given: [
      aid('a', '2024-02-01T00:00Z', 50, DISPUTED, { flow: 'f' }),
      aid('b', '2024-02-02T00:00Z', 60, {}, { flow: 'f' }),
      aid('c', '2024-02-03T00:00Z', 70, { standing: 'confirmed' }, { flow: 'f' }),
    ],
    at: {
      '2024-02-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '0..50 EUR of 100' } },
      '2024-02-02T00:00Z': { 'x@2024': { is: 'running open', value: '60..60 EUR of 100' } },
      '2024-02-03T00:00Z': {
        'x@2024': { is: 'running open', value: '70..70 EUR of 100', roles: ['a ignored', 'b ignored', 'c counted'] },
      },
    },
  },
  {
    says: 'the occurrence of a key is the hull of its winning reports',
    rules: KEYED,
    given: [
      aid('a', '2024-12-31T00:00Z', 100, {}, { flow: 'f' }),
      aid('b', '2025-01-02T00:00Z', 100, { source: 's2' }, { flow: 'f' }),
    ],
    at: {
      '2024-12-31T00:00Z': 'closed met',
      '2025-01-02T00:00Z': { 'x@2024': { is: 'closed unknown final imprecise', value: '0..100 EUR of 100' } },
    },
  },
  {
    says: 'losing reports do not stretch the hull',
    rules: KEYED,
    given: [
      aid('a', '2024-12-31T00:00Z', 100, { standing: 'confirmed' }, { flow: 'f' }),
      aid('b', '2025-01-02T00:00Z', 100, { source: 's2' }, { flow: 'f' }),
    ],
    at: { '2025-01-02T00:00Z': 'closed met final' },
  },
  {
    says: 'a report without the key stands alone',
    rules: KEYED,
    given: [aid('a', '2024-02-01T00:00Z', 50), aid('b', '2024-02-02T00:00Z', 50)],
    at: { '2024-02-02T00:00Z': 'closed met' },
  },
  // what is counted
  {
    says: 'distinct counts the different values of a field',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: meet, distinct: who}, target: {at_least: 2, unit: parties}',
    given: [
      told('a', 'meet', '2024-02-01T00:00Z', { who: 'A' }),
      told('b', 'meet', '2024-02-02T00:00Z', { who: 'A' }),
      told('c', 'meet', '2024-02-03T00:00Z', {}),
      told('d', 'meet', '2024-02-04T00:00Z', { who: 'B' }),
    ],
    at: {
      '2024-02-03T00:00Z': { 'x@2024': { value: '1..1 parties of 2' } },
      '2024-02-04T00:00Z': { 'x@2024': { is: 'closed met', value: '2..2 parties of 2' } },
    },
  },
  {
    says: 'with none of amount, quantity, distinct the events are counted',
    rules: 'id: x, kind: total, by_date: 2024-03-31, counts: {event: meet}, target: {at_least: 2, unit: meetings}',
    given: [
      told('a', 'meet', '2024-02-01T00:00Z'),
      told('b', 'meet', '2024-02-01T00:00Z'),
      told('c', 'meet', '2024-04-01T00:00Z'),
    ],
    at: {
      '2024-02-01T00:00Z': { 'x@term': { is: 'closed met', value: '2..2 meetings of 2' } },
      '2024-04-02T00:00Z': {
        'x@term': { is: 'closed met final', value: '2..2 meetings of 2', due: '2024-03-31T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'a list of counts adds up',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: [{event: boat, quantity: n}, {event: raft, quantity: m}], target: {at_least: 5, unit: vessels}',
    given: [told('a', 'boat', '2024-02-01T00:00Z', { n: 2 }), told('b', 'raft', '2024-02-02T00:00Z', { m: '3.0' })],
    at: { '2024-02-02T00:00Z': { 'x@2024': { is: 'closed met', value: '5..5 vessels of 5' } } },
  },
  // at_most
  {
    says: 'at_most is unknown while a violation is possible, breached once it is certain, open again after a refund, met at the close',
    rules: CEILING,
    given: [
      aid('a', '2024-02-01T00:00Z', '60'),
      aid('b', '2024-03-01T00:00Z', { min: 30, max: 60 }),
      aid('c', '2024-04-01T00:00Z', '10'),
      aid('d', '2024-05-01T00:00Z', '0.01'),
      aid('e', '2024-06-01T00:00Z', '-0.01'),
      aid('f', '2024-07-01T00:00Z', '-30'),
    ],
    at: {
      '2024-02-01T00:00Z': { 'x@2024': { is: 'running open', value: '60..60 EUR of 100' } },
      '2024-03-01T00:00Z': { 'x@2024': { is: 'running unknown', value: '90..120 EUR of 100' } },
      '2024-04-01T00:00Z': { 'x@2024': { is: 'running unknown', value: '100..130 EUR of 100' } },
      '2024-05-01T00:00Z': { 'x@2024': { is: 'running breached', value: '100.01..130.01 EUR of 100' } },
      '2024-05-01T00:00:00.001Z': 'running breached final',
      '2024-06-01T00:00Z': { 'x@2024': { is: 'running unknown', value: '100..130 EUR of 100' } },
      '2024-07-01T00:00Z': { 'x@2024': { is: 'running open', value: '70..100 EUR of 100' } },
      '2024-12-31T23:59:59.999Z': 'running open',
      [END]: 'closed met final',
    },
  },
  {
    says: 'at_most whose max exceeds the limit at the close is unknown',
    rules: CEILING,
    given: [aid('a', '2024-02-01T00:00Z', { min: 90, max: 101 })],
    at: { [END]: 'closed unknown final' },
  },
  {
    says: 'an at_most that is exceeded runs, breached, until its close',
    rules: `${CEILING}, settle: 2d`,
    given: [aid('a', '2024-02-01T00:00Z', 101)],
    at: {
      '2024-02-01T00:00Z': 'running breached',
      '2024-02-02T23:59:59.999Z': 'running breached',
      '2024-02-03T00:00Z': 'running breached final',
      [END]: 'closed breached final',
    },
  },
  {
    says: 'the role of a flow after which the limit is exceeded is violated',
    rules: CEILING,
    given: [aid('a', '2024-02-01T00:00Z', 100), aid('b', '2024-03-01T00:00Z', 1)],
    at: { '2024-03-01T00:00Z': { 'x@2024': { roles: ['a counted', 'b violated'] } } },
  },
  {
    says: 'without an end an at_most that may be exceeded is unknown, final with the latest flow that counts',
    force: '{from: 2024-01-01}',
    rules:
      'id: x, kind: total, during: term, counts: {event: aid, amount: amount, currency: currency}, target: {at_most: 100, unit: EUR}, settle: 2d',
    given: [aid('a', '2024-02-01T00:00Z', '60', DISPUTED), aid('b', '2024-02-02T00:00Z', '60')],
    at: {
      '2024-02-02T00:00Z': 'running unknown contested',
      '2024-02-03T23:59:59.999Z': 'running unknown contested',
      '2024-02-04T00:00Z': 'running unknown final contested',
    },
  },
  {
    says: 'at_most is not met by an agreement that ended before its close',
    rules: CEILING,
    given: [aid('a', '2024-02-01T00:00Z', '60'), order('T', 'termination', '2024-04-01T00:00Z')],
    at: { '2024-04-01T00:00:00.001Z': 'closed void final', '2025-02-01T00:00Z': 'closed void final' },
  },
  {
    says: 'before entry into force there is nothing to be behind of',
    force: '{when: {event: ratified}}',
    rules:
      'id: x, kind: total, during: term, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 100, unit: EUR, at_risk_below: 80%}',
    given: [aid('a', '2024-02-01T00:00Z', '60')],
    at: { '2024-04-01T00:00Z': { 'x@term': { is: 'dormant open', value: '0..0 EUR of 100', expected: null } } },
  },
  {
    says: 'a possible flow without an amount makes both ends unknown too',
    rules: FLOOR,
    given: [aid('a', '2024-02-01T00:00Z', '60'), aid('b', '2024-03-01T00:00Z', null, DISPUTED)],
    at: { '2024-04-01T00:00Z': { 'x@2024': { is: 'running open contested', value: 'null..null EUR of 100' } } },
  },
  {
    says: 'a range that lacks an end, or whose ends are the wrong way round, is no amount; nor is an exponent in a text',
    rules: FLOOR,
    given: [
      aid('a', '2024-02-01T00:00Z', { min: 2 }),
      aid('b', '2024-02-02T00:00Z', { max: 2 }),
      aid('c', '2024-02-03T00:00Z', { min: 4, max: 2 }),
      aid('d', '2024-02-04T00:00Z', '1e1'),
      aid('e', '2024-02-05T00:00Z', true),
    ],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': {
          reasons: [
            'a counted: counted, but names no amount',
            'b counted: counted, but names no amount',
            'c counted: counted, but names no amount',
            'd counted: counted, but names no amount',
            'e counted: counted, but names no amount',
          ],
        },
      },
    },
  },
  {
    says: 'distinct: a doubtful report may name a value, two reports of one key that differ name neither, none names nothing',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, target: {at_least: 3, unit: parties}, counts: {event: joined, distinct: who, dedupe: flow}',
    given: [
      told('a', 'joined', '2024-02-01T00:00Z', { who: 'A' }),
      told('b', 'joined', '2024-02-02T00:00Z', { who: 'B' }, DISPUTED),
      told('c', 'joined', '2024-02-03T00:00Z', { who: 'C', flow: 1 }),
      told('d', 'joined', '2024-02-04T00:00Z', { who: 'D', flow: 1 }),
      told('e', 'joined', '2024-02-05T00:00Z', { flow: 2 }),
      told('f', 'joined', '2024-02-06T00:00Z', { who: null }),
      told('g', 'joined', '2024-02-07T00:00Z', { who: 'A' }),
    ],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': {
          is: 'running open contested',
          value: '1..4 parties of 3',
          reasons: [
            'a counted: counted',
            'b counted: possible only: not told for certain by the sources that decide here',
            'c counted: counted, as one with d',
            'd counted: counted, as one with c',
            'e ignored: does not name what is counted',
            'f ignored: does not name what is counted',
            'g counted: counted',
          ],
        },
      },
    },
  },
  {
    says: 'a key of null is no key, and what has one counts beside what has none',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, target: {at_least: 100, unit: EUR}, counts: [{event: aid, amount: amount, currency: currency, dedupe: flow}, {event: loan, amount: amount, currency: currency}]',
    given: [
      aid('a', '2024-02-01T00:00Z', '10', {}, { flow: null }),
      aid('b', '2024-02-02T00:00Z', '20', {}, { flow: null }),
      told('l', 'loan', '2024-02-03T00:00Z', { amount: '40', currency: 'EUR' }),
      aid('o', '2023-12-02T00:00Z', '7', { standing: 'confirmed' }, { flow: 'k' }),
      aid('p', '2024-02-02T00:00Z', '8', {}, { flow: 'k' }),
      aid('z', '2025-02-02T00:00Z', '8', {}, { flow: 'z' }),
    ],
    at: {
      '2025-03-01T00:00Z': {
        'x@2024': {
          is: 'closed breached final',
          value: '70..70 EUR of 100',
          reasons: [
            'o ignored: before the time that counts',
            'a counted: counted as 10 EUR',
            'b counted: counted as 20 EUR',
            'p ignored: another report of the same has a higher standing',
            'l counted: counted as 40 EUR',
            'z ignored: after the time that counts',
          ],
        },
      },
    },
  },
  {
    says: 'of two reports of a flow one without an amount leaves it open, and each names the other',
    rules: KEYED,
    given: [
      aid('a', '2024-02-01T00:00Z', '60', {}, { flow: 'k' }),
      aid('b', '2024-02-02T00:00Z', null, {}, { flow: 'k' }),
      aid('c', '2024-02-03T00:00Z', '60', {}, { flow: 'k' }),
      aid('d', '2024-02-04T00:00Z', '5', {}, { flow: 'l' }),
      aid('e', '2024-02-05T00:00Z', '5', {}, { flow: 'l' }),
      aid('f', '2024-02-06T00:00Z', '5', {}, { flow: 'l' }),
    ],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': {
          is: 'running open contested',
          value: 'null..null EUR of 100',
          reasons: [
            'a counted: counted as 60 EUR, as one with b, c',
            'b counted: counted, but names no amount',
            'c counted: counted as 60 EUR, as one with a, b',
            'd counted: counted as 5 EUR, as one with e, f',
            'e counted: counted as 5 EUR, as one with d, f',
            'f counted: counted as 5 EUR, as one with d, e',
          ],
          explanation:
            'So far an amount that is not known against the target of 100 EUR for 2024: 2 flows counted; 1 of them without an amount, above all a.',
        },
      },
    },
  },
  {
    says: 'the widest of what is uncertain is named first',
    rules: FLOOR,
    given: [
      aid('a', '2024-02-01T00:00Z', { min: 10, max: 12 }),
      aid('b', '2024-02-02T00:00Z', { min: 4, max: 11 }),
      aid('c', '2024-02-03T00:00Z', '3', DISPUTED),
      aid('d', '2024-02-04T00:00Z', { min: -9, max: -8 }, DISPUTED),
    ],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': {
          value: '5..26 EUR of 100',
          explanation:
            'So far 5 EUR for certain, and up to 26 EUR with what is only possible, against the target of 100 EUR for 2024: 4 flows counted; 2 of them possible only (not told for certain by the sources that decide here), 2 of them uncertain in the amount only, above all d and b.',
        },
      },
    },
  },
  {
    says: 'flows are taken in the order of the world by the reports that win, however early others told of them',
    rules: [
      `${KEYED.replace('at_least: 100', 'at_most: 5')}`,
      'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}',
    ],
    given: [
      aid('a', '2024-02-01T00:00Z', '3', {}, { flow: 'k' }),
      aid('b', '2024-03-01T00:00Z', '3', {}, { flow: 'l' }),
      aid('c', '2024-03-10T00:00Z', '3', { standing: 'confirmed' }, { flow: 'k' }),
    ],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': { is: 'running breached final', roles: ['a ignored', 'b counted', 'c violated'] },
        'y@x@2024#1': { opened: '2024-03-10T00:00Z' },
      },
    },
  },
  {
    says: 'of flows that begin together the shorter comes first, then the smaller source, then the smaller id',
    rules: [
      `${KEYED.replace('at_least: 100', 'at_most: 3')}`,
      'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}',
    ],
    given: [
      ...['k', 'l', 'm', 'n'].map((flow) => aid(flow, '2024-02-01T00:00Z', '2', {}, { flow })),
      aid('a', '2024-03-10/2024-03-11', '2', { standing: 'confirmed' }, { flow: 'k' }),
      aid('b', '2024-03-10', '2', { standing: 'confirmed', source: 'z' }, { flow: 'l' }),
      aid('d', '2024-03-10', '2', { standing: 'confirmed' }, { flow: 'm' }),
      aid('c', '2024-03-10', '2', { standing: 'confirmed' }, { flow: 'n' }),
    ],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': {
          roles: [
            'k ignored',
            'l ignored',
            'm ignored',
            'n ignored',
            'c counted',
            'd violated',
            'b violated',
            'a violated',
          ],
        },
        'y@x@2024#1': { roles: ['d trigger'] },
        'y@x@2024#2': { roles: ['b trigger'] },
        'y@x@2024#3': { roles: ['a trigger'] },
      },
    },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const SHARE = `${SUM}, target: {at_least: 0.25, unit: EUR, percent_of: {indicator: gdp}}`
const gdp = (id: string, when: string, year: string, value: string, more: object = {}): object =>
  published(id, when, 'gdp', year, value, 'EUR', more)
const HUNDRED = aid('a', '2024-02-01T00:00Z', 100)

const shares: readonly Row[] = [
  {
    says: 'without a value of the indicator it is unknown and awaited, the target null',
    rules: SHARE,
    given: [HUNDRED],
    at: {
      '2024-02-02T00:00Z': { 'x@2024': { is: 'running unknown awaiting_reports', value: '100..100 EUR of null' } },
      [END]: 'closed unknown awaiting_reports',
    },
  },
  {
    says: '0.25 and 0.25% mean the same with percent_of',
    rules: `${SUM}, target: {at_least: 0.25%, unit: EUR, percent_of: {indicator: gdp}}`,
    given: [HUNDRED, gdp('g', '2024-03-01T00:00Z', '2024', '40000')],
    at: { '2024-03-01T00:00Z': { 'x@2024': { is: 'closed met', value: '100..100 EUR of 100' } } },
  },
  {
    says: 'a revised value re-decides, from its publication on',
    rules: SHARE,
    given: [HUNDRED, gdp('g', '2024-03-01T00:00Z', '2024', '40000'), gdp('h', '2024-04-01T00:00Z', '2024', '40001')],
    at: {
      '2024-03-31T00:00Z': 'closed met',
      '2024-04-01T00:00Z': { 'x@2024': { is: 'running open', value: '100..100 EUR of 100.0025' } },
    },
  },
  {
    says: 'year: previous takes the year before',
    rules: `${SUM}, target: {at_least: 0.25, unit: EUR, percent_of: {indicator: gdp, year: previous}}`,
    given: [HUNDRED, gdp('g', '2024-01-02T00:00Z', '2024', '1'), gdp('h', '2024-01-02T00:00Z', '2023', '80000')],
    at: { '2024-02-02T00:00Z': { 'x@2024': { is: 'running open', value: '100..100 EUR of 200' } } },
  },
  {
    says: 'equal publications with different values make an interval: between its ends unknown and contested, the target null',
    rules: SHARE,
    given: [
      HUNDRED,
      gdp('g', '2024-03-01T00:00Z', '2024', '39000'),
      gdp('h', '2024-03-01T00:00Z', '2024', '41000', { source: 'z' }),
    ],
    at: {
      '2024-03-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '100..100 EUR of null' } },
      [END]: 'closed unknown final contested',
    },
  },
  {
    says: 'above both ends of a contested target it is met',
    rules: SHARE,
    given: [
      aid('a', '2024-02-01T00:00Z', '102.5'),
      gdp('g', '2024-03-01T00:00Z', '2024', '39000'),
      gdp('h', '2024-03-01T00:00Z', '2024', '41000', { source: 'z' }),
    ],
    at: { '2024-03-01T00:00Z': 'closed met' },
  },
  {
    says: 'below both ends of a contested target it is missed',
    rules: SHARE,
    given: [
      aid('a', '2024-02-01T00:00Z', '97.49'),
      gdp('g', '2024-03-01T00:00Z', '2024', '39000'),
      gdp('h', '2024-03-01T00:00Z', '2024', '41000', { source: 'z' }),
    ],
    at: { [END]: 'closed breached final' },
  },
  {
    says: 'for a fiscal year named by its end the year is the one in the name',
    agreement: 'fiscal_years: {USA: {starts: 10-01, named: end}}',
    rules:
      'id: x, kind: total, during: {fiscal_year: 2024, of: USA}, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 0.25, unit: EUR, percent_of: {indicator: gdp}}',
    given: [HUNDRED, gdp('g', '2024-01-02T00:00Z', '2024', '40000'), gdp('h', '2024-01-02T00:00Z', '2023', '80000')],
    at: {
      '2024-02-02T00:00Z': {
        'x@FY2024': { is: 'closed met', opened: '2023-10-01T00:00Z', due: '2024-09-30T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'for a range of days it is the year in which it starts',
    rules:
      'id: x, kind: total, during: {from: 2023-12-31, until: 2024-06-30}, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 0.25, unit: EUR, percent_of: {indicator: gdp}}',
    given: [HUNDRED, gdp('g', '2024-01-02T00:00Z', '2024', '40000'), gdp('h', '2024-01-02T00:00Z', '2023', '80000')],
    at: { '2024-02-02T00:00Z': { 'x@term': { value: '100..100 EUR of 200' } } },
  },
  {
    says: 'for a quarter it is the year in its name',
    rules:
      'id: x, kind: total, every: quarter, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 0.25, unit: EUR, percent_of: {indicator: gdp}}',
    given: [HUNDRED, gdp('g', '2024-01-02T00:00Z', '2024', '40000')],
    at: { '2024-02-02T00:00Z': { 'x@2024-Q1': { is: 'closed met', value: '100..100 EUR of 100' } } },
  },
  {
    says: 'a value in another unit is no value',
    rules: SHARE,
    given: [HUNDRED, published('g', '2024-01-02T00:00Z', 'gdp', '2024', '40000', 'USD')],
    at: { '2024-02-02T00:00Z': 'running unknown awaiting_reports' },
  },
  {
    says: 'a publication that comes with the indicator of another series changes nothing',
    rules: SHARE,
    given: [
      HUNDRED,
      order('g', 'indicator', '2024-01-02T00:00Z', { series: 'gdp.JPN', period: '2024', value: '40000', unit: 'EUR' }),
    ],
    at: { '2024-02-02T00:00Z': 'running unknown awaiting_reports' },
  },
  {
    says: 'for the term it is the year in which it begins',
    force: '{from: 2024-06-01, term: 1y}',
    rules:
      'id: x, kind: total, during: term, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}}',
    given: [published('g', '2024-03-01T00:00Z', 'gdp', '2024', '1000')],
    at: { '2024-07-01T00:00Z': { 'x@term': { is: 'running open', value: '0..0 EUR of 100' } } },
  },
  {
    says: 'before entry into force a share of the term has no year',
    force: '{when: {event: ratified}}',
    rules:
      'id: x, kind: total, during: term, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}}',
    given: [published('g', '2024-03-01T00:00Z', 'gdp', '2024', '1000')],
    at: { '2024-07-01T00:00Z': { 'x@term': { is: 'dormant open', value: '0..0 EUR of null' } } },
  },
  {
    says: 'a target that is not one figure has no pace',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}, at_risk_below: 80%}',
    given: [
      published('g', '2024-03-01T00:00Z', 'gdp', '2024', '1000'),
      published('h', '2024-03-01T00:00Z', 'gdp', '2024', '1200'),
    ],
    at: { '2024-07-01T00:00Z': { 'x@2024': { is: 'running open contested', expected: null } } },
  },
  {
    says: 'for an anniversary it is the year in its name',
    force: '{from: 2023-06-01, term: 3y}',
    rules:
      'id: x, kind: total, every: anniversary, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}}',
    given: [published('g', '2024-03-01T00:00Z', 'gdp', '2024', '1000')],
    at: {
      '2024-07-01T00:00Z': {
        'x@2023-06-01': { value: '0..0 EUR of null' },
        'x@2024-06-01': { value: '0..0 EUR of 100' },
      },
    },
  },
  {
    says: 'a disputed publication is none, and of a contested figure every publication is on file',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}}',
    given: [
      published('g', '2024-03-01T00:00Z', 'gdp', '2024', '1000'),
      published('h', '2024-03-01T00:00Z', 'gdp', '2024', '1200'),
      published('i', '2024-03-02T00:00Z', 'gdp', '2024', '9000', 'EUR', DISPUTED),
    ],
    at: {
      '2024-07-01T00:00Z': {
        'x@2024': { is: 'running open contested', value: '0..0 EUR of null', roles: ['g control', 'h control'] },
      },
    },
  },
  {
    says: 'a share that is waived awaits no figure',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}}',
    given: [order('W', 'waiver', '2024-03-01T00:00Z', { commitment: 'x' })],
    at: { '2024-02-01T00:00Z': 'running unknown awaiting_reports', '2024-03-01T00:00Z': 'closed excused' },
  },
]

test.each(titled(shares))('percent_of: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
