import { describe, expect, test } from 'vitest'
import { parseInstant, type Rulebook } from '../../index.ts'
import { compiled, known, order, published, rulebookText, type Setting, titled, told } from '../../testing/worlds.ts'
import { Engine } from './engine.ts'
import { Entry } from './entry.ts'
import type { Sleeper } from './wake-queue.ts'

// ADR 10: what news and time cost follows what they touch.

const QUESTIONS = ['ofKind', 'kin', 'meant', 'meantSince', 'latestEnd', 'ofType'] as const

/** An engine that notes which cases it looks at, and what it asks its index. */
class Watched extends Engine {
  looked: string[] = []
  asked: string[] = []

  constructor(rulebook: Rulebook) {
    super(rulebook)
    const index = this.index as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const question of QUESTIONS) {
      const answer = index[question]
      index[question] = (...args) => {
        this.asked.push(question)
        return answer?.apply(this.index, args)
      }
    }
  }

  override wakes(sleeper: Sleeper): void {
    if (sleeper instanceof Entry) this.looked.push(`${sleeper.tracked.commitment.id}@${sleeper.part}`)
    super.wakes(sleeper)
  }
}

interface Effort extends Setting {
  readonly says: string
  readonly rules: string | readonly string[]
  /** Told before the engine is first looked at, `at` noon unless said. */
  readonly given: readonly object[]
  readonly at?: string
  /** Told afterwards, before it is looked at again `later`, at the same instant unless said. */
  readonly news?: readonly object[]
  readonly later?: string
  /** The cases that are looked at then, once for each time. */
  readonly looked: readonly string[]
}

function watched({
  rules,
  given,
  at = NOON,
  news = [],
  later = at,
  ...setting
}: Omit<Effort, 'says' | 'looked'>): Watched {
  const engine = new Watched(compiled(rulebookText(rules, setting)))
  engine.take(known(given))
  engine.advance(parseInstant(at))
  engine.looked = []
  engine.asked = []
  engine.take(known(news))
  engine.advance(parseInstant(later))
  return engine
}

const NOON = '2024-03-01T12:00:00Z'
const DUTY = 'kind: act, when: {event: go}, within: 1d, counts: {event: done}'
const X = `id: x, ${DUTY}`
const Y = 'id: y, kind: act, when: {event: go}, within: 1d, counts: {event: fix}'
const BY_S = { parts: 'sources: [{id: s}]' }
const LEAVE = 'id: leave, kind: power, exercised_by: {event: notice}, effect: {ends: agreement}'
const GO = told('g', 'go', '2024-03-01T00:00Z')
const DONE = told('d', 'done', '2024-03-01T06:00Z')
const judged = (verdict: string, agreement = 'ag') =>
  order('j', 'judgement', '2024-03-01T06:00Z', { agreement, case: `${agreement}/x@s#g`, verdict })
const watermark = order('w', 'watermark', '2024-03-01T00:00Z', { source: 's', through: '2024-03-09T00:00:00Z' })
const waiver = (id: string, commitment: string, more: object = {}) =>
  order(id, 'waiver', '2024-03-01T01:00Z', { commitment, ...more })
const takenBack = (id: string) => ({ source: 's', id, revision: 2, retracted: true })

describe('the cases that are looked at', () => {
  test.each(
    titled<Effort>([
      { says: 'none when nothing has happened', rules: [X, Y], given: [GO], looked: [] },
      { says: 'none before one is due', rules: [X, Y], given: [GO], later: '2024-03-01T13:00:00Z', looked: [] },
      {
        says: 'those that are due',
        rules: [X.replace('1d', '24h'), Y],
        given: [GO],
        later: '2024-03-01T21:36:00Z',
        looked: ['x@s#g'],
      },
      {
        says: 'all at an earlier instant',
        rules: [X, Y],
        given: [GO],
        later: '2024-03-01T11:00:00Z',
        looked: ['x@s#g', 'y@s#g'],
      },
      { says: 'those that the news may perform', rules: [X, Y], given: [GO], news: [DONE], looked: ['x@s#g'] },
      {
        says: 'of those that share a field with the news, no other',
        rules: 'id: x, kind: act, when: {event: go}, within: 1d, counts: {event: done, same: [ref]}',
        given: [told('g1', 'go', '2024-03-01T00:00Z', { ref: 1 }), told('g2', 'go', '2024-03-01T00:00Z', { ref: 2 })],
        news: [told('d', 'done', '2024-03-01T06:00Z', { ref: 2 })],
        looked: ['x@s#g2'],
      },
      {
        says: 'none that was performed before',
        rules: X,
        given: [GO, DONE],
        news: [told('e', 'done', '2024-03-01T08:00Z')],
        looked: [],
      },
      {
        says: 'none that was breached, when what comes too late has come',
        rules: `${X}, still_owed_after_deadline: false`,
        given: [GO, told('d', 'done', '2024-03-04T00:00Z')],
        at: '2024-03-03T00:00:00Z',
        later: '2024-03-05T00:00:00Z',
        looked: [],
      },
      { says: 'the one that is judged', rules: [X, Y], given: [GO], news: [judged('met')], looked: ['x@s#g'] },
      {
        says: 'none when it belongs to another agreement',
        rules: [X, Y],
        given: [GO],
        news: [judged('met', 'other')],
        looked: [],
      },
      {
        says: 'none when another agreement waives',
        rules: [X, Y],
        given: [GO],
        news: [waiver('w', 'x', { agreement: 'other' })],
        looked: [],
      },
      {
        says: 'all when the first order comes',
        rules: [X, Y],
        given: [GO],
        news: [waiver('w', 'x')],
        looked: ['x@s#g', 'y@s#g'],
      },
      {
        says: 'those of the commitment when the next order comes',
        rules: [X, Y],
        given: [GO, waiver('v', 'y')],
        news: [waiver('w', 'x')],
        looked: ['x@s#g'],
      },
      {
        says: 'all when a single case is discharged',
        rules: [X, Y],
        given: [GO, waiver('v', 'y')],
        news: [order('w', 'discharge', '2024-03-01T01:00Z', { case: 'ag/x@s#g' })],
        looked: ['x@s#g', 'y@s#g'],
      },
      {
        says: 'all when the agreement is suspended',
        rules: [X, Y],
        given: [GO],
        news: [order('o', 'suspension', '2024-03-01T06:00Z')],
        looked: ['x@s#g', 'y@s#g'],
      },
      {
        says: 'all in the moment in which a suspension begins that was told of before',
        rules: [X, Y],
        given: [GO, order('o', 'suspension', '2024-03-01T18:00Z')],
        later: '2024-03-01T18:00:00Z',
        looked: ['x@s#g', 'y@s#g'],
      },
      {
        says: 'none when what was never suspended is resumed',
        rules: [X, Y],
        given: [GO],
        news: [order('o', 'resumption', '2024-03-01T06:00Z')],
        looked: [],
      },
      {
        says: 'all once for a condition of a duty, and no more when it does not change',
        rules: [X, Y],
        given: [GO, order('o', 'suspension', '2024-03-01T06:00Z', { commitments: ['x'] })],
        later: '2024-03-01T13:00:00Z',
        looked: [],
      },
      {
        says: 'none that is open when a source says how far it has reported',
        rules: [`${X}, reported_by: [s]`, Y],
        ...BY_S,
        given: [GO],
        news: [watermark],
        looked: [],
      },
      {
        says: 'none that may still be exercised, either',
        rules:
          'id: x, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 1d, reported_by: [s]',
        ...BY_S,
        given: [GO],
        news: [watermark],
        looked: [],
      },
      {
        says: 'those that its silence left unknown',
        rules: [`${X}, reported_by: [s]`, Y],
        ...BY_S,
        given: [GO],
        at: '2024-03-03T00:00:00Z',
        news: [watermark],
        looked: ['x@s#g'],
      },
      {
        says: 'those that were judged, too',
        rules: [`${X}, reported_by: [s]`, Y],
        ...BY_S,
        given: [GO, judged('met')],
        news: [watermark],
        looked: ['x@s#g'],
      },
      {
        says: 'those in which the silence of a source counts all the time',
        rules: [
          'id: x, kind: prohibit, what: {event: done}, reported_by: [s]',
          'id: y, kind: prohibit, what: {event: done}',
        ],
        ...BY_S,
        given: [],
        news: [watermark],
        looked: ['x@term'],
      },
      {
        says: 'all of those when it takes that back',
        rules: [`${X}, reported_by: [s]`, Y],
        ...BY_S,
        given: [GO, watermark],
        news: [takenBack('w')],
        looked: ['x@s#g'],
      },
      {
        says: 'those that rest on the indicator that is published',
        rules: [
          X,
          'id: a, kind: maintain, state: {indicator: level, at_least: 5}',
          'id: b, kind: maintain, state: {indicator: height, at_least: 5}',
          'id: c, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 50%, percent_of: {indicator: level}, unit: kg}',
          'id: d, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 5, unit: kg}',
        ],
        given: [GO],
        news: [published('p', '2024-03-01T00:00Z', 'level', '2024-03-01', '7', '%')],
        looked: ['a@term', 'c@term'],
      },
      {
        says: 'those that convert when a rate is published',
        rules: [
          'id: a, kind: maintain, state: {starts: {event: go}, ends: {event: done}}',
          'id: d, kind: total, during: term, counts: {event: aid, amount: q, currency: cur}, target: {at_least: 5, unit: EUR}',
        ],
        given: [],
        news: [published('p', '2024-03-01T00:00Z', 'fx.USD.EUR', '2024-03-01', '0.9')],
        looked: ['d@term'],
      },
      {
        says: 'those of one window when exercises do not bar each other',
        rules:
          'id: x, kind: power, when: {event: go}, exercised_by: {event: done, same: [ref]}, available_for: 2d, once_per: case',
        given: [told('g1', 'go', '2024-03-01T00:00Z', { ref: 1 }), told('g2', 'go', '2024-03-01T00:00Z', { ref: 2 })],
        news: [told('d', 'done', '2024-03-01T06:00Z', { ref: 2 })],
        looked: ['x@s#g2'],
      },
      {
        says: 'those of all windows when they do',
        rules:
          'id: x, kind: power, when: {event: go}, exercised_by: {event: done, same: [ref]}, available_for: 2d, once_per: 1d',
        given: [told('g1', 'go', '2024-03-01T00:00Z', { ref: 1 }), told('g2', 'go', '2024-03-01T00:00Z', { ref: 2 })],
        news: [told('d', 'done', '2024-03-01T06:00Z', { ref: 2 })],
        looked: ['x@s#g1', 'x@s#g2'],
      },
      {
        says: 'but none of them when nothing has happened',
        rules: 'id: x, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 2d, once_per: 1d',
        given: [GO],
        looked: [],
      },
      {
        says: 'in a new period that and the last, no earlier one',
        rules: 'id: x, kind: act, every: month, counts: {event: done}',
        given: [],
        later: '2024-04-01T00:00:00Z',
        looked: ['x@2024-03', 'x@2024-04'],
      },
      {
        says: 'none when an episode goes on',
        rules: 'id: x, kind: act, when: {episode: wave}, within: 1d, counts: {event: done}',
        parts: 'terms: {wave: {episode: {of: {event: go}, merge_within: 12h}}}',
        given: [GO],
        news: [told('h', 'go', '2024-03-01T06:00Z')],
        looked: [],
      },
      {
        says: 'the window of an exercise and the case that it opens, not those of earlier exercises',
        rules: [
          'id: x, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 3d, once_per: 6h',
          'id: y, kind: act, when: {exercised: x}, within: 3d, counts: {event: fix}',
        ],
        given: [GO, told('d', 'done', '2024-03-01T01:00Z')],
        news: [told('e', 'done', '2024-03-01T09:00Z')],
        looked: ['x@s#g', 'y@s#e'],
      },
      {
        says: 'a breach that is performed late, not what it opened',
        rules: [X, 'id: r, kind: act, when: {breached: x}, within: 9d, counts: {event: fix}'],
        given: [GO],
        at: '2024-03-04T00:00:00Z',
        news: [told('d', 'done', '2024-03-03T12:00Z')],
        looked: ['x@s#g'],
      },
      {
        says: 'a breach once more when what repairs it is looked at, at the instant of now',
        rules: [X, 'id: r, kind: act, when: {breached: x}, within: 2d, counts: {event: fix}, repairs: true'],
        given: [GO],
        at: '2024-03-03T06:00:00Z',
        news: [told('f', 'fix', '2024-03-03T03:00Z')],
        looked: ['r@x@s#g', 'x@s#g'],
      },
    ]),
  )('%s', (_, { looked, ...row }) => {
    expect(watched(row).looked.sort()).toEqual(looked)
  })
})

describe('what is read off without a question to the index', () => {
  const POWER = 'id: x, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 1d'
  const OPEN = { says: '', given: [GO], news: [DONE], looked: ['x@s#g'] }

  test.each(
    titled<Effort>([
      { ...OPEN, says: 'a performance', rules: X },
      { ...OPEN, says: 'a breach', rules: X, news: [], later: '2024-03-03T00:00:00Z' },
      {
        ...OPEN,
        says: 'a late performance',
        rules: X,
        at: '2024-03-04T00:00:00Z',
        news: [told('d', 'done', '2024-03-03T00:00Z')],
      },
      { ...OPEN, says: 'a performance with a source that is enough', rules: `${X}, minimum_sources: 1` },
      { ...OPEN, says: 'beside a power with an effect', rules: [X, LEAVE] },
      { ...OPEN, says: 'in the first moment of the term', rules: X, force: '{from: 2024-03-01}' },
      {
        ...OPEN,
        says: 'in its last moment',
        rules: X,
        given: [told('g', 'go', '2024-03-01T23:59:59.999Z')],
        force: '{from: 2024-01-01, until: 2024-03-01}',
        at: '2024-03-02T06:00:00Z',
        news: [told('d', 'done', '2024-03-02T01:00Z')],
      },
      { ...OPEN, says: 'an exercise', rules: POWER },
      { ...OPEN, says: 'one of a power that is exercised once', rules: `${POWER}, once_per: case` },
      {
        ...OPEN,
        says: 'an exercise, and the case that it opens',
        rules: [POWER, 'id: y, kind: act, when: {exercised: x}, within: 1d, counts: {event: fix}'],
        looked: ['x@s#g', 'y@s#d'],
      },
      {
        ...OPEN,
        says: 'an exercise that is not looked at for an effect before it is told of',
        rules: [`${POWER}, effect: {waives: [y]}`, Y],
        news: [told('f', 'fix', '2024-03-01T06:00Z')],
        looked: ['y@s#g'],
      },
      {
        ...OPEN,
        says: 'what an order says of no case',
        rules: X,
        news: [watermark],
        looked: [],
      },
      {
        ...OPEN,
        says: 'a performance while another case is judged',
        rules: [X, Y],
        given: [GO, judged('met')],
        news: [told('f', 'fix', '2024-03-01T06:00Z')],
        looked: ['y@s#g'],
      },
      {
        ...OPEN,
        says: 'the cases of an episode while nothing is told',
        rules: 'id: x, kind: act, when: {episode: wave}, within: 1d, counts: {event: done}',
        parts: 'terms: {wave: {episode: {of: {event: go}, merge_within: 12h}}}',
        news: [],
        looked: [],
      },
      {
        ...OPEN,
        says: 'a floor that is reached',
        rules:
          'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_least: 5, unit: kg}',
        given: [],
        news: [told('a', 'aid', '2024-03-01T06:00Z', { q: '6' })],
        looked: ['x@2024'],
      },
    ]),
  )('%s', (_, { looked, ...row }) => {
    const engine = watched(row)
    expect([engine.looked.sort(), engine.asked]).toEqual([looked, []])
  })

  test.each(
    titled<Omit<Effort, 'looked'>>([
      {
        says: 'a disputed performance',
        rules: X,
        given: [GO],
        news: [told('d', 'done', '2024-03-01T06:00Z', {}, { standing: 'disputed' })],
      },
      { says: 'a performance on some day', rules: X, given: [GO], news: [told('d', 'done', '2024-03-01')] },
      {
        says: 'a performance that two sources have to report',
        rules: `${X}, minimum_sources: 2`,
        given: [GO],
        news: [DONE],
      },
      {
        says: 'a performance under a suspension',
        rules: X,
        given: [GO, order('o', 'suspension', '2024-03-01T06:00Z')],
        news: [DONE],
      },
    ]),
  )('but not %s', (_, row) => {
    expect(watched(row).asked).not.toEqual([])
  })
})

describe('what is weighed from what was worked out before', () => {
  const DISPUTED = { standing: 'disputed' }

  test.each(
    titled<Omit<Effort, 'looked'>>([
      {
        says: 'a sum with something in doubt',
        rules:
          'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_least: 5, unit: kg}',
        given: [told('a', 'aid', '2024-03-01T06:00Z', { q: '2' })],
        news: [told('b', 'aid', '2024-03-01T06:00Z', { q: '2' }, DISPUTED)],
      },
      {
        says: 'the course of a state',
        rules: 'id: x, kind: maintain, state: {starts: {event: go}, ends: {event: done}}',
        given: [GO],
        news: [DONE],
      },
    ]),
  )('%s', (_, row) => {
    const { looked, asked } = watched(row)
    expect(looked).toHaveLength(1)
    // What excuses it is all that is asked for.
    expect(asked.filter((question) => question !== 'ofType')).toEqual(['meantSince'])
  })
})

describe('when something changes next is read off without a question to the index', () => {
  const AHEAD = told('h', 'go', '2024-03-05T00:00Z')

  test.each<[string, string | readonly string[], readonly object[], string]>([
    ['of what is owed', `${X}, remind: [6h]`, [GO], '2024-03-02T17:59:59.999Z'],
    ['of what is owed, without a reminder', X, [GO], '2024-03-02T19:11:59.999Z'],
    ['of a case that is to come', X, [AHEAD], '2024-03-05T00:00:00.000Z'],
    ['of the first of several', X, [told('i', 'go', '2024-03-07T00:00Z'), AHEAD], '2024-03-05T00:00:00.000Z'],
  ])('%s', (_, rules, given, next) => {
    const engine = watched({ rules, given })
    const [report] = engine.reports(parseInstant(NOON))
    expect([report?.head.next_check, engine.asked]).toEqual([next, []])
  })
})
