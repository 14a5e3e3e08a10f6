import fc from 'fast-check'
import { formatInstant, type Instant, instant, type KnownEvent, parseInstant } from '../index.ts'
import { TYPES } from './generated-rulebooks.ts'
import { known } from './worlds.ts'

/** Histories made at random, on a coarse grid of instants, so that things often fall together. */

const START = parseInstant('2024-02-29T00:00:00Z')
const HOUR = 3_600_000
const at = (hours: number): Instant => instant(START + hours * HOUR)

const hours = fc.integer({ min: 0, max: 26 }).map((n) => n * 6)

/** An instant at which a world may be looked at: on the grid, or a millisecond beside it. */
export const viewpoint: fc.Arbitrary<Instant> = fc
  .tuple(hours, fc.constantFrom(0, 0, 1, -1, 3 * 24 * HOUR, 6 * 24 * HOUR, 30 * 24 * HOUR, 400 * 24 * HOUR))
  .map(([h, ms]) => instant(at(h) + ms))

const amount = fc.constantFrom<unknown>('5', '-3', { min: '2', max: '6' }, '8.5', 4, '0.005', 'plenty', undefined)

const report = fc.record({
  kind: fc.constant('report' as const),
  type: fc.constantFrom('go', 'go', 'done', 'done', 'done', ...TYPES),
  hours,
  lasts: fc.constantFrom<number | 'day' | 'month'>(0, 0, 0, 0, 0, 0, 0, 6, 24, 'day', 'month'),
  ref: fc.constantFrom<unknown>(1, 2, 2, 2, undefined),
  tag: fc.constantFrom<unknown>('a', 'b', 7, undefined),
  tags: fc.constantFrom<unknown>(['a', 'b'], undefined),
  q: amount,
  cur: fc.constantFrom<unknown>('USD', 'USD', 'EUR', 'UAH', undefined),
  standing: fc.constantFrom('reported', 'reported', 'reported', 'reported', 'confirmed', 'confirmed', 'disputed'),
  source: fc.constantFrom('s', 's', 'z', 's2', 'x'),
})

/** Something that opens a case, and what performs or breaks it some time later, about the same thing. */
const pair = fc
  .record({ first: report, second: report, after: fc.integer({ min: 0, max: 16 }).map((n) => n * 6) })
  .map(({ first, second, after }) => {
    const opened = { ...first, type: 'go' as const, lasts: 0 as const, standing: 'confirmed' as const }
    const { ref, tag } = opened
    return [opened, { ...second, type: 'done' as const, hours: first.hours + after, ref, tag }]
  })

const CASES = [
  'c0@term',
  'c0@term',
  'c1@term',
  'c0@2024',
  'c0@s#e0',
  'c1@s#e0',
  'c0@s#e0',
  'c0@s#e1',
  'c1@s#e1',
  'c0@2024-03',
  'c1@c0@term',
  'c0@s#e2',
  'c9@term',
]

const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('suspension' as const, 'resumption' as const),
      hours,
      data: fc.constantFrom<object>({}, { commitments: ['c0'] }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('waiver' as const, 'discharge' as const),
      hours,
      data: fc.constantFrom<object>(
        { commitment: 'c0' },
        { commitment: 'c1' },
        ...CASES.map((c) => ({ case: `ag/${c}` })),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('judgement' as const),
      hours,
      data: fc
        .tuple(
          fc.constantFrom(...CASES),
          fc.constantFrom(
            'breached',
            'breached',
            'met',
            'met',
            'excused',
            'unknown',
            'met_late',
            'lapsed',
            'exercised',
          ),
          fc.constantFrom('', '', '', 'e0', 'e1'),
        )
        .map(([one, verdict, about]) => ({
          case: `ag/${one}`,
          verdict: about && verdict !== 'met' ? 'breached' : verdict,
          ...(about && { about: { source: 's', id: about } }),
        })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('termination' as const), hours, data: fc.constant({}) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('watermark' as const),
      hours,
      data: fc
        .tuple(
          fc.constantFrom('s', 'z'),
          hours,
          fc.option(fc.constantFrom(['done'], ['aid', 'storm']), { nil: undefined }),
        )
        .map(([source, h, types]) => ({ source, through: formatInstant(at(h + 200)), ...(types && { types }) })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('indicator' as const),
      hours,
      data: fc
        .tuple(
          fc.constantFrom(
            ['gdp', '2024', 'kg'],
            ['gdp', '2024', 'USD'],
            ['level', '2024-03-02', '%'],
            ['level', '2024-03-04', '%'],
            ['fx.EUR.USD', '2024-03-01', 'USD'],
            ['fx.USD.EUR', '2024-03-03', 'EUR'],
            ['fx.EUR.UAH', '2024-03-02', 'UAH'],
          ),
          fc.constantFrom('4', '12', '1.5'),
        )
        .map(([[series, period, unit], value]) => ({ series, period, unit, value })),
    }),
  },
)

type Told = typeof report extends fc.Arbitrary<infer R> ? R : never
type Order = typeof command extends fc.Arbitrary<infer C> ? C : never

/** How an event is told again: corrected, of another type, or taken back. */
const again = fc.record({
  of: fc.nat(),
  change: fc.constantFrom('retract', 'retract', 'retype', 'move', 'standing'),
  type: fc.constantFrom(...TYPES),
  hours,
})

/** A history: the lines of a file, in the order in which they are told, and the events they tell. */
export interface GeneratedHistory {
  readonly lines: readonly string[]
  readonly events: readonly KnownEvent[]
}

/** @param most the most reports */
export function generatedHistory(most: number): fc.Arbitrary<GeneratedHistory> {
  return fc
    .record({
      told: fc
        .array(
          fc.oneof(
            { weight: 4, arbitrary: report.map((one) => [one]) },
            { weight: 3, arbitrary: pair },
            { weight: 2, arbitrary: command.map((one) => [one]) },
          ),
          { maxLength: most, size: 'max' },
        )
        .map((all) => all.flat().slice(0, most)),
      recorded: fc.array(fc.option(hours, { nil: undefined }), { minLength: 5, maxLength: 5 }),
      corrections: fc.array(again, { maxLength: 3, size: 'max' }),
      order: fc.array(fc.nat(), { maxLength: 6, size: 'max' }),
    })
    .map(({ told, recorded, corrections, order }) => {
      const first = told.map((one, i) => ({ ...eventOf(one, i), ...recordedAt(recorded[i % 5]) }))
      const revisions = new Map<number, number>()
      const later = first.length === 0 ? [] : corrections.map((c) => correctionOf(c, first, revisions))
      const all: object[] = [...first, ...later]
      // Some come earlier than their turn, also a correction before what it corrects.
      for (const [i, from] of order.entries())
        if (all.length > 0) all.splice(i % all.length, 0, ...all.splice(from % all.length, 1))
      const lines = all.map((event) => JSON.stringify(event))
      return { lines, events: known(lines) }
    })
}

function recordedAt(h: number | undefined): object {
  return h === undefined ? {} : { recordedtime: formatInstant(at(h)) }
}

function eventOf(one: Told | Order, i: number): Record<string, unknown> & { source: string; id: string } {
  const base = { specversion: '1.0', id: `e${i}` }
  if (one.kind !== 'report') {
    const own =
      'agreement' in one.data || one.kind === 'watermark' || one.kind === 'indicator' ? {} : { agreement: 'ag' }
    return {
      ...base,
      source: 's',
      type: `servanda.${one.kind}`,
      time: formatInstant(at(one.hours)),
      data: { ...own, ...one.data },
    }
  }
  const { type, hours: h, lasts, ref, tag, tags, q, cur, standing, source } = one
  return { ...base, source, type, ...when(h, lasts), standing, data: { ref, tag, tags, q, cur } }
}

function when(h: number, lasts: number | 'day' | 'month'): object {
  const from = formatInstant(at(h))
  if (lasts === 0) return { time: from }
  if (lasts === 'day') return { occurred: from.slice(0, 10) }
  if (lasts === 'month') return { occurred: from.slice(0, 7) }
  return { occurred: `${from}/${formatInstant(at(h + lasts))}` }
}

function correctionOf(
  { of, change, type, hours: h }: { of: number; change: string; type: string; hours: number },
  first: readonly (Record<string, unknown> & { source: string; id: string })[],
  revisions: Map<number, number>,
): object {
  const index = of % first.length
  const { recordedtime: _, ...event } = first[index] as Record<string, unknown>
  const revision = (revisions.get(index) ?? 1) + 1
  revisions.set(index, revision)
  const recorded = { recordedtime: formatInstant(at(h + 24)) }
  const isOrder = String(event.type).startsWith('servanda.')
  if (change === 'retract' || (isOrder && change !== 'move'))
    return { source: event.source, id: event.id, revision, retracted: true, ...recorded }
  if (change === 'retype') return { ...event, type, revision, ...recorded }
  if (change === 'standing') return { ...event, standing: 'confirmed', revision, ...recorded }
  const { occurred: __, ...rest } = event
  return { ...rest, time: formatInstant(at(h)), revision, ...recorded }
}
