import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { openClock, parseClockSetting, TestClock } from './clock.ts'

test.each([
  { text: 'system', kind: 'system' },
  { text: '2024-12-24T22:00:00Z x3600', kind: 'simulated' },
  { text: '2024-12-24T22:00:00+09:00', kind: 'simulated' },
])('$text is a clock', ({ text, kind }) => {
  expect(parseClockSetting(text)?.kind).toBe(kind)
})

test.each(['', 'now', '2024-12-24', '2024-12-24T22:00:00Z x0', '2024-12-24T22:00:00Z 3600'])(
  '%j is no clock',
  (text) => {
    expect(parseClockSetting(text)).toBeNull()
  },
)

test('a simulated clock begins at its start and never runs backwards', () => {
  const START = Temporal.Instant.from('2024-12-24T22:00:00Z').epochMilliseconds
  const clock = openClock({ clock: parseClockSetting('2024-12-24T22:00:00Z x3600') ?? { kind: 'system' } })
  const readings = Array.from({ length: 1000 }, () => clock.now().epochMilliseconds)
  expect(clock.rate).toBe(3600)
  expect(clock.describe()).toContain('2024-12-24T22:00:00Z')
  expect(readings).toEqual(readings.toSorted((a, b) => a - b))
  expect(readings[0]).toBeGreaterThanOrEqual(START)
  expect(readings[0]).toBeLessThan(START + 86_400_000)
})

test('the system clock counts whole milliseconds and describes nothing', () => {
  const clock = openClock({ clock: { kind: 'system' } })
  expect(clock.now().epochNanoseconds % 1_000_000n).toBe(0n)
  expect(clock.describe()).toBeNull()
})

test('the test clock stands still until told', () => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  expect(clock.now().toString()).toBe('2026-03-01T00:00:00Z')
  clock.advance({ hours: 24, milliseconds: 1 })
  expect(clock.now().toString()).toBe('2026-03-02T00:00:00.001Z')
  clock.set('2026-01-01T00:00:00Z')
  expect(clock.now().toString()).toBe('2026-01-01T00:00:00Z')
})
