import { expect, test } from 'vitest'
import { DUTY, order, type Row, seen, titled, told } from '../../testing/worlds.ts'

// LANGUAGE §5, Powers; the effects of §3.

const POWER = 'id: p, kind: power, when: {event: go}, exercised_by: {event: use}'
const CHAIN = 'id: c, kind: act, when: {exercised: p}, within: 1d, counts: {event: done}'
const GO = told('t', 'go', '2024-03-01T00:00Z')
const use = (id: string, when: string, more: object = {}): object => told(id, 'use', when, {}, more)
const FIVE = { force: '{from: 2024-01-01, term: 5y}' }
const LEAVE =
  'id: p, kind: power, exercised_by: {event: notice}, effect: {ends: agreement, after: 6mo}, withdrawn_by: {event: back}'
const NO = 'id: x, kind: prohibit, what: {event: bad}'

const rows: readonly Row[] = [
  {
    says: 'open while available, lapsed when never used',
    rules: `${POWER}, available_for: 2d`,
    given: [GO],
    at: {
      '2024-03-01T00:00Z': {
        'p@s#t': { is: 'running open', due: '2024-03-03T23:59:59.999Z', close: '2024-03-03T23:59:59.999Z' },
      },
      '2024-03-03T23:59:59.999Z': 'running open due_soon',
      '2024-03-04T00:00Z': 'closed lapsed final',
    },
  },
  {
    says: 'exercised at once, final after its close',
    rules: `${POWER}, available_for: 2d`,
    given: [GO, use('u', '2024-03-02T00:00Z')],
    at: {
      '2024-03-02T00:00Z': { 'p@s#t': { is: 'closed exercised', roles: ['t trigger', 'u performed'] } },
      '2024-03-04T00:00Z': 'closed exercised final',
    },
  },
  {
    says: 'the last millisecond is available, the next is not',
    rules: [`${POWER}, available_for: 48h`, CHAIN],
    given: [GO, use('u', '2024-03-03T00:00Z'), use('v', '2024-03-03T00:00:00.001Z')],
    at: { '2024-03-10T00:00Z': { c: { cases: ['s#u'] }, 'p@s#t': 'closed exercised final' } },
  },
  {
    says: 'every exercise while available is a trigger',
    rules: [`${POWER}, available_for: 2d`, CHAIN],
    given: [GO, use('u', '2024-03-02T00:00Z'), use('v', '2024-03-03T00:00Z')],
    at: {
      '2024-03-03T12:00Z': {
        c: { cases: ['s#u', 's#v'] },
        'c@s#u': { is: 'running open', opened: '2024-03-02T00:00Z', due: '2024-03-03T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'one request inside two windows opens one case',
    rules: [`${POWER}, available_for: 9d`, CHAIN],
    given: [GO, told('u', 'go', '2024-03-02T00:00Z'), use('v', '2024-03-03T00:00Z')],
    at: { '2024-03-03T00:00Z': { 'p@s#t': 'closed exercised', 'p@s#u': 'closed exercised', c: { cases: ['s#v'] } } },
  },
  {
    says: 'available_after opens the window at its clock time, and available_for runs from there',
    rules: `${POWER}, available_after: 1d, available_for: 2d`,
    given: [told('t', 'go', '2024-03-01T12:00Z'), use('u', '2024-03-02T11:59:59.999Z')],
    at: {
      '2024-03-02T12:00Z': {
        'p@s#t': { is: 'running open', opened: '2024-03-01T12:00Z', due: '2024-03-04T23:59:59.999Z' },
      },
      '2024-03-05T00:00Z': 'closed lapsed final',
    },
  },
  {
    says: 'an exercise at the end of available_after counts',
    rules: `${POWER}, available_after: 1d, available_for: 2d`,
    given: [told('t', 'go', '2024-03-01T12:00Z'), use('u', '2024-03-02T12:00Z')],
    at: { '2024-03-02T12:00Z': 'closed exercised' },
  },
  {
    says: 'once_per case: the first exercise only, in each window',
    rules: [`${POWER}, available_for: 9d, once_per: case`, CHAIN],
    given: [GO, use('u', '2024-03-02T00:00Z'), use('v', '2024-03-03T00:00Z')],
    at: { '2024-03-04T00:00Z': { c: { cases: ['s#u'] } } },
  },
  {
    says: 'once_per 24h: the next counts from 24h after the last that counted',
    rules: [`${POWER}, available_for: 9d, once_per: 24h`, CHAIN],
    given: [GO, use('u', '2024-03-02T00:00Z'), use('v', '2024-03-02T23:59:59.999Z'), use('w', '2024-03-03T00:00Z')],
    at: { '2024-03-04T00:00Z': { c: { cases: ['s#u', 's#w'] } } },
  },
  {
    says: 'an imprecise exercise is possible only: unknown after the close, and what it triggers cannot be breached',
    rules: [`${POWER}, available_for: 2d`, CHAIN],
    given: [GO, use('u', '2024-03-02')],
    at: {
      '2024-03-02T12:00Z': { 'p@s#t': 'running open imprecise', 'c@s#u': 'running open imprecise' },
      '2024-03-04T00:00Z': { 'p@s#t': 'closed unknown final imprecise', 'c@s#u': 'closed unknown final imprecise' },
    },
  },
  {
    says: 'a disputed exercise is possible only',
    rules: [`${POWER}, available_for: 2d`, CHAIN],
    given: [GO, use('u', '2024-03-02T00:00Z', { standing: 'disputed' })],
    at: {
      '2024-03-04T00:00Z': { 'p@s#t': 'closed unknown final contested', 'c@s#u': 'closed unknown final contested' },
    },
  },
  {
    says: 'without when there is one case for the term',
    rules: 'id: p, kind: power, exercised_by: {event: use}',
    given: [use('u', '2023-12-31T23:59:59.999Z')],
    at: {
      '2023-12-31T23:59:59.999Z': 'dormant open',
      '2024-06-01T00:00Z': { 'p@term': { is: 'running open', due: '2025-12-31T23:59:59.999Z' } },
      '2026-01-01T00:00Z': 'closed lapsed final',
    },
  },
  {
    says: 'a power of every year',
    rules: 'id: p, kind: power, every: year, exercised_by: {event: use}',
    given: [use('u', '2024-03-02T00:00Z')],
    at: { '2025-02-01T00:00Z': { 'p@2024': 'closed exercised final', 'p@2025': 'running open' } },
  },
  {
    says: 'a use that falls between the two ends of an imprecise trigger or of its window is possible only',
    rules: `${POWER}, available_for: 24h`,
    given: [
      told('t', 'go', '2024-03-01T00:00Z/2024-03-02T00:00Z'),
      use('u', '2024-03-01T12:00Z'),
      told('w', 'go', '2024-04-01T00:00Z/2024-04-02T00:00Z'),
      use('v', '2024-04-02T12:00Z'),
      told('x', 'go', '2024-05-01T00:00Z/2024-05-02T00:00Z'),
      use('y', '2024-05-02T00:00Z'),
    ],
    at: {
      '2024-06-10T00:00Z': {
        'p@s#t': 'closed unknown final imprecise',
        'p@s#w': 'closed unknown final imprecise',
        'p@s#x': 'closed exercised final',
      },
    },
  },
  {
    says: 'with minimum_sources: 2 one source is not enough',
    rules: [`${POWER}, available_for: 9d, minimum_sources: 2`, CHAIN],
    given: [GO, use('u', '2024-03-02T00:00Z'), use('v', '2024-03-03T00:00Z', { source: 'r' })],
    at: {
      '2024-03-02T00:00Z': { 'p@s#t': 'running open contested', c: { cases: ['s#u'] } },
      '2024-03-03T00:00Z': { 'p@s#t': 'closed exercised', c: { cases: ['s#u', 'r#v'] } },
    },
  },
  {
    says: 'once_per case: a doubtful use does not use it up',
    rules: [`${POWER}, available_for: 9d, once_per: case`, CHAIN],
    given: [
      GO,
      use('u', '2024-03-02T00:00Z', { standing: 'disputed' }),
      use('v', '2024-03-03T00:00Z'),
      use('w', '2024-03-04T00:00Z'),
    ],
    at: {
      '2024-03-05T00:00Z': {
        'p@s#t': {
          is: 'closed exercised',
          reasons: [
            't trigger: opened this case',
            'u performed: possible only: not told for certain by the sources that decide here',
            'v performed: exercised the right',
            'w ignored: the right had been used already',
          ],
        },
        c: { cases: ['s#u', 's#v'] },
      },
    },
  },
  {
    says: 'once_per case: each window has one of its own',
    rules: [`${POWER.replace('use}', 'use, same: [k]}')}, available_for: 9d, once_per: case`, CHAIN],
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { k: 1 }),
      told('u', 'go', '2024-03-01T00:00Z', { k: 2 }),
      told('a', 'use', '2024-03-02T00:00Z', { k: 1 }),
      told('b', 'use', '2024-03-02T01:00Z', { k: 2 }),
      told('c', 'use', '2024-03-02T02:00Z', { k: 1 }),
    ],
    at: { '2024-03-05T00:00Z': { c: { cases: ['s#a', 's#b'] } } },
  },
  {
    says: 'once_per 5d: it is counted in the order of the world over all windows',
    rules: [`${POWER.replace('use}', 'use, same: [k]}')}, available_for: 20d, once_per: 5d`, CHAIN],
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { k: 1 }),
      told('u', 'go', '2024-03-02T00:00Z', { k: 2 }),
      told('a', 'use', '2024-03-10T00:00Z', { k: 1 }),
      told('b', 'use', '2024-03-06T00:00Z', { k: 2 }),
    ],
    at: {
      '2024-03-15T00:00Z': {
        'p@s#t': { is: 'running open', roles: ['t trigger', 'b ignored', 'a ignored'] },
        'p@s#u': { is: 'closed exercised', roles: ['u trigger', 'b performed', 'a ignored'] },
        c: { cases: ['s#b'] },
      },
    },
  },
  {
    says: 'once_per 5d: a doubtful use does not block the next',
    rules: [`${POWER}, available_for: 20d, once_per: 5d`, CHAIN],
    given: [GO, use('u', '2024-03-02T00:00Z', { standing: 'disputed' }), use('v', '2024-03-03T00:00Z')],
    at: { '2024-03-15T00:00Z': { 'p@s#t': 'closed exercised', c: { cases: ['s#u', 's#v'] } } },
  },
  {
    says: 'a power of every year is available from the start of each',
    ...FIVE,
    rules: 'id: p, kind: power, every: year, exercised_by: {event: use}, available_for: 10d',
    given: [use('u', '2024-01-05T00:00Z'), use('v', '2025-01-12T00:00Z')],
    at: {
      '2025-02-01T00:00Z': {
        'p@2024': { is: 'closed exercised final', due: '2024-01-11T23:59:59.999Z' },
        'p@2025': { is: 'closed lapsed final', due: '2025-01-11T23:59:59.999Z', roles: ['u ignored', 'v ignored'] },
      },
    },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

const effects: readonly Row[] = [
  {
    says: 'six months notice: the agreement ends six months after the exercise, to the millisecond',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [told('n', 'notice', '2024-08-31T10:00Z')],
    at: {
      '2024-08-31T10:00Z': {
        'p@term': 'closed exercised',
        'x@term': { is: 'running open', due: '2028-12-31T23:59:59.999Z' },
      },
      '2025-02-28T09:59:59.999Z': { 'x@term': 'running open' },
      '2025-02-28T10:00Z': { 'x@term': { is: 'running open', due: '2025-02-28T10:00Z', close: '2025-02-28T10:00Z' } },
      '2025-02-28T10:00:00.001Z': { 'x@term': 'closed met final', x: 'fulfilled' },
    },
  },
  {
    says: 'notice withdrawn before it takes effect ends nothing; the power stays exercised',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [told('n', 'notice', '2024-02-01T00:00Z'), told('b', 'back', '2024-07-31T23:59:59.999Z')],
    at: { '2024-08-02T00:00Z': { 'x@term': 'running open', 'p@term': 'closed exercised' } },
  },
  {
    says: 'a withdrawal at the instant of the effect is too late',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [told('n', 'notice', '2024-02-01T00:00Z'), told('b', 'back', '2024-08-01T00:00Z')],
    at: { '2024-08-01T00:00:00.001Z': { 'x@term': 'closed met final' } },
  },
  {
    says: 'notice given again after a withdrawal counts anew',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [
      told('n', 'notice', '2024-02-01T00:00Z'),
      told('b', 'back', '2024-03-01T00:00Z'),
      told('m', 'notice', '2024-04-15T00:00Z'),
    ],
    at: {
      '2024-10-14T23:59:59.999Z': { 'x@term': 'running open' },
      '2024-10-15T00:00:00.001Z': { 'x@term': 'closed met final' },
    },
  },
  {
    says: 'an imprecise notice ends nothing',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [told('n', 'notice', '2024-02-01')],
    at: { '2024-12-01T00:00Z': { 'x@term': 'running open' } },
  },
  {
    says: 'a disputed notice ends nothing',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [told('n', 'notice', '2024-02-01T00:00Z', {}, { standing: 'disputed' })],
    at: { '2024-12-01T00:00Z': { 'x@term': 'running open' } },
  },
  {
    says: 'suspends and resumes',
    rules: [
      `${DUTY}, within: 48h`,
      'id: s, kind: power, exercised_by: {event: hold}, effect: {suspends: [x]}',
      'id: r, kind: power, exercised_by: {event: release}, effect: {resumes: [x], after: 1d}',
    ],
    given: [GO, told('h', 'hold', '2024-03-02T00:00Z'), told('r', 'release', '2024-03-04T00:00Z')],
    at: {
      '2024-03-02T00:00Z': { 'x@s#t': 'suspended open' },
      '2024-03-04T23:59:59.999Z': { 'x@s#t': 'suspended open' },
      '2024-03-05T00:00Z': { 'x@s#t': { is: 'running open', due: '2024-03-06T00:00Z' } },
    },
  },
  {
    says: 'waives is a waiver at that instant and reaches no case opened later',
    rules: [
      `${DUTY}, within: 48h`,
      'id: w, kind: power, exercised_by: {event: forgive}, effect: {waives: [x], after: 2d}',
    ],
    given: [GO, told('f', 'forgive', '2024-03-02T00:00Z'), told('u', 'go', '2024-03-04T00:00:00.001Z')],
    at: {
      '2024-03-03T23:59:59.999Z': { 'x@s#t': 'closed breached final' },
      '2024-03-04T00:00Z': { 'x@s#t': 'closed excused final' },
      '2024-03-06T00:00:00.002Z': { 'x@s#u': 'closed breached final' },
    },
  },
  {
    says: 'extends adds to the unrounded deadline, then rounds; what has passed is not extended',
    rules: [
      'id: x, kind: act, when: {event: go}, within: 2d, counts: {event: done}',
      'id: e, kind: power, exercised_by: {event: prolong}, effect: {extends: x, by: 3d}',
    ],
    given: [
      told('t', 'go', '2024-03-01T10:00Z'),
      told('p', 'prolong', '2024-03-03T12:00Z'),
      told('u', 'go', '2024-02-20T00:00Z'),
    ],
    at: {
      '2024-03-04T00:00Z': {
        'x@s#t': { is: 'running open', due: '2024-03-06T23:59:59.999Z' },
        'x@s#u': { is: 'closed breached final', due: '2024-02-22T23:59:59.999Z' },
      },
    },
  },
  {
    says: 'effects apply in order of instant and never undo an earlier exercise',
    force: '{from: 2024-01-01}',
    rules: [
      'id: a, kind: power, exercised_by: {event: ua}, effect: {ends: agreement, after: 10d}',
      'id: b, kind: power, exercised_by: {event: ub}, effect: {suspends: [x], after: 1d}',
      `${DUTY}, within: 20d`,
    ],
    given: [
      told('ua', 'ua', '2024-03-01T00:00Z'),
      told('ub', 'ub', '2024-03-05T00:00Z'),
      told('t', 'go', '2024-03-02T00:00Z'),
    ],
    at: {
      '2024-03-05T00:00Z': { 'b@term': 'closed exercised', 'x@s#t': 'running open' },
      '2024-03-06T00:00Z': { 'x@s#t': 'suspended open' },
      '2024-03-11T00:00Z': {
        'a@term': 'closed exercised final',
        'b@term': 'closed exercised final',
        'x@s#t': 'closed void',
      },
      '2024-03-11T00:00:00.001Z': { 'x@s#t': 'closed void final' },
    },
  },
  {
    says: 'a power used after the agreement ended has no effect',
    rules: [
      'id: b, kind: power, exercised_by: {event: ub}, effect: {suspends: [x]}',
      `${DUTY}, within: 20d, survives: true`,
    ],
    given: [
      order('T', 'termination', '2024-03-04T00:00Z'),
      told('ub', 'ub', '2024-03-05T00:00Z'),
      told('t', 'go', '2024-03-02T00:00Z'),
    ],
    at: { '2024-03-06T00:00Z': { 'x@s#t': 'running open', 'b@term': 'closed void final' } },
  },
  {
    says: 'a disputed withdrawal withdraws nothing',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [
      told('n', 'notice', '2024-02-01T00:00Z'),
      told('b', 'back', '2024-03-01T00:00Z', {}, { standing: 'disputed' }),
    ],
    at: {
      '2024-08-02T00:00Z': {
        'x@term': 'closed met final',
        'p@term': { is: 'closed exercised', roles: ['n performed', 'b ignored'] },
      },
    },
  },
  {
    says: 'a withdrawal of another notice withdraws nothing',
    ...FIVE,
    rules: [
      LEAVE.replace('withdrawn_by: {event: back}', 'withdrawn_by: [{event: back, same: [k]}, {event: recalled}]'),
      NO,
    ],
    given: [told('n', 'notice', '2024-02-01T00:00Z', { k: 1 }), told('b', 'back', '2024-03-01T00:00Z', { k: 2 })],
    at: { '2024-08-02T00:00Z': { 'x@term': 'closed met final', 'p@term': { roles: ['n performed', 'b ignored'] } } },
  },
  {
    says: 'a withdrawal at the very instant of the notice withdraws it',
    ...FIVE,
    rules: [LEAVE, NO],
    given: [told('n', 'notice', '2024-02-01T00:00Z'), told('o', 'back', '2024-02-01T00:00Z')],
    at: { '2024-08-02T00:00Z': { 'x@term': 'running open' } },
  },
  {
    says: 'a notice does not withdraw itself',
    ...FIVE,
    rules: [LEAVE.replace('{event: back}', '{event: notice, where: {k: 2}}'), NO],
    given: [told('n', 'notice', '2024-02-01T00:00Z', { k: 2 })],
    at: { '2024-08-02T00:00Z': { 'x@term': 'closed met final', 'p@term': { roles: ['n ignored', 'n performed'] } } },
  },
  {
    says: 'a deadline extended and then suspended is moved by both, in the order in which they come about',
    rules: [
      'id: x, kind: act, when: {event: go}, within: 48h, counts: {event: done}',
      'id: y, kind: act, when: {event: go}, within: 48h, counts: {event: done}',
      'id: e, kind: power, exercised_by: {event: prolong}, effect: {extends: x, by: 3d}',
    ],
    given: [
      told('t', 'go', '2024-03-01T00:00Z'),
      told('o', 'prolong', '2024-02-20T00:00Z'),
      told('p', 'prolong', '2024-03-02T00:00Z'),
      order('s', 'suspension', '2024-03-04T00:00Z'),
      order('r', 'resumption', '2024-03-05T00:00Z'),
      told('q', 'prolong', '2024-03-07T00:00:00.001Z'),
    ],
    at: {
      '2024-03-05T00:00Z': {
        'x@s#t': {
          is: 'running open',
          due: '2024-03-07T00:00Z',
          roles: ['t trigger', 'p control', 's control', 'r control'],
        },
        'y@s#t': { is: 'closed breached final', due: '2024-03-03T00:00Z', roles: ['t trigger'] },
      },
      '2024-03-20T00:00Z': {
        'x@s#t': {
          is: 'closed breached final',
          due: '2024-03-07T00:00Z',
          roles: ['t trigger', 'p control', 's control', 'r control'],
        },
      },
    },
  },
  {
    says: 'a power exercised after another had ended the agreement does nothing, wherever it stands in the rulebook',
    force: '{from: 2024-01-01}',
    rules: [
      'id: a, kind: power, exercised_by: {event: halt}, effect: {suspends: [x]}',
      'id: b, kind: power, exercised_by: {event: leave}, effect: {ends: agreement, after: 10d}',
      `${NO}, survives: true`,
    ],
    given: [told('l', 'leave', '2024-03-01T00:00Z'), told('h', 'halt', '2024-03-20T00:00Z')],
    at: {
      '2024-03-21T00:00Z': {
        'x@term': 'running open',
        'a@term': { is: 'closed void final', roles: ['l control', 'h ignored'] },
      },
    },
  },
  {
    says: 'a use that does not count extends nothing',
    rules: [
      'id: x, kind: act, when: {event: go}, within: 48h, counts: {event: done}',
      'id: e, kind: power, exercised_by: {event: prolong}, once_per: case, effect: {extends: x, by: 3d}',
    ],
    given: [
      told('t', 'go', '2024-03-01T00:00Z'),
      told('p', 'prolong', '2024-03-01T12:00Z'),
      told('q', 'prolong', '2024-03-02T12:00Z'),
    ],
    at: {
      '2024-03-04T00:00Z': {
        'x@s#t': { is: 'running open', due: '2024-03-06T00:00Z', roles: ['t trigger', 'p control'] },
      },
    },
  },
  {
    says: 'of two waivers by effect the one that takes place first counts, not the one exercised first',
    rules: [
      'id: x, kind: act, when: {event: go}, within: 48h, counts: {event: done}',
      'id: e, kind: power, exercised_by: {event: forgive}, effect: {waives: [x], after: 10d}',
      'id: f, kind: power, exercised_by: {event: forget}, effect: {waives: [x]}',
    ],
    given: [
      told('t', 'go', '2024-03-01T00:00Z'),
      told('p', 'forgive', '2024-03-01T12:00Z'),
      told('q', 'forget', '2024-03-02T12:00Z'),
    ],
    at: {
      '2024-03-20T00:00Z': {
        'x@s#t': { is: 'closed excused final', explanation: 'Excused or waived by q (s) of 2024-03-02 12:00 (UTC).' },
      },
    },
  },
  {
    says: 'each power has its own exercises',
    rules: [
      `${POWER}, available_for: 9d`,
      CHAIN,
      'id: q, kind: power, when: {event: go}, exercised_by: {event: call}, available_for: 9d',
      CHAIN.replace('id: c', 'id: d').replace('exercised: p', 'exercised: q'),
    ],
    given: [GO, use('u', '2024-03-02T00:00Z'), told('v', 'call', '2024-03-03T00:00Z')],
    at: { '2024-03-03T00:00Z': { c: { cases: ['s#u'] }, d: { cases: ['s#v'] } } },
  },
  {
    says: 'a use that is certain in one of its windows is certain, whichever opened first',
    rules: [`${POWER}, available_for: 9d`, CHAIN],
    given: [
      GO,
      told('w', 'go', '2024-03-02T00:00Z/2024-03-04T00:00Z'),
      use('u', '2024-03-03T00:00Z'),
      told('x', 'go', '2024-05-01T00:00Z/2024-05-04T00:00Z'),
      told('y', 'go', '2024-05-02T00:00Z'),
      use('v', '2024-05-03T00:00Z'),
    ],
    at: { '2024-03-03T00:00Z': { 'c@s#u': 'running open' }, '2024-05-03T00:00Z': { 'c@s#v': 'running open' } },
  },
  {
    says: 'any of several kinds of withdrawal withdraws',
    ...FIVE,
    rules: [LEAVE.replace('withdrawn_by: {event: back}', 'withdrawn_by: [{event: back}, {event: recalled}]'), NO],
    given: [told('n', 'notice', '2024-02-01T00:00Z'), told('b', 'recalled', '2024-03-01T00:00Z')],
    at: { '2024-08-02T00:00Z': { 'x@term': 'running open' } },
  },
  {
    says: 'an extension at the very opening extends',
    rules: [
      'id: x, kind: act, when: {event: go}, within: 48h, counts: {event: done}',
      'id: e, kind: power, exercised_by: {event: prolong}, effect: {extends: x, by: 3d}',
    ],
    given: [told('t', 'go', '2024-03-01T00:00Z'), told('p', 'prolong', '2024-03-01T00:00Z')],
    at: { '2024-03-01T00:00Z': { 'x@s#t': { due: '2024-03-06T00:00Z', roles: ['p control', 't trigger'] } } },
  },
]

test.each(titled(effects))('effect: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
