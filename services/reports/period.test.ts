import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { formatInstant, instant, parseInstant } from '../../rules/index.ts'
import { nextDue, periodNamed, RHYTHMS, type Timing } from './period.ts'

describe('a period', () => {
  test.each([
    ['2024', 'the year 2024', '2023-12-31T22:00:00.000Z', '2024-12-31T22:00:00.000Z'],
    ['2024-Q1', 'the first quarter of 2024', '2023-12-31T22:00:00.000Z', '2024-03-31T21:00:00.000Z'],
    ['2024-03', 'March 2024', '2024-02-29T22:00:00.000Z', '2024-03-31T21:00:00.000Z'],
    ['2024-W10', 'the week from 4 March to 10 March 2024', '2024-03-03T22:00:00.000Z', '2024-03-10T22:00:00.000Z'],
    [
      '2025-W01',
      'the week from 30 December 2024 to 5 January 2025',
      '2024-12-29T22:00:00.000Z',
      '2025-01-05T22:00:00.000Z',
    ],
    ['2024-03-31', '31 March 2024', '2024-03-30T22:00:00.000Z', '2024-03-31T21:00:00.000Z'],
    [
      '2024-02-29/2024-03-02',
      'the days from 29 February to 2 March 2024',
      '2024-02-28T22:00:00.000Z',
      '2024-03-02T22:00:00.000Z',
    ],
  ])('%s is %s, by the clocks of Kyiv', (name, words, from, until) => {
    expect(periodNamed(name, 'Europe/Kyiv')).toEqual({ name, words, zone: 'Europe/Kyiv', from, until })
  })

  test('that is another one by its days has that name', () => {
    expect(periodNamed('2024-01-01/2024-12-31', 'UTC').name).toBe('2024')
    expect(periodNamed('2024-01-01/2024-03-31', 'UTC').name).toBe('2024-Q1')
  })

  test('begins where its zone says, also where a day has no midnight', () => {
    // In Beirut clocks went forward at midnight.
    expect(periodNamed('2022-03-27', 'Asia/Beirut').from).toBe('2022-03-26T22:00:00.000Z')
    expect(periodNamed('2022-03-27', 'Asia/Beirut').until).toBe('2022-03-27T21:00:00.000Z')
  })

  test.each([
    '',
    '24',
    '2024-13',
    '2024-Q5',
    '2024-W54',
    '2023-W53',
    '2023-02-29',
    '2024-03-02/2024-03-01',
    '2024/2025',
    'soon',
  ])('is not %j', (name) => {
    expect(() => periodNamed(name, 'UTC')).toThrow(expect.objectContaining({ code: 'PERIOD_UNKNOWN' }))
  })
})

describe('a schedule', () => {
  const MONTHLY: Timing = { every: 'month', zone: 'Europe/Kyiv', hour: 8, daysAfter: 0 }

  test.each<[string, Partial<Timing>, string, string, string]>([
    ['the month is over in the morning after it', {}, '2024-03-15T00:00:00Z', '2024-04-01T05:00:00.000Z', '2024-03'],
    [
      'on its first morning, before the hour, the month before is due',
      {},
      '2024-04-01T04:59:59Z',
      '2024-04-01T05:00:00.000Z',
      '2024-03',
    ],
    ['at the hour itself the next one is', {}, '2024-04-01T05:00:00Z', '2024-05-01T05:00:00.000Z', '2024-04'],
    [
      'a year ends in winter, whatever the clocks did in between',
      { every: 'year' },
      '2024-07-01T00:00:00Z',
      '2025-01-01T06:00:00.000Z',
      '2024',
    ],
    ['late news has its days', { daysAfter: 10 }, '2024-04-05T00:00:00Z', '2024-04-11T05:00:00.000Z', '2024-03'],
    [
      'more days than the period has',
      { every: 'day', daysAfter: 40 },
      '2024-04-05T12:00:00Z',
      '2024-04-06T05:00:00.000Z',
      '2024-02-25',
    ],
    [
      'an hour that is left out when clocks go forward comes one later',
      { every: 'day', hour: 3 },
      '2024-03-30T12:00:00Z',
      '2024-03-31T01:00:00.000Z',
      '2024-03-30',
    ],
    [
      'an hour that comes twice counts the first time',
      { every: 'day', hour: 3 },
      '2024-10-26T12:00:00Z',
      '2024-10-27T00:00:00.000Z',
      '2024-10-26',
    ],
    ['February ends on its 29th', {}, '2024-02-10T00:00:00Z', '2024-03-01T06:00:00.000Z', '2024-02'],
    ['and on its 28th', {}, '2025-02-10T00:00:00Z', '2025-03-01T06:00:00.000Z', '2025-02'],
    ['weeks end on Sundays', { every: 'week' }, '2024-03-06T00:00:00Z', '2024-03-11T06:00:00.000Z', '2024-W10'],
    ['quarters', { every: 'quarter' }, '2024-03-06T00:00:00Z', '2024-04-01T05:00:00.000Z', '2024-Q1'],
  ])('%s', (_, changes, after, at, name) => {
    const due = nextDue({ ...MONTHLY, ...changes }, parseInstant(after))
    expect({ at: formatInstant(due.at), name: due.period.name }).toEqual({ at, name })
  })

  test('leaves out no period, and has none twice', () => {
    const timing = fc.record({
      every: fc.constantFrom(...RHYTHMS),
      zone: fc.constantFrom('Europe/Kyiv', 'America/New_York', 'Asia/Beirut'),
      hour: fc.integer({ min: 0, max: 23 }),
      daysAfter: fc.integer({ min: 0, max: 60 }),
    })
    fc.assert(
      fc.property(timing, fc.integer({ min: 1e12, max: 2e12 }), (chosen, ms) => {
        let due = nextDue(chosen, instant(ms))
        for (let n = 0; n < 12; n++) {
          const next = nextDue(chosen, due.at)
          expect(next.at).toBeGreaterThan(due.at)
          expect(next.period.from).toBe(due.period.until)
          expect(periodNamed(next.period.name, chosen.zone)).toEqual(next.period)
          expect(nextDue(chosen, instant(next.at - 1))).toEqual(next)
          const hours = Temporal.Instant.fromEpochMilliseconds(next.at).toZonedDateTimeISO(chosen.zone).hour
          expect([chosen.hour, chosen.hour + 1]).toContain(hours)
          due = next
        }
      }),
      { numRuns: 100 },
    )
  })
})
