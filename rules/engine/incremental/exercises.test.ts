import fc from 'fast-check'
import { expect, test } from 'vitest'
import { known, told } from '../../testing/worlds.ts'
import type { Exercise } from '../case.ts'
import type { Doubt } from '../evidence.ts'
import type { Fact } from '../history.ts'
import { type Instant, parseInstant } from '../instant.ts'
import { Entry } from './entry.ts'
import { Exercises } from './exercises.ts'
import type { Tracked } from './tracked.ts'

const NOON = parseInstant('2024-03-01T12:00:00Z')

function factAt(id: string, minute: number): Fact {
  const [event] = known([told(id, 'use', '2024-03-01T12:00Z')])
  if (!event) throw new Error('nothing was told')
  const at = (NOON + minute * 60_000) as Instant
  return { event, span: { from: at, to: at } }
}

const windowAt = (minute: number): Entry => new Entry(null as unknown as Tracked, factAt('go', minute))

const [EARLY, LATE] = [windowAt(0), windowAt(1)]
const [A, B] = [factAt('a', 5), factAt('b', 6)]
const sure = (fact: Fact): Exercise => ({ fact, doubts: [] })
const doubtful = (fact: Fact, ...doubts: readonly Doubt[]): Exercise => ({ fact, doubts })

test.each<[string, readonly Exercise[], readonly Exercise[], readonly Fact[]]>([
  ['nothing, and still nothing', [], [], []],
  ['a new one', [], [sure(A)], [A]],
  ['the same ones', [sure(A), doubtful(B, 'imprecise')], [sure(A), doubtful(B, 'imprecise')], []],
  ['one more', [sure(A)], [sure(A), sure(B)], [A, B]],
  ['one less', [sure(A), sure(B)], [sure(B)], [A, B]],
  ['another', [sure(A)], [sure(B)], [A, B]],
  ['the same, now in doubt', [sure(A)], [doubtful(A, 'contested')], [A]],
  ['the same, in doubt otherwise', [doubtful(A, 'contested')], [doubtful(A, 'imprecise')], [A]],
  ['none any more', [sure(A)], [], [A]],
])('whoever listens hears of what may be different: %s', (_, before, after, touched) => {
  const exercises = new Exercises()
  exercises.set(EARLY, before)
  expect(new Set(exercises.set(EARLY, after))).toEqual(new Set(touched))
  expect(exercises.all()).toEqual(expect.arrayContaining([...after]))
  expect(exercises.all().length).toBe(after.length)
})

test('an exercise that fits two windows has the doubts of the one in which it is least in doubt, else of the first', () => {
  const exercises = new Exercises()
  exercises.set(LATE, [doubtful(A, 'contested')])
  exercises.set(EARLY, [doubtful(A, 'imprecise')])
  expect(exercises.of(A)).toEqual(doubtful(A, 'imprecise'))
  exercises.set(EARLY, [doubtful(A, 'imprecise', 'contested')])
  expect(exercises.of(A)).toEqual(doubtful(A, 'contested'))
  exercises.set(EARLY, [sure(A)])
  expect(exercises.of(A)).toEqual(sure(A))
  exercises.set(EARLY, [])
  expect(exercises.of(A)).toEqual(doubtful(A, 'contested'))
  exercises.set(LATE, [])
  expect([exercises.of(A), exercises.of(B), exercises.all()]).toEqual([null, null, []])
})

test('whatever windows are told in turn, what is left is what each said last', () => {
  const exercise = fc.record({
    fact: fc.constantFrom(A, B),
    doubts: fc.constantFrom<readonly Doubt[]>([], ['imprecise'], ['contested'], ['imprecise', 'contested']),
  })
  const told = fc.tuple(
    fc.constantFrom(EARLY, LATE),
    fc.uniqueArray(exercise, { maxLength: 2, selector: ({ fact }) => fact }),
  )
  fc.assert(
    fc.property(fc.array(told, { maxLength: 8, size: 'max' }), (all) => {
      const exercises = new Exercises()
      for (const [window, found] of all) exercises.set(window, found)
      const said = new Map(all)
      for (const fact of [A, B]) {
        const doubts = [EARLY, LATE]
          .flatMap((w) => said.get(w)?.filter((e) => e.fact === fact) ?? [])
          .map((e) => e.doubts)
        const least = doubts.find((some) => doubts.every((others) => some.length <= others.length))
        expect(exercises.of(fact)).toEqual(least === undefined ? null : { fact, doubts: least })
      }
    }),
    { numRuns: 300 },
  )
})
