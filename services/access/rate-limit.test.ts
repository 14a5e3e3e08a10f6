import { expect, test } from 'vitest'
import { placeOf, RateLimit, type SharedCounts } from './rate-limit.ts'

test('what is too much within a minute waits for the rest of that minute, and nobody else does', () => {
  let seconds = 0
  const limit = new RateLimit({ most: 3, nowMs: () => seconds * 1_000 })
  for (seconds of [0, 10, 20]) {
    expect(limit.waitSeconds('a')).toBe(0)
    limit.count('a')
  }
  seconds = 20.5
  expect(limit.waitSeconds('a')).toBe(40)
  expect(limit.allowance('a')).toEqual({ most: 3, left: 0, resetSeconds: 40 })
  expect(limit.waitSeconds('b')).toBe(0)
  expect(limit.allowance('b')).toEqual({ most: 3, left: 3, resetSeconds: 60 })
  seconds = 60
  expect(limit.waitSeconds('a')).toBe(0)
  expect(limit.allowance('a')).toMatchObject({ left: 3 })
})

test('without a limit nobody waits, and nothing is remembered', () => {
  const limit = new RateLimit({ most: 0 })
  for (let n = 0; n < 100; n++) limit.count('a')
  expect(limit.waitSeconds('a')).toBe(0)
  expect(limit.allowance('a')).toBeNull()
})

test('of more than ten thousand at once the first is forgotten', () => {
  const limit = new RateLimit({ most: 1 })
  for (let n = 0; n <= 10_000; n++) limit.count(`${n}`)
  expect([limit.waitSeconds('0'), limit.waitSeconds('1')]).toEqual([0, 60])
})

test('two processes have one limit once they have told each other, and each its own while they cannot', async () => {
  const totals = new Map<string, number>()
  let isAway = false
  const shared: SharedCounts = {
    async add(who, count) {
      if (isAway) throw new Error('away')
      const total = (totals.get(who) ?? 0) + count
      totals.set(who, total)
      return { total, leftMs: 30_000 }
    },
  }
  const [one, other] = [0, 1].map(() => new RateLimit({ most: 4, shared, nowMs: () => 0 })) as [RateLimit, RateLimit]
  for (let n = 0; n < 3; n++) one.count('a')
  other.count('a')
  expect(other.waitSeconds('a')).toBe(0)
  await one.tell()
  await other.tell()
  expect(other.waitSeconds('a')).toBe(30)

  isAway = true
  for (const limit of [one, other]) for (let n = 0; n < 3; n++) limit.count('b')
  await Promise.all([one.tell(), other.tell()])
  expect([one.waitSeconds('b'), other.waitSeconds('b')]).toEqual([0, 0])
  isAway = false
  await one.tell()
  await other.tell()
  expect(other.waitSeconds('b'), 'what was counted meanwhile is told later').toBe(30)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['no address', 'no address'],
])('%s stands for %s', (address, place) => {
  expect(placeOf(address)).toBe(place)
})
