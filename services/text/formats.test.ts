import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { decimalText, hourText, readableTime, relativeText, spanText, weekdayText } from './formats.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.each([
  ['2026-03-02T12:00:00Z', 'Europe/Kyiv', 'en-GB', 'Monday 2 March 2026, 14:00 Europe/Kyiv (12:00 UTC)'],
  ['2026-03-02T12:00:30Z', 'Europe/Kyiv', 'en-GB', 'Monday 2 March 2026, 14:00:30 Europe/Kyiv (12:00:30 UTC)'],
  ['2026-03-02T12:00:00.001Z', 'Europe/Kyiv', 'en-GB', 'Monday 2 March 2026, 14:00 Europe/Kyiv (12:00 UTC)'],
  ['2026-03-02T12:00:00Z', 'UTC', 'en-GB', 'Monday 2 March 2026, 12:00 UTC'],
  [
    '2026-03-01T22:30:00Z',
    'Europe/Kyiv',
    'en-GB',
    'Monday 2 March 2026, 00:30 Europe/Kyiv (Sunday 1 March 2026, 22:30 UTC)',
  ],
  ['2026-03-02T12:00:00Z', 'Asia/Kolkata', 'en-GB', 'Monday 2 March 2026, 17:30 Asia/Kolkata (12:00 UTC)'],
  ['2026-03-02T12:00:00Z', 'Europe/Kyiv', 'en-US', 'Monday March 2, 2026, 02:00 PM Europe/Kyiv (12:00 PM UTC)'],
  ['2026-03-02T12:00:00Z', 'Europe/Kyiv', 'en-DE', 'Monday 2 March 2026, 14:00 Europe/Kyiv (12:00 UTC)'],
  ['2026-03-02T12:00:00Z', 'Europe/Kyiv', 'de-DE', 'Montag 2. März 2026, 14:00 Europe/Kyiv (12:00 UTC)'],
  ['2026-03-02T12:00:00Z', 'Europe/Kyiv', 'uk-UA', 'понеділок 2 березня 2026 р., 14:00 Europe/Kyiv (12:00 UTC)'],
  ['2026-03-02T12:00:00Z', 'Europe/Kyiv', 'en-TH', 'Monday March 2, 2026, 02:00 PM Europe/Kyiv (12:00 PM UTC)'],
  ['2026-03-02T12:00:00Z', 'Mars/Base', 'en_GB', 'Monday 2 March 2026, 12:00 UTC'],
])('%s in %s, written as in %s: %s', (at, zone, locale, text) => {
  expect(readableTime(parseInstant(at), { zone, locale })).toBe(text)
})

describe('across a change of the clock', () => {
  const inNewYork = (at: string) => readableTime(parseInstant(at), { zone: 'America/New_York', locale: 'en-GB' })

  test('the hour that comes twice is told apart by UTC', () => {
    expect(inNewYork('2026-11-01T05:30:00Z')).toBe('Sunday 1 November 2026, 01:30 America/New_York (05:30 UTC)')
    expect(inNewYork('2026-11-01T06:30:00Z')).toBe('Sunday 1 November 2026, 01:30 America/New_York (06:30 UTC)')
  })

  test('the hour that is skipped is not written', () => {
    expect(inNewYork('2026-03-08T06:59:00Z')).toBe('Sunday 8 March 2026, 01:59 America/New_York (06:59 UTC)')
    expect(inNewYork('2026-03-08T07:00:00Z')).toBe('Sunday 8 March 2026, 03:00 America/New_York (07:00 UTC)')
  })
})

test.each([
  [0, '0 seconds', 'in 0 seconds'],
  [-59_000, '59 seconds', '59 seconds ago'],
  [119_000, '119 seconds', 'in 119 seconds'],
  [90 * MINUTE, '90 minutes', 'in 90 minutes'],
  [3 * HOUR + 59 * MINUTE, '3 hours', 'in 3 hours'],
  [47 * HOUR, '47 hours', 'in 47 hours'],
  [-2 * DAY, '2 days', '2 days ago'],
  [729 * DAY, '729 days', 'in 729 days'],
  [3_653 * DAY, '10 years', 'in 10 years'],
])('%d ms are %s, %s', (ms, span, relative) => {
  expect(spanText(ms, 'en-GB')).toBe(span)
  expect(relativeText(ms, 'en-GB')).toBe(relative)
})

test.each([
  ['12345678901234567.89', 'en-GB', '12,345,678,901,234,567.89'],
  ['12345678901234567.89', 'de-DE', '12.345.678.901.234.567,89'],
  ['12345678901234567.89', 'uk-UA', '12 345 678 901 234 567,89'],
  ['-0.1', 'en-US', '-0.1'],
  [`1234.${'1'.repeat(25)}`, 'en-GB', `1,234.${'1'.repeat(25)}`],
  ['about four', 'en-GB', 'about four'],
])('%s as in %s is %s', (decimal, locale, text) => {
  expect(decimalText(decimal, locale)).toBe(text)
})

test('hours and weekdays have no date', () => {
  expect(hourText(8, 'en-GB')).toBe('08:00')
  expect(hourText(17, 'en-US')).toBe('05:00 PM')
  expect([1, 7].map((weekday) => weekdayText(weekday, 'en-GB'))).toEqual(['Monday', 'Sunday'])
})
