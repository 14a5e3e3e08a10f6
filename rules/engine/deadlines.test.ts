import { expect, test } from 'vitest'
import { DUTY, type Row, type Setting, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §1: instants, durations, deadlines.

const KYIV = 'Europe/Kyiv'
const APIA = { zone: 'Pacific/Apia', force: '{from: 2011-01-01}' }
const TOKYO = 'calendars: {tokyo: {weekend: [sat, sun], holidays: [2024-02-12]}}'

/** `within` counted from a trigger, and the deadline it gives. */
const COUNTED: readonly (Setting & { within: string; from: string; due: string; says: string })[] = [
  { within: '90m', from: '2024-01-31T12:00Z', due: '2024-01-31T13:30Z', says: 'minutes are elapsed time' },
  { within: '24h', from: '2024-01-31T12:00Z', due: '2024-02-01T12:00Z', says: 'hours are elapsed time' },
  { within: '3d', from: '2024-03-01T00:00Z', due: '2024-03-04T23:59:59.999Z', says: '3d from the first ms of 1 March' },
  {
    within: '3d',
    from: '2024-03-01T23:59:59.999Z',
    due: '2024-03-04T23:59:59.999Z',
    says: '3d from the last ms of 1 March',
  },
  {
    within: '3d',
    from: '2024-03-01',
    due: '2024-03-04T23:59:59.999Z',
    says: 'a trigger somewhere in one day gives one deadline',
  },
  { within: '2w', from: '2024-01-31T12:00Z', due: '2024-02-14T23:59:59.999Z', says: 'weeks are seven days' },
  {
    within: '1mo',
    from: '2024-01-31T12:00Z',
    due: '2024-02-29T23:59:59.999Z',
    says: '31 January + 1mo clamps to a leap February',
  },
  {
    within: '13mo',
    from: '2024-01-31T12:00Z',
    due: '2025-02-28T23:59:59.999Z',
    says: '31 January + 13mo clamps to a common February',
  },
  {
    within: '2mo',
    from: '2024-01-31T12:00Z',
    due: '2024-03-31T23:59:59.999Z',
    says: 'months count from the anchor: + 2mo is 31 March again',
  },
  { within: '6mo', from: '2024-08-31T12:00Z', due: '2025-02-28T23:59:59.999Z', says: '31 August + 6mo' },
  { within: '1mo', from: '2024-03-31T12:00Z', due: '2024-04-30T23:59:59.999Z', says: '31 March + 1mo' },
  { within: '1y', from: '2024-02-29T12:00Z', due: '2025-02-28T23:59:59.999Z', says: '29 February + 1y' },
  {
    within: '4y',
    from: '2024-02-29T12:00Z',
    due: '2028-02-29T23:59:59.999Z',
    says: '29 February + 4y is a leap day again',
  },
  {
    within: '10bd of tokyo',
    from: '2024-01-31T12:00Z',
    due: '2024-02-15T23:59:59.999Z',
    says: 'business days skip weekends and a listed holiday',
    parts: TOKYO,
  },
  {
    within: '1bd of tokyo',
    from: '2024-02-10T12:00Z',
    due: '2024-02-13T23:59:59.999Z',
    says: 'from a Saturday, past a holiday Monday',
    parts: TOKYO,
  },
  {
    within: '1bd of jp',
    from: '2024-05-02T12:00Z',
    due: '2024-05-07T23:59:59.999Z',
    says: 'the Golden Week of a maintained calendar',
    parts: 'calendars: {jp: {country: JP}}',
  },
  {
    within: '2bd of gulf',
    from: '2024-05-02T12:00Z',
    due: '2024-05-06T23:59:59.999Z',
    says: 'a weekend of Friday and Saturday',
    parts: 'calendars: {gulf: {weekend: [fri, sat]}}',
  },
  {
    within: '24h',
    from: '2024-03-30T12:00',
    due: '2024-03-31T10:00Z',
    says: '24h over the spring change is 13:00 the next day',
    zone: KYIV,
  },
  {
    within: '1d',
    from: '2024-03-30T12:00',
    due: '2024-03-31T20:59:59.999Z',
    says: '1d over the spring change is the end of the short day',
    zone: KYIV,
  },
  {
    within: '24h',
    from: '2024-10-26T12:00',
    due: '2024-10-27T09:00Z',
    says: '24h over the autumn change is 11:00 the next day',
    zone: KYIV,
  },
  {
    within: '1d',
    from: '2024-10-26T12:00',
    due: '2024-10-27T21:59:59.999Z',
    says: '1d over the autumn change is the end of the long day',
    zone: KYIV,
  },
  {
    within: '1h',
    from: '2024-03-31T03:30',
    due: '2024-03-31T02:30Z',
    says: 'a time in the gap is read later',
    zone: KYIV,
  },
  {
    within: '1h',
    from: '2024-10-27T03:30',
    due: '2024-10-27T01:30Z',
    says: 'a time in the fold is read earlier',
    zone: KYIV,
  },
  {
    within: '3d',
    from: '2011-12-27T12:00',
    due: '2011-12-30T09:59:59.999Z',
    says: 'a deadline on the day Apia skipped ends before the jump',
    ...APIA,
  },
  {
    within: '4d',
    from: '2011-12-27T12:00',
    due: '2011-12-31T09:59:59.999Z',
    says: 'a day later ends 31 December',
    ...APIA,
  },
  {
    within: '24h',
    from: '2011-12-29T12:00',
    due: '2011-12-30T22:00Z',
    says: '24h over the skipped day is noon on 31 December',
    ...APIA,
  },
  {
    within: '24h',
    from: '2024-03-01T10:00:00.9999Z',
    due: '2024-03-02T10:00:00.999Z',
    says: 'digits finer than a millisecond are cut off',
  },
]

test.each(titled(COUNTED, ({ within, from, says }) => `within ${within} of ${from}: ${says}`))(
  '%s',
  (_, { within, from, due, ...setting }) => {
    const at = '2030-01-01T00:00Z'
    const row: Row = {
      ...setting,
      rules: `${DUTY}, within: ${within}`,
      given: [told('t', 'go', from)],
      at: { [at]: { 'x@s#t': { due, close: due } } },
    }
    expect(seen(row)).toEqual(row.at)
  },
)

/** What a trigger's `occurred` covers, as its case is `opened`. */
const OCCURRED = [
  { occurred: '2024-12-25T05:30+02:00', opened: '2024-12-25T03:30Z', says: 'minutes with an offset are an instant' },
  { occurred: '2024-12-25T05:30', opened: '2024-12-25T03:30Z', says: "a local time is read in the agreement's zone" },
  { occurred: '2024-12-25T05:30:15.25', opened: '2024-12-25T03:30:15.250Z', says: 'seconds and their fraction' },
  { occurred: '2024-07-09', opened: '2024-07-08T21:00Z / 2024-07-09T20:59:59.999Z', says: 'a day runs to its last ms' },
  { occurred: '2024-03-31', opened: '2024-03-30T22:00Z / 2024-03-31T20:59:59.999Z', says: 'a day of 23 hours' },
  { occurred: '2024-10-27', opened: '2024-10-26T21:00Z / 2024-10-27T21:59:59.999Z', says: 'a day of 25 hours' },
  { occurred: '2024-06', opened: '2024-05-31T21:00Z / 2024-06-30T20:59:59.999Z', says: 'a month' },
  { occurred: '2024-02', opened: '2024-01-31T22:00Z / 2024-02-29T21:59:59.999Z', says: 'a leap February' },
  { occurred: '2024', opened: '2023-12-31T22:00Z / 2024-12-31T21:59:59.999Z', says: 'a year' },
  { occurred: '2024-07-09/2024-07-10', opened: '2024-07-08T21:00Z / 2024-07-10T20:59:59.999Z', says: 'two days' },
  {
    occurred: '2024-07/2024-08-10',
    opened: '2024-06-30T21:00Z / 2024-08-10T20:59:59.999Z',
    says: 'an interval of a month and a day',
  },
  {
    occurred: '2024-07-09T10:00/2024-07-09T12:00',
    opened: '2024-07-09T07:00Z / 2024-07-09T09:00Z',
    says: 'an interval of local times',
  },
  {
    occurred: '2024-07-09T10:00/2024-07-09T10:00',
    opened: '2024-07-09T07:00Z',
    says: 'an interval of one instant is an instant',
  },
  {
    occurred: '2024-07-09',
    zone: 'Asia/Tokyo',
    opened: '2024-07-08T15:00Z / 2024-07-09T14:59:59.999Z',
    says: "a day in the event's own zone",
  },
  {
    occurred: '2024-07-09',
    time: '2024-01-05T00:00:00Z',
    opened: '2024-07-08T21:00Z / 2024-07-09T20:59:59.999Z',
    says: 'occurred wins over time',
  },
]

test.each(
  titled<{ says: string; occurred: string; opened: string; zone?: string; time?: string }>(
    OCCURRED,
    ({ occurred, says }) => `occurred ${occurred}: ${says}`,
  ),
)('%s', (_, { occurred, opened, zone, time }) => {
  const trigger = { specversion: '1.0', source: 's', id: 't', type: 'go', occurred, zone, time }
  const row = {
    says: '',
    zone: KYIV,
    rules: `${DUTY}, within: 24h`,
    given: [trigger],
    at: { '2030-01-01T00:00Z': { 'x@s#t': { opened } } },
  }
  expect(seen(row)).toEqual(row.at)
})

const GO = told('t', 'go', '2024-03-01T10:00Z')
const IMPRECISE = told('t', 'go', '2024-03-01T00:00Z/2024-03-02T00:00Z')

const rows: readonly Row[] = [
  {
    says: 'without grace a case is breached 1 ms after due',
    rules: `${DUTY}, within: 24h`,
    given: [GO],
    at: { '2024-03-02T10:00Z': 'running open due_soon', '2024-03-02T10:00:00.001Z': 'closed breached final' },
  },
  {
    says: 'a performance in the last millisecond is in time',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('d', 'done', '2024-03-02T10:00:00.0009Z')],
    at: {
      '2024-03-02T09:59:59.999Z': 'running open due_soon',
      '2024-03-02T10:00Z': 'closed met',
      '2024-03-02T10:00:00.001Z': 'closed met final',
    },
  },
  {
    says: 'a performance 1 ms later is late',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('d', 'done', '2024-03-02T10:00:00.001Z')],
    at: { '2024-03-02T10:00Z': 'running open due_soon', '2024-03-02T10:00:00.001Z': 'closed met_late final' },
  },
  {
    says: 'with grace overdue begins 1 ms after due and the breach 1 ms after the close',
    rules: `${DUTY}, within: 24h, grace: 1d`,
    given: [GO],
    at: {
      '2024-03-02T10:00Z': {
        'x@s#t': { is: 'running open due_soon', due: '2024-03-02T10:00Z', close: '2024-03-03T10:00Z' },
      },
      '2024-03-02T10:00:00.001Z': 'running open overdue',
      '2024-03-03T10:00Z': 'running open overdue',
      '2024-03-03T10:00:00.001Z': 'closed breached final',
    },
  },
  {
    says: 'settle keeps the clock time: 1d over the spring change is 23 hours',
    zone: KYIV,
    rules: `${DUTY}, within: 1h, settle: 1d`,
    given: [told('t', 'go', '2024-03-30T12:00')],
    at: { '2024-03-31T09:59:59.999Z': 'closed breached', '2024-03-31T10:00Z': 'closed breached final' },
  },
  {
    says: 'settle of 24h over the spring change is 24 hours',
    zone: KYIV,
    rules: `${DUTY}, within: 1h, settle: 24h`,
    given: [told('t', 'go', '2024-03-30T12:00')],
    at: { '2024-03-31T10:59:59.999Z': 'closed breached', '2024-03-31T11:00Z': 'closed breached final' },
  },
  {
    says: 'settle in business days keeps the clock time',
    parts: TOKYO,
    rules: `${DUTY}, within: 1h, settle: 1bd of tokyo`,
    given: [told('t', 'go', '2024-02-09T12:00Z')],
    at: { '2024-02-13T12:59:59.999Z': 'closed breached', '2024-02-13T13:00Z': 'closed breached final' },
  },
  {
    says: 'remind keeps the clock time',
    rules: `${DUTY}, within: 72h, remind: [1d, 2h]`,
    given: [GO],
    at: { '2024-03-03T09:59:59.999Z': 'running open', '2024-03-03T10:00Z': 'running open due_soon' },
  },
  {
    says: 'lapse_allowed keeps the clock time',
    rules:
      'id: x, kind: maintain, state: {starts: {event: up}, ends: {event: down}, initially: true}, lapse_allowed: 1d',
    given: [told('d', 'down', '2024-03-01T10:00Z')],
    at: {
      '2024-03-02T10:00Z': 'running open',
      '2024-03-02T10:00:00.001Z': 'running breached',
      '2024-03-02T10:00:00.002Z': 'running breached final',
    },
  },
  {
    says: 'stalled_after keeps the clock time',
    rules: 'id: x, kind: endeavour, signs_of_effort: {event: talk}, stalled_after: 1d, judged_by: a panel',
    given: [told('s', 'talk', '2024-01-01T10:00Z')],
    at: { '2024-01-02T10:00Z': 'running open', '2024-01-02T10:00:00.001Z': 'running open stalled' },
  },
  {
    says: 'after keeps the clock time',
    rules: [
      `${DUTY}, within: 9d`,
      'id: p, kind: power, exercised_by: {event: use}, effect: {suspends: [x], after: 1d}',
    ],
    given: [GO, told('u', 'use', '2024-03-02T10:00Z')],
    of: 'x@s#t',
    at: { '2024-03-03T09:59:59.999Z': 'running open', '2024-03-03T10:00Z': 'suspended open' },
  },
  {
    says: 'merge_within keeps the clock time and includes its last millisecond',
    parts: 'terms: {raid: {episode: {of: hit, merge_within: 1d}}}',
    rules: 'id: x, kind: act, when: {episode: raid}, counts: {event: done}, within: 9d',
    given: [
      told('a', 'hit', '2024-03-01T10:00Z'),
      told('b', 'hit', '2024-03-02T10:00Z'),
      told('c', 'hit', '2024-03-03T10:00:00.001Z'),
    ],
    at: { '2024-03-04T00:00Z': { x: { cases: ['s#a', 's#c'] } } },
  },
  {
    says: 'by_date runs to the end of its local day',
    zone: KYIV,
    rules: 'id: x, kind: act, counts: {event: done}, by_date: 2024-03-31',
    at: {
      '2024-03-31T20:59:59.999Z': { 'x@term': { is: 'running open due_soon', due: '2024-03-31T20:59:59.999Z' } },
      '2024-03-31T21:00Z': { 'x@term': 'closed breached final' },
    },
  },
  {
    says: 'available_for in days runs to the end of the local day',
    rules: 'id: x, kind: power, when: {event: go}, exercised_by: {event: use}, available_for: 1d',
    given: [GO],
    at: { '2024-03-02T23:59:59.999Z': 'running open due_soon', '2024-03-03T00:00Z': 'closed lapsed final' },
  },
  {
    says: 'available_for in hours does not',
    rules: 'id: x, kind: power, when: {event: go}, exercised_by: {event: use}, available_for: 24h',
    given: [GO],
    at: { '2024-03-02T10:00Z': 'running open due_soon', '2024-03-02T10:00:00.001Z': 'closed lapsed final' },
  },
  {
    says: 'a term ends 1 ms before from + term',
    zone: KYIV,
    force: '{from: 2024-06-13, term: 1y}',
    rules: `${DUTY}, within: 24h`,
    given: [told('last', 'go', '2025-06-12T20:59:59.999Z'), told('late', 'go', '2025-06-12T21:00Z')],
    at: { '2025-06-20T00:00Z': { x: { cases: ['s#last'] } } },
  },
  {
    says: 'until includes its day',
    force: '{from: 2024-01-01, until: 2024-03-31}',
    rules: `${DUTY}, within: 24h`,
    given: [told('last', 'go', '2024-03-31T23:59:59.999Z'), told('late', 'go', '2024-04-01T00:00Z')],
    at: { '2024-05-01T00:00Z': { x: { cases: ['s#last'] } } },
  },
  {
    says: 'a term of one month from 31 January ends on 28 or 29 February',
    force: '{from: 2024-01-31, term: 1mo}',
    rules: 'id: x, kind: prohibit, what: {event: bad}',
    at: {
      '2024-02-10T00:00Z': {
        'x@term': { opened: '2024-01-31T00:00Z', due: '2024-02-28T23:59:59.999Z', close: '2024-02-28T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'an imprecise trigger gives due and close two ends; overdue, reminders, breach and finality use the later',
    rules: `${DUTY}, within: 24h, grace: 12h, settle: 2d, remind: [6h]`,
    given: [IMPRECISE],
    at: {
      '2024-02-29T23:59:59.999Z': { x: { cases: [] } },
      '2024-03-01T00:00Z': {
        'x@s#t': {
          is: 'running open',
          opened: '2024-03-01T00:00Z / 2024-03-02T00:00Z',
          due: '2024-03-02T00:00Z / 2024-03-03T00:00Z',
          close: '2024-03-02T12:00Z / 2024-03-03T12:00Z',
        },
      },
      '2024-03-02T17:59:59.999Z': 'running open',
      '2024-03-02T18:00Z': 'running open due_soon',
      '2024-03-03T00:00Z': 'running open due_soon',
      '2024-03-03T00:00:00.001Z': 'running open overdue',
      '2024-03-03T12:00Z': 'running open overdue',
      '2024-03-03T12:00:00.001Z': 'closed breached',
      '2024-03-05T11:59:59.999Z': 'closed breached',
      '2024-03-05T12:00Z': 'closed breached final',
    },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
