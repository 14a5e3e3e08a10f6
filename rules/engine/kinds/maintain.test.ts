import { expect, test } from 'vitest'
import { published, type Row, seen, titled, told } from '../../testing/worlds.ts'

// LANGUAGE §5, Maintain. February 2024 has 29 days.

const STATE = 'state: {starts: {event: up}, ends: {event: down}, initially: true}'
const FEB = 'id: x, kind: maintain, during: {from: 2024-02-01, until: 2024-02-29}'
const KEPT = `${FEB}, ${STATE}`
const UNKNOWN = `${FEB}, state: {starts: {event: up}, ends: {event: down}}`
const share = (id: string, when: string, period: string, value: string, more: object = {}): object =>
  published(id, when, 'share', period, value, '%', more)

const rows: readonly Row[] = [
  {
    says: 'open while kept, met at the close',
    rules: KEPT,
    at: {
      '2024-01-31T23:59:59.999Z': 'dormant open',
      '2024-02-01T00:00Z': {
        'x@term': {
          is: 'running open',
          opened: '2024-02-01T00:00Z',
          due: '2024-02-29T23:59:59.999Z',
          close: '2024-02-29T23:59:59.999Z',
        },
      },
      '2024-02-29T23:59:59.999Z': 'running open',
      '2024-03-01T00:00Z': 'closed met final',
    },
  },
  {
    says: 'without lapse_allowed the first lapse breaches at once, and it runs on to its close',
    rules: `${KEPT}, settle: 2d`,
    given: [told('d', 'down', '2024-02-05T00:00Z'), told('u', 'up', '2024-02-06T00:00Z')],
    at: {
      '2024-02-05T00:00Z': 'running breached',
      '2024-02-06T00:00Z': 'running breached',
      '2024-02-06T23:59:59.999Z': 'running breached',
      '2024-02-07T00:00Z': 'running breached final',
      '2024-03-01T00:00Z': 'closed breached final',
    },
  },
  {
    says: 'a lapse that ends within lapse_allowed is none, to the millisecond',
    rules: `${KEPT}, lapse_allowed: 24h`,
    given: [told('d', 'down', '2024-02-05T00:00Z'), told('u', 'up', '2024-02-06T00:00Z')],
    at: { '2024-02-06T00:00Z': 'running open', '2024-03-01T00:00Z': 'closed met final' },
  },
  {
    says: 'a lapse 1 ms longer than lapse_allowed breaches at that millisecond',
    rules: `${KEPT}, lapse_allowed: 24h`,
    given: [told('d', 'down', '2024-02-05T00:00Z'), told('u', 'up', '2024-02-06T00:00:00.001Z')],
    at: { '2024-02-06T00:00Z': 'running open', '2024-02-06T00:00:00.001Z': 'running breached' },
  },
  {
    says: 'lapse_allowed is per lapse',
    rules: `${KEPT}, lapse_allowed: 24h`,
    given: [
      told('d', 'down', '2024-02-05T00:00Z'),
      told('u', 'up', '2024-02-05T20:00Z'),
      told('e', 'down', '2024-02-05T21:00Z'),
      told('v', 'up', '2024-02-06T20:00Z'),
    ],
    at: { '2024-03-01T00:00Z': 'closed met final' },
  },
  {
    says: 'a lapse cut short by the close has to have lasted longer than allowed',
    rules: `${KEPT}, lapse_allowed: 24h`,
    given: [told('d', 'down', '2024-02-29T00:00Z')],
    at: { '2024-02-29T23:59:59.999Z': 'running open', '2024-03-01T00:00Z': 'closed met final' },
  },
  {
    says: 'events before the case set the state',
    rules: UNKNOWN,
    given: [told('d', 'down', '2023-06-01T00:00Z')],
    at: { '2024-02-01T00:00Z': 'running breached' },
  },
  {
    says: 'the latest event before the case sets the state',
    rules: UNKNOWN,
    given: [told('d', 'down', '2023-06-01T00:00Z'), told('u', 'up', '2024-01-31T23:59:59.999Z')],
    at: { '2024-02-01T00:00Z': 'running open' },
  },
  {
    says: 'an unknown initial state is unknown without a flag, whatever is allowed, until an event settles it',
    rules: `${UNKNOWN}, lapse_allowed: 9d`,
    given: [told('u', 'up', '2024-02-20T00:00Z')],
    at: {
      '2024-02-01T00:00Z': 'running unknown',
      '2024-02-19T00:00Z': 'running unknown',
      '2024-02-20T00:00Z': 'running open',
      '2024-03-01T00:00Z': 'closed met final',
    },
  },
  {
    says: 'an initial state that no event ever settles is unknown at the close',
    rules: UNKNOWN,
    at: { '2024-03-01T00:00Z': 'closed unknown final' },
  },
  {
    says: 'an initial state of false is a lapse from the opening',
    rules: `${FEB}, state: {starts: {event: up}, ends: {event: down}, initially: false}, lapse_allowed: 1d`,
    at: { '2024-02-02T00:00Z': 'running open', '2024-02-02T00:00:00.001Z': 'running breached' },
  },
  {
    says: 'an imprecise end makes the state unknown over its interval and off after it',
    rules: `${KEPT}`,
    given: [told('d', 'down', '2024-02-05')],
    at: {
      '2024-02-04T23:59:59.999Z': 'running open',
      '2024-02-05T00:00Z': 'running unknown imprecise',
      '2024-02-05T23:59:59.999Z': 'running unknown imprecise',
      '2024-02-06T00:00Z': 'running breached',
    },
  },
  {
    says: 'with no close, a possible lapse becomes final when it settled after the latest instant it may have happened',
    force: '{from: 2024-02-01}',
    rules: `id: c, kind: maintain, state: {starts: {event: up}, ends: {event: down}, initially: true}, lapse_allowed: 12h, settle: 2d, accepts: [confirmed]`,
    given: [told('d', 'down', '2024-02-05')],
    at: {
      '2024-02-07T00:00Z': { c: { next_check: '2024-02-08T12:00Z' } },
      '2024-02-08T11:59:59.999Z': 'running unknown contested imprecise',
      '2024-02-08T12:00Z': 'running unknown final contested imprecise',
    },
  },
  {
    says: 'an imprecise lapse that certainly stays within what is allowed changes nothing',
    rules: `${KEPT}, lapse_allowed: 3d`,
    given: [told('d', 'down', '2024-02-05'), told('u', 'up', '2024-02-07T00:00Z')],
    at: { '2024-02-06T00:00Z': 'running open', '2024-03-01T00:00Z': 'closed met final' },
  },
  {
    says: 'a lapse that may have been too long is unknown',
    rules: `${KEPT}, lapse_allowed: 3d`,
    given: [told('d', 'down', '2024-02-05'), told('u', 'up', '2024-02-08T12:00Z')],
    at: {
      '2024-02-08T00:00Z': 'running open',
      '2024-02-08T00:00:00.001Z': 'running unknown imprecise',
      '2024-03-01T00:00Z': 'closed unknown final imprecise',
    },
  },
  {
    says: 'a disputed end is a possible lapse',
    rules: KEPT,
    given: [told('d', 'down', '2024-02-05T00:00Z', {}, { standing: 'disputed' }), told('u', 'up', '2024-02-06T00:00Z')],
    at: {
      '2024-02-05T00:00Z': 'running unknown contested',
      '2024-02-07T00:00Z': 'running unknown contested',
      '2024-03-01T00:00Z': 'closed unknown final contested',
    },
  },
  {
    says: 'a lapse before the case is none of its own once it has ended',
    rules: KEPT,
    given: [told('d', 'down', '2024-01-05T00:00Z'), told('u', 'up', '2024-01-06T00:00Z')],
    at: { '2024-03-01T00:00Z': 'closed met final' },
  },
  {
    says: 'a lapse in the last millisecond counts',
    rules: KEPT,
    given: [told('d', 'down', '2024-02-29T23:59:59.999Z')],
    at: { '2024-02-29T23:59:59.999Z': 'running breached', '2024-03-01T00:00Z': 'closed breached final' },
  },
  {
    says: 'a lapse after the close is none',
    rules: KEPT,
    given: [told('d', 'down', '2024-03-01T00:00Z')],
    at: { '2024-03-01T00:00Z': 'closed met final' },
  },
  {
    says: "an indicator's value holds over its period and until the next period that has one",
    rules: 'id: x, kind: maintain, state: {indicator: share, at_least: 2}',
    given: [share('a', '2024-01-01T00:00Z', '2024-01', '2'), share('b', '2024-05-01T00:00Z', '2024-05', '1.99')],
    at: {
      '2024-04-30T23:59:59.999Z': 'running open',
      '2024-05-01T00:00Z': { 'x@term': { is: 'running breached', value: '1.99..1.99 % of 2' } },
    },
  },
  {
    says: 'before the first value the state is unknown',
    rules: 'id: x, kind: maintain, state: {indicator: share, at_least: 2}',
    given: [share('a', '2024-03-01T00:00Z', '2024-02', '2')],
    at: {
      '2024-01-15T00:00Z': { 'x@term': { is: 'running unknown', value: 'null..null null of 2' } },
      '2024-03-01T00:00Z': 'running open',
    },
  },
  {
    says: 'a value published late re-decides the past',
    rules:
      'id: x, kind: maintain, state: {indicator: share, at_most: 3}, during: {from: 2024-02-01, until: 2024-12-31}',
    given: [
      share('a', '2024-01-15T00:00Z', '2024-01', '3'),
      share('b', '2024-06-01T00:00Z', '2024-04', '3.01'),
      share('c', '2024-07-01T00:00Z', '2024-04', '2.9'),
    ],
    at: {
      '2024-05-31T00:00Z': 'running open',
      '2024-06-01T00:00Z': 'running breached final',
      '2024-07-01T00:00Z': 'running open',
    },
  },
  {
    says: 'values that contradict each other across the bound are contested',
    rules: 'id: x, kind: maintain, state: {indicator: share, at_least: 2}',
    given: [
      share('a', '2024-01-01T00:00Z', '2024-01', '2.5'),
      share('b', '2024-02-01T00:00Z', '2024-02', '1.9'),
      share('c', '2024-02-01T00:00Z', '2024-02', '2.1', { source: 'z' }),
    ],
    at: {
      '2024-01-31T00:00Z': 'running open',
      '2024-02-01T00:00Z': { 'x@term': { is: 'running unknown contested', value: '1.9..2.1 % of 2' } },
    },
  },
  {
    says: 'a bound with a lapse allowed: a month below is forgiven, a day more is not',
    rules: 'id: x, kind: maintain, state: {indicator: share, at_least: 2}, lapse_allowed: 31d',
    given: [share('a', '2024-01-01T00:00Z', '2024-01', '2'), share('b', '2024-03-01T00:00Z', '2024-03', '1')],
    at: { '2024-04-01T00:00Z': 'running open', '2024-04-01T00:00:00.001Z': 'running breached' },
  },
  {
    says: 'the ends that enough sources report are certain, whatever is said of the starts',
    rules: `${KEPT}, minimum_sources: 2`,
    given: [
      told('d', 'down', '2024-02-05T00:00Z'),
      told('u', 'up', '2024-02-06T00:00Z'),
      told('v', 'up', '2024-02-07T00:00Z', {}, { source: 'r' }),
      told('e', 'down', '2024-02-09T00:00Z', {}, { source: 'r' }),
    ],
    at: {
      '2024-02-05T00:00Z': 'running unknown contested',
      '2024-02-07T00:00Z': 'running unknown contested',
      '2024-02-09T00:00Z': {
        'x@term': {
          is: 'running breached final',
          roles: ['d violated', 'u counted', 'v counted', 'e violated'],
          explanation: 'Not kept up: 2 lapses, the first since 2024-02-05 00:00 (UTC).',
        },
      },
    },
  },
  {
    says: 'the starts that enough sources report are certain, whatever is said of the ends',
    rules: `${UNKNOWN}, minimum_sources: 2`,
    given: [
      told('u', 'up', '2024-02-05T00:00Z'),
      told('v', 'up', '2024-02-06T00:00Z', {}, { source: 'r' }),
      told('d', 'down', '2024-02-09T00:00Z'),
    ],
    at: {
      '2024-02-05T00:00Z': 'running unknown',
      '2024-02-06T00:00Z': 'running open',
      '2024-02-09T00:00Z': 'running unknown contested',
    },
  },
  {
    says: 'what is said after the close settles nothing that was unknown at it',
    rules: UNKNOWN,
    given: [told('u', 'up', '2024-03-05T00:00Z')],
    at: { '2024-03-06T00:00Z': { 'x@term': { is: 'closed unknown final', roles: ['u ignored'] } } },
  },
  {
    says: 'a state set in its last millisecond is on file, one of the millisecond after is not',
    rules: KEPT,
    given: [told('u', 'up', '2024-02-29T23:59:59.999Z'), told('v', 'up', '2024-03-01T00:00Z')],
    at: { '2024-03-06T00:00Z': { 'x@term': { is: 'closed met final', roles: ['u counted', 'v ignored'] } } },
  },
  {
    says: 'a lapse that goes on after the close was not too long before it',
    rules: `${KEPT}, lapse_allowed: 24h`,
    given: [told('d', 'down', '2024-02-29T12:00Z')],
    at: { '2024-03-05T00:00Z': 'closed met final' },
  },
  {
    says: 'a bound is measured by the value that stood at the close',
    rules: `${FEB}, state: {indicator: share, at_least: 2.5}`,
    given: [share('a', '2024-01-10T00:00Z', '2024-01', '3'), share('b', '2024-03-10T00:00Z', '2024-03', '1')],
    at: {
      '2024-01-31T23:59:59.999Z': { 'x@term': { is: 'dormant open', value: 'null..null null of 2.5' } },
      '2024-02-01T00:00Z': { 'x@term': { is: 'running open', value: '3..3 % of 2.5' } },
      '2024-04-01T00:00Z': {
        'x@term': {
          is: 'closed met final',
          value: '3..3 % of 2.5',
          reasons: ['a counted: the published figure it is measured by', 'b ignored: after the time that counts'],
        },
      },
    },
  },
  {
    says: 'before entry into force nothing is measured',
    force: '{when: {event: ratified}}',
    rules: ['id: x, kind: maintain, state: {indicator: share, at_least: 2.5}', `id: y, kind: maintain, ${STATE}`],
    given: [share('a', '2024-01-10T00:00Z', '2024-01', '3'), told('d', 'down', '2024-01-20T00:00Z')],
    at: {
      '2024-02-01T00:00Z': {
        'x@term': {
          is: 'dormant open',
          value: 'null..null null of 2.5',
          explanation: 'The agreement is not in force yet.',
          reasons: [],
        },
        'y@term': { is: 'dormant open', explanation: 'The agreement is not in force yet.', reasons: [] },
      },
    },
  },
  {
    says: 'without a close a possible lapse is final once it may have lasted too long for certain',
    force: '{from: 2024-01-01}',
    rules: `id: x, kind: maintain, ${STATE}, lapse_allowed: 24h`,
    given: [told('d', 'down', '2024-02-05/2024-02-08', {}, { standing: 'disputed' })],
    at: {
      '2024-02-06T00:00Z': 'running open',
      '2024-02-06T00:00:00.001Z': {
        'x@term': {
          is: 'running unknown contested imprecise',
          explanation:
            'It cannot be said: the state may have lapsed since 2024-02-05 00:00 (UTC); the exact time or a confirmation would settle it.',
        },
      },
      '2024-02-10T00:00Z': 'running unknown contested imprecise',
      '2024-02-10T00:00:00.001Z': 'running unknown final contested imprecise',
    },
  },
  {
    says: 'a certain lapse that may be excused is unknown, and then every doubt shows',
    rules: `${KEPT}, excused_by: {event: storm}`,
    given: [
      told('e', 'storm', '2024-02-03/2024-02-06'),
      told('c', 'down', '2024-02-04T00:00Z', {}, { standing: 'disputed' }),
      told('b', 'up', '2024-02-04T12:00Z'),
      told('d', 'down', '2024-02-05T00:00Z'),
    ],
    at: { '2024-02-05T00:00Z': 'running unknown contested imprecise' },
  },
  {
    says: 'a state of which only something imprecise is said is unknown by no dispute',
    rules: UNKNOWN,
    given: [told('u', 'up', '2024-02-05/2024-02-08')],
    at: {
      '2024-02-05T00:00Z': {
        'x@term': {
          is: 'running unknown',
          explanation: 'It cannot be said: nothing on record tells whether the state holds.',
        },
      },
      '2024-02-08T23:59:59.999Z': {
        'x@term': {
          is: 'running unknown',
          explanation: 'It cannot be said: nothing on record tells whether the state holds.',
        },
      },
      '2024-02-09T00:00Z': { 'x@term': { is: 'running open', explanation: 'Kept up so far: no lapse is on record.' } },
    },
  },
  {
    says: 'a figure that nobody has published yet is no lapse, however long',
    rules: `${FEB}, state: {indicator: share, at_least: 2.5}, lapse_allowed: 2d`,
    at: {
      '2024-02-09T00:00Z': {
        'x@term': {
          is: 'running unknown',
          explanation: 'It cannot be said: nothing on record tells whether the state holds.',
          value: 'null..null null of 2.5',
        },
      },
    },
  },
  {
    says: 'of periods published out of order the later one stands',
    rules: `${FEB}, state: {indicator: share, at_least: 2.5}`,
    given: [share('a', '2024-01-10T00:00Z', '2024-02', '3'), share('b', '2024-01-20T00:00Z', '2024-01', '1')],
    at: { '2024-02-02T00:00Z': { 'x@term': { is: 'running open', value: '3..3 % of 2.5' } } },
  },
  {
    says: 'an event that starts the state does not end it as well',
    rules: `${FEB}, state: {starts: {event: set, where: {v: 1}}, ends: {event: set}, initially: true}`,
    given: [told('a', 'set', '2024-02-05T00:00Z', { v: 1 }), told('b', 'set', '2024-02-09T00:00Z', { v: 2 })],
    at: { '2024-02-08T00:00Z': 'running open', '2024-02-09T00:00Z': 'running breached' },
  },
  {
    says: 'of a start and an end at the same instant the later by (source, id) stands',
    rules: KEPT,
    given: [
      told('a', 'down', '2024-02-05T00:00Z'),
      told('b', 'up', '2024-02-05T00:00Z'),
      told('c', 'up', '2024-02-09T00:00Z'),
      told('d', 'down', '2024-02-09T00:00Z'),
    ],
    at: { '2024-02-05T00:00Z': 'running open', '2024-02-09T00:00Z': 'running breached' },
  },
  {
    says: 'a start and an end of which nobody knows which came first leave it open by time',
    rules: KEPT,
    given: [told('a', 'down', '2024-02-05/2024-02-07'), told('b', 'up', '2024-02-06')],
    at: {
      '2024-02-05T00:00Z': 'running unknown imprecise',
      '2024-02-09T00:00Z': {
        'x@term': {
          is: 'running unknown imprecise',
          explanation:
            'It cannot be said: the state may have lapsed since 2024-02-05 00:00 (UTC); the exact time or a confirmation would settle it.',
        },
      },
    },
  },
  {
    says: 'an end at the last instant of an imprecise start may have come before it',
    rules: KEPT,
    given: [told('b', 'up', '2024-02-05T00:00Z/2024-02-06T00:00Z'), told('c', 'down', '2024-02-06T00:00Z')],
    at: { '2024-02-05T00:00Z': 'running open', '2024-02-09T00:00Z': 'running unknown imprecise' },
  },
  {
    says: 'two ends that overlap leave nothing open once both have happened',
    rules: `${KEPT}, lapse_allowed: 20d`,
    given: [told('a', 'down', '2024-02-05/2024-02-07'), told('b', 'down', '2024-02-06', {}, { standing: 'disputed' })],
    at: { '2024-02-28T00:00Z': 'running unknown contested imprecise', '2024-03-01T00:00Z': 'closed breached final' },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
