import { describe, expect, test } from 'vitest'
import { compiled, known, order, rulebookText, type Setting, told } from '../../testing/worlds.ts'
import { parseInstant } from '../instant.ts'
import { type AgreementRow, increment, keysFor, type SavedState } from './increment.ts'
import { Shares } from './shares.ts'

const TALKS = 'id: talks, kind: act, when: {event: attack}, within: 24h, counts: {event: talks, same: [attack]}'
const REPAIR =
  'id: repair, kind: act, when: {breached: talks}, within: 2d, counts: {event: talks, same: [attack]}, repairs: true'
const AID =
  'id: aid, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: kg}, target: {at_least: 5, unit: kg}'
const NOON = parseInstant('2024-03-01T12:00:00Z')

describe('what an event bears on', () => {
  const sharesOf = (rules: readonly string[], event: object, setting: Setting = {}) => {
    const [only] = known([event])
    return only && new Shares(compiled(rulebookText(rules, setting))).of(only)
  }
  const attack = (data: object) => told('a', 'attack', '2024-03-01T00:00Z', data)
  const keyed = (name: string) => expect.stringMatching(new RegExp(`^${name}#.{43}$`))

  test.each<[string, readonly string[], object, readonly unknown[] | null, Setting?]>([
    ['one value of the field in which everything is the same', [TALKS, AID], attack({ attack: 1 }), [keyed('talks')]],
    ['what rests on it with it', [TALKS, REPAIR], attack({ attack: 1 }), [keyed('talks')]],
    ['without that field, on a case that nothing can perform', [TALKS], attack({}), ['talks#']],
    ['all cases of a commitment whose evidence nothing parts', [AID], told('x', 'aid', '2024-03-01'), ['aid']],
    [
      'several that listen to it',
      [TALKS, AID.replace('event: aid', 'event: talks')],
      told('t', 'talks', '2024-03-01'),
      ['talks#', 'aid'],
    ],
    ['nothing, when nobody listens', [TALKS], told('n', 'noise', '2024-03-01'), []],
    ['all of the agreement: an order', [TALKS], order('o', 'suspension', '2024-03-01T00:00Z'), null],
    [
      'all of it: what brings it into force',
      [TALKS],
      told('f', 'ratified', '2024-03-01'),
      null,
      { force: '{when: {event: ratified}, term: 1y}' },
    ],
    [
      'all of it: what an effect rests on',
      [
        TALKS,
        'id: leave, kind: power, when: {event: crisis}, exercised_by: {event: notice}, effect: {ends: agreement}',
      ],
      told('n', 'crisis', '2024-03-01'),
      null,
    ],
    [
      'all cases where an episode opens them',
      ['id: talks, kind: act, when: {episode: wave}, within: 1d, counts: {event: talks, same: [attack]}'],
      attack({ attack: 1 }),
      ['talks'],
      { parts: 'terms: {wave: {episode: {of: {event: attack}, merge_within: 1d}}}' },
    ],
    [
      'all cases under a condition',
      [`${TALKS}, only_if: {state: {starts: {event: attack}, ends: {event: peace}}}`],
      attack({}),
      ['talks'],
    ],
    [
      'all cases where an excuse need not be the same',
      [`${TALKS}, excused_by: {event: storm}`],
      told('s', 'storm', '2024-03-01'),
      ['talks'],
    ],
    [
      'all cases where one exercise bars the next',
      ['id: ask, kind: power, when: {event: attack}, exercised_by: {event: ask, same: [attack]}, once_per: 2d'],
      attack({ attack: 1 }),
      ['ask'],
    ],
    [
      'all cases unless something is the case',
      [`${TALKS}, unless: {state: {starts: {event: attack}, ends: {event: peace}}}`],
      attack({}),
      ['talks'],
    ],
    [
      'one value of the field, of a power',
      ['id: ask, kind: power, when: {event: attack}, exercised_by: {event: ask, same: [attack]}'],
      attack({ attack: 1 }),
      [keyed('ask')],
    ],
    [
      'all cases of a power that anything withdraws',
      [
        'id: ask, kind: power, when: {event: attack}, exercised_by: {event: ask, same: [attack]}, withdrawn_by: {event: back}',
      ],
      attack({ attack: 1 }),
      ['ask'],
    ],
    [
      'all cases where nothing has to be the same',
      ['id: ask, kind: act, when: {event: attack}, within: 1d, counts: {event: ask}'],
      attack({ attack: 1 }),
      ['ask'],
    ],
    [
      'all cases where evidence has to be the same in different fields',
      [
        'id: ask, kind: act, when: {event: attack}, within: 1d, counts: [{event: ask, same: [attack]}, {event: ask, same: [place]}]',
      ],
      attack({ attack: 1 }),
      ['ask'],
    ],
    [
      'all of those that rest on each other, whichever is written first',
      [REPAIR, AID, TALKS.replace(', same: [attack]', '')],
      attack({ attack: 1 }),
      ['repair'],
    ],
    [
      'nothing of what rests on one of several, when it bears on another',
      [
        TALKS,
        REPAIR.replace('repair', 'repair2').replace('event: talks', 'event: fix'),
        TALKS.replace('id: talks', 'id: more'),
      ],
      told('f', 'fix', '2024-03-01T00:00Z', { attack: 1 }),
      [keyed('talks')],
    ],
    [
      'all cases where others open when one is met',
      [TALKS, 'id: report, kind: act, when: {met: talks}, within: 1d, counts: {event: report, same: [attack]}'],
      attack({ attack: 1 }),
      ['talks'],
    ],
  ])('%s', (_, rules, event, wanted, setting) => {
    expect(sharesOf(rules, event, setting)).toEqual(wanted)
  })

  test('nothing, when it is only taken back', () => {
    expect(sharesOf([TALKS], { source: 's', id: 'a', revision: 2, retracted: true })).toEqual([])
  })

  test('a commitment that is not in the rulebook has no share', () => {
    expect(() => new Shares(compiled(rulebookText(TALKS))).ofCase('other', null)).toThrow('no commitment other')
  })

  test('a number and a text that look alike are two shares', () => {
    expect(sharesOf([TALKS], attack({ attack: 1 }))).not.toEqual(sharesOf([TALKS], attack({ attack: '1' })))
  })
})

describe('what has to be loaded', () => {
  const rulebook = compiled(rulebookText([TALKS, AID]))
  const reached: AgreementRow = { asOf: NOON, wake: null }
  const talks = told('t', 'talks', '2024-03-01T00:00Z', { attack: 1 })
  const judged = (named: string) => order('j', 'judgement', '2024-03-01T00:00Z', { case: named, verdict: 'met' })
  const keys = (event: object | null, agreement: AgreementRow | null = reached, asOf = NOON) =>
    keysFor(rulebook, agreement, event === null ? [] : known([event]), asOf)

  test('the share of the news, the event itself, and whoever wakes by then', () => {
    expect(keys(talks)).toEqual({
      shares: [expect.stringMatching(/^talks#/)],
      events: [{ source: 's', id: 't' }],
      cases: [],
      wakeBy: NOON,
      mostWaking: null,
    })
  })

  test.each<[string, object | null, AgreementRow | null, string?]>([
    ['nothing has been saved yet', talks, null],
    ['an earlier instant is looked at', null, reached, '2024-03-01T11:59:59.999Z'],
    [
      'the agreement itself is due',
      null,
      { asOf: NOON, wake: parseInstant('2024-03-01T13:00:00Z') },
      '2024-03-01T13:00:00Z',
    ],
    ['the news bears on all', order('o', 'termination', '2024-03-01T00:00Z'), reached],
  ])('everything when %s', (_, event, agreement, asOf) => {
    expect(keys(event, agreement, asOf === undefined ? NOON : parseInstant(asOf)).shares).toBeNull()
  })

  test('nothing when only time passes and the agreement is not due', () => {
    expect(keys(null, { asOf: NOON, wake: parseInstant('2024-03-01T13:00:00Z') }).shares).toEqual([])
  })

  test.each<[string, readonly object[]]>([
    ['ag/talks@s#a', [{ commitment: 'talks', case: 's#a' }]],
    ['ag/talks@s#a@b', [{ commitment: 'talks', case: 's#a@b' }]],
    ['other/talks@s#a', []],
    ['ag/talks', []],
    ['ag/@s#a', []],
  ])('the case that a judgement names: %s', (named, cases) => {
    expect(keys(judged(named))).toMatchObject({ shares: [], cases })
  })
})

describe('what an increment saves', () => {
  const rulebook = compiled(rulebookText(TALKS))
  const attack = told('a', 'attack', '2024-03-01T00:00Z', { attack: 1 })
  const NOTHING: SavedState = { shares: null, events: [], cases: [] }
  const first = increment(rulebook, NOTHING, known([attack]), NOON)
  const saved: SavedState = { shares: first.save.cases.map(({ share }) => share), ...first.save }

  test('a case with its share, its status and when it wakes, and the event that opened it', () => {
    const [{ share } = { share: '' }] = first.save.cases
    expect(first.save).toEqual({
      // The agreement ends with its term of two years.
      agreement: { asOf: NOON, wake: parseInstant('2026-01-01T00:00:00Z') },
      cases: [
        {
          commitment: 'talks',
          case: 's#a',
          share,
          status: { phase: 'running', verdict: 'open', certainty: 'provisional', flags: [], rung: 0 },
          wake: parseInstant('2024-03-01T21:36:00Z'),
        },
      ],
      events: [{ source: 's', id: 'a', revision: 1, recordedAt: null, shares: [share], content: expect.any(String) }],
      gone: [],
    })
    expect(first.changes).toEqual([
      {
        commitment: 'talks',
        part: 's#a',
        status: { phase: 'running', verdict: 'open', certainty: 'provisional', flags: [] },
      },
    ])
  })

  test('only what is different, where time passes', () => {
    const { changes, save } = increment(rulebook, saved, [], parseInstant('2024-03-01T21:36:00Z'))
    expect(changes).toMatchObject([{ part: 's#a', status: { flags: ['due_soon'] } }])
    expect(save.cases).toMatchObject([{ status: { rung: 0 } }])
    expect([save.events, save.gone]).toEqual([[], []])
    const again = increment(rulebook, saved, [], NOON)
    expect([again.changes, again.save.cases, again.save.events]).toEqual([[], [], []])
  })

  test('a case that is gone, and the retraction that took it away', () => {
    const retraction = known([{ source: 's', id: 'a', revision: 2, retracted: true }])
    const { changes, save } = increment(rulebook, saved, retraction, NOON)
    expect(changes).toEqual([{ commitment: 'talks', part: 's#a', status: null }])
    expect(save.gone).toEqual([{ commitment: 'talks', case: 's#a' }])
    expect(save.events).toMatchObject([{ id: 'a', revision: 2, shares: [] }])
  })

  test('which of two cases is different', () => {
    const second = told('b', 'attack', '2024-03-01T06:00Z', { attack: 2 })
    const { save } = increment(rulebook, NOTHING, known([attack, second]), NOON)
    const shares = save.cases.map(({ share }) => share)
    const done = known([told('t', 'talks', '2024-03-01T08:00Z', { attack: 2 })])
    const then = increment(rulebook, { ...save, shares }, done, NOON)
    expect(then.save.cases).toMatchObject([{ case: 's#b', status: { verdict: 'met', certainty: 'provisional' } }])
    expect(then.changes).toMatchObject([{ part: 's#b', status: { verdict: 'met' } }])
    const other = increment(rulebook, { ...save, shares: shares.slice(0, 1) }, done, NOON)
    expect(other.save.cases).toEqual([])
  })

  test('how many reminders are due, also where nothing else changes', () => {
    const reminding = compiled(rulebookText(`${TALKS}, remind: [18h, 12h, 6h]`))
    const at = (hour: string) => parseInstant(`2024-03-01T${hour}:00:00Z`)
    const early = increment(reminding, NOTHING, known([attack]), at('07'))
    expect(early.save.cases).toMatchObject([{ status: { flags: ['due_soon'], rung: 1 }, wake: at('12') }])
    const later = increment(reminding, { shares: null, ...early.save }, [], NOON)
    expect(later.save.cases).toMatchObject([{ status: { flags: ['due_soon'], rung: 2 }, wake: at('18') }])
    expect(later.changes).toMatchObject([{ part: 's#a', status: { flags: ['due_soon'] } }])
  })

  test('that a case wakes at another time, or has another share', () => {
    const [row] = first.save.cases
    for (const old of [
      { ...row, wake: null },
      { ...row, share: 'talks#' },
    ] as (typeof first.save.cases)[number][]) {
      const { changes, save } = increment(rulebook, { ...saved, shares: null, cases: [old] }, [], NOON)
      expect([changes, save.cases]).toEqual([[], first.save.cases])
    }
  })

  test('when the agreement as a whole has to be looked at again', () => {
    const suspended = order('o', 'suspension', '2024-03-02T00:00Z')
    const { save } = increment(rulebook, NOTHING, known([suspended]), NOON)
    expect(save.agreement).toEqual({ asOf: NOON, wake: parseInstant('2024-03-02T00:00:00Z') })
  })

  test('no row for what is no case and never will be', () => {
    const early = known([told('b', 'attack', '2020-03-02T00:00Z', { attack: 2 })])
    expect(increment(rulebook, NOTHING, early, NOON).save.cases).toEqual([])
  })

  test('a case that is final and never changes by itself', () => {
    const { save } = increment(rulebook, NOTHING, known([attack]), parseInstant('2024-04-01T00:00:00Z'))
    expect(save.cases).toMatchObject([{ status: { verdict: 'breached', certainty: 'final' }, wake: null }])
  })

  test('that a case which was to come does not come, without a change', () => {
    const ahead = known([told('b', 'attack', '2024-03-02T00:00Z', { attack: 2 })])
    const { save } = increment(rulebook, NOTHING, ahead, NOON)
    const retraction = known([{ source: 's', id: 'b', revision: 2, retracted: true }])
    const then = increment(rulebook, { shares: null, ...save }, retraction, NOON)
    expect([then.changes, then.save.gone]).toEqual([[], [{ commitment: 'talks', case: 's#b' }]])
  })

  test('nothing of what nobody listens to', () => {
    const { changes, save } = increment(rulebook, saved, known([told('n', 'noise', '2024-03-01T00:00Z')]), NOON)
    expect([changes, save.cases, save.events]).toEqual([[], [], []])
  })

  test('a trigger that lies ahead as a row that is no case yet', () => {
    const ahead = known([told('b', 'attack', '2024-03-02T00:00Z', { attack: 2 })])
    const { changes, save } = increment(rulebook, NOTHING, ahead, NOON)
    expect(changes).toEqual([])
    expect(save.cases).toMatchObject([{ case: 's#b', status: null, wake: parseInstant('2024-03-02T00:00:00Z') }])
  })

  test('when the next period begins as a row of the commitment itself', () => {
    const monthly = compiled(rulebookText('id: report, kind: act, every: month, counts: {event: report}'))
    const { save } = increment(monthly, NOTHING, [], NOON)
    expect(save.cases.find((row) => row.case === '')).toEqual({
      commitment: 'report',
      case: '',
      share: 'report',
      status: null,
      wake: parseInstant('2024-04-01T00:00:00Z'),
    })
  })

  test('what cannot be read again is said', () => {
    const broken = { source: 's', id: 'a', revision: 1, recordedAt: null, shares: [], content: '{}' }
    expect(() => increment(rulebook, { ...NOTHING, events: [broken] }, [], NOON)).toThrow('event a of s is no event')
  })
})
