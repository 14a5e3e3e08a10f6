import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate, formatInstant, parseInstant, type Series, totalSeries } from '../index.ts'
import { generatedWorld } from '../testing/engine-properties.ts'
import { propertyRuns } from '../testing/property-runs.ts'
import { compiled, known, order, published, rulebookText, type Setting, titled, told } from '../testing/worlds.ts'
import { MOST_POINTS } from './series.ts'

const DAYS = 'id: x, kind: total, during: {from: 2024-01-01, until: 2024-01-10}, counts: {event: aid, quantity: q}'
const ATLEAST = `${DAYS}, target: {at_least: 100, unit: kg}`
const kg = (id: string, when: string, q: unknown, more: object = {}): object => told(id, 'aid', when, { q }, more)

interface Drawn extends Setting {
  readonly says: string
  readonly rules: string
  readonly given?: readonly object[]
  readonly asOf: string
  readonly knownAt?: string
  /** `day min..max`, each. */
  readonly points: readonly string[]
  readonly pace?: readonly string[]
  readonly more?: Partial<Series>
}

const rows: readonly Drawn[] = [
  {
    says: 'it begins with nothing and ends now',
    rules: ATLEAST,
    given: [kg('a', '2024-01-02T00:00Z', 40), kg('b', '2024-01-04T00:00Z', 20)],
    asOf: '2024-01-06T00:00:00Z',
    points: ['2024-01-01 0..0', '2024-01-02 40..40', '2024-01-04 60..60', '2024-01-06 60..60'],
    more: { bound: 'at_least', unit: 'kg', target: '100', to: parseInstant('2024-01-10T23:59:59.999Z') },
  },
  {
    says: 'what falls together is one point, and a refund takes away',
    rules: ATLEAST,
    given: [kg('a', '2024-01-01T00:00Z', 40), kg('b', '2024-01-04T00:00Z', 20), kg('c', '2024-01-04T00:00Z', -30)],
    asOf: '2024-01-04T00:00:00Z',
    points: ['2024-01-01 40..40', '2024-01-04 30..30'],
  },
  {
    says: 'what may count only widens it',
    rules: ATLEAST,
    given: [
      kg('a', '2024-01-02T00:00Z', 40, { standing: 'disputed' }),
      kg('b', '2024-01-03T00:00Z', { min: 5, max: 8 }),
    ],
    asOf: '2024-01-03T00:00:00Z',
    points: ['2024-01-01 0..0', '2024-01-02 0..40', '2024-01-03 5..48'],
  },
  {
    says: 'an amount that nobody knows leaves it unbounded',
    rules: ATLEAST,
    given: [kg('a', '2024-01-02T00:00Z', null)],
    asOf: '2024-01-03T00:00:00Z',
    points: ['2024-01-01 0..0', '2024-01-02 null..null', '2024-01-03 null..null'],
  },
  {
    says: 'what began before the period counts from its beginning',
    rules: ATLEAST,
    given: [kg('a', '2023-12-30/2024-01-02', 40)],
    asOf: '2024-01-03T00:00:00Z',
    points: ['2024-01-01 0..40', '2024-01-03 0..40'],
  },
  {
    says: 'after the period it stands still',
    rules: `${DAYS}, target: {at_most: 100, unit: kg}`,
    given: [kg('a', '2024-01-02T00:00Z', 40), kg('b', '2024-01-12T00:00Z', 40)],
    asOf: '2025-01-01T00:00:00Z',
    points: ['2024-01-01 0..0', '2024-01-02 40..40', '2024-01-10 40..40'],
    more: { bound: 'at_most', asOf: parseInstant('2025-01-01T00:00:00Z') },
  },
  {
    says: 'before the period there is one point',
    rules: ATLEAST,
    asOf: '2023-12-01T00:00:00Z',
    points: ['2023-12-01 0..0'],
  },
  {
    says: 'what was not known then is not drawn',
    rules: ATLEAST,
    given: [kg('a', '2024-01-02T00:00Z', 40, { recordedtime: '2024-01-05T00:00:00Z' })],
    asOf: '2024-01-06T00:00:00Z',
    knownAt: '2024-01-04T00:00:00Z',
    points: ['2024-01-01 0..0', '2024-01-06 0..0'],
  },
  {
    says: 'a termination cuts it short',
    rules: ATLEAST,
    given: [kg('a', '2024-01-02T00:00Z', 40), order('t', 'termination', '2024-01-05T00:00Z')],
    asOf: '2024-01-08T00:00:00Z',
    points: ['2024-01-01 0..0', '2024-01-02 40..40', '2024-01-05 40..40'],
    more: { to: parseInstant('2024-01-05T00:00:00Z') },
  },
  {
    says: 'a dated path has its corners at the ends of its days',
    rules: `${DAYS}, target: {at_least: 100, unit: kg, path: {2024-01-05: 20%}}`,
    asOf: '2024-01-01T00:00:00Z',
    points: ['2024-01-01 0..0'],
    pace: ['2024-01-01 0', '2024-01-05 20', '2024-01-10 100'],
  },
  {
    says: 'a share of a figure that is not known has no target and no path',
    rules: `${DAYS}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}, path: linear}`,
    asOf: '2024-01-01T00:00:00Z',
    points: ['2024-01-01 0..0'],
    more: { target: null },
  },
  {
    says: 'a share of a figure that is known',
    rules: `${DAYS}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}, path: linear}`,
    given: [published('g', '2023-12-01T00:00Z', 'gdp', '2024', '1000')],
    asOf: '2024-01-01T00:00:00Z',
    points: ['2024-01-01 0..0'],
    pace: ['2024-01-01 0', '2024-01-10 100'],
    more: { target: '100' },
  },
  {
    says: 'a term without end has no end and no path',
    force: '{from: 2024-01-01}',
    rules:
      'id: x, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 100, unit: kg, path: linear}',
    asOf: '2024-01-02T00:00:00Z',
    points: ['2024-01-01 0..0', '2024-01-02 0..0'],
    more: { to: null },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  const { rulebook, events, view } = worldOf(row)
  const series = totalSeries(rulebook, 'ag/x@term', events, view)
  expect(series?.points.map(({ at, min, max }) => `${formatInstant(at).slice(0, 10)} ${min}..${max}`)).toEqual(
    row.points,
  )
  expect(series?.pace.map(({ at, value }) => `${formatInstant(at).slice(0, 10)} ${value}`)).toEqual(row.pace ?? [])
  expect(series).toMatchObject(row.more ?? {})
  const value = evaluate(rulebook, events, view).commitments[0]?.cases[0]?.value
  expect(series?.points.at(-1)).toMatchObject({ min: value?.min, max: value?.max })
})

function worldOf(row: Drawn) {
  const view = { asOf: parseInstant(row.asOf), knownAt: row.knownAt ? parseInstant(row.knownAt) : null }
  return { rulebook: compiled(rulebookText(row.rules, row)), events: known(row.given ?? []), view }
}

test('there is none of another kind, of no case, and of a period that has no beginning', () => {
  const asOf = parseInstant('2024-01-02T00:00:00Z')
  const series = (rules: string, id: string, force?: string) =>
    totalSeries(compiled(rulebookText(rules, force ? { force } : {})), id, [], { asOf })
  expect(series(ATLEAST, 'ag/x@2024')).toBeNull()
  expect(series(ATLEAST, 'ag/y@term')).toBeNull()
  expect(series('id: x, kind: act, by_date: 2024-05-01, counts: {event: done}', 'ag/x@term')).toBeNull()
  const unborn =
    'id: x, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 100, unit: kg}'
  expect(series(unborn, 'ag/x@term', '{when: {event: entry}}')).toBeNull()
})

test('of many points so many are kept, the first and the last among them', () => {
  const events = known(
    Array.from({ length: 1_000 }, (_, n) => kg(`e${n}`, `2024-01-0${1 + Math.floor(n / 125)}T${clock(n % 125)}Z`, 1)),
  )
  const view = { asOf: parseInstant('2024-01-09T00:00:00Z') }
  const points = totalSeries(compiled(rulebookText(ATLEAST)), 'ag/x@term', events, view)?.points ?? []
  expect(points).toHaveLength(MOST_POINTS)
  expect(points[0]).toEqual({ at: parseInstant('2024-01-01T00:00:00Z'), min: '1', max: '1' })
  expect(points.at(-1)).toEqual({ at: view.asOf, min: '1000', max: '1000' })
})

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

test('whatever happens, it ends with the value of the case, and time goes forward', () => {
  let drawn = 0
  const property = fc.property(generatedWorld, ({ rules: { rulebook }, history: { events }, looks }) => {
    for (const asOf of looks) {
      for (const { kind, cases } of evaluate(rulebook, events, { asOf }).commitments) {
        for (const { id, value } of cases) {
          const series = totalSeries(rulebook, id, events, { asOf })
          if (kind !== 'total') expect(series).toBeNull()
          if (series === null) continue
          drawn++
          expect(series.points.at(-1)).toMatchObject({ min: value?.min, max: value?.max })
          const times = series.points.map(({ at }) => at)
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
        }
      }
    }
  })
  fc.assert(property, { numRuns: propertyRuns(150) })
  expect(drawn).toBeGreaterThan(0)
})
