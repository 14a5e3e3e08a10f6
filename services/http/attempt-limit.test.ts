import { expect, test } from 'vitest'
import { instant } from '../../rules/index.ts'
import { AttemptLimit } from './attempt-limit.ts'

const at = (seconds: number) => instant(seconds * 1_000)

test('thirty failures of an address within a real minute make it wait for the rest of that minute', () => {
  const limit = new AttemptLimit()
  for (let n = 0; n < 29; n++) limit.failed('a', at(n))
  expect(limit.waitSeconds('a', at(29), 1)).toBe(0)
  limit.failed('a', at(29))
  expect(limit.waitSeconds('a', at(29.5), 1)).toBe(31)
  expect(limit.waitSeconds('b', at(30), 1)).toBe(0)
  expect(limit.waitSeconds('a', at(60), 1)).toBe(0)
  expect(limit.waitSeconds('a', at(30), 1), 'it begins anew').toBe(0)
})

test('the minute is a real one under a fast clock', () => {
  const limit = new AttemptLimit()
  for (let n = 0; n < 30; n++) limit.failed('a', at(0))
  expect(limit.waitSeconds('a', at(3_600), 3_600)).toBe(59)
})
