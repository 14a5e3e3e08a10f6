import { expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { SendFailure } from './channel.ts'
import { endingAfter } from './ending.ts'

const AT = parseInstant('2026-03-02T12:00:00Z')
const MINUTE = 60_000

test.each([
  [1, 1],
  [2, 5],
  [3, 15],
  [4, 60],
  [5, 240],
  [6, 240],
  [22, 240],
])('after attempt %d the next one is in %d minutes', (attempts, minutes) => {
  const ending = endingAfter(new SendFailure('later', '450 later'), { attempts }, AT)
  expect(ending).toEqual({ state: 'pending', answer: '450 later', again: AT + minutes * MINUTE })
})

test('after three days it is given up', () => {
  const ending = endingAfter(new SendFailure('later', '450 later'), { attempts: 23 }, AT)
  expect(ending).toEqual({ state: 'failed', answer: 'given up: 450 later' })
})

test.each([
  ['refused', { state: 'failed', answer: 'no' }],
  ['bounced', { state: 'failed', answer: 'no', lost: 'bounced' }],
  ['gone', { state: 'failed', answer: 'no', lost: 'gone' }],
] as const)('what is %s is not tried again', (fate, ending) => {
  expect(endingAfter(new SendFailure(fate, 'no'), { attempts: 1 }, AT)).toEqual(ending)
})

test.each([
  ['an answer that was lost', new SendFailure('uncertain', 'it broke off'), 'it broke off'],
  ['an error of our own', new TypeError('it is not a function'), 'it is not a function'],
  ['something that is no error', 'what', 'what'],
])('%s leaves it uncertain, and it goes again', (_, thrown, answer) => {
  expect(endingAfter(thrown, { attempts: 1 }, AT)).toEqual({ state: 'uncertain', answer, again: AT + MINUTE })
})
