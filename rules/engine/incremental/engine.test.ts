import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../index.ts'
import { ENGINE_EXAMPLES } from '../../testing/engine-examples.ts'
import { ENGINE_PROPERTIES, inEveryWorld } from '../../testing/engine-properties.ts'
import { propertyRuns } from '../../testing/property-runs.ts'
import { compiled, known, revised, rulebookText, told } from '../../testing/worlds.ts'
import { type CaseChoice, Engine } from './engine.ts'

const MINUTE = 60_000

describe.each(Object.values(ENGINE_PROPERTIES))('$says', ({ runs, check }) => {
  test('in worlds made at random', () => fc.assert(inEveryWorld({ check }), { numRuns: propertyRuns(runs) }), MINUTE)

  test.each(ENGINE_EXAMPLES)('$says', ({ world, choice }) => check(world, choice))
})

const DUTY = compiled(rulebookText('id: x, kind: act, when: {event: go}, within: 12h, counts: {event: done}'))
const GO = told('a', 'go', '2024-03-01T00:00Z')

function engineThatHeard(...events: readonly object[]): Engine {
  return tellEach(new Engine(DUTY), events)
}

/** One by one: a file by itself keeps one telling of each revision. */
function tellEach(engine: Engine, events: readonly object[]): Engine {
  for (const event of events) engine.take(known([event]))
  return engine
}

describe('the cases that are listed', () => {
  const at = parseInstant('2024-03-02T00:00:00Z')
  const engine = engineThatHeard(GO, told('b', 'go', '2024-03-01T18:00Z'), told('c', 'go', '2024-03-01T10:00Z'))
  const since = (when: string): CaseChoice => ({ kind: 'changed', since: parseInstant(when) })

  test.each<[string, CaseChoice | undefined, readonly string[]]>([
    ['all', undefined, ['a', 'c', 'b']],
    ['those not closed', { kind: 'open' }, ['b']],
    ['those that stand otherwise than before', since('2024-03-01T13:00:00Z'), ['c', 'b']],
    ['none where nothing changed', since('2024-03-02T00:00:00Z'), []],
  ])('%s', (_, choice, wanted) => {
    const [report] = engine.reports(at, choice)
    expect([...(report?.cases() ?? [])].map(({ id }) => id)).toEqual(wanted.map((id) => `ag/x@s#${id}`))
    expect([report?.count, [...(report?.cases(1) ?? [])].length]).toEqual([
      wanted.length,
      Math.max(0, wanted.length - 1),
    ])
  })

  test('nothing is told that stands as it did before others were asked for', () => {
    const asked = engineThatHeard(GO)
    expect(asked.advance(at)).toMatchObject([{ commitment: 'x', part: 's#a', status: { verdict: 'breached' } }])
    asked.reports(at, since('2024-03-01T06:00:00Z'))
    expect(asked.advance(at)).toEqual([])
  })
})

describe('of several tellings of one event', () => {
  const recorded = (hour: string | null, more: object = {}) => ({
    ...GO,
    ...(hour && { recordedtime: `2024-03-02T${hour}:00:00Z` }),
    ...more,
  })

  test.each<[string, readonly object[], string | null]>([
    ['the earlier known stands, though told later', [recorded('06'), recorded('03')], '03'],
    ['the earlier known stands', [recorded('03'), recorded('06')], '03'],
    ['one without an instant was known from the start', [recorded('03'), recorded(null)], null],
    ['and stands', [recorded(null), recorded('03')], null],
    ['a higher revision stands, whenever it was known', [recorded('03'), recorded('06', { revision: 2 })], '06'],
    ['and whenever it was told', [recorded('06', { revision: 2 }), recorded('03')], '06'],
  ])('%s', (_, events, hour) => {
    const wanted = hour && parseInstant(`2024-03-02T${hour}:00:00Z`)
    const plain = engineThatHeard(...events)
    expect([...plain.index.facts()].map(({ event }) => event.recordedAt)).toEqual([wanted])
    const remembering = new Engine(DUTY)
    remembering.rememberEach()
    tellEach(remembering, events)
    expect(remembering.telling('s', 'a')?.event.recordedAt).toBe(wanted)
    expect([...remembering.index.facts()].map(({ event }) => event.recordedAt)).toEqual([wanted])
  })

  test('a retraction stands, too', () => {
    const engine = engineThatHeard({ source: 's', id: 'a', revision: 2, retracted: true }, GO)
    expect([engine.telling('s', 'a')?.event.revision, [...engine.index.facts()]]).toEqual([2, []])
  })

  test('what corrects nothing and bears on nothing is not remembered', () => {
    const engine = engineThatHeard(GO, revised(GO, 2, {}), told('n', 'noise', '2024-03-01T00:00Z'))
    expect([engine.telling('s', 'n'), engine.telling('s', 'a')?.event.revision]).toEqual([undefined, 2])
  })

  test('nor is anything as long as nothing is corrected', () => {
    expect(engineThatHeard(GO).telling('s', 'a')).toBeUndefined()
  })
})
