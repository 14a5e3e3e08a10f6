import { expect, test } from 'vitest'
import { DUTY, order, type Row, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §5, Uncertain evidence, Absence, Final.

const SOURCES = 'sources: [{id: m, is: [urn:m, urn:m2]}, {id: k}]'
const M = 'sources: [{id: m, is: [urn:m, urn:m2]}]'
const GO = told('t', 'go', '2024-03-01T00:00Z')
const done = (id: string, day: string, more: object = {}): object => told(id, 'done', `2024-03-${day}T00:00Z`, {}, more)
const NINE = `${DUTY}, within: 9d`
const CLOSED = '2024-03-11T00:00Z'
const NO = 'id: x, kind: prohibit, what: {event: bad}, during: {calendar_year: 2024}'
const through = (id: string, when: string, source: string, until: string, types?: string[]): object =>
  order(id, 'watermark', when, { source, through: until, types })

const doubts: readonly Row[] = [
  {
    says: 'a plain report is certain',
    rules: NINE,
    given: [GO, done('p', '02')],
    at: { '2024-03-02T00:00Z': 'closed met' },
  },
  {
    says: 'a disputed report is possible: open before the close, unknown after it',
    rules: NINE,
    given: [GO, done('p', '02', { standing: 'disputed' })],
    at: { '2024-03-02T00:00Z': 'running open contested', [CLOSED]: 'closed unknown final contested' },
  },
  {
    says: 'accepts: [confirmed] leaves a plain report possible',
    rules: `${NINE}, accepts: [confirmed]`,
    given: [GO, done('p', '02'), done('q', '03', { standing: 'confirmed' })],
    at: { '2024-03-02T00:00Z': 'running open contested', '2024-03-03T00:00Z': 'closed met' },
  },
  {
    says: 'reported_by leaves what others report possible',
    parts: M,
    rules: `${NINE}, reported_by: [m]`,
    given: [GO, done('p', '02'), done('q', '03', { source: 'urn:m2' })],
    at: { '2024-03-02T00:00Z': 'running open contested', '2024-03-03T00:00Z': 'closed met' },
  },
  {
    says: 'minimum_sources counts declared sources, not the addresses they write from',
    parts: M,
    rules: `${NINE}, minimum_sources: 2`,
    given: [GO, done('p', '02', { source: 'urn:m' }), done('q', '03', { source: 'urn:m2' }), done('r', '04')],
    at: { '2024-03-03T00:00Z': 'running open contested', '2024-03-04T00:00Z': 'closed met' },
  },
  {
    says: 'a disputed report is no source',
    rules: `${NINE}, minimum_sources: 2`,
    given: [GO, done('p', '02'), done('q', '03', { source: 'z', standing: 'disputed' })],
    at: { [CLOSED]: 'closed unknown final contested' },
  },
  {
    says: 'too few sources are possible only',
    rules: `${NINE}, minimum_sources: 2`,
    given: [GO, done('p', '02')],
    at: { '2024-03-02T00:00Z': 'running open contested', [CLOSED]: 'closed unknown final contested' },
  },
  {
    says: 'both doubts are flagged',
    rules: NINE,
    given: [GO, done('p', '02', { standing: 'disputed' }), told('q', 'done', '2024-03-10/2024-03-11')],
    at: { [CLOSED]: 'closed unknown final contested imprecise' },
  },
  {
    says: 'on triggers accepts, reported_by and minimum_sources have no bearing',
    parts: M,
    rules: `${NINE}, accepts: [confirmed], reported_by: [m], minimum_sources: 2`,
    given: [GO, through('w', '2024-03-12T00:00Z', 'm', '2024-03-12T00:00:00Z')],
    at: { '2024-03-02T00:00Z': 'running open', '2024-03-12T00:00Z': 'closed breached final' },
  },
  {
    says: 'a prohibition counts its sources over all its violations',
    rules: `${NO}, minimum_sources: 2`,
    given: [
      told('v', 'bad', '2024-03-01T00:00Z'),
      told('w', 'bad', '2024-03-02T00:00Z'),
      told('y', 'bad', '2024-03-03T00:00Z', {}, { source: 'z' }),
    ],
    at: {
      '2024-03-01T00:00Z': 'running unknown contested',
      '2024-03-02T00:00Z': 'running unknown contested',
      '2024-03-03T00:00Z': 'running breached',
    },
  },
  {
    says: 'a prohibition that accepts confirmed reports only',
    rules: `${NO}, accepts: [confirmed]`,
    given: [
      told('v', 'bad', '2024-03-01T00:00Z'),
      told('w', 'bad', '2024-03-02T00:00Z', {}, { standing: 'confirmed' }),
    ],
    at: { '2024-03-01T00:00Z': 'running unknown contested', '2024-03-02T00:00Z': 'running breached' },
  },
  {
    says: 'a total counts its sources per dedupe key',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, minimum_sources: 2, counts: {event: aid, quantity: q, dedupe: k}, target: {at_least: 10, unit: kg}',
    given: [
      told('a', 'aid', '2024-02-01T00:00Z', { q: 10, k: 'f' }),
      told('b', 'aid', '2024-02-02T00:00Z', { q: 10, k: 'g' }, { source: 'z' }),
      told('c', 'aid', '2024-02-03T00:00Z', { q: 10, k: 'f' }, { source: 'z' }),
    ],
    at: {
      '2024-02-02T00:00Z': { 'x@2024': { is: 'running open contested', value: '0..20 kg of 10' } },
      '2024-02-03T00:00Z': { 'x@2024': { is: 'closed met', value: '10..20 kg of 10' } },
    },
  },
  {
    says: 'a losing report still is a source of its key',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, minimum_sources: 2, counts: {event: aid, quantity: q, dedupe: k}, target: {at_least: 10, unit: kg}',
    given: [
      told('a', 'aid', '2024-02-01T00:00Z', { q: 10, k: 'f' }, { standing: 'confirmed' }),
      told('b', 'aid', '2024-02-02T00:00Z', { q: 12, k: 'f' }, { source: 'z' }),
    ],
    at: { '2024-02-02T00:00Z': { 'x@2024': { is: 'closed met', value: '10..10 kg of 10' } } },
  },
  {
    says: 'among winning reports of a key one from a named source is enough',
    parts: M,
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, reported_by: [m], counts: {event: aid, quantity: q, dedupe: k}, target: {at_least: 10, unit: kg}',
    given: [
      told('a', 'aid', '2024-02-01T00:00Z', { q: 10, k: 'f' }),
      told('b', 'aid', '2024-02-02T00:00Z', { q: 10, k: 'f' }, { source: 'urn:m' }),
    ],
    at: {
      '2024-02-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '0..10 kg of 10' } },
      '2024-02-02T00:00Z': 'closed met',
    },
  },
  {
    says: 'two declared sources are two',
    parts: SOURCES,
    rules: `${NINE}, minimum_sources: 2`,
    given: [GO, done('p', '02', { source: 'urn:m' }), done('q', '03', { source: 'k' })],
    at: { '2024-03-02T00:00Z': 'running open contested', '2024-03-03T00:00Z': 'closed met' },
  },
  {
    says: 'what plays the same part twice is on file for the first reason',
    rules: `${NINE}, excused_by: {event: done, where: {k: 1}}`,
    given: [told('p', 'done', '2024-02-02T00:00Z', { k: 1 }), GO],
    at: {
      '2024-03-02T00:00Z': {
        'x@s#t': { reasons: ['p ignored: before the time that counts', 't trigger: opened this case'] },
      },
    },
  },
]

test.each(titled(doubts))('doubt: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const END = '2024-03-02T23:59:59.999Z'
const absences: readonly Row[] = [
  {
    says: "a breach needs each named source's watermark through the close, to the millisecond",
    parts: SOURCES,
    rules: `${DUTY}, within: 1d, reported_by: [m, k], settle: 2d`,
    given: [
      GO,
      through('a', '2024-03-05T00:00Z', 'm', '2024-03-02T23:59:59.998Z'),
      through('b', '2024-03-06T00:00Z', 'm', END),
      through('c', '2024-03-07T00:00Z', 'k', END),
    ],
    at: {
      '2024-03-03T00:00Z': 'closed unknown awaiting_reports',
      '2024-03-05T00:00Z': 'closed unknown awaiting_reports',
      '2024-03-06T00:00Z': 'closed unknown awaiting_reports',
      '2024-03-07T00:00Z': 'closed breached final',
    },
  },
  {
    says: 'a watermark is the maximum through, whichever comes last',
    parts: M,
    rules: `${DUTY}, within: 1d, reported_by: [m]`,
    given: [
      GO,
      through('a', '2024-03-03T00:00Z', 'm', '2024-03-03T00:00:00Z'),
      through('b', '2024-03-04T00:00Z', 'm', '2024-03-01T00:00:00Z'),
    ],
    at: { '2024-03-04T00:00Z': 'closed breached final' },
  },
  {
    says: 'with types every counted type must be covered',
    parts: M,
    rules:
      'id: x, kind: prohibit, what: [{event: bad}, {event: worse}], during: {from: 2024-03-01, until: 2024-03-02}, reported_by: [m]',
    given: [
      through('a', '2024-03-03T00:00Z', 'm', END, ['bad', 'other']),
      through('b', '2024-03-04T00:00Z', 'm', END, ['worse']),
    ],
    at: { '2024-03-03T00:00Z': 'closed unknown awaiting_reports', '2024-03-04T00:00Z': 'closed met final' },
  },
  {
    says: 'a watermark counts from its own time, and speaks for a declared id only',
    parts: M,
    rules: `${DUTY}, within: 1d, reported_by: [m]`,
    given: [GO, through('a', '2024-03-09T00:00Z', 'm', END), through('b', '2024-03-03T00:00Z', 'urn:m', END)],
    at: { '2024-03-08T23:59:59.999Z': 'closed unknown awaiting_reports', '2024-03-09T00:00Z': 'closed breached final' },
  },
  {
    says: 'the met of at_most rests on absence too',
    parts: M,
    rules:
      'id: x, kind: total, during: {from: 2024-03-01, until: 2024-03-02}, reported_by: [m], counts: {event: aid}, target: {at_most: 1, unit: items}',
    given: [through('a', '2024-03-05T00:00Z', 'm', END)],
    at: { '2024-03-03T00:00Z': 'closed unknown awaiting_reports', '2024-03-05T00:00Z': 'closed met final' },
  },
  {
    says: 'the met of a kept state rests on absence too',
    parts: M,
    rules:
      'id: x, kind: maintain, during: {from: 2024-03-01, until: 2024-03-02}, reported_by: [m], state: {starts: {event: up}, ends: {event: down}, initially: true}',
    at: { '2024-03-03T00:00Z': 'closed unknown awaiting_reports' },
  },
  {
    says: 'a missed at_least rests on absence, partly met too',
    parts: M,
    rules:
      'id: x, kind: total, during: {from: 2024-03-01, until: 2024-03-02}, reported_by: [m], counts: {event: aid}, target: {at_least: 2, unit: items, shortfall: partial}',
    given: [told('a', 'aid', '2024-03-01T00:00Z', {}, { source: 'urn:m' })],
    at: { '2024-03-03T00:00Z': 'closed unknown awaiting_reports' },
  },
  {
    says: 'what was performed or violated awaits nobody',
    parts: M,
    rules: [
      `${DUTY}, within: 1d, reported_by: [m]`,
      'id: y, kind: prohibit, what: {event: bad}, during: {from: 2024-03-01, until: 2024-03-02}, reported_by: [m]',
    ],
    given: [
      GO,
      told('p', 'done', '2024-03-02T00:00Z', {}, { source: 'urn:m' }),
      told('v', 'bad', '2024-03-02T00:00Z', {}, { source: 'urn:m' }),
    ],
    at: { '2024-03-03T00:00Z': { 'x@s#t': 'closed met final', 'y@term': 'closed breached final' } },
  },
  {
    says: 'expected_every changes no verdict',
    parts: 'sources: [{id: m, expected_every: 1d}]',
    rules: `${DUTY}, within: 1d`,
    given: [GO],
    at: { '2024-03-09T00:00Z': 'closed breached final' },
  },
  {
    says: 'a late performance rests on there having been none in time',
    parts: M,
    rules: `${DUTY}, within: 1d, reported_by: [m]`,
    given: [GO, done('p', '05', { source: 'urn:m' }), through('a', '2024-03-08T00:00Z', 'm', END)],
    at: { '2024-03-05T00:00Z': 'closed unknown awaiting_reports', '2024-03-08T00:00Z': 'closed met_late final' },
  },
  {
    says: 'a judgement ends the waiting for reports',
    parts: M,
    rules: `${DUTY}, within: 1d, reported_by: [m]`,
    given: [GO, order('J', 'judgement', '2024-03-05T00:00Z', { case: 'ag/x@s#t', verdict: 'breached' })],
    at: {
      '2024-03-04T00:00Z': 'closed unknown awaiting_reports',
      '2024-03-05T00:00Z': 'closed breached final overridden',
    },
  },
  {
    says: 'a judgement that it is unknown awaits nobody',
    parts: M,
    rules: `${DUTY}, within: 1d, reported_by: [m]`,
    given: [GO, order('J', 'judgement', '2024-03-05T00:00Z', { case: 'ag/x@s#t', verdict: 'unknown' })],
    at: { '2024-03-05T00:00Z': 'closed unknown final' },
  },
  {
    says: 'with types each counted type needs its own watermark through the close',
    parts: M,
    rules:
      'id: x, kind: maintain, during: {from: 2024-02-01, until: 2024-02-29}, state: {starts: {event: up}, ends: {event: down}, initially: true}, reported_by: [m]',
    given: [
      through('a', '2024-03-02T00:00Z', 'm', '2024-03-01T00:00:00Z', ['up']),
      through('b', '2024-03-03T00:00Z', 'm', '2024-02-20T00:00:00Z', ['down']),
      through('c', '2024-03-04T00:00Z', 'm', '2024-03-01T00:00:00Z', ['other']),
      through('d', '2024-03-05T00:00Z', 'm', '2024-03-01T00:00:00Z', ['down']),
    ],
    at: { '2024-03-04T00:00Z': 'closed unknown awaiting_reports', '2024-03-05T00:00Z': 'closed met final' },
  },
  {
    says: 'a bound kept needs a watermark of publications',
    parts: M,
    rules:
      'id: x, kind: maintain, during: {from: 2024-02-01, until: 2024-02-29}, state: {indicator: share, at_least: 2}, reported_by: [m]',
    given: [
      order('i', 'indicator', '2024-01-05T00:00Z', { series: 'share', period: '2024', value: '3', unit: '%' }),
      through('a', '2024-03-02T00:00Z', 'm', '2024-03-01T00:00:00Z', ['up']),
      through('b', '2024-03-03T00:00Z', 'm', '2024-03-01T00:00:00Z', ['servanda.indicator']),
    ],
    at: { '2024-03-02T00:00Z': 'closed unknown awaiting_reports', '2024-03-03T00:00Z': 'closed met final' },
  },
  {
    says: 'every source that is silent is named',
    parts: SOURCES,
    rules: `${DUTY}, within: 1d, reported_by: [m, k]`,
    given: [GO],
    at: {
      '2024-03-05T00:00Z': {
        'x@s#t': {
          explanation:
            'It cannot be said yet: m and k are not known to be complete up to the end of 2024-03-02 (UTC), and silence without a report is no proof.',
        },
      },
    },
  },
]

test.each(titled(absences))('absence: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const FOREVER = { force: '{from: 2024-01-01}' }
const finals: readonly Row[] = [
  {
    says: 'a correction after the final verdict changes it',
    rules: `${DUTY}, within: 1d`,
    given: [GO, told('p', 'done', '2024-03-02T00:00Z', {}, { recordedtime: '2024-06-01T00:00:00Z' })],
    at: {
      '2024-06-01T00:00Z knowing 2024-05-31T00:00Z': 'closed breached final',
      '2024-06-01T00:00Z': 'closed met final',
    },
  },
  {
    says: 'a retraction reopens a final met',
    rules: `${DUTY}, within: 1d`,
    given: [
      GO,
      told('p', 'done', '2024-03-02T00:00Z'),
      { source: 's', id: 'p', revision: 2, retracted: true, recordedtime: '2024-06-01T00:00:00Z' },
    ],
    at: {
      '2024-06-01T00:00Z knowing 2024-05-31T00:00Z': 'closed met final',
      '2024-06-01T00:00Z': 'closed breached final',
    },
  },
  { says: 'open is never final', ...FOREVER, rules: DUTY, given: [GO], at: { '2044-06-01T00:00Z': 'running open' } },
  {
    says: 'with no close the performance stands in for it',
    ...FOREVER,
    rules: `${DUTY}, settle: 2d`,
    given: [GO, told('p', 'done', '2024-03-02')],
    at: {
      '2024-03-02T00:00Z': 'closed met',
      '2024-03-04T23:59:59.998Z': 'closed met',
      '2024-03-04T23:59:59.999Z': 'closed met final',
    },
  },
  {
    says: 'with no close the waiver stands in for it',
    ...FOREVER,
    rules: DUTY,
    given: [GO, order('w', 'waiver', '2024-03-05T00:00Z', { commitment: 'x' })],
    at: { '2024-03-05T00:00Z': 'closed excused', '2024-03-05T00:00:00.001Z': 'closed excused final' },
  },
  {
    says: 'with no close the exercise stands in for it',
    ...FOREVER,
    rules: 'id: x, kind: power, exercised_by: {event: use}',
    given: [told('u', 'use', '2024-03-05T00:00Z')],
    at: { '2024-03-05T00:00Z': 'closed exercised', '2024-03-05T00:00:00.001Z': 'closed exercised final' },
  },
  {
    says: 'with no close a breach of a prohibition is final from its violation on',
    ...FOREVER,
    rules: 'id: x, kind: prohibit, what: {event: bad}, settle: 2d',
    given: [told('v', 'bad', '2024-03-05T00:00Z')],
    at: { '2024-03-06T23:59:59.999Z': 'running breached', '2024-03-07T00:00Z': 'running breached final' },
  },
]

test.each(titled(finals))('final: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
