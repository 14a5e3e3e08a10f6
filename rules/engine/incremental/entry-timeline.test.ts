import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { EntryTimeline } from './entry-timeline.ts'

/** What the timeline sees of a case. */
type Seen = { -readonly [K in 'from' | 'lasts' | 'decided' | 'isDirty']: Entry[K] }

const SLICE = 2 ** 27
const NEVER = Number.POSITIVE_INFINITY

function seen({ from = 0, lasts = 0, decided = NEVER, isDirty = false }: Partial<Seen>): Seen {
  return { from, lasts, decided, isDirty }
}

/** A timeline of what it sees, and what of it is found. */
function timelineOf(cases: readonly Seen[]) {
  const timeline = new EntryTimeline()
  for (const one of cases) timeline.add(one as Entry)
  const collect = (ask: (found: (entry: Entry) => void) => void): readonly Seen[] => {
    const found: Seen[] = []
    ask((entry) => found.push(entry))
    return found
  }
  return {
    timeline,
    touched: (from: number, to: number) => collect((touch) => timeline.touch(from, to, touch)),
    at: (from: number) => collect((found) => timeline.at(from, found)),
    touchedFrom: (from: number) => collect((touch) => timeline.touchFrom(from, touch)),
  }
}

const place = fc
  .tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -1, max: 1 }))
  .map(([slice, beside]) => slice * SLICE + beside)
const instants = fc.oneof(place, fc.constantFrom(Number.NEGATIVE_INFINITY, NEVER))
const someCase = fc.record({
  from: fc.oneof(place, fc.constant(Number.NEGATIVE_INFINITY)),
  lasts: fc.constantFrom(0, 0, 1, SLICE),
})

test('evidence finds the cases that it may change, except those that wait anyway', () => {
  const step = fc.oneof(
    fc.record({ add: someCase }),
    fc.record({ remove: fc.nat(9) }),
    fc.record({ touch: instants, to: instants }),
    fc.record({ lookAt: fc.array(fc.tuple(fc.nat(9), instants), { maxLength: 4 }) }),
    fc.record({ reopen: fc.nat(9) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
      const { timeline, touched, at, touchedFrom } = timelineOf([])
      let cases: Seen[] = []
      for (const step of steps) {
        if ('add' in step) {
          const one = seen({ ...step.add, isDirty: true })
          cases.push(one)
          timeline.add(one as Entry)
        } else if ('remove' in step) {
          const gone = cases[step.remove]
          if (gone) timeline.remove(gone as Entry)
          cases = cases.filter((one) => one !== gone)
        } else if ('reopen' in step) {
          const one = cases[step.reopen]
          if (!one || one.decided === NEVER) continue
          one.decided = NEVER
          one.isDirty = true
          timeline.reopened(one as Entry)
        } else if ('lookAt' in step) {
          for (const one of cases) one.isDirty = false
          // Who is looked at again is decided later or not at all: whoever makes it undecided says so.
          for (const [which, decided] of step.lookAt) {
            const one = cases[which]
            if (one && decided < one.decided) one.decided = decided
          }
          timeline.lookedAt()
        } else {
          const found = touched(step.touch, step.to)
          const wanted = cases.filter(({ decided, from }) => decided >= step.touch && from <= step.to)
          expect(wanted).toEqual(expect.arrayContaining([...found]))
          expect(found).toEqual(expect.arrayContaining(wanted.filter(({ isDirty }) => !isDirty)))
          for (const one of found) one.isDirty = true
        }
        for (const { from } of cases) {
          const sought = cases.filter((one) => one.from === from)
          expect(at(from)).toEqual(sought)
          const later = touchedFrom(from)
          expect(later).toEqual(expect.arrayContaining(cases.filter((one) => one.from + one.lasts >= from)))
          expect(cases).toEqual(expect.arrayContaining([...later]))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test.each<[string, readonly Partial<Seen>[], number, number, readonly number[]]>([
  ['at the same instant', [{ from: 5 }], 5, 5, [5]],
  ['triggered earlier', [{ from: 5 }], 9, 9, [5]],
  ['not triggered later', [{ from: 5 }], 4, 4, []],
  ['not triggered in a later slice', [{ from: SLICE }], 4, 4, []],
  ['triggered whenever, where it looks back', [{ from: 5 }, { from: SLICE }], 4, NEVER, [5, SLICE]],
  ['decided at that very instant', [{ from: 5, decided: 9 }], 9, 9, [5]],
  ['not decided before', [{ from: 5, decided: 8 }], 9, 9, []],
  ['not decided before, but its neighbour', [{ from: 5, decided: 8 }, { from: 6 }], 9, 9, [6]],
])('evidence touches what is %s', (_, cases, from, to, wanted) => {
  expect(
    timelineOf(cases.map(seen))
      .touched(from, to)
      .map((one) => one.from),
  ).toEqual(wanted)
})

test('a slice all of which is decided, or waits to be looked at, is passed over', () => {
  const asked: string[] = []
  const watched = (name: string, decided: number): Seen => {
    const one = seen({ decided, isDirty: true })
    return Object.defineProperty(one, 'from', {
      get: () => {
        asked.push(name)
        return 0
      },
    })
  }
  const early = watched('early', 5)
  const { timeline, touched } = timelineOf([early])
  touched(9, 9)
  asked.length = 0
  expect([touched(9, 9).length, asked]).toEqual([0, []])
  timeline.lookedAt()
  expect([touched(9, 9).length, asked]).toEqual([0, []])
  expect([touched(5, 9).length, asked]).toEqual([1, ['early']])
  asked.length = 0
  expect([touched(5, 9).length, asked]).toEqual([0, []])
  timeline.lookedAt()
  expect([touched(5, 9).length, asked]).toEqual([1, ['early']])
})

test('only cases about as late as the longest trigger lasts are touched from an instant on', () => {
  const { touchedFrom } = timelineOf([{ from: 0, lasts: 3 }, { from: 6 }, { from: 7 }, { from: 2 * SLICE }].map(seen))
  expect(touchedFrom(10).map(({ from }) => from)).toEqual([7, 2 * SLICE])
  expect(touchedFrom(SLICE + 10).map(({ from }) => from)).toEqual([2 * SLICE])
})

test('who is not there cannot be taken away, and an empty slice is none', () => {
  const [one, other] = [seen({ from: 5 }), seen({ from: 5 })]
  const { timeline, at, touched } = timelineOf([one])
  timeline.remove(other as Entry)
  timeline.remove(seen({ from: SLICE }) as Entry)
  expect(at(5)).toEqual([one])
  expect(at(5)[0]).toBe(one)
  timeline.remove(one as Entry)
  timeline.remove(one as Entry)
  timeline.reopened(one as Entry)
  expect([at(5), touched(0, NEVER)]).toEqual([[], []])
})
