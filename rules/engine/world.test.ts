import { describe, expect, test } from 'vitest'
import type { Commitment, Power } from '../language/rulebook.ts'
import { compiled, DUTY, known, order, rulebookText, told } from '../testing/worlds.ts'
import { assessor } from './assessor.ts'
import { Dossier, MAX_IGNORED } from './evidence.ts'
import { type History, historyOf } from './history.ts'
import { Horizon } from './horizon.ts'
import { Engine } from './incremental/engine.ts'
import { type Instant, parseInstant } from './instant.ts'
import { type AppliedEffect, type Assessor, Memory, World } from './world.ts'

const at = (when: string): Instant => parseInstant(`2024-03-${when}:00Z`)
const day = (number: number): string => `2024-03-${String(number).padStart(2, '0')}T00:00Z`
const dayOf = (instant: Instant | null): number | null =>
  instant === null ? null : (instant - at('01T00:00')) / 86_400_000 + 1

test('what stays true of an agreement is recalled from when it was worked out until it may change', () => {
  const memory = new Memory()
  memory.keep('life', 'in force', at('02T00:00'), at('04T00:00'))
  memory.keep('effects', 'none', at('02T00:00'), Number.POSITIVE_INFINITY)
  const recalled = (when: string): unknown => memory.recall('life', at(when))?.value
  expect(['01T23:59', '02T00:00', '03T23:59', '04T00:00'].map(recalled)).toEqual([
    undefined,
    'in force',
    'in force',
    undefined,
  ])
  memory.forget('suspensions')
  expect(recalled('02T00:00')).toBe('in force')
  memory.forget('life')
  expect([recalled('02T00:00'), memory.recall('effects', at('09T00:00'))?.value]).toEqual([undefined, 'none'])
})

test('worlds with one memory work out what concerns the agreement once, and know until when', () => {
  const rules = compiled(rulebookText(DUTY))
  const history = historyOf(rules, known([order('o', 'termination', day(5))]), null)
  const memory = new Memory()
  const worldAt = (when: string): World => new World(history, at(when), assessor, null, memory)
  let times = 0
  const ask = (when: string): { readonly value: unknown; readonly next: Instant | null } => {
    const h = new Horizon(at(when))
    const value = worldAt(when).recall('answer', h, (own) => {
      times++
      return own.reached(at('05T00:00')) ? 'late' : 'early'
    })
    return { value, next: h.next }
  }
  expect([ask('02T00:00'), ask('03T00:00'), times]).toEqual([
    { value: 'early', next: at('05T00:00') },
    { value: 'early', next: at('05T00:00') },
    1,
  ])
  expect([ask('05T00:00'), ask('09T00:00'), times]).toEqual([
    { value: 'late', next: null },
    { value: 'late', next: null },
    2,
  ])
  const world = worldAt('02T00:00')
  expect(world.life(new Horizon(world.now))).toBe(worldAt('02T00:00').life(new Horizon(world.now)))
})

test('one world works out an answer once, and whoever asks learns when it may change', () => {
  const world = new World(historyOf(compiled(rulebookText(DUTY)), [], null), at('02T00:00'), assessor)
  let times = 0
  const nexts = [1, 2].map(() => {
    const h = new Horizon(world.now)
    world.remember('answer', h, (own) => {
      times++
      return own.reached(at('05T00:00'))
    })
    return h.next
  })
  expect([nexts, times]).toEqual([[at('05T00:00'), at('05T00:00')], 1])
})

describe('a commitment is suspended', () => {
  const pause = (number: number, more: object = {}) => order(`p${number}`, 'suspension', day(number), more)
  const resume = (number: number, more: object = {}) => order(`r${number}`, 'resumption', day(number), more)
  const end = (number: number) => order('end', 'termination', day(number))

  test.each<[string, readonly object[], readonly [from: number, to: number | null, facts: string][]]>([
    ['from a suspension on', [pause(2)], [[2, null, 'p2']]],
    ['up to the resumption', [pause(2), resume(4)], [[2, 4, 'p2 r4']]],
    ['not by a resumption', [resume(4)], []],
    [
      'once more',
      [pause(2), resume(4), pause(6)],
      [
        [2, 4, 'p2 r4'],
        [6, null, 'p6'],
      ],
    ],
    ['without a break where it is suspended twice', [pause(2), pause(3)], [[2, null, 'p2 p3']]],
    ['until both are resumed', [pause(2), pause(3), resume(4)], [[2, 4, 'p2 r4 p3 r4']]],
    [
      'without a break where it resumes and is suspended at once',
      [pause(2), resume(4), pause(4)],
      [[2, null, 'p2 r4 p4']],
    ],
    ['longer where that is resumed, too', [pause(2), resume(4), pause(4), resume(6)], [[2, 6, 'p2 r4 p4 r6']]],
    ['up to the end of the agreement', [pause(2), end(5)], [[2, 5, 'p2 end']]],
    ['not from the end of the agreement on', [end(5), pause(5), pause(6)], []],
    ['where it is named', [pause(2, { commitments: ['x', 'y'] })], [[2, null, 'p2']]],
    ['not where another is named', [pause(2, { commitments: ['y'] })], []],
    [
      'until it is named again',
      [pause(2), resume(3, { commitments: ['y'] }), resume(4, { commitments: ['x'] })],
      [[2, 4, 'p2 r4']],
    ],
  ])('%s', (_, given, wanted) => {
    const rules = compiled(rulebookText([DUTY, 'id: y, kind: prohibit, what: {event: bad}']))
    const world = new World(historyOf(rules, known(given), null), at('20T00:00'), assessor)
    const found = world.suspensions(rules.commitments[0] as Commitment, new Horizon(world.now))
    expect(
      found.map(({ from, to, facts }) => [dayOf(from), dayOf(to), facts.map(({ event }) => event.id).join(' ')]),
    ).toEqual(wanted)
  })

  test('beyond the end of the agreement where it survives that', () => {
    const rules = compiled(rulebookText(`${DUTY}, survives: true`))
    const world = new World(historyOf(rules, known([pause(2), end(5), pause(6)]), null), at('20T00:00'), assessor)
    const [only, ...others] = world.suspensions(rules.commitments[0] as Commitment, new Horizon(world.now))
    expect([dayOf(only?.from ?? null), only?.to, others]).toEqual([2, null, []])
  })
})

describe('what powers bring about', () => {
  const RULES = compiled(
    rulebookText([
      'id: b, kind: power, exercised_by: {event: use b}, effect: {suspends: [x], after: 2d}',
      'id: a, kind: power, exercised_by: {event: use a}, effect: {resumes: [x]}',
      'id: plain, kind: power, exercised_by: {event: use a}',
      `${DUTY}, within: 1d`,
    ]),
  )

  /** For each exercise that is weighed: which effects are in force in the world in which it is, as `power@day`. */
  function weighed(given: readonly object[]): {
    readonly seen: readonly string[]
    readonly effects: readonly string[]
  } {
    const seen: string[] = []
    const said = (effects: readonly AppliedEffect[]): string =>
      effects.map(({ exercise, at }) => `${exercise.event.id}@${dayOf(at)}`).join(' ')
    const watching: Assessor = {
      ...assessor,
      exercises(world: World, power: Power, h: Horizon) {
        seen.push(`${power.id}: ${said(world.effects(new Horizon(world.now)))}`)
        return assessor.exercises(world, power, h)
      },
    }
    const world = new World(historyOf(RULES, known(given), null), at('20T00:00'), watching)
    return { seen, effects: [said(world.effects(new Horizon(world.now)))] }
  }

  test.each<[string, readonly object[], readonly string[], string]>([
    ['one by one', [told('1', 'use b', day(2)), told('2', 'use a', day(6))], ['b: ', 'a: 1@4'], '1@4 2@6'],
    [
      'those at the same instant by id',
      [told('2', 'use b', day(2)), told('1', 'use a', day(2))],
      ['a: ', 'b: 1@2'],
      '1@2 2@4',
    ],
    [
      'not with an effect that is still to come',
      [told('1', 'use b', day(2)), told('2', 'use a', day(3))],
      ['b: ', 'a: '],
      '2@3 1@4',
    ],
    [
      'with one of the same instant',
      [told('1', 'use b', day(2)), told('2', 'use a', day(4))],
      ['b: ', 'a: 1@4'],
      '1@4 2@4',
    ],
    ['not when it is not known exactly', [told('1', 'use a', '2024-03-02')], [], ''],
  ])('is weighed %s', (_, given, seen, effects) => {
    expect(weighed(given)).toEqual({ seen, effects: [effects] })
  })

  test('is in force once its instant has come', () => {
    const [event] = known([told('1', 'use b', day(2))])
    if (!event) throw new Error('nothing was told')
    const [power] = RULES.commitments as readonly Power[]
    if (!power?.effect) throw new Error('no effect')
    const exercise = { event, span: { from: at('02T00:00'), to: at('02T00:00') } }
    const given = [{ effect: power.effect, at: at('04T00:00'), exercise }]
    const inForceAt = (when: string) => {
      const h = new Horizon(at(when))
      return [new World(historyOf(RULES, [], null), h.now, assessor, given).effects(h).length, h.next]
    }
    expect([inForceAt('03T23:59'), inForceAt('04T00:00')]).toEqual([
      [0, at('04T00:00')],
      [1, null],
    ])
  })

  test('is nothing for a commitment that there is not, and no power exercises nothing', () => {
    const world = new World(historyOf(RULES, [], null), at('20T00:00'), assessor)
    const h = new Horizon(world.now)
    expect([world.settled('nobody', h), world.exercises('nobody', h), world.exercises('x', h)]).toEqual([[], [], []])
  })
})

describe('what an index of the engine holds of other cases', () => {
  const RULES = compiled(rulebookText(`${DUTY.replace('{event: done}', '{event: done, same: [ref]}')}, within: 1d`))
  const MATCHES = RULES.commitments.flatMap((c) => (c.kind === 'act' ? [c.counts] : []))[0] ?? []
  const minute = (n: number): string =>
    `2024-03-02T${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}Z`

  /** The world with a hundred and more performances: every tenth of the case that `go` opens with `ref` 1. */
  function worldWith(count: number): { readonly world: World; readonly history: History } {
    const engine = new Engine(RULES)
    engine.take(
      known(Array.from({ length: count }, (_, i) => told(`d${i}`, 'done', minute(i), { ref: i % 10 === 0 ? 1 : 2 }))),
    )
    return { world: new World(engine.index, at('02T10:00'), assessor), history: engine.index }
  }

  const trigger = historyOf(RULES, known([told('go', 'go', day(1), { ref: 1 })]), null).ofType('go')[0] ?? null

  function filed(count: number) {
    const { world, history } = worldWith(count)
    const dossier = new Dossier()
    const h = new Horizon(world.now)
    const meant = [...world.bearing(MATCHES, { trigger, from: 0, dossier, h })]
    return { history, dossier, meant: meant.length, ignored: dossier.facts(['ignored']).length, next: h.next }
  }

  test('is filed one by one up to as many as are printed, and counted beyond', () => {
    const { dossier, meant, ignored } = filed(300)
    expect([meant, ignored, dossier.list().omitted]).toEqual([30, MAX_IGNORED, 270 - MAX_IGNORED])
  })

  test('is counted only as far as it has begun', () => {
    const { dossier, meant, ignored, next } = filed(700)
    expect([meant, ignored, dossier.list().omitted]).toEqual([61, MAX_IGNORED, 601 - 61 - MAX_IGNORED])
    expect(next).toBe(at('02T10:01'))
  })

  test('is filed whole where it is little, or nothing', () => {
    expect([filed(20), filed(0)].map(({ dossier, ignored }) => [ignored, dossier.list().omitted])).toEqual([
      [18, 0],
      [0, 0],
    ])
  })

  test('is counted once where it is looked for twice or filed otherwise', () => {
    const { world, history } = worldWith(300)
    const dossier = new Dossier()
    const h = new Horizon(world.now)
    const all = history.ofKind(MATCHES, trigger)
    for (const fact of [all[299], all[290], all[5]]) if (fact) dossier.add(fact, 'ignored', 'too_late')
    for (const _ of world.bearing(MATCHES, { trigger, from: 0, dossier, h }));
    expect(dossier.list().omitted).toBe(271 - MAX_IGNORED)
    for (const _ of world.bearing(MATCHES, { trigger, from: 0, dossier, h }));
    expect(dossier.list().omitted).toBe(271 - MAX_IGNORED)
  })

  test('is not filed where only the status is wanted, and ends with what is wanted', () => {
    const rules = compiled(rulebookText(DUTY))
    const engine = new Engine(rules)
    engine.take(known([1, 2, 3].map((n) => told(`d${n}`, 'done', day(n)))))
    const matches = rules.commitments.flatMap((c) => (c.kind === 'act' ? [c.counts] : []))[0] ?? []
    const h = new Horizon(at('02T12:00'))
    const world = new World(engine.index, h.now, assessor)
    const idsOf = (facts: Iterable<{ readonly event: { readonly id: string } }>): string =>
      [...facts].map(({ event }) => event.id).join(' ')
    const bearing = { from: at('02T00:00'), to: at('02T00:00'), dossier: new Dossier('status'), h }
    expect(idsOf(world.bearing(matches, bearing))).toBe('d2')
    expect(idsOf(world.bearing(matches, { ...bearing, to: at('01T00:00') }))).toBe('')
    expect(dayOf(world.latestEnd(matches, 0, h, () => true) as Instant)).toBe(2)
    expect(h.next).toBe(at('03T00:00'))
  })
})
