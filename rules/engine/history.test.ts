import { expect, test } from 'vitest'
import { DUTY, order, type Row, revised, type Seen, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §2: what is known at an instant.

const go = (when: string, more: object = {}): object => told('t', 'go', when, {}, more)
const CASE = `${DUTY}, within: 5d`
const AT = '2024-03-10T00:00Z'
const opened = (instant: string): Seen => ({ 'x@s#t': { opened: instant } })
const NONE = { x: { cases: [] } }

const rows: readonly Row[] = [
  {
    says: 'the highest revision recorded by then is known, its effective recordedtime the maximum over the lower ones',
    rules: CASE,
    given: [
      go('2024-03-01T00:00Z', { recordedtime: '2024-03-02T00:00:00Z' }),
      go('2024-03-03T00:00Z', { revision: 2, recordedtime: '2024-03-01T00:00:00Z' }),
      go('2024-03-04T00:00Z', { revision: 3, recordedtime: '2024-03-05T00:00:00Z' }),
      { source: 's', id: 't', revision: 4, retracted: true, recordedtime: '2024-03-20T00:00:00Z' },
    ],
    at: {
      [`${AT} knowing 2024-03-01T12:00Z`]: NONE,
      [`${AT} knowing 2024-03-02T00:00Z`]: opened('2024-03-03T00:00Z'),
      [`${AT} knowing 2024-03-04T23:59:59.999Z`]: opened('2024-03-03T00:00Z'),
      [`${AT} knowing 2024-03-05T00:00Z`]: opened('2024-03-04T00:00Z'),
      [`${AT} knowing 2024-03-19T23:59:59.999Z`]: opened('2024-03-04T00:00Z'),
      [`${AT} knowing 2024-03-20T00:00Z`]: NONE,
      [AT]: NONE,
    },
  },
  {
    says: 'an event without recordedtime is always known',
    rules: CASE,
    given: [go('2024-03-01T00:00Z')],
    at: { [`${AT} knowing 1990-01-01T00:00Z`]: opened('2024-03-01T00:00Z') },
  },
  {
    says: 'without known_at all that is recorded is known, also when as_of is past',
    rules: CASE,
    given: [go('2024-03-01T00:00Z', { recordedtime: '2024-09-01T00:00:00Z' })],
    at: { '2024-03-01T00:00Z': opened('2024-03-01T00:00Z'), '2024-03-01T00:00Z knowing 2024-03-01T00:00Z': NONE },
  },
  {
    says: 'at as_of an event counts once from <= as_of, and then whole',
    rules: CASE,
    given: [go('2024-03-01T00:00Z'), told('p', 'done', '2024-03-03/2024-03-05')],
    at: { '2024-03-02T23:59:59.999Z': 'running open', '2024-03-03T00:00Z': 'closed met' },
  },
  {
    says: 'a retraction needs only source, id, revision; what it retracts may come later in the file',
    rules: CASE,
    given: [{ source: 's', id: 't', revision: 2, retracted: true }, go('2024-03-01T00:00Z')],
    at: { [AT]: NONE },
  },
  {
    says: 'a revision above a retraction is known again',
    rules: CASE,
    given: [
      go('2024-03-01T00:00Z'),
      { source: 's', id: 't', revision: 2, retracted: true },
      go('2024-03-02T00:00Z', { revision: 3 }),
    ],
    at: { [AT]: opened('2024-03-02T00:00Z') },
  },
  {
    says: 'a retraction of one source leaves the same id of another',
    rules: CASE,
    given: [go('2024-03-01T00:00Z'), { source: 'z', id: 't', revision: 2, retracted: true }],
    at: { [AT]: opened('2024-03-01T00:00Z') },
  },
  {
    says: 'a revision may change the type away',
    rules: CASE,
    given: [go('2024-03-01T00:00Z'), revised(told('t', 'other', '2024-03-01T00:00Z'), 2, {})],
    at: { [AT]: NONE },
  },
  {
    says: 'the same telling again is nothing, known since the earliest',
    rules: CASE,
    given: [
      go('2024-03-01T02:00:00+02:00', { recordedtime: '2024-04-02T00:00:00Z' }),
      '',
      go('2024-03-01T00:00:00.0004Z', { recordedtime: '2024-04-01T00:00:00Z', revision: 1, standing: 'reported' }),
      '\r',
    ],
    at: {
      [`${AT} knowing 2024-03-31T23:59:59.999Z`]: NONE,
      [`${AT} knowing 2024-04-01T00:00Z`]: { x: { cases: ['s#t'] } },
    },
  },
  {
    says: 'one copy without recordedtime makes it always known',
    rules: CASE,
    given: [go('2024-03-01T00:00Z', { recordedtime: '2024-04-02T00:00:00Z' }), go('2024-03-01T00:00Z')],
    at: { [`${AT} knowing 2024-03-05T00:00Z`]: { x: { cases: ['s#t'] } } },
  },
  {
    says: 'control events are revised and retracted like any other',
    rules: CASE,
    given: [
      go('2024-03-01T00:00Z'),
      order('w', 'waiver', '2024-03-02T00:00Z', { commitment: 'x' }),
      revised(order('w', 'waiver', '2024-03-03T00:00Z', { commitment: 'x' }), 2, {}),
      told('z', 'noise', '2024-03-04T00:00Z'),
    ],
    at: { '2024-03-02T00:00Z': 'running open', '2024-03-03T00:00Z': 'closed excused' },
  },
  {
    says: 'a standing that is raised later makes the evidence certain',
    rules: `${CASE}, accepts: [confirmed]`,
    given: [
      go('2024-03-01T00:00Z'),
      told('p', 'done', '2024-03-02T00:00Z'),
      revised(told('p', 'done', '2024-03-02T00:00Z', {}, { standing: 'confirmed' }), 2, {
        recordedtime: '2024-03-20T00:00:00Z',
      }),
    ],
    at: { [`${AT} knowing 2024-03-19T00:00Z`]: 'closed unknown final contested', [AT]: 'closed met final' },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
