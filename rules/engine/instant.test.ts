import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { propertyRuns } from '../testing/property-runs.ts'
import { civilDate, dayNumber, daysInMonth, isoDate, parseIsoDate } from './civil-date.ts'
import { formatInstant, type Instant, parseInstant, plainInstant } from './instant.ts'

// What is computed in arithmetic is what Temporal says, for what it takes and for what it refuses.

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

function byTemporal(text: string): number | null {
  try {
    return RFC3339.test(text) ? Math.floor(Temporal.Instant.from(text.toUpperCase()).epochMilliseconds) : null
  } catch {
    return null
  }
}

function parsed(text: string): number | null {
  try {
    return parseInstant(text)
  } catch {
    return null
  }
}

const digits = (most: number, length: number) => fc.nat(most).map((value) => String(value).padStart(length, '0'))

/** Timestamps, of which a part is a little out of range or badly written. */
const timestamp = fc
  .tuple(
    fc.oneof(fc.constantFrom('0000', '1600', '1900', '1969', '1970', '2000', '2024', '9999'), digits(9999, 4)),
    digits(13, 2),
    digits(32, 2),
    fc.constantFrom('T', 'T', 'T', 't', ' ', 'x'),
    digits(24, 2),
    digits(60, 2),
    digits(61, 2),
    fc.oneof(
      fc.constantFrom('', '.', '.0', '.9999', '.123456789', '.1234567891'),
      digits(9999, 4).map((d) => `.${d}`),
    ),
    fc.oneof(
      fc.constantFrom(
        'Z',
        'Z',
        'z',
        '',
        '+00:00',
        '-00:00',
        '+23:59',
        '-24:00',
        '+02',
        '+0200',
        '+02:60',
        'ZZ',
        '+1:30',
      ),
      fc.tuple(fc.constantFrom('+', '-'), digits(24, 2), digits(60, 2)).map(([sign, h, m]) => `${sign}${h}:${m}`),
    ),
  )
  .map(([y, mo, d, t, h, mi, s, fraction, offset]) => `${y}-${mo}-${d}${t}${h}:${mi}:${s}${fraction}${offset}`)

test('a timestamp is the instant that Temporal reads, or refused as Temporal refuses it', () => {
  fc.assert(
    fc.property(timestamp, (text) => {
      expect(parsed(text)).toBe(byTemporal(text))
    }),
    { numRuns: propertyRuns(5_000) },
  )
})

test('a timestamp in large letters without a leap second is read in arithmetic, and every other is left alone', () => {
  fc.assert(
    fc.property(timestamp, (text) => {
      const isPlain = !/[tz ]|:60/.test(text) && !/\.\d{10}/.test(text)
      expect(plainInstant(text)).toBe((isPlain ? byTemporal(text) : null) ?? Number.NaN)
    }),
    { numRuns: propertyRuns(5_000) },
  )
})

test('a timestamp with one character changed, added or taken away is read as Temporal reads it', () => {
  const character = fc.constantFrom(...'0123456789-+:.TZz /\u0660')
  fc.assert(
    fc.property(timestamp, fc.nat(30), fc.nat(1), fc.oneof(character, fc.constant('')), (text, at, cut, put) => {
      const changed = text.slice(0, at) + put + text.slice(at + cut)
      expect(parsed(changed)).toBe(byTemporal(changed))
    }),
    { numRuns: propertyRuns(5_000) },
  )
})

test.each<[string, string | null]>([
  ['2024-06-13T18:00:00Z', '2024-06-13T18:00:00.000Z'],
  ['2024-06-13T20:00:00.1239+02:00', '2024-06-13T18:00:00.123Z'],
  ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
  ['2024-06-13t18:00:00z', '2024-06-13T18:00:00.000Z'],
  ['0000-01-01T00:00:00+23:59', '-000001-12-31T00:01:00.000Z'],
  ['9999-12-31T23:59:59-23:59', '+010000-01-01T23:58:59.000Z'],
  ['2023-02-29T00:00:00Z', null],
  ['2024-06-13T24:00:00Z', null],
  ['2024-06-13T18:00Z', null],
  ['2024-06-13T18:00:00', null],
  ['2024-06-13T18:00:00.Z', null],
  ['', null],
])('%s is %s', (text, written) => {
  const at = parsed(text)
  expect(at === null ? null : formatInstant(at as Instant)).toBe(written)
})

test.each<[string, string | null]>([
  ['2024-06-13T00:00:00Z', '2024-06-13T00:00:00.000Z'],
  ['2024-06-13T23:59:59Z', '2024-06-13T23:59:59.000Z'],
  ['2024-06-13T18:00:00.9Z', '2024-06-13T18:00:00.900Z'],
  ['2024-06-13T18:00:00.123456789Z', '2024-06-13T18:00:00.123Z'],
  ['2024-06-13T18:00:00.5+02:30', '2024-06-13T15:30:00.500Z'],
  ['2024-06-13T18:00:00-02:30', '2024-06-13T20:30:00.000Z'],
  ['2024-06-13T18:00:00+23:59', '2024-06-12T18:01:00.000Z'],
  ['2024-06-13T18:00:00.1234567891Z', null],
  ['2024-06-13T18:00:00.Z', null],
  ['2024-06-13T18:00:00.1:Z', null],
  ['2024-06-13T18:00:00.1/Z', null],
  ['2024-06-13T18:00:00ZZ', null],
  ['2024-06-13T18:00:00Z+01:00', null],
  ['2024-06-13T18:00:00*02:30', null],
  ['2024-06-13T18:00:00+02.30', null],
  ['2024-06-13T18:00:00+02:300', null],
  ['2024-06-13T18:00:00+24:00', null],
  ['2024-06-13T18:00:00+02:60', null],
  ['2024-06-13T18.00:00Z', null],
  ['2024-06-13T18:00.00Z', null],
  ['2024-06-13T18:00:00', null],
  ['2024-06-13T18:00Z', null],
  ['2024-06-13t18:00:00z', null],
  ['2024-06-13T23:59:60Z', null],
])('%s is read in arithmetic: %s', (text, written) => {
  const at = plainInstant(text)
  expect(Number.isNaN(at) ? null : formatInstant(at as Instant)).toBe(written)
})

test('what is no timestamp is named', () => {
  expect(() => parseInstant('tomorrow')).toThrow('not an RFC 3339 timestamp with an offset: tomorrow')
})

test('an instant is written as Temporal writes it', () => {
  const ms = fc.oneof(
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.integer({ min: -6.3e13, max: 2.6e14 }),
    fc.integer({ min: -2.3e12, max: 4.2e12 }),
    fc.constantFrom(-1, 0, -62_167_219_200_000, -62_167_219_200_001, 253_402_300_799_999, 253_402_300_800_000),
  )
  fc.assert(
    fc.property(ms, (at) => {
      expect(formatInstant(at as Instant)).toBe(
        Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 3 }),
      )
    }),
    { numRuns: propertyRuns(3_000) },
  )
})

test('days are counted as Temporal counts them', () => {
  const epoch = Temporal.PlainDate.from('1970-01-01')
  fc.assert(
    fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (number) => {
      const date = epoch.add({ days: number })
      expect(civilDate(number)).toEqual({ year: date.year, month: date.month, day: date.day })
      expect(dayNumber(date.year, date.month, date.day)).toBe(number)
      expect(daysInMonth(date.year, date.month)).toBe(date.daysInMonth)
      expect([isoDate(number), parseIsoDate(date.toString())]).toEqual([date.toString(), number])
    }),
    { numRuns: propertyRuns(2_000) },
  )
})

test.each(['2023-02-29', '2024-13-01', '2024-00-10', '2024-01-00', '2024-1-01', '+02024-01-01', '2024/01/01', ''])(
  'there is no day %j',
  (text) => {
    expect(parseIsoDate(text)).toBeNaN()
  },
)
