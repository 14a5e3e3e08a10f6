import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { type Instant, parseInstant } from './instant.ts'
import { writtenInstant, writtenSpan } from './written.ts'

const KYIV = 'Europe/Kyiv'

test.each([
  ['2024-03-01T10:30:00Z', '2024-03-01 12:30 (Europe/Kyiv)'],
  ['2024-03-01T10:30:15Z', '2024-03-01 12:30:15 (Europe/Kyiv)'],
  ['2024-03-01T10:30:00.250Z', '2024-03-01 12:30:00 (Europe/Kyiv)'],
  ['2024-02-29T22:00:00Z', '2024-03-01 00:00 (Europe/Kyiv)'],
  ['2024-03-01T21:59:59.999Z', 'the end of 2024-03-01 (Europe/Kyiv)'],
  ['2024-03-01T21:59:59.998Z', '2024-03-01 23:59:59 (Europe/Kyiv)'],
])('%s is written %s', (at, written) => {
  expect(writtenInstant(parseInstant(at), KYIV)).toBe(written)
})

test('an instant is written as its wall clock shows it, in every year and zone', () => {
  const zones = fc.constantFrom('Europe/Kyiv', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'Africa/Monrovia')
  const instants = fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 })
  fc.assert(
    fc.property(instants, zones, (at, zone) => {
      const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
      const written = writtenInstant(at as Instant, zone)
      fc.pre(!written.startsWith('the end of'))
      const [, date, clock] = /^(\S+) (\S+) \(/.exec(written) ?? []
      const whole = local.second === 0 && local.millisecond === 0
      const time = local.toPlainTime().toString({ smallestUnit: whole ? 'minute' : 'second' })
      expect([date, clock]).toEqual([local.toPlainDate().toString(), time])
    }),
  )
})

test.each([
  ['an instant', '2024-03-01T10:00:00Z', '2024-03-01T10:00:00Z', '2024-03-01 10:00 (UTC)'],
  ['a day', '2024-03-01T00:00:00Z', '2024-03-01T23:59:59.999Z', '2024-03-01'],
  ['a month', '2024-02-01T00:00:00Z', '2024-02-29T23:59:59.999Z', '2024-02'],
  ['days up to the end of a month', '2024-02-02T00:00:00Z', '2024-02-29T23:59:59.999Z', '2024-02-02 to 2024-02-29'],
  ['days from the start of a month', '2024-02-01T00:00:00Z', '2024-02-28T23:59:59.999Z', '2024-02-01 to 2024-02-28'],
  ['two months', '2024-02-01T00:00:00Z', '2024-03-31T23:59:59.999Z', '2024-02-01 to 2024-03-31'],
  [
    'part of a day up to the end of another',
    '2024-02-01T10:00:00Z',
    '2024-02-02T23:59:59.999Z',
    '2024-02-01 10:00 (UTC) to the end of 2024-02-02 (UTC)',
  ],
  [
    'from the start of a day to a part of it',
    '2024-02-01T00:00:00Z',
    '2024-02-01T10:00:00Z',
    '2024-02-01 00:00 (UTC) to 2024-02-01 10:00 (UTC)',
  ],
])('%s, from %s to %s, is written %s', (_, from, to, written) => {
  expect(writtenSpan({ from: parseInstant(from), to: parseInstant(to) }, 'UTC')).toBe(written)
})
