import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Act } from '../../language/rulebook.ts'
import { compiled, DUTY, known, rulebookText, told } from '../../testing/worlds.ts'
import type { Fact } from '../history.ts'
import { parseInstant } from '../instant.ts'
import { candidateOf, partOf } from '../occasions.ts'
import { CaseList } from './case-list.ts'
import { Entry } from './entry.ts'
import { Stream } from './stream.ts'
import type { Tracked } from './tracked.ts'

const RULES = compiled(rulebookText(`${DUTY.replace('{event: done}', '{event: done, same: [ref]}')}, within: 1d`))
const [DUTY_BY_REF] = RULES.commitments as readonly Act[]
const NOON = parseInstant('2024-03-01T12:00:00Z')

/** What `s` tells of `id` at noon; without `ref` it shares nothing with anybody. */
function fact(id: string, ref?: number): Fact {
  const [event] = known([told(id, 'go', '2024-03-01T12:00Z', ref === undefined ? {} : { ref })])
  if (!event) throw new Error('nothing was told')
  return { event, span: { from: NOON, to: NOON } }
}

const opened = (by: Fact | null): Entry => new Entry(null as unknown as Tracked, by, by ? null : 'term')

/** A list whose cases are performed by what has the same `ref`. */
function listByRef(): { readonly list: CaseList; readonly stream: Stream } {
  const list = new CaseList()
  const stream = new Stream(DUTY_BY_REF?.counts ?? [])
  list.waitFor(stream)
  list.performedBy = stream
  return { list, stream }
}

test('cases are found by id, by what opened them and by what they wait for, whatever came and went', () => {
  const facts = [fact('a', 1), fact('a', 2), fact('b', 1), fact('c', 2), fact('d')]
  const step = fc.record({ which: fc.nat(facts.length - 1), finds: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12, size: 'max' }), (steps) => {
      const { list, stream } = listByRef()
      let cases: readonly Entry[] = []
      for (const { which, finds } of steps) {
        const opener = facts[which] as Fact
        const there = cases.find((one) => one.part === partOf(opener))
        if (there) {
          list.remove(there)
          cases = cases.filter((one) => one !== there)
        } else {
          const one = opened(opener)
          list.add(one)
          cases = [...cases, one]
        }
        expect(new Set(list.entries)).toEqual(new Set(cases))
        expect(list.entries.map(({ slot }) => slot)).toEqual(list.entries.map((_, i) => i))
        for (const each of facts) {
          expect(list.openedBy(each)).toEqual(cases.filter((one) => one.fact === each))
          if (finds) expect(list.find(partOf(each))).toBe(cases.find((one) => one.part === partOf(each)))
        }
        for (const ref of [1, 2]) {
          const { waiting } = stream.groupOf(ref)
          expect(new Set(waiting)).toEqual(new Set(cases.filter((one) => stream.keyOf(one.trigger as Fact) === ref)))
          expect(waiting.every(({ group }) => group?.waiting === waiting)).toBe(true)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('a case that moves waits for what its new trigger shares', () => {
  const { list, stream } = listByRef()
  const [first, second] = [fact('a', 1), fact('a', 2)]
  const one = opened(null)
  one.candidate = candidateOf(first)
  list.add(one)
  expect(stream.groupOf(1).waiting).toEqual([one])
  list.move(one, (entry) => {
    entry.candidate = candidateOf(second)
  })
  expect([stream.groupOf(1).waiting, stream.groupOf(2).waiting]).toEqual([[], [one]])
  expect(list.entries).toEqual([one])
})

test('who shares nothing waits for nobody, and nobody waits where nothing has to be shared', () => {
  const { list, stream } = listByRef()
  const open = new Stream(DUTY_BY_REF?.when?.kind === 'event' ? DUTY_BY_REF.when.matches : [])
  list.waitFor(open)
  list.add(opened(fact('d')))
  list.add(opened(null))
  const one = opened(fact('a', 1))
  list.add(one)
  expect([stream.groupOf(undefined).waiting, open.groupOf('').waiting]).toEqual([[], []])
  for (const entry of [...list.entries]) list.remove(entry)
  expect([list.entries, stream.groupOf(1).waiting]).toEqual([[], []])
})
