import { expect, test } from 'vitest'
import type { During, Every } from '../language/rulebook.ts'
import { compiled, rulebookText } from '../testing/worlds.ts'
import { formatInstant, type Instant, parseInstant } from './instant.ts'
import { fixedPeriod, nextPeriodStart, periodsOf } from './period.ts'

const RULES = compiled(
  rulebookText('id: x, kind: prohibit, what: {event: bad}', {
    agreement: 'fiscal_years: {JPN: 04-01, USA: {starts: 10-01, named: end}, CAL: {starts: 01-01, named: end}}',
  }),
)
const at = (when: string): Instant => parseInstant(when.includes('T') ? when : `${when}T00:00:00Z`)
const when = (instant: Instant | null): string | null => (instant === null ? null : formatInstant(instant))

test.each<[Exclude<During, { kind: 'term' }>, string, string, string, number]>([
  [{ kind: 'calendar_year', year: 2024 }, '2024', '2024-01-01T00:00:00.000Z', '2024-12-31T23:59:59.999Z', 2024],
  [{ kind: 'calendar_year', year: 987 }, '0987', '0987-01-01T00:00:00.000Z', '0987-12-31T23:59:59.999Z', 987],
  [
    { kind: 'fiscal_year', year: 2024, of: 'JPN' },
    'FY2024',
    '2024-04-01T00:00:00.000Z',
    '2025-03-31T23:59:59.999Z',
    2024,
  ],
  [
    { kind: 'fiscal_year', year: 2024, of: 'USA' },
    'FY2024',
    '2023-10-01T00:00:00.000Z',
    '2024-09-30T23:59:59.999Z',
    2024,
  ],
  [
    { kind: 'fiscal_year', year: 2024, of: 'CAL' },
    'FY2024',
    '2024-01-01T00:00:00.000Z',
    '2024-12-31T23:59:59.999Z',
    2024,
  ],
  [
    { kind: 'range', from: '2023-12-31', until: '2024-02-29' },
    'term',
    '2023-12-31T00:00:00.000Z',
    '2024-02-29T23:59:59.999Z',
    2023,
  ],
])('%j is %s, from %s to %s, of %i', (during, name, from, to, year) => {
  const period = fixedPeriod(during, RULES)
  expect([period.name, when(period.from), when(period.to), period.year]).toEqual([name, from, to, year])
})

test.each<[Every, string, string | null, string, readonly string[]]>([
  ['year', '2023-06-01', null, '2025-01-01', ['2023', '2024', '2025']],
  ['year', '2023-12-31T23:59:59.999Z', null, '2024-01-01', ['2023', '2024']],
  ['quarter', '2023-12-31', null, '2024-04-01', ['2023-Q4', '2024-Q1', '2024-Q2']],
  ['quarter', '2024-09-30', null, '2024-10-01', ['2024-Q3', '2024-Q4']],
  ['month', '2023-12-31', '2024-02-01', '2024-12-31', ['2023-12', '2024-01', '2024-02']],
  ['month', '2024-01-01', null, '2023-12-31', []],
  [{ fiscalYear: 'JPN' }, '2024-03-31', null, '2024-04-01', ['FY2023', 'FY2024']],
  [{ fiscalYear: 'USA' }, '2024-09-30', null, '2024-10-01', ['FY2024', 'FY2025']],
  ['anniversary', '2024-02-29', null, '2026-03-01', ['2024-02-29', '2025-02-28', '2026-02-28']],
  [
    'anniversary',
    '2024-02-29',
    null,
    '2028-02-29',
    ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'],
  ],
])('every %j from %s to %s, as of %s', (every, from, to, now, names) => {
  const periods = periodsOf(
    every,
    { from: at(from), to: to === null ? null : at(to) },
    at('2024-02-29'),
    at(now),
    RULES,
  )
  expect(periods.map(({ name }) => name)).toEqual(names)
  for (const [i, period] of periods.slice(1).entries()) expect(period.from).toBe((periods[i]?.to ?? 0) + 1)
})

test.each<[Every, string, string | null, string, string | null]>([
  ['month', '2024-01-15', null, '2024-01-10', '2024-01-15T00:00:00.000Z'],
  ['month', '2024-01-15', null, '2024-01-31', '2024-02-01T00:00:00.000Z'],
  ['month', '2024-01-15', null, '2024-01-15', '2024-02-01T00:00:00.000Z'],
  ['month', '2024-01-15', null, '2024-02-01', '2024-03-01T00:00:00.000Z'],
  ['month', '2024-01-15', '2024-01-31', '2024-01-31', null],
  ['month', '2024-01-15', '2024-02-01', '2024-01-31', '2024-02-01T00:00:00.000Z'],
  ['month', '2024-01-15', '2024-12-31', '2024-12-15', null],
  ['quarter', '2024-01-15', null, '2024-03-31', '2024-04-01T00:00:00.000Z'],
  [{ fiscalYear: 'USA' }, '2024-01-15', null, '2024-09-30', '2024-10-01T00:00:00.000Z'],
  ['year', '2024-01-15', null, '2024-01-31', '2025-01-01T00:00:00.000Z'],
  ['anniversary', '2024-02-29', null, '2024-03-01', '2025-02-28T00:00:00.000Z'],
])('every %j from %s to %s: after %s the next begins %s', (every, from, to, now, next) => {
  expect(
    when(nextPeriodStart(every, { from: at(from), to: to === null ? null : at(to) }, at('2024-02-29'), at(now), RULES)),
  ).toBe(next)
})

test('before entry into force nobody counts its anniversaries', () => {
  const range = { from: at('2024-01-15'), to: null }
  expect(periodsOf('anniversary', range, null, at('2026-01-15'), RULES)).toEqual([])
  expect(nextPeriodStart('anniversary', range, null, at('2026-01-15'), RULES)).toBeNull()
})
