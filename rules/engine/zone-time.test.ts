import { expect, test } from 'vitest'
import { formatInstant, parseInstant } from './instant.ts'
import {
  addCalendar,
  addDays,
  dateOf,
  daysBetween,
  endOfDay,
  fromWallClockMs,
  isZone,
  startOfDay,
  wallClockMs,
  wallDate,
  weekdayOf,
} from './zone-time.ts'

test.each([
  ['2024-03-01', 'UTC', '2024-03-01T00:00:00.000Z', '2024-03-01T23:59:59.999Z', 'a plain day'],
  ['2024-03-31', 'Europe/Kyiv', '2024-03-30T22:00:00.000Z', '2024-03-31T20:59:59.999Z', '23 hours'],
  ['2024-10-27', 'Europe/Kyiv', '2024-10-26T21:00:00.000Z', '2024-10-27T21:59:59.999Z', '25 hours'],
  [
    '2024-04-26',
    'Africa/Cairo',
    '2024-04-25T22:00:00.000Z',
    '2024-04-26T20:59:59.999Z',
    'a day whose midnight does not exist starts at 01:00',
  ],
  [
    '2011-12-29',
    'Pacific/Apia',
    '2011-12-29T10:00:00.000Z',
    '2011-12-30T09:59:59.999Z',
    'the day before the skipped one',
  ],
  ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31T09:59:59.999Z', 'the day after it'],
  [
    '2024-02-29',
    'Asia/Kathmandu',
    '2024-02-28T18:15:00.000Z',
    '2024-02-29T18:14:59.999Z',
    'an offset of quarters of an hour',
  ],
])('%s in %s is %s to %s: %s', (date, zone, first, last) => {
  expect([formatInstant(startOfDay(date, zone)), formatInstant(endOfDay(date, zone))]).toEqual([first, last])
})

test('a day that the zone skipped is empty: it ends before it starts', () => {
  expect(endOfDay('2011-12-30', 'Pacific/Apia') - startOfDay('2011-12-30', 'Pacific/Apia')).toBe(-1)
})

test.each([
  ['2011-12-30T09:59:59.999Z', 'Pacific/Apia', '2011-12-29'],
  ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31'],
  ['2024-02-29T21:59:59.999Z', 'Europe/Kyiv', '2024-02-29'],
  ['2024-02-29T22:00:00Z', 'Europe/Kyiv', '2024-03-01'],
])('%s in %s is on %s', (at, zone, date) => {
  expect(dateOf(parseInstant(at), zone)).toBe(date)
})

test.each<[string, object, 1 | -1, string]>([
  ['2024-01-31T10:00:00Z', { months: 1 }, 1, '2024-02-29T10:00:00.000Z'],
  ['2024-03-31T10:00:00Z', { months: 1 }, -1, '2024-02-29T11:00:00.000Z'],
  ['2024-02-29T10:00:00Z', { years: 1 }, 1, '2025-02-28T10:00:00.000Z'],
  ['2024-03-30T01:30:00Z', { days: 1 }, 1, '2024-03-31T01:30:00.000Z'],
  ['2024-10-26T00:30:00Z', { days: 1 }, 1, '2024-10-27T00:30:00.000Z'],
])('%s moved by %j times %i in Kyiv is %s', (at, amount, sign, moved) => {
  expect(formatInstant(addCalendar(parseInstant(at), amount, 'Europe/Kyiv', sign))).toBe(moved)
})

test('dates are counted without zones', () => {
  expect([addDays('2024-02-28', 2), addDays('2024-03-01', -1), addDays('2011-12-29', 1)]).toEqual([
    '2024-03-01',
    '2024-02-29',
    '2011-12-30',
  ])
  expect([daysBetween('2024-02-28', '2024-03-01'), daysBetween('2024-03-01', '2024-02-28')]).toEqual([2, -2])
  expect([weekdayOf('2024-02-26'), weekdayOf('2024-03-03')]).toEqual([1, 7])
})

test.each([
  ['2024-03-31T00:59:59.999Z', '2024-03-31', '2024-03-31T00:59:59.999Z'],
  ['2024-03-31T01:00:00Z', '2024-03-31', '2024-03-31T01:00:00.000Z'],
  ['2024-10-27T00:30:00Z', '2024-10-27', '2024-10-27T00:30:00.000Z'],
  ['2024-10-27T01:30:00Z', '2024-10-27', '2024-10-27T00:30:00.000Z'],
])('the wall clock of %s is on %s and reads back as %s (the earlier of a fold)', (at, date, back) => {
  const wall = wallClockMs(parseInstant(at), 'Europe/Kyiv')
  expect([wallDate(wall), formatInstant(fromWallClockMs(wall, 'Europe/Kyiv'))]).toEqual([date, back])
})

test.each([
  ['Europe/Kyiv', true],
  ['UTC', true],
  ['Asia/Kolkata', true],
  ['Europe/Atlantis', false],
  ['+02:00', false],
  ['', false],
  ['Europe/Kyiv ', false],
  ['../etc/passwd', false],
])('%j is a zone: %s', (zone, is) => {
  expect(isZone(zone)).toBe(is)
})
