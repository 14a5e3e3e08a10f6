import { expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../../rules/index.ts'
import { caseResult } from '../../test/alerts/rig.ts'
import { afterQuiet, dueFor, isUrgent, nextDigest } from './hours.ts'
import type { Intent } from './intents.ts'

test.each([
  { at: '2026-03-02T07:59:59Z', due: '2026-03-02T08:00:00.000Z', why: 'its hour is still to come' },
  { at: '2026-03-02T08:00:00Z', due: '2026-03-03T08:00:00.000Z', why: 'its hour has begun' },
])('a daily digest after $at goes at $due: $why', ({ at, due }) => {
  expect(formatInstant(nextDigest({ every: 'day', hour: 8 }, 'UTC', parseInstant(at)))).toBe(due)
})

test.each([
  {
    zone: 'Europe/Kyiv',
    hour: 3,
    at: '2026-03-28T12:00:00Z',
    due: '2026-03-29T01:00:00.000Z',
    why: 'the clock skips 03:00',
  },
  {
    zone: 'Europe/Kyiv',
    hour: 3,
    at: '2026-10-24T12:00:00Z',
    due: '2026-10-25T00:00:00.000Z',
    why: '03:00 comes twice',
  },
  {
    zone: 'America/New_York',
    hour: 9,
    at: '2026-03-07T15:00:00Z',
    due: '2026-03-08T13:00:00.000Z',
    why: 'summer time began',
  },
  {
    zone: 'Asia/Kolkata',
    hour: 0,
    at: '2026-02-28T18:30:00Z',
    due: '2026-03-01T18:30:00.000Z',
    why: 'midnight is now',
  },
])('a daily digest in $zone: $why', ({ zone, hour, at, due }) => {
  expect(formatInstant(nextDigest({ every: 'day', hour }, zone, parseInstant(at)))).toBe(due)
})

test.each([
  { at: '2026-03-02T07:00:00Z', due: '2026-03-02T08:00:00.000Z', why: 'today is Monday' },
  { at: '2026-03-02T09:00:00Z', due: '2026-03-09T08:00:00.000Z', why: 'Monday is over' },
  { at: '2026-03-05T09:00:00Z', due: '2026-03-09T08:00:00.000Z', why: 'it is Thursday' },
])('a weekly digest after $at goes at $due: $why', ({ at, due }) => {
  expect(formatInstant(nextDigest({ every: 'week', weekday: 1, hour: 8 }, 'UTC', parseInstant(at)))).toBe(due)
})

test.each([
  { quiet: ['22:00', '07:00'], at: '2026-03-02T21:59:59Z', told: '2026-03-02T21:59:59.000Z' },
  { quiet: ['22:00', '07:00'], at: '2026-03-02T22:00:00Z', told: '2026-03-03T07:00:00.000Z' },
  { quiet: ['22:00', '07:00'], at: '2026-03-03T06:59:59Z', told: '2026-03-03T07:00:00.000Z' },
  { quiet: ['22:00', '07:00'], at: '2026-03-03T07:00:00Z', told: '2026-03-03T07:00:00.000Z' },
  { quiet: ['12:00', '13:30'], at: '2026-03-02T12:15:00Z', told: '2026-03-02T13:30:00.000Z' },
  { quiet: ['12:00', '13:30'], at: '2026-03-02T11:15:00Z', told: '2026-03-02T11:15:00.000Z' },
])('with quiet hours $quiet what comes up at $at is told at $told', ({ quiet: [from = '', to = ''], at, told }) => {
  expect(formatInstant(afterQuiet({ from, to }, 'UTC', parseInstant(at)))).toBe(told)
})

function about(kind: Intent['kind'], verdict: 'breached' | 'met' | 'open', before: 'breached' | 'met' | null = null) {
  return {
    kind,
    verdict,
    body: {
      about: 'case',
      after: caseResult('c', verdict),
      before: before && caseResult('c', before),
    } as Intent['body'],
  }
}

test.each([
  ['a breach', about('breached', 'breached'), true],
  ['a correction of a breach', about('corrected', 'met', 'breached'), true],
  ['a correction to a breach', about('corrected', 'breached', 'met'), true],
  ['a deadline that comes', about('due_soon', 'open'), false],
  ['good news', about('met', 'met'), false],
] as const)('%s waits for nobody: %s', (_what, intent, isSo) => {
  expect(isUrgent(intent)).toBe(isSo)
  const at = parseInstant('2026-03-02T23:00:00Z')
  const subscription = {
    rhythm: { every: 'day', hour: 8 },
    quiet: { from: '22:00', to: '07:00' },
    zone: 'UTC',
  } as const
  expect(dueFor(subscription, intent, at) === at).toBe(isSo)
})
