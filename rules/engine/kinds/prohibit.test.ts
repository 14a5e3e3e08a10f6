import { expect, test } from 'vitest'
import { order, type Row, seen, titled, told } from '../../testing/worlds.ts'

// LANGUAGE §5, Prohibit; §5, Endeavour.

const NO = 'id: x, kind: prohibit, what: {event: bad}, during: {calendar_year: 2024}'
const UNCLEAR = `${NO}, unclear: {event: odd}`
const about = (id: string, when: string, verdict: string, event: string): object =>
  order(id, 'judgement', when, { case: 'ag/x@2024', verdict, about: { source: 's', id: event } })

const rows: readonly Row[] = [
  {
    says: 'open while kept, met at the close',
    rules: `${NO}, settle: 1d`,
    at: {
      '2023-12-31T23:59:59.999Z': 'dormant open',
      '2024-12-31T23:59:59.999Z': 'running open',
      '2025-01-01T00:00Z': 'closed met',
      '2025-01-01T23:59:59.999Z': 'closed met final',
    },
  },
  {
    says: 'breached from the first violation, running to its close; final from violation + settle',
    rules: `${NO}, settle: 5d`,
    given: [told('v', 'bad', '2024-03-01T00:00Z'), told('w', 'bad', '2024-03-10T00:00Z')],
    at: {
      '2024-02-29T23:59:59.999Z': 'running open',
      '2024-03-01T00:00Z': { 'x@2024': { is: 'running breached', roles: ['v violated'] } },
      '2024-03-05T23:59:59.999Z': 'running breached',
      '2024-03-06T00:00Z': 'running breached final',
      '2024-03-10T00:00Z': { 'x@2024': { is: 'running breached final', roles: ['v violated', 'w violated'] } },
      '2025-01-01T00:00Z': 'closed breached final',
    },
  },
  {
    says: 'the first and the last millisecond of the period are in it, the ones around it are not',
    rules: NO,
    given: [told('v', 'bad', '2023-12-31T23:59:59.999Z'), told('w', 'bad', '2025-01-01T00:00Z')],
    at: { '2025-01-01T00:00Z': { 'x@2024': { is: 'closed met final', roles: ['v ignored', 'w ignored'] } } },
  },
  {
    says: 'a violation in the last millisecond breaches',
    rules: NO,
    given: [told('v', 'bad', '2024-12-31T23:59:59.999Z')],
    at: { '2025-01-01T00:00Z': 'closed breached final' },
  },
  {
    says: 'a violation known to its day is certain when the whole day is in the period',
    rules: NO,
    given: [told('v', 'bad', '2024-12-31')],
    at: { '2024-12-31T00:00Z': 'running breached' },
  },
  {
    says: 'a violation astride the edge of the period is possible, unknown from its from',
    rules: NO,
    given: [told('v', 'bad', '2024-12-31/2025-01-01')],
    at: {
      '2024-12-30T23:59:59.999Z': 'running open',
      '2024-12-31T00:00Z': 'running unknown imprecise',
      '2025-01-02T00:00Z': 'closed unknown final imprecise',
    },
  },
  {
    says: 'a disputed violation is possible only while none is certain',
    rules: NO,
    given: [told('v', 'bad', '2024-03-01T00:00Z', {}, { standing: 'disputed' }), told('w', 'bad', '2024-04-01T00:00Z')],
    at: { '2024-03-01T00:00Z': 'running unknown contested', '2024-04-01T00:00Z': 'running breached' },
  },
  {
    says: 'without during there is one case for the term',
    rules: 'id: x, kind: prohibit, what: {event: bad}',
    at: {
      '2024-06-01T00:00Z': {
        'x@term': { is: 'running open', opened: '2024-01-01T00:00Z', due: '2025-12-31T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'an unclear event needs a judgement at once',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z')],
    at: {
      '2024-02-29T00:00Z': 'running open',
      '2024-03-01T00:00Z': 'running needs_judgement',
      '2025-01-01T00:00Z': 'closed needs_judgement',
    },
  },
  {
    says: 'an unclear event judged met is none; each is judged for itself',
    rules: UNCLEAR,
    given: [
      told('o', 'odd', '2024-03-01T00:00Z'),
      told('p', 'odd', '2024-03-02T00:00Z'),
      about('j', '2024-03-05T00:00Z', 'met', 'o'),
      about('k', '2024-03-06T00:00Z', 'met', 'p'),
    ],
    at: {
      '2024-03-05T00:00Z': 'running needs_judgement',
      '2024-03-06T00:00Z': 'running open',
      '2025-01-01T00:00Z': 'closed met final',
    },
  },
  {
    says: 'an unclear event judged breached is a violation',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z'), about('j', '2024-03-05T00:00Z', 'breached', 'o')],
    at: {
      '2024-03-04T00:00Z': 'running needs_judgement',
      '2024-03-05T00:00Z': { 'x@2024': { is: 'running breached final' } },
    },
  },
  {
    says: 'a certain violation leaves nothing to judge',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z'), told('v', 'bad', '2024-03-02T00:00Z')],
    at: { '2024-03-02T00:00Z': 'running breached' },
  },
  {
    says: 'violations are counted in the order in which they happened, one judged to be one among them',
    rules: [
      'id: x, kind: prohibit, what: {event: bad}, unclear: {event: odd}',
      'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}',
    ],
    given: [
      told('u', 'odd', '2024-02-01T00:00Z'),
      order('J', 'judgement', '2024-02-02T00:00Z', {
        case: 'ag/x@term',
        verdict: 'breached',
        about: { source: 's', id: 'u' },
      }),
      told('b', 'bad', '2024-03-01T00:00Z'),
    ],
    at: {
      '2024-02-20T00:00Z': { y: { cases: ['x@term#1'] }, 'y@x@term#1': { opened: '2024-02-01T00:00Z' } },
      '2024-03-01T00:00Z': {
        y: { cases: ['x@term#1', 'x@term#2'] },
        'y@x@term#1': { opened: '2024-02-01T00:00Z' },
        'y@x@term#2': { opened: '2024-03-01T00:00Z' },
      },
    },
  },
  {
    says: 'a judgement about an event of one source says nothing about one of another with the same id',
    rules: UNCLEAR,
    given: [
      told('o', 'odd', '2024-03-01T00:00Z'),
      told('o', 'odd', '2024-03-02T00:00Z', {}, { source: 'r' }),
      about('j', '2024-03-05T00:00Z', 'met', 'o'),
    ],
    at: {
      '2024-03-06T00:00Z': {
        'x@2024': { is: 'running needs_judgement', roles: ['o ignored', 'o counted', 'j control'] },
      },
    },
  },
  {
    says: 'an event that is clear and unclear is clear',
    rules: `${NO.replace('{event: bad}', '{event: bad, where: {k: 1}}')}, unclear: {event: bad}`,
    given: [told('v', 'bad', '2024-03-02T00:00Z', { k: 1 }), told('o', 'bad', '2024-03-03T00:00Z', { k: 2 })],
    at: {
      '2024-03-04T00:00Z': {
        'x@2024': {
          is: 'running breached final',
          roles: ['v violated', 'o counted'],
          explanation: 'Violated 1 time, first by v (s).',
        },
      },
    },
  },
  {
    says: 'with minimum_sources: 2 nothing is contested before anything is said, and what one source says opens nothing',
    rules: [`${NO}, minimum_sources: 2`, 'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}'],
    given: [told('v', 'bad', '2024-03-02T00:00Z')],
    at: {
      '2024-03-01T00:00Z': { 'x@2024': 'running open' },
      '2024-03-02T00:00Z': { 'x@2024': 'running unknown contested', y: { cases: [] } },
    },
  },
  {
    says: 'with minimum_sources: 2 a violation counts from where the second source tells of one',
    rules: [`${NO}, minimum_sources: 2, settle: 10d`],
    given: [told('v', 'bad', '2024-03-02T00:00Z'), told('w', 'bad', '2024-03-08/2024-03-09', {}, { source: 'r' })],
    at: {
      '2024-03-08T00:00Z': 'running breached',
      '2024-03-12T00:00Z': 'running breached',
      '2024-03-19T23:59:59.998Z': 'running breached',
      '2024-03-19T23:59:59.999Z': 'running breached final',
    },
  },
  {
    says: 'with minimum_sources: 2 a possible violation before a certain one is the first telling',
    rules: `${NO}, minimum_sources: 2, settle: 10d`,
    given: [told('v', 'bad', '2024-03-05T00:00Z'), told('w', 'bad', '2023-12-31/2024-01-02', {}, { source: 'r' })],
    at: {
      '2024-03-04T00:00Z': {
        'x@2024': {
          is: 'running unknown contested imprecise',
          explanation:
            'It cannot be said: w (r) would violate it, but its time is not exact enough and it is disputed, not confirmed as this asks, or told by a source that does not count here; a confirmation or its exact time would settle it.',
        },
      },
      '2024-03-05T00:00Z': 'running breached',
      '2024-03-14T23:59:59.999Z': 'running breached',
      '2024-03-15T00:00Z': 'running breached final',
    },
  },
  {
    says: 'with minimum_sources: 2 what may be the latest violation is named',
    rules: `${NO}, minimum_sources: 2`,
    given: [told('v', 'bad', '2024-03-05T00:00Z'), told('w', 'bad', '2023-12-31/2024-01-02')],
    at: {
      '2024-03-05T00:00Z': {
        'x@2024': {
          is: 'running unknown contested imprecise',
          explanation:
            'It cannot be said: v (s) would violate it, but its time is not exact enough and it is disputed, not confirmed as this asks, or told by a source that does not count here; a confirmation or its exact time would settle it.',
        },
      },
    },
  },
  {
    says: 'a disputed unclear event needs a judgement, and is contested',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z', {}, { standing: 'disputed' })],
    at: { '2024-03-02T00:00Z': 'running needs_judgement contested' },
  },
  {
    says: 'of unclear events every doubt shows',
    rules: UNCLEAR,
    given: [told('o', 'odd', '2024-03-01T00:00Z'), told('p', 'odd', '2024-03-02T00:00Z', {}, { standing: 'disputed' })],
    at: { '2024-03-02T00:00Z': 'running needs_judgement contested' },
  },
  {
    says: 'beside a violation that may be excused every doubt shows',
    rules: `${NO}, excused_by: {event: storm}`,
    given: [
      told('e', 'storm', '2024-02-20/2024-03-05'),
      told('v', 'bad', '2024-03-01T00:00Z'),
      told('w', 'bad', '2024-03-02T00:00Z', {}, { standing: 'disputed' }),
    ],
    at: {
      '2024-03-01T00:00Z': 'running unknown imprecise',
      '2024-03-02T00:00Z': 'running unknown contested imprecise',
    },
  },
  {
    says: 'a violation after one that was judged to be none is one',
    rules: `${NO}, unclear: {event: odd}`,
    given: [
      told('v', 'bad', '2024-03-01T00:00Z'),
      about('j', '2024-03-02T00:00Z', 'met', 'v'),
      told('w', 'bad', '2024-03-03T00:00Z'),
    ],
    at: {
      '2024-03-02T00:00Z': 'running open',
      '2024-03-03T00:00Z': { 'x@2024': { is: 'running breached', roles: ['v ignored', 'j control', 'w violated'] } },
    },
  },
]

test.each(titled(rows))('prohibit: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const HALF = { force: '{from: 2024-01-01, until: 2024-06-30}' }
const EFFORT = 'id: x, kind: endeavour, signs_of_effort: {event: talk}, stalled_after: 30d, judged_by: a panel'

const endeavours: readonly Row[] = [
  {
    says: 'stalled from 1 ms after the opening + stalled_after, until a sign',
    ...HALF,
    rules: EFFORT,
    given: [told('t', 'talk', '2024-02-10T00:00Z')],
    at: {
      '2024-01-31T00:00Z': 'running open',
      '2024-01-31T00:00:00.001Z': 'running open stalled',
      '2024-02-10T00:00Z': 'running open',
      '2024-03-11T00:00Z': 'running open',
      '2024-03-11T00:00:00.001Z': 'running open stalled',
    },
  },
  {
    says: "it is counted from the last sign's to, and doubtful signs count",
    ...HALF,
    rules: EFFORT,
    given: [told('t', 'talk', '2024-02-10', {}, { standing: 'disputed' })],
    at: { '2024-03-11T23:59:59.999Z': 'running open', '2024-03-12T00:00Z': 'running open stalled' },
  },
  {
    says: 'at the close it needs a judgement and never breaches by itself; a judgement settles it',
    ...HALF,
    rules: EFFORT,
    given: [order('j', 'judgement', '2024-08-01T00:00Z', { case: 'ag/x@term', verdict: 'met' })],
    at: {
      '2024-06-30T23:59:59.999Z': 'running open stalled',
      '2024-07-01T00:00Z': 'closed needs_judgement',
      '2024-07-31T00:00Z': 'closed needs_judgement',
      '2024-08-01T00:00Z': 'closed met final overridden',
    },
  },
  {
    says: 'the outcome gives met at once',
    ...HALF,
    rules: `${EFFORT}, outcome: {event: deal}`,
    given: [told('d', 'deal', '2024-06-01T00:00Z')],
    at: { '2024-06-01T00:00Z': 'closed met', '2024-07-01T00:00Z': 'closed met final' },
  },
  {
    says: 'an outcome after the close is none',
    ...HALF,
    rules: `${EFFORT}, outcome: {event: deal}`,
    given: [told('d', 'deal', '2024-07-01T00:00Z')],
    at: { '2024-07-01T00:00Z': 'closed needs_judgement' },
  },
  {
    says: 'an outcome astride the opening is possible only',
    ...HALF,
    rules: `${EFFORT}, outcome: {event: deal}`,
    given: [told('d', 'deal', '2023-12-31/2024-01-02')],
    at: {
      '2024-01-03T00:00Z': { 'x@term': { is: 'running open imprecise', roles: ['d performed'] } },
      '2024-07-01T00:00Z': {
        'x@term': {
          is: 'closed unknown final imprecise',
          explanation:
            'It cannot be said: d (s) may be the outcome, but its time is not exact enough; a confirmation or its exact time would settle it.',
        },
      },
    },
  },
]

test.each(titled(endeavours))('endeavour: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
