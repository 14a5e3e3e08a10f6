import { expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../engine/instant.ts'
import { addDuration, parseDuration, rounds, subtractDuration } from './duration.ts'

const calendars = new Map([['tokyo', { weekend: [6, 7], holidays: new Set(['2024-02-12']), country: null }]])

/** `at` plus and minus a duration, on the clock of a zone. */
test.each([
  ['90m', 'UTC', '2024-01-31T12:00:00Z', '2024-01-31T13:30:00.000Z', '2024-01-31T10:30:00.000Z'],
  ['0m', 'UTC', '2024-01-31T12:00:00Z', '2024-01-31T12:00:00.000Z', '2024-01-31T12:00:00.000Z'],
  ['24h', 'Europe/Kyiv', '2024-03-30T10:00:00Z', '2024-03-31T10:00:00.000Z', '2024-03-29T10:00:00.000Z'],
  ['1d', 'Europe/Kyiv', '2024-03-30T10:00:00Z', '2024-03-31T09:00:00.000Z', '2024-03-29T10:00:00.000Z'],
  ['1d', 'Europe/Kyiv', '2024-10-26T09:00:00Z', '2024-10-27T10:00:00.000Z', '2024-10-25T09:00:00.000Z'],
  ['1d', 'Europe/Kyiv', '2024-03-30T01:30:00Z', '2024-03-31T01:30:00.000Z', '2024-03-29T01:30:00.000Z'],
  ['1d', 'Pacific/Apia', '2011-12-29T22:00:00Z', '2011-12-30T22:00:00.000Z', '2011-12-28T22:00:00.000Z'],
  ['2w', 'UTC', '2024-02-15T12:00:00Z', '2024-02-29T12:00:00.000Z', '2024-02-01T12:00:00.000Z'],
  ['1mo', 'UTC', '2024-01-31T12:00:00Z', '2024-02-29T12:00:00.000Z', '2023-12-31T12:00:00.000Z'],
  ['1mo', 'UTC', '2024-03-31T12:00:00Z', '2024-04-30T12:00:00.000Z', '2024-02-29T12:00:00.000Z'],
  ['12mo', 'UTC', '2024-02-29T12:00:00Z', '2025-02-28T12:00:00.000Z', '2023-02-28T12:00:00.000Z'],
  ['10y', 'UTC', '2024-02-29T12:00:00Z', '2034-02-28T12:00:00.000Z', '2014-02-28T12:00:00.000Z'],
  ['3bd of tokyo', 'UTC', '2024-02-09T12:00:00Z', '2024-02-15T12:00:00.000Z', '2024-02-06T12:00:00.000Z'],
  ['1bd of tokyo', 'UTC', '2024-02-10T12:00:00Z', '2024-02-13T12:00:00.000Z', '2024-02-09T12:00:00.000Z'],
  ['0bd of tokyo', 'UTC', '2024-02-10T12:00:00Z', '2024-02-10T12:00:00.000Z', '2024-02-10T12:00:00.000Z'],
])('%s in %s around %s is %s and %s', (text, zone, at, later, earlier) => {
  const duration = parseDuration(text)
  if (duration === null) throw new Error('not read')
  const where = { zone, calendars }
  expect(formatInstant(addDuration(parseInstant(at), duration, where))).toBe(later)
  expect(formatInstant(subtractDuration(parseInstant(at), duration, where))).toBe(earlier)
})

test.each([
  ['90m', false],
  ['24h', false],
  ['1d', true],
  ['2w', true],
  ['6mo', true],
  ['10y', true],
  ['10bd of tokyo', true],
])('a deadline of %s runs to the end of its day: %s', (text, does) => {
  const duration = parseDuration(text)
  expect(duration && rounds(duration)).toBe(does)
})

test.each([
  '',
  '3',
  'd',
  '3 d',
  '-3d',
  '+3d',
  '1.5h',
  '3D',
  '3days',
  '3s',
  '1h30m',
  'P3D',
  '10bd',
  '10bd of',
  '10bd of 1x',
  '10bd  of tokyo',
  '1234567d',
  '1001y',
  '12001mo',
  '3d ',
  ' 3d',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeNull()
})
