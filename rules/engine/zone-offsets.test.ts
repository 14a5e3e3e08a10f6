import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { propertyRuns } from '../testing/property-runs.ts'
import { type Instant, parseInstant } from './instant.ts'
import {
  addCalendar,
  addDays,
  dateOf,
  daysBetween,
  fromWallClockMs,
  startOfDay,
  wallClockMs,
  weekdayOf,
} from './zone-time.ts'

// The arithmetic of a zone is Temporal's, in every zone, at clock changes and between them.

const ODD = [
  'Africa/Monrovia',
  'Pacific/Apia',
  'America/Toronto',
  'America/Havana',
  'America/Sao_Paulo',
  'Asia/Manila',
  'America/Juneau',
  'Europe/Dublin',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Australia/Lord_Howe',
  'Pacific/Kwajalein',
  'Europe/Kyiv',
  'UTC',
]
const ZONES = [...ODD, ...Intl.supportedValuesOf('timeZone')]
const HOUR = 3_600_000
const FIRST = parseInstant('1900-01-01T00:00:00Z')
const LAST = parseInstant('2100-12-31T00:00:00Z')

const zoned = (at: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
const utc = (at: number) => zoned(at, 'UTC')

/** A zone and an instant, half of the time within a day and a half of a clock change. */
const place = fc
  .tuple(
    fc.oneof(fc.constantFrom(...ODD), fc.constantFrom(...ZONES)),
    fc.integer({ min: FIRST, max: LAST }),
    fc.oneof(
      fc.constant(null),
      fc.constantFrom(-24 * HOUR, -HOUR, -1, 0, 1, HOUR - 1, HOUR, 24 * HOUR),
      fc.integer({ min: -36 * HOUR, max: 36 * HOUR }),
    ),
  )
  .map(([zone, at, near]) => {
    const change = near === null ? null : zoned(at, zone).getTimeZoneTransition('next')
    return { zone, at: (change === null ? at : change.epochMilliseconds + (near ?? 0)) as Instant }
  })

const amount = fc.oneof(
  fc.record({ days: fc.integer({ min: -800, max: 800 }) }),
  fc.record({ months: fc.integer({ min: -30, max: 30 }) }),
  fc.record({ years: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ days: fc.nat(40), months: fc.nat(14), years: fc.nat(3) }),
)

test('the wall clock and the date of an instant are those of Temporal', () => {
  fc.assert(
    fc.property(place, ({ zone, at }) => {
      const there = zoned(at, zone)
      expect(dateOf(at, zone)).toBe(there.toPlainDate().toString())
      expect(wallClockMs(at, zone)).toBe(there.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds)
    }),
    { numRuns: propertyRuns(1_000) },
  )
})

test('a wall clock is read as Temporal reads it, in gaps and folds too', () => {
  fc.assert(
    fc.property(place, ({ zone, at }) => {
      const local = utc(at + zoned(at, zone).offsetNanoseconds / 1e6).toPlainDateTime()
      const wallMs = local.toZonedDateTime('UTC').epochMilliseconds
      expect(fromWallClockMs(wallMs, zone)).toBe(local.toZonedDateTime(zone).epochMilliseconds)
      const skippedPerhaps = utc(wallMs + HOUR / 2).toPlainDateTime()
      expect(fromWallClockMs(wallMs + HOUR / 2, zone)).toBe(skippedPerhaps.toZonedDateTime(zone).epochMilliseconds)
    }),
    { numRuns: propertyRuns(1_000) },
  )
})

test('a day starts where Temporal lets it start', () => {
  fc.assert(
    fc.property(place, fc.integer({ min: -2, max: 2 }), ({ zone, at }, days) => {
      const date = zoned(at, zone).toPlainDate().add({ days })
      expect(startOfDay(date.toString(), zone)).toBe(date.toZonedDateTime({ timeZone: zone }).epochMilliseconds)
    }),
    { numRuns: propertyRuns(1_000) },
  )
})

test('an instant is moved on the calendar as Temporal moves it', () => {
  fc.assert(
    fc.property(place, amount, fc.constantFrom<1 | -1>(1, -1), ({ zone, at }, by, sign) => {
      const moved = sign === 1 ? zoned(at, zone).add(by) : zoned(at, zone).subtract(by)
      expect(addCalendar(at, by, zone, sign)).toBe(moved.epochMilliseconds)
    }),
    { numRuns: propertyRuns(1_000) },
  )
})

test('dates are counted as Temporal counts them', () => {
  const date = fc
    .integer({ min: -719_528 + 1_000, max: 2_932_896 - 1_000 })
    .map((days) => Temporal.PlainDate.from('1970-01-01').add({ days }))
  fc.assert(
    fc.property(date, date, fc.integer({ min: -999, max: 999 }), (a, b, days) => {
      expect(addDays(a.toString(), days)).toBe(a.add({ days }).toString())
      expect(daysBetween(a.toString(), b.toString())).toBe(a.until(b, { largestUnit: 'days' }).days)
      expect(weekdayOf(a.toString())).toBe(a.dayOfWeek)
    }),
    { numRuns: propertyRuns(1_000) },
  )
})

test('beyond years of four digits Temporal itself answers', () => {
  const last = parseInstant('9999-12-31T23:00:00Z')
  expect(dateOf(last, 'Asia/Tokyo')).toBe('+010000-01-01')
  expect(addDays('9999-12-31', 1)).toBe('+010000-01-01')
  expect(addCalendar(last, { years: 1 }, 'UTC')).toBe(last + 366 * 24 * HOUR)
  expect(() => addDays('2024-01-01', 1e12)).toThrow(RangeError)
  expect(() => addDays('2024-02-30', 1)).toThrow(RangeError)
  expect(() => addCalendar(last, { days: 1, months: -1 }, 'UTC')).toThrow(RangeError)
})

/** Every zone's own table of changes, where arithmetic could go wrong. */
test('around every clock change of the odd zones the first reading is the one that Temporal takes', () => {
  for (const zone of ODD) {
    let change = zoned(FIRST, zone).getTimeZoneTransition('next')
    for (let n = 0; change !== null && change.epochMilliseconds < LAST && n < 60; n++) {
      for (const near of [-25 * HOUR, -HOUR, -HOUR / 2, -1, 0, HOUR / 2, HOUR, 25 * HOUR]) {
        const at = change.epochMilliseconds + near
        const local = utc(at + change.offsetNanoseconds / 1e6).toPlainDateTime()
        const wallMs = local.toZonedDateTime('UTC').epochMilliseconds
        expect([zone, fromWallClockMs(wallMs, zone)]).toEqual([zone, local.toZonedDateTime(zone).epochMilliseconds])
      }
      change = change.getTimeZoneTransition('next')
    }
  }
})
