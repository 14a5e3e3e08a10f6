import fc from 'fast-check'
import { expect, test } from 'vitest'
import { insertInto, SlicedList } from './sliced-list.ts'

interface Stay {
  readonly from: number
  readonly to: number
  readonly name: string
}

const SLICE = 2 ** 27

/** Around the borders of slices, far away, and at the ends of time. */
const place = fc.oneof(
  fc
    .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -2, max: 2 }))
    .map(([slice, beside]) => slice * SLICE + beside),
  fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 40 * SLICE, -40 * SLICE),
)
const stay = fc
  .tuple(place, fc.constantFrom(0, 0, 1, 3, SLICE, 2 * SLICE + 1), fc.constantFrom('a', 'b'))
  .map(([from, lasts, name]): Stay => ({ from, to: Number.isFinite(from) ? from + lasts : from, name }))

const byPlace = (a: Stay, b: Stay): number =>
  a.from === b.from ? a.to - b.to || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : a.from - b.from

/** What stands in a plain array in order. */
function plainly(stays: readonly Stay[]): readonly Stay[] {
  return [...stays].sort(byPlace)
}

test('a list in slices holds, and finds by time, what one array in order would', () => {
  const step = fc.tuple(stay, fc.constantFrom('add', 'add', 'add', 'remove', 'remove a copy'), fc.nat(30))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.array(place, { maxLength: 4 }), (steps, looks) => {
      const list = new SlicedList<Stay>((one) => one, byPlace)
      let stays: readonly Stay[] = []
      for (const [one, action, which] of steps) {
        const there = stays[which % stays.length] ?? one
        if (action === 'add') {
          const twin = stays.find((other) => byPlace(other, one) === 0)
          expect(list.add(one)).toBe(twin)
          if (!twin) stays = [...stays, one]
        } else if (action === 'remove') {
          expect(list.remove(there)).toBe(stays.includes(there))
          stays = stays.filter((other) => other !== there)
        } else expect(list.remove({ ...there })).toBe(false)
        expect(list.all()).toEqual(plainly(stays))
      }
      for (const at of looks) {
        expect([...list.startingAt(at)]).toEqual(plainly(stays.filter(({ from }) => from >= at)))
        expect([...list.backFrom(at)]).toEqual(plainly(stays.filter(({ from }) => from <= at)).toReversed())
        const later = [...list.since(at)]
        expect(later).toEqual(plainly(stays).slice(stays.length - later.length))
        expect(later).toEqual(expect.arrayContaining(stays.filter(({ to }) => to >= at)))
        for (const after of looks) {
          const ends = stays.filter(({ from, name }) => from <= at && name === 'a').map(({ to }) => to)
          expect(list.latestEnd(at, after, ({ name }) => name === 'a')).toBe(Math.max(after, ...ends))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('with what ends at or after an instant comes only what is as near as the longest lasts', () => {
  const list = new SlicedList<Stay>((one) => one, byPlace)
  for (const from of [4, 5, 9, 10]) list.add({ from, to: from === 5 ? 8 : from, name: 'a' })
  expect([...list.since(9)].map(({ from }) => from)).toEqual([9, 10])
  expect([...list.since(8)].map(({ from }) => from)).toEqual([5, 9, 10])
})

test('who looks for the latest end stops where nothing can end later', () => {
  const seen: number[] = []
  const list = new SlicedList<Stay>((one) => {
    seen.push(one.from)
    return one
  }, byPlace)
  for (const [from, to] of [
    [1, 3],
    [2, 4],
    [3, 5],
    [4, 10],
    [6, 9],
    [9, 11],
  ] as const)
    list.add({ from, to, name: 'a' })
  seen.length = 0
  expect(list.latestEnd(SLICE - 1, 2, ({ from }) => from === 6 || from < 4)).toBe(9)
  expect(seen.slice(-3)).toEqual([6, 4, 3])
})

test('a thing is put into a list where it belongs, unless its equal is there', () => {
  fc.assert(
    fc.property(fc.array(stay, { maxLength: 20, size: 'max' }), (stays) => {
      const list: Stay[] = []
      for (const one of stays) {
        const twin = list.find((other) => byPlace(other, one) === 0)
        const before = [...list]
        expect(insertInto(list, one, byPlace)).toBe(twin)
        expect(list).toEqual(plainly(twin ? before : [...before, one]))
      }
    }),
    { numRuns: 300 },
  )
})
