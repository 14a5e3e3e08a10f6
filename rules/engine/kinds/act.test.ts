import { expect, test } from 'vitest'
import { DUTY, order, type Row, seen, titled, told } from '../../testing/worlds.ts'

// LANGUAGE §5, Acts.

/** From 1 March 00:00 to 2 March 00:00; with 24h and 12h of grace in time for certain up to 2 March 12:00, perhaps up to 3 March 12:00. */
const T = told('t', 'go', '2024-03-01T00:00Z/2024-03-02T00:00Z')
const LONG = `${DUTY}, within: 24h, grace: 12h`
const GO = told('t', 'go', '2024-03-01T00:00Z')
const OPEN = { force: '{from: 2024-01-01}' }

const rows: readonly Row[] = [
  {
    says: 'p1 >= t2 and p2 <= t1+d+grace is in time for certain, and counts whole as soon as it begins',
    rules: LONG,
    given: [T, told('p', 'done', '2024-03-02T00:00/2024-03-02T12:00')],
    at: {
      '2024-03-01T23:59:59.999Z': 'running open',
      '2024-03-02T00:00Z': 'closed met',
      '2024-03-03T12:00Z': 'closed met',
      '2024-03-03T12:00:00.001Z': 'closed met final',
    },
  },
  {
    says: 'p2 1 ms after t1+d+grace is possibly in time: open until the later close, then unknown',
    rules: LONG,
    given: [T, told('p', 'done', '2024-03-02T00:00/2024-03-02T12:00:00.001')],
    at: {
      '2024-03-02T00:00Z': 'running open imprecise',
      '2024-03-03T12:00Z': 'running open imprecise overdue',
      '2024-03-03T12:00:00.001Z': 'closed unknown final imprecise',
    },
  },
  {
    says: 'p1 1 ms before t2 is possibly in time',
    rules: LONG,
    given: [T, told('p', 'done', '2024-03-01T23:59:59.999Z')],
    at: { '2024-03-03T12:00:00.001Z': 'closed unknown final imprecise' },
  },
  {
    says: 'p2 = t1 is possibly in time',
    rules: LONG,
    given: [T, told('p', 'done', '2024-02-29T00:00/2024-03-01T00:00')],
    at: { '2024-03-03T12:00:00.001Z': 'closed unknown final imprecise' },
  },
  {
    says: 'p2 1 ms before t1 is no performance',
    rules: LONG,
    given: [T, told('p', 'done', '2024-02-29')],
    at: { '2024-03-03T12:00:00.001Z': 'closed breached final' },
  },
  {
    says: 'p1 = t2+d+grace is possibly in time',
    rules: LONG,
    given: [T, told('p', 'done', '2024-03-03T12:00Z')],
    at: {
      '2024-03-03T12:00Z': 'running open imprecise overdue',
      '2024-03-03T12:00:00.001Z': 'closed unknown final imprecise',
    },
  },
  {
    says: 'p1 1 ms after t2+d+grace is late for certain',
    rules: LONG,
    given: [T, told('p', 'done', '2024-03-03T12:00:00.001Z')],
    at: { '2024-03-03T12:00:00.001Z': 'closed met_late final' },
  },
  {
    says: 'a certain performance beside a possible one decides',
    rules: LONG,
    given: [T, told('p', 'done', '2024-03-01T20:00Z'), told('q', 'done', '2024-03-02T06:00Z')],
    at: { '2024-03-02T05:00Z': 'running open imprecise', '2024-03-02T06:00Z': 'closed met' },
  },
  {
    says: 'an imprecise performance wholly in time is certain',
    rules: `${DUTY}, within: 3d`,
    given: [GO, told('p', 'done', '2024-03-03/2024-03-04')],
    at: { '2024-03-02T23:59:59.999Z': 'running open', '2024-03-03T00:00Z': 'closed met' },
  },
  {
    says: 'an imprecise performance astride the deadline is possible',
    rules: `${DUTY}, within: 3d`,
    given: [GO, told('p', 'done', '2024-03-04/2024-03-05')],
    at: { '2024-03-04T00:00Z': 'running open imprecise', '2024-03-05T00:00Z': 'closed unknown final imprecise' },
  },
  {
    says: 'a performance known only by its month is possible where the month began before the trigger',
    rules: `${DUTY}, within: 2mo`,
    given: [told('t', 'go', '2024-03-02T00:00Z'), told('p', 'done', '2024-03')],
    at: { '2024-03-02T00:00Z': 'running open imprecise', '2024-05-03T00:00Z': 'closed unknown final imprecise' },
  },
  {
    says: 'a performance at the instant of the trigger counts',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-03-01T00:00Z')],
    at: { '2024-03-01T00:00Z': 'closed met' },
  },
  {
    says: 'a performance 1 ms before the trigger does not',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-02-29T23:59:59.999Z')],
    at: { '2024-03-02T00:00:00.001Z': 'closed breached final' },
  },
  {
    says: 'early_counts: 2d takes what came two days before, to the millisecond',
    rules: `${DUTY}, within: 24h, early_counts: 2d`,
    given: [GO, told('p', 'done', '2024-02-28T00:00Z')],
    at: { '2024-02-29T23:59:59.999Z': { x: { cases: [] } }, '2024-03-01T00:00Z': 'closed met' },
  },
  {
    says: 'early_counts: 2d does not take what came 1 ms earlier',
    rules: `${DUTY}, within: 24h, early_counts: 2d`,
    given: [GO, told('p', 'done', '2024-02-27T23:59:59.999Z')],
    at: { '2024-03-01T00:00Z': 'running open' },
  },
  {
    says: 'early_counts: true takes anything before',
    rules: `${DUTY}, within: 24h, early_counts: true`,
    given: [GO, told('p', 'done', '2024-01-02T00:00Z')],
    at: { '2024-03-01T00:00Z': 'closed met' },
  },
  {
    says: 'a performance within the grace is in time',
    rules: LONG,
    given: [GO, told('p', 'done', '2024-03-02T12:00Z')],
    at: { '2024-03-02T12:00Z': 'closed met' },
  },
  {
    says: 'a performance after the close is late',
    rules: LONG,
    given: [GO, told('p', 'done', '2024-03-02T12:00:00.001Z')],
    at: { '2024-03-02T12:00Z': 'running open overdue', '2024-03-02T12:00:00.001Z': 'closed met_late final' },
  },
  {
    says: 'a late performance months later is still late performance',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-09-01T00:00Z')],
    at: { '2024-08-31T00:00Z': 'closed breached final', '2024-09-01T00:00Z': 'closed met_late final' },
  },
  {
    says: 'where it is no longer owed after the deadline it stays breached',
    rules: `${DUTY}, within: 24h, still_owed_after_deadline: false`,
    given: [GO, told('p', 'done', '2024-03-02T00:00:00.001Z')],
    at: { '2024-03-02T00:00:00.001Z': 'closed breached final' },
  },
  {
    says: 'a disputed performance that is late for certain changes nothing',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-03-05T00:00Z', {}, { standing: 'disputed' })],
    at: { '2024-03-06T00:00Z': { 'x@s#t': { is: 'closed breached final', roles: ['t trigger', 'p ignored'] } } },
  },
  {
    says: 'one performance serves every case it fits; nothing is consumed',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('u', 'go', '2024-03-01T06:00Z'), told('p', 'done', '2024-03-01T12:00Z')],
    at: { '2024-03-01T12:00Z': { 'x@s#t': 'closed met', 'x@s#u': 'closed met' } },
  },
  {
    says: 'same ties a performance to its own trigger',
    rules: 'id: x, kind: act, when: {event: go}, counts: {event: done, same: [ref]}, within: 24h',
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('u', 'go', '2024-03-01T06:00Z', { ref: 2 }),
      told('p', 'done', '2024-03-01T12:00Z', { ref: 2 }),
    ],
    at: { '2024-03-01T12:00Z': { 'x@s#t': 'running open', 'x@s#u': 'closed met' } },
  },
  {
    says: 'two triggers run two overlapping clocks',
    rules: `${DUTY}, within: 48h`,
    given: [GO, told('u', 'go', '2024-03-02T00:00Z'), told('p', 'done', '2024-03-03T12:00Z')],
    at: {
      '2024-03-03T00:00Z': { 'x@s#t': 'running open due_soon', 'x@s#u': 'running open' },
      '2024-03-03T00:00:00.001Z': { 'x@s#t': 'closed breached final', 'x@s#u': 'running open' },
      '2024-03-03T12:00Z': { 'x@s#t': 'closed met_late final', 'x@s#u': 'closed met' },
    },
  },
  {
    says: 'several parties owe it jointly: one case, any qualifying event',
    rules: `${DUTY}, within: 24h, by: [JPN, UKR]`,
    given: [GO, told('p', 'done', '2024-03-01T12:00Z', { who: 'UKR' })],
    at: { '2024-03-01T12:00Z': { x: { cases: ['s#t'] }, 'x@s#t': 'closed met' } },
  },
  {
    says: 'without a trigger performance counts from entry into force',
    rules: 'id: x, kind: act, counts: {event: done}, by_date: 2024-03-31',
    given: [told('p', 'done', '2024-01-01T00:00Z')],
    at: {
      '2024-01-01T00:00Z': {
        'x@term': { is: 'closed met', opened: '2024-01-01T00:00Z', due: '2024-03-31T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'without a trigger performance 1 ms before entry does not count',
    rules: 'id: x, kind: act, counts: {event: done}, by_date: 2024-03-31',
    given: [told('p', 'done', '2023-12-31T23:59:59.999Z')],
    at: { '2024-01-01T00:00Z': 'running open', '2024-04-01T00:00Z': 'closed breached final' },
  },
  {
    says: "every month without within is due at the period's end and performed from its start",
    rules: 'id: x, kind: act, every: month, counts: {event: done}',
    given: [told('p', 'done', '2024-02-01T00:00Z')],
    at: {
      '2024-02-01T00:00Z': {
        'x@2024-01': { is: 'closed met_late final', due: '2024-01-31T23:59:59.999Z' },
        'x@2024-02': 'closed met',
      },
    },
  },
  {
    says: 'every month within 5d closes that long after the month ends',
    rules: 'id: x, kind: act, every: month, within: 5d, counts: {event: done}',
    given: [told('p', 'done', '2024-02-03T00:00Z')],
    at: {
      '2024-02-02T00:00Z': {
        'x@2024-01': { is: 'running open', due: '2024-02-05T23:59:59.999Z', close: '2024-02-05T23:59:59.999Z' },
      },
      '2024-02-03T00:00Z': { 'x@2024-01': 'closed met', 'x@2024-02': 'closed met' },
    },
  },
  {
    says: 'every month within 24h counts from the last millisecond of the month',
    rules: 'id: x, kind: act, every: month, within: 24h, counts: {event: done}',
    at: { '2024-01-02T00:00Z': { 'x@2024-01': { due: '2024-02-01T23:59:59.999Z' } } },
  },
  {
    says: 'with a trigger alone it is open until met',
    ...OPEN,
    rules: DUTY,
    given: [GO, told('p', 'done', '2031-01-01T00:00Z')],
    at: {
      '2030-12-31T00:00Z': { 'x@s#t': { is: 'running open', due: null, close: null, next_check: '2031-01-01T00:00Z' } },
      '2031-01-01T00:00Z': { 'x@s#t': 'closed met' },
      '2031-01-01T00:00:00.001Z': { 'x@s#t': 'closed met final' },
    },
  },
  {
    says: 'with a trigger alone and an end of the term it is due at that end',
    rules: DUTY,
    given: [GO],
    at: {
      '2024-06-01T00:00Z': {
        'x@s#t': { is: 'running open', due: '2025-12-31T23:59:59.999Z', close: '2025-12-31T23:59:59.999Z' },
      },
      '2026-01-01T00:00Z': { 'x@s#t': 'closed breached final' },
    },
  },
  {
    says: 'a met case is closed at once and final only after its close and settle',
    rules: `${DUTY}, within: 24h, settle: 2d`,
    given: [GO, told('p', 'done', '2024-03-01T01:00Z')],
    at: {
      '2024-03-01T01:00Z': 'closed met',
      '2024-03-03T23:59:59.999Z': 'closed met',
      '2024-03-04T00:00Z': 'closed met final',
    },
  },
  {
    says: 'a performance in doubt by its time and by its standing shows both',
    rules: `${DUTY}, within: 48h`,
    given: [GO, told('p', 'done', '2024-03-02/2024-03-05', {}, { standing: 'disputed' })],
    at: {
      '2024-03-02T00:00Z': 'running open contested imprecise',
      '2024-03-03T00:00:00.001Z': 'closed unknown final contested imprecise',
    },
  },
  {
    says: 'with minimum_sources: 2 one report in time and one that may be leave it contested and imprecise',
    rules: `${DUTY}, within: 48h, minimum_sources: 2`,
    given: [GO, told('p', 'done', '2024-03-02T00:00Z'), told('q', 'done', '2024-03-03', {}, { source: 'r' })],
    at: {
      '2024-03-02T00:00Z': 'running open contested',
      '2024-03-05T00:00Z': 'closed unknown final contested imprecise',
    },
  },
  {
    says: 'with minimum_sources: 2 one report in time and one too late leave it unknown',
    rules: `${DUTY}, within: 48h, minimum_sources: 2`,
    given: [GO, told('p', 'done', '2024-03-02T00:00Z'), told('q', 'done', '2024-03-04T00:00Z', {}, { source: 'r' })],
    at: { '2024-03-05T00:00Z': 'closed unknown final contested' },
  },
  {
    says: 'with minimum_sources: 2 two reports after the deadline are a late performance',
    rules: `${DUTY}, within: 48h, minimum_sources: 2`,
    given: [GO, told('p', 'done', '2024-03-04T00:00Z'), told('q', 'done', '2024-03-05T00:00Z', {}, { source: 'r' })],
    at: { '2024-03-04T00:00Z': 'closed breached final', '2024-03-05T00:00Z': 'closed met_late final' },
  },
  {
    says: 'what is done after the termination is nothing, however long it would have been owed',
    rules: `${DUTY}, within: 48h`,
    given: [
      GO,
      order('E', 'termination', '2024-03-02T00:00Z'),
      told('p', 'done', '2024-03-02T12:00Z'),
      told('q', 'done', '2024-03-08T00:00Z'),
    ],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': { is: 'closed void final', roles: ['t trigger', 'E control', 'p ignored', 'q ignored'] },
      },
    },
  },
  {
    says: 'early_counts takes nothing before an agreement is known to enter into force',
    force: '{when: {event: ratified}}',
    rules: [
      'id: x, kind: act, counts: {event: done}, by_date: 2024-03-31, early_counts: true',
      'id: y, kind: act, counts: {event: done}, by_date: 2024-03-31, early_counts: 3d',
    ],
    given: [
      told('p', 'done', '2024-01-05T00:00Z'),
      told('q', 'done', '2024-04-05T00:00Z'),
      told('r', 'ratified', '2024-01-07T00:00Z'),
    ],
    at: {
      '2024-01-06T00:00Z': {
        'x@term': { is: 'dormant open', reasons: ['p ignored: before the time that counts'] },
        'y@term': { is: 'dormant open', reasons: ['p ignored: before the time that counts'] },
      },
      '2024-01-07T00:00Z': { 'x@term': 'closed met', 'y@term': 'closed met' },
    },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
