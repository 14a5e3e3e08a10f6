import { expect, test } from 'vitest'
import { known, told } from '../../testing/worlds.ts'
import { parseInstant } from '../instant.ts'
import { isFact, type KeptFact, Tellings } from './tellings.ts'

const NOON = parseInstant('2024-03-01T12:00:00Z')

function telling(id: string, source: string): KeptFact {
  const [event] = known([told(id, 'go', '2024-03-01T12:00Z', {}, { source })])
  if (!event) throw new Error('nothing was told')
  return { event, span: { from: NOON, to: NOON }, streams: [] }
}

const [A, B, OTHER] = [telling('a', 's'), telling('b', 's'), telling('a', 'z')]

test('nothing is remembered before something is corrected, and everything from then on', () => {
  const tellings = new Tellings()
  tellings.set(A)
  expect(tellings.get('s', 'a')).toBeUndefined()
  tellings.expectCorrections(() => [B])
  expect([tellings.get('s', 'a'), tellings.get('s', 'b')]).toEqual([undefined, B])
  tellings.set(A)
  tellings.set(OTHER)
  expect(tellings.get('s', 'a')).toBe(A)
  expect(tellings.get('z', 'a')).toBe(OTHER)
  expect([tellings.get('s', 'b'), tellings.get('z', 'b'), tellings.get('y', 'a')]).toEqual([B, undefined, undefined])
})

test('what is kept is asked for once', () => {
  const tellings = new Tellings()
  tellings.expectCorrections(() => [A])
  tellings.expectCorrections(() => {
    throw new Error('asked twice')
  })
  expect(tellings.get('s', 'a')).toBe(A)
})

test('a telling is a fact when it has a place in the world', () => {
  expect([isFact(A), isFact({ ...A, span: null })]).toEqual([true, false])
})
