import { expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import type { Unreached } from '../alerts/index.ts'
import { alertsPart, reachPart, reportsPart } from './parts.ts'

test.each([
  [null, null, 'ok', 'Alerts are sent.'],
  [null, '2026-03-02T08:00:00Z', 'degraded', 'Alerts are muted until 2026-03-02T08:00:00.000Z: Moving house.'],
  [
    '2026-03-01T08:00:00Z',
    null,
    'degraded',
    'Alerts are held since 2026-03-01T08:00:00.000Z: this is a restored copy.',
  ],
] as const)('alerts held since %s and muted until %s are %s', (held, until, state, message) => {
  const part = alertsPart({
    alertsHeldSince: held && parseInstant(held),
    alertsMuted: until && { reason: 'moving\r\nhouse', until: parseInstant(until) },
  })
  expect(part).toMatchObject({ part: 'alerts', state, message })
})

test('a mute without an end waits for somebody', () => {
  const { message } = alertsPart({ alertsHeldSince: null, alertsMuted: { reason: 'storm.', until: null } })
  expect(message).toBe('Alerts are muted until somebody ends it: Storm.')
})

test.each([
  [0, 'ok', 'A breach of any commitment reaches somebody.'],
  [2, 'degraded', 'A breach would reach nobody: accord/c1, accord/c2.'],
  [1_004, 'degraded', 'A breach would reach nobody: accord/c1, accord/c2, accord/c3 and 1,001 more.'],
])('%i unreached commitments are %s', (count, state, message) => {
  const unreached = Array.from({ length: count }, (_, n): Unreached => {
    return { agreement: 'accord', commitment: `c${n + 1}`, kind: 'breached' }
  })
  expect(reachPart({ ok: true, value: { unreached, isOperatorLost: false } })).toMatchObject({ state, message })
})

test.each([
  [[], 'ok', 'Every report that is due was made.'],
  [
    ['weekly'],
    'degraded',
    'The report of schedule weekly that is due since 2026-03-02T08:00:00.000Z could not be made: The disk is full.',
  ],
  [
    ['weekly', 'yearly', 'daily'],
    'degraded',
    'The report of schedule weekly that is due since 2026-03-02T08:00:00.000Z could not be made: The disk is full. So it is with 2 other schedules.',
  ],
] as const)('the failing schedules %o are %s', (schedules, state, message) => {
  const dueAt = parseInstant('2026-03-02T08:00:00Z')
  const failingReports = schedules.map((schedule) => ({ schedule, dueAt, failure: 'the disk\nis full' }))
  expect(reportsPart({ failingReports })).toMatchObject({ part: 'reports', state, message })
})

test('mail to the operator that came back is told here, since it cannot be told by mail', () => {
  expect(reachPart({ ok: true, value: { unreached: [], isOperatorLost: true } })).toMatchObject({
    part: 'recipients',
    state: 'degraded',
    message: expect.stringContaining('came back'),
  })
})
