import { expect, test } from 'vitest'
import { type BusinessCalendar, isBusinessDay, knowsCountry, nextBusinessDay } from './business-calendar.ts'

const TOKYO: BusinessCalendar = { weekend: [6, 7], holidays: new Set(['2024-07-15']), country: null }
const JAPAN: BusinessCalendar = { weekend: [6, 7], holidays: new Set<string>(), country: 'JP' }
const GULF: BusinessCalendar = { weekend: [5, 6], holidays: new Set<string>(), country: null }

test.each<[string, boolean, BusinessCalendar, string]>([
  ['2024-07-12', true, TOKYO, 'a Friday'],
  ['2024-07-13', false, TOKYO, 'a Saturday'],
  ['2024-07-14', false, TOKYO, 'a Sunday'],
  ['2024-07-15', false, TOKYO, 'a listed holiday'],
  ['2024-07-16', true, TOKYO, 'the day after it'],
  ['2024-07-12', false, GULF, 'a Friday where Friday is weekend'],
  ['2024-07-14', true, GULF, 'a Sunday where it is not'],
  ['2024-01-01', false, JAPAN, 'New Year in Japan'],
  ['2024-05-03', false, JAPAN, 'Constitution Day'],
  ['2024-05-06', false, JAPAN, 'the substitute for a holiday on a Sunday'],
  ['2024-05-07', true, JAPAN, 'the day after Golden Week'],
])('%s is a business day: %s (%#)', (date, does, calendar) => {
  expect(isBusinessDay(date, calendar)).toBe(does)
})

test.each([
  ['2024-07-12', 1, '2024-07-16'],
  ['2024-07-16', -1, '2024-07-12'],
  ['2024-07-15', 1, '2024-07-16'],
  ['2024-12-31', 1, '2025-01-01'],
])('the next business day from %s in direction %i is %s', (date, direction, next) => {
  expect(nextBusinessDay(date, direction, TOKYO)).toBe(next)
})

test.each([
  ['JP', true],
  ['UA', true],
  ['XX', false],
  ['__proto__', false],
  ['', false],
])('holidays of %j are known: %s', (country, does) => {
  expect(knowsCountry(country)).toBe(does)
})
