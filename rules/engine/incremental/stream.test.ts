import { describe, expect, test } from 'vitest'
import type { KnownEvent } from '../../index.ts'
import type { Act } from '../../language/rulebook.ts'
import { compiled, known, rulebookText, told } from '../../testing/worlds.ts'
import { joinKey, Stream } from './stream.ts'

function streamOf(counts: string): Stream {
  const [act] = compiled(rulebookText(`id: x, kind: act, when: {event: go}, within: 1d, counts: ${counts}`)).commitments
  return new Stream((act as Act).counts)
}

function event(data: object, type = 'done', id = 'e'): KnownEvent {
  return known([told(id, type, '2024-03-01T00:00Z', data)])[0] as KnownEvent
}

describe('by what facts are found', () => {
  test.each([
    ['{event: done}', [], false],
    ['{event: done, same: [ref]}', [['ref']], false],
    ['[{event: done, same: [ref]}, {event: fix, same: [ref]}]', [['ref']], false],
    ['[{event: done, same: [ref]}, {event: fix, same: [tag]}]', [], true],
    ['[{event: done, same: [ref]}, {event: fix}]', [], true],
    ["[{event: done}, {event: fix, where: 'data.ref == trigger.data.ref'}]", [], true],
  ])('%s', (counts, keyPaths, needsTrigger) => {
    const stream = streamOf(counts)
    expect([stream.keyPaths, stream.needsTrigger]).toEqual([keyPaths, needsTrigger])
  })
})

describe('what may belong to it', () => {
  const stream = streamOf("[{event: done, where: {ref: 1}}, {event: fix, where: 'data.ref == trigger.data.ref'}]")

  test.each([
    [event({ ref: 1 }), true],
    [event({ ref: 2 }), false],
    [event({ ref: 2 }, 'fix'), true],
    [event({ ref: 1 }, 'go'), false],
  ])('%#', (of, wanted) => {
    expect(stream.takes(of)).toBe(wanted)
  })
})

describe('one key stands for', () => {
  const key = (a: unknown, b?: unknown) => joinKey(event({ a, b }), b === undefined ? [['a']] : [['a'], ['b']])

  test.each<[string, unknown, unknown, unknown?, unknown?]>([
    ['one text', 'x', 'x'],
    ['one object, however it is written', { x: 1, y: 2 }, { y: 2, x: 1 }],
    ['one list', [1, 2], [1, 2]],
    ['nothing that is said', null, null],
    ['two fields', 'x', 'x', 1, 1],
  ])('%s', (_, a1, a2, b1, b2) => {
    expect(key(a1, b1)).toBe(key(a2, b2))
  })

  test.each<[string, unknown, unknown, unknown?, unknown?]>([
    ['a number and its text', 1, '1'],
    ['a truth and its text', true, 'true'],
    ['nothing and its text', null, 'null'],
    ['an object and its text', { x: 1 }, '\u0001json {"x":1}'],
    ['two texts that begin like a key', '\\u0001x', '\\u0001y'],
    ['two lists', [1, 2], [2, 1]],
    ['two objects', { x: 1 }, { x: 2 }],
    ['the same parts otherwise divided', 'x', 'xy', 'yz', 'z'],
    ['a number and its text in the second field', 'x', 'x', 1, '1'],
    ['something else in the second field', 'x', 'x', 'y', 'z'],
    ['something else in the first', 'x', 'y', 'z', 'z'],
  ])('but not for %s', (_, a1, a2, b1, b2) => {
    expect(key(a1, b1)).not.toBe(key(a2, b2))
  })

  test('nothing when a field is absent', () => {
    expect([key(undefined), joinKey(event({ a: 1 }), [['a'], ['b']])]).toEqual([undefined, undefined])
  })

  test('long numbers that are written alike', () => {
    const long = (digits: string) => {
      const line = JSON.stringify(told('e', 'done', '2024-03-01T00:00Z', { a: 0 })).replace('"a":0', `"a":${digits}`)
      return joinKey(known([line])[0] as KnownEvent, [['a']])
    }
    expect(long('12345678901234567890')).toBe(long('12345678901234567890'))
    expect(long('12345678901234567890')).not.toBe(long('12345678901234567891'))
    expect(long('12345678901234567890')).not.toBe(key('12345678901234567890'))
  })
})
