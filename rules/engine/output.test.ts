import { expect, test } from 'vitest'
import { evaluate, FLAGS, INDICATORS, parseInstant } from '../index.ts'
import {
  compiled,
  DUTY,
  evaluated,
  known,
  order,
  published,
  type Row,
  rulebookText,
  seen,
  titled,
  told,
} from '../testing/worlds.ts'

// LANGUAGE §6 Indicator, §7 Output, §5 next_check.

const GO = told('t', 'go', '2024-03-01T00:00Z')
const HALF = { force: '{from: 2024-01-01, until: 2024-06-30}' }
const NO = 'id: x, kind: prohibit, what: {event: bad}'

const indicators: readonly Row[] = [
  {
    says: 'an open case is on_track, then due_soon, then overdue, then breached',
    rules: `${DUTY}, within: 24h, grace: 24h, remind: [6h]`,
    given: [GO],
    at: {
      '2024-03-01T17:59:59.999Z': { x: 'on_track' },
      '2024-03-01T18:00Z': { x: 'due_soon' },
      '2024-03-02T00:00:00.001Z': { x: 'overdue' },
      '2024-03-03T00:00:00.001Z': { x: 'breached' },
    },
  },
  {
    says: 'a breach shows until it is final, then the latest case',
    rules: `${DUTY}, within: 1d, settle: 5d`,
    given: [GO, told('u', 'go', '2024-03-04T00:00Z'), told('p', 'done', '2024-03-04T01:00Z', { n: 1 })],
    at: {
      '2024-03-03T00:00Z': { x: 'breached' },
      '2024-03-04T00:30Z': { x: 'breached' },
      '2024-03-08T00:00Z': { x: 'fulfilled' },
    },
  },
  {
    says: 'of running cases the most urgent shows',
    rules: `${DUTY}, within: 10d`,
    given: [
      GO,
      told('u', 'go', '2024-03-02T00:00Z', {}, { standing: 'disputed' }),
      order('s', 'suspension', '2024-03-20T00:00Z'),
    ],
    at: { '2024-03-10T22:00Z': { x: 'due_soon' } },
  },
  {
    says: 'unknown is never green',
    rules: NO,
    given: [told('v', 'bad', '2024-03-01T00:00Z', {}, { standing: 'disputed' })],
    at: { '2024-03-01T00:00Z': { x: 'unknown' }, '2026-03-01T00:00Z': { x: 'unknown' } },
  },
  {
    says: 'needs_judgement shows unknown',
    ...HALF,
    rules: 'id: x, kind: endeavour, signs_of_effort: {event: talk}, judged_by: a panel',
    at: { '2024-07-01T00:00Z': { x: 'unknown' } },
  },
  {
    says: 'stalled shows at_risk',
    ...HALF,
    rules: 'id: x, kind: endeavour, signs_of_effort: {event: talk}, stalled_after: 30d, judged_by: a panel',
    at: { '2024-02-15T00:00Z': { x: 'at_risk' } },
  },
  {
    says: 'partly_met shows breached until final, and as the latest case also after',
    ...HALF,
    rules:
      'id: x, kind: total, during: {from: 2024-01-01, until: 2024-02-01}, counts: {event: aid}, target: {at_least: 2, unit: items, shortfall: partial}',
    given: [told('a', 'aid', '2024-01-05T00:00Z')],
    at: { '2024-02-02T00:00Z': { x: 'breached' }, '2024-09-02T00:00Z': { x: 'breached' } },
  },
  {
    says: 'excused, lapsed and void show ended',
    rules: `${DUTY}, within: 1d`,
    given: [GO, order('w', 'waiver', '2024-03-02T00:00Z', { commitment: 'x' })],
    at: { '2024-03-03T00:00Z': { x: 'ended' } },
  },
  {
    says: 'with no case dormant, after the term ended',
    ...HALF,
    rules: `${DUTY}, within: 1d`,
    at: {
      '2023-01-01T00:00Z': { x: 'dormant' },
      '2024-06-30T23:59:59.999Z': { x: 'dormant' },
      '2024-07-01T00:00Z': { x: 'ended' },
    },
  },
  {
    says: 'suspended and dormant show themselves',
    force: '{from: 2024-02-01}',
    rules: NO,
    given: [order('s', 'suspension', '2024-03-01T00:00Z')],
    at: {
      '2024-01-01T00:00Z': { x: 'dormant' },
      '2024-02-01T00:00Z': { x: 'on_track' },
      '2024-03-01T00:00Z': { x: 'suspended' },
    },
  },
  {
    says: 'due_soon is never shown by a prohibition or a ceiling',
    ...HALF,
    rules: [NO, 'id: y, kind: total, during: term, counts: {event: aid}, target: {at_most: 2, unit: items}'],
    at: { '2024-06-30T23:00Z': { x: 'on_track', y: 'on_track' } },
  },
  {
    says: 'by default due_soon begins a tenth of the time before due',
    rules: `${DUTY}, within: 100m`,
    given: [GO],
    at: {
      '2024-03-01T01:29:59.999Z': 'running open',
      '2024-03-01T01:30Z': 'running open due_soon',
      '2024-03-01T01:40Z': 'running open due_soon',
    },
  },
  {
    says: 'a total behind its pace shows at_risk',
    ...HALF,
    rules:
      'id: x, kind: total, during: term, counts: {event: aid}, target: {at_least: 5, unit: items, at_risk_below: 80%}',
    at: { '2024-03-15T00:00Z': { x: 'at_risk' } },
  },
  {
    says: 'a breach that is final gives way to the latest case, one that is not does not',
    rules: 'id: x, kind: act, when: {event: go}, within: 1d, settle: 5d, counts: {event: done, same: [ref]}',
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('u', 'go', '2024-03-02T00:00Z', { ref: 2 }),
      told('p', 'done', '2024-03-02T00:00Z', { ref: 2 }),
    ],
    at: { '2024-03-07T23:59:59.998Z': { x: 'breached' }, '2024-03-07T23:59:59.999Z': { x: 'fulfilled' } },
  },
  {
    says: 'what was given in part shows breached until it is final, whatever comes after it',
    force: '{from: 2024-01-01, until: 2024-02-29}',
    rules:
      'id: x, kind: total, every: month, counts: {event: aid}, settle: 40d, target: {at_least: 2, unit: items, shortfall: partial}',
    given: [
      told('a', 'aid', '2024-01-05T00:00Z'),
      told('b', 'aid', '2024-02-05T00:00Z'),
      told('c', 'aid', '2024-02-06T00:00Z'),
    ],
    at: {
      '2024-03-05T00:00Z': { x: 'breached', 'x@2024-01': 'closed partly_met' },
      '2024-04-20T00:00Z': { x: 'fulfilled', 'x@2024-01': 'closed partly_met final' },
    },
  },
  {
    says: 'a suspended case shows before a later one that is fulfilled',
    rules: 'id: x, kind: act, when: {event: go}, within: 9d, counts: {event: done, same: [ref]}',
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('u', 'go', '2024-03-02T00:00Z', { ref: 2 }),
      told('p', 'done', '2024-03-02T00:00Z', { ref: 2 }),
      order('s', 'suspension', '2024-03-03T00:00Z'),
    ],
    at: { '2024-03-03T00:00Z': { x: 'suspended' } },
  },
  {
    says: 'a case that is settled for now does not show before the latest one',
    rules: 'id: p, kind: power, when: {event: go}, exercised_by: {event: use}, available_for: 1d, settle: 30d',
    given: [GO, told('a', 'use', '2024-03-01T12:00Z'), told('u', 'go', '2024-03-05T00:00Z')],
    at: { '2024-03-09T00:00Z': { p: 'ended' } },
  },
  {
    says: 'with no case it is ended from 1 ms after the termination',
    rules: `${DUTY}, within: 1d`,
    given: [order('T', 'termination', '2024-03-04T00:00Z')],
    at: { '2024-03-04T00:00Z': { x: 'dormant' }, '2024-03-04T00:00:00.001Z': { x: 'ended' } },
  },
]

test.each(titled(indicators))('indicator: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const checks: readonly Row[] = [
  {
    says: 'due_soon, each remind rung, the breach, finality, then nothing',
    rules: `${DUTY}, within: 48h, remind: [6h, 1d, 1h], settle: 1d`,
    given: [GO],
    at: {
      '2024-03-01T00:00Z': { 'x@s#t': { next_check: '2024-03-02T00:00Z' } },
      '2024-03-02T00:00Z': { 'x@s#t': { next_check: '2024-03-02T18:00Z' } },
      '2024-03-02T18:00Z': { 'x@s#t': { next_check: '2024-03-02T23:00Z' } },
      '2024-03-02T23:00Z': { 'x@s#t': { next_check: '2024-03-03T00:00:00.001Z' } },
      '2024-03-03T00:00:00.001Z': { 'x@s#t': { next_check: '2024-03-04T00:00Z' } },
      '2024-03-04T00:00Z': { 'x@s#t': { next_check: null }, x: { next_check: null } },
    },
  },
  {
    says: 'a known event that has not begun, where it changes something',
    rules: `${DUTY}, within: 10d`,
    given: [GO, told('n', 'noise', '2024-03-02T00:00Z'), told('p', 'done', '2024-03-03')],
    at: { '2024-03-01T00:00Z': { 'x@s#t': { next_check: '2024-03-03T00:00Z' } } },
  },
  {
    says: 'the commitment also looks at the next case that will open',
    rules: 'id: x, kind: act, every: month, counts: {event: done}',
    given: [told('p', 'done', '2024-01-02T00:00Z')],
    at: {
      '2024-01-15T00:00Z': { 'x@2024-01': { next_check: '2024-02-01T00:00Z' }, x: { next_check: '2024-02-01T00:00Z' } },
    },
  },
  {
    says: 'the commitment knows of a trigger that has not begun',
    rules: `${DUTY}, within: 10d`,
    given: [GO],
    at: { '2024-02-01T00:00Z': { x: { next_check: '2024-03-01T00:00Z', cases: [] } } },
  },
  {
    says: 'a remedy will open when the breach will',
    rules: [`${DUTY}, within: 24h`, 'id: y, kind: act, when: {breached: x}, within: 1d, counts: {event: cure}'],
    given: [GO],
    at: { '2024-03-01T12:00Z': { y: { cases: [], next_check: '2024-03-02T00:00:00.001Z' } } },
  },
  {
    says: 'a case that will be void changes at the known termination',
    rules: `${DUTY}, within: 10d`,
    given: [GO, order('T', 'termination', '2024-03-04T00:00Z')],
    at: { '2024-03-02T00:00Z': { 'x@s#t': { next_check: '2024-03-04T00:00Z' } } },
  },
  {
    says: 'a dormant prohibition begins with the agreement, an unbounded one then rests',
    force: '{from: 2024-02-01}',
    rules: NO,
    at: {
      '2024-01-01T00:00Z': { x: { next_check: '2024-02-01T00:00Z' } },
      '2024-02-01T00:00Z': { x: { next_check: null } },
    },
  },
  {
    says: 'the commitment looks at the earliest of its cases, each case at its own change',
    rules: 'id: x, kind: act, when: {event: go}, within: 9d, counts: {event: done, same: [ref]}',
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('u', 'go', '2024-03-02T00:00Z', { ref: 2 }),
      told('v', 'go', '2024-03-03T00:00Z', { ref: 3 }),
      told('p', 'done', '2024-03-04T00:00Z', { ref: 2 }),
    ],
    at: {
      '2024-03-03T12:00Z': {
        x: { next_check: '2024-03-04T00:00Z' },
        'x@s#t': { next_check: '2024-03-09T23:59:59.999Z' },
        'x@s#u': { next_check: '2024-03-04T00:00Z' },
        'x@s#v': { next_check: '2024-03-11T23:59:59.999Z' },
      },
      '2024-03-10T00:00Z': {
        x: { next_check: '2024-03-11T00:00Z' },
        'x@s#t': { next_check: '2024-03-11T00:00Z' },
        'x@s#u': { next_check: '2024-03-12T00:00Z' },
        'x@s#v': { next_check: '2024-03-11T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'a stalled effort looks at the sign that is already known',
    rules: 'id: x, kind: endeavour, signs_of_effort: {event: talk}, stalled_after: 30d, judged_by: a panel',
    given: [told('a', 'talk', '2024-02-20T00:00Z'), told('b', 'talk', '2024-02-25T00:00Z')],
    at: {
      '2024-01-01T00:00Z': { 'x@term': { next_check: '2024-01-31T00:00:00.001Z' } },
      '2024-02-10T00:00Z': { 'x@term': { is: 'running open stalled', next_check: '2024-02-20T00:00Z' } },
      '2024-02-20T00:00Z': { 'x@term': { is: 'running open', next_check: '2024-03-26T00:00:00.001Z' } },
    },
  },
]

test.each(titled(checks))('next_check: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const shapes: readonly Row[] = [
  {
    says: 'record counts verdicts and omits zeros',
    rules: `${DUTY}, within: 1d`,
    given: [
      GO,
      told('u', 'go', '2024-03-04T00:00Z'),
      told('v', 'go', '2024-03-05T00:00Z'),
      told('p', 'done', '2024-03-05T01:00Z'),
    ],
    at: { '2024-03-20T00:00Z': { x: { record: { met: 2, met_late: 1 } } } },
  },
  {
    says: 'evidence is in the order of (from, to, source, id, role)',
    rules: 'id: x, kind: act, when: {event: go}, within: 9d, counts: [{event: go, where: {k: 1}}, {event: done}]',
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { k: 1 }),
      told('b', 'done', '2024-03-02T00:00Z'),
      told('a', 'done', '2024-03-02/2024-03-03'),
      told('a', 'done', '2024-03-02T00:00Z', {}, { source: 'r' }),
      told('c', 'done', '2024-03-02T00:00Z'),
    ],
    at: {
      '2024-03-02T00:00Z': {
        'x@s#t': { roles: ['t performed', 't trigger', 'a performed', 'b performed', 'c performed', 'a performed'] },
      },
    },
  },
  {
    says: 'ignored lists only events that match event and where, and what does not fit',
    rules: 'id: x, kind: act, when: {event: go}, within: 1d, counts: {event: done, where: {k: 1}}',
    given: [
      GO,
      told('a', 'done', '2024-02-01T00:00Z', { k: 1 }),
      told('b', 'done', '2024-02-01T00:00Z', { k: 2 }),
      told('c', 'other', '2024-02-01T00:00Z', { k: 1 }),
    ],
    at: { '2024-03-01T00:00Z': { 'x@s#t': { roles: ['a ignored', 't trigger'], evidence_omitted: 0 } } },
  },
  {
    says: 'at most 100 are listed as ignored, the rest counted',
    rules: `${DUTY}, within: 1d`,
    given: [GO, ...Array.from({ length: 103 }, (_, i) => told(`z${i}`, 'done', '2024-02-01T00:00Z'))],
    at: { '2024-03-01T00:00Z': { 'x@s#t': { evidence_omitted: 3 } } },
  },
  {
    says: 'value is null except for totals and indicator bounds',
    rules: [NO, 'id: y, kind: maintain, state: {indicator: share, at_least: 2.50}'],
    given: [published('i', '2024-01-01T00:00Z', 'share', '2024', '3.10', '%')],
    at: { '2024-03-01T00:00Z': { 'x@term': { value: null }, 'y@term': { value: '3.1..3.1 % of 2.5' } } },
  },
  {
    says: 'decimals have neither exponent nor trailing zeros',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_least: 4.5 billion, unit: kg}',
    given: [
      '{"specversion":"1.0","source":"s","id":"a","type":"aid","time":"2024-02-01T00:00:00Z","data":{"q":1.50e3}}',
      told('b', 'aid', '2024-02-02T00:00Z', { q: '0.000000010' }),
    ],
    at: { '2024-03-01T00:00Z': { 'x@2024': { value: '1500.00000001..1500.00000001 kg of 4500000000' } } },
  },
  {
    says: 'a commitment that is another reading is shown like any other',
    rules: [`${DUTY}, within: 1d`, `${DUTY.replace('id: x', 'id: y')}, within: 1h, reading_of: x`],
    given: [GO],
    at: {
      '2024-03-01T02:00Z': { 'x@s#t': 'running open', 'y@s#t': 'closed breached final', x: 'on_track', y: 'breached' },
    },
  },
  {
    says: 'cases are in the order in which they opened, however their triggers came about',
    rules: [
      'id: x, kind: act, when: {event: go}, within: 20d, counts: {event: done, same: [ref]}',
      'id: y, kind: act, when: {met: x}, counts: {event: thanks}',
    ],
    given: [
      told('b', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('a', 'go', '2024-03-02T00:00Z', { ref: 1 }),
      told('d', 'go', '2024-03-03T00:00Z', { ref: 2 }),
      told('c', 'go', '2024-03-04T00:00Z', { ref: 3 }),
      told('p', 'done', '2024-03-09T00:00Z', { ref: 1 }),
      told('q', 'done', '2024-03-07/2024-03-08', { ref: 2 }),
      told('r', 'done', '2024-03-07', { ref: 3 }),
    ],
    at: { '2024-03-10T00:00Z': { y: { cases: ['x@s#c', 'x@s#d', 'x@s#a', 'x@s#b'] } } },
  },
  {
    says: 'those that same rules out are among the 100 that are listed, and counted once beyond',
    rules: `id: x, kind: act, when: {event: go}, within: 1d, counts: {event: done, same: [ref]}`,
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1 }),
      told('e', 'done', '2024-02-01T00:00Z', { ref: 1 }),
      ...Array.from({ length: 104 }, (_, i) => told(`z${i}`, 'done', '2024-02-02T00:00Z', { ref: 2 })),
      told('l', 'done', '2024-03-01T12:00Z', { ref: 1 }),
      told('m', 'done', '2024-03-04T12:00Z', { ref: 1 }),
      told('n', 'done', '2024-03-20T12:00Z', { ref: 2 }),
    ],
    at: {
      '2024-03-05T00:00Z': { 'x@s#t': { is: 'closed met final', evidence_omitted: 6 } },
      '2024-03-25T00:00Z': { 'x@s#t': { is: 'closed met final', evidence_omitted: 7 } },
    },
  },
  {
    says: 'what is ruled out twice over, or ignored for another reason too, is counted once',
    rules: `id: x, kind: act, when: {event: go}, within: 1d, counts: {event: done, same: [ref]}, excused_by: [{event: done, same: [why]}, {event: storm, same: [ref]}]`,
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { ref: 1, why: 1 }),
      ...Array.from({ length: 104 }, (_, i) => told(`z${i}`, 'done', '2024-02-02T00:00Z', { ref: 2, why: 2 })),
      ...Array.from({ length: 104 }, (_, i) => told(`y${i}`, 'storm', '2024-02-03T00:00Z', { ref: 2 })),
      told('l', 'done', '2024-02-12T00:00Z', { ref: 1, why: 2 }),
      told('m', 'done', '2024-02-13T00:00Z', { ref: 2, why: 1 }),
    ],
    at: { '2024-03-05T00:00Z': { 'x@s#t': { is: 'closed breached final', evidence_omitted: 110 } } },
  },
]

test.each(titled(shapes))('output: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

test('every key is present, instants have three fraction digits and Z, a span has two ends', () => {
  const evaluation = evaluated(
    { rules: `${DUTY}, within: 24h`, given: [told('t', 'go', '2024-03-01T02:00:00+02:00/2024-03-01T04:00:00+02:00')] },
    '2024-03-01T12:00Z knowing 2024-04-01T00:00Z',
  )
  expect(evaluation).toEqual({
    as_of: '2024-03-01T12:00:00.000Z',
    known_at: '2024-04-01T00:00:00.000Z',
    commitments: [
      {
        id: 'x',
        agreement: 'ag',
        kind: 'act',
        indicator: 'on_track',
        next_check: '2024-03-01T23:36:00.000Z',
        record: { open: 1 },
        cases: [
          {
            id: 'ag/x@s#t',
            phase: 'running',
            verdict: 'open',
            certainty: 'provisional',
            flags: [],
            opened: { from: '2024-03-01T00:00:00.000Z', to: '2024-03-01T02:00:00.000Z' },
            due: { from: '2024-03-02T00:00:00.000Z', to: '2024-03-02T02:00:00.000Z' },
            close: { from: '2024-03-02T00:00:00.000Z', to: '2024-03-02T02:00:00.000Z' },
            next_check: '2024-03-01T23:36:00.000Z',
            value: null,
            explanation: expect.stringMatching(/^[^\n]+\.$/),
            evidence: [
              {
                event: { source: 's', id: 't', revision: 1 },
                role: 'trigger',
                reason: expect.stringMatching(/^[^\n]+$/),
              },
            ],
            evidence_omitted: 0,
          },
        ],
      },
    ],
  })
})

test('commitments are in the order of the rulebook, and known_at is null when not given', () => {
  const evaluation = evaluated(
    { rules: ['id: b, kind: prohibit, what: {event: bad}', 'id: a, kind: prohibit, what: {event: bad}'] },
    '2024-03-01T12:00Z',
  )
  expect(evaluation.commitments.map(({ id }) => id)).toEqual(['b', 'a'])
  expect(evaluation.known_at).toBeNull()
})

test('the lists of flags and indicators are those of the language', () => {
  expect([...FLAGS]).toEqual([
    'at_risk',
    'awaiting_reports',
    'contested',
    'due_soon',
    'imprecise',
    'overdue',
    'overridden',
    'stalled',
  ])
  expect([...INDICATORS]).toEqual([
    'breached',
    'overdue',
    'unknown',
    'at_risk',
    'due_soon',
    'suspended',
    'on_track',
    'dormant',
    'fulfilled',
    'ended',
  ])
})

test('evaluating changes neither the rulebook nor the events', () => {
  const rulebook = compiled(rulebookText(`${DUTY}, within: 24h`))
  const events = known([GO, told('p', 'done', '2024-03-01T12:00Z')])
  const before = JSON.stringify([rulebook, events])
  const first = evaluate(rulebook, events, { asOf: parseInstant('2024-03-05T00:00:00Z') })
  expect(evaluate(rulebook, events, { asOf: parseInstant('2024-03-05T00:00:00Z') })).toEqual(first)
  expect(JSON.stringify([rulebook, events])).toBe(before)
})
