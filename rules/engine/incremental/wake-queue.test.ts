import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Sleeper, WakeQueue } from './wake-queue.ts'

test('who is filed wakes in the order of time, each at the time it said last', () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(Number.POSITIVE_INFINITY))
  const step = fc.oneof(
    fc.record({ who: fc.nat(9), wake: time }),
    fc.record({ now: fc.integer({ min: 0, max: 12 }) }),
    fc.constant({ now: Number.POSITIVE_INFINITY }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const queue = new WakeQueue<Sleeper>()
      const sleepers = Array.from({ length: 10 }, (): Sleeper => ({ wake: Number.POSITIVE_INFINITY }))
      /** Every filing still in force; one that is out of date counts again when its time does. */
      let filed: { readonly sleeper: Sleeper; readonly wake: number }[] = []
      for (const step of steps) {
        if ('who' in step) {
          const sleeper = sleepers[step.who] as Sleeper
          sleeper.wake = step.wake
          queue.add(sleeper)
          if (step.wake !== Number.POSITIVE_INFINITY) filed.push({ sleeper, wake: step.wake })
          continue
        }
        const due = filed.filter(({ wake }) => wake <= step.now)
        filed = filed.filter((one) => !due.includes(one))
        const woken: Sleeper[] = []
        for (let next = queue.next(step.now); next !== null; next = queue.next(step.now)) woken.push(next)
        const wanted = due.filter(({ sleeper, wake }) => sleeper.wake === wake)
        const times = (all: readonly Sleeper[]): readonly number[] => all.map(({ wake }) => wake)
        expect(times(woken)).toEqual(times(wanted.map(({ sleeper }) => sleeper)).toSorted((a, b) => a - b))
        expect(new Set(woken)).toEqual(new Set(wanted.map(({ sleeper }) => sleeper)))
      }
    }),
    { numRuns: 300 },
  )
})

test('who never wakes is not filed, whatever it says later', () => {
  const queue = new WakeQueue<Sleeper>()
  queue.add({ wake: Number.POSITIVE_INFINITY })
  expect(queue.next(Number.POSITIVE_INFINITY)).toBeNull()
})
