import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type CaseResult,
  commitmentsTouchedBy,
  type Evaluation,
  evaluate,
  formatInstant,
  type Instant,
  instant,
  type KnownEvent,
  parseInstant,
} from '../index.ts'
import { propertyRuns } from '../testing/property-runs.ts'
import { compiled, known, rulebookText } from '../testing/worlds.ts'

// LANGUAGE §5, Order does not matter, and next_check: what must hold for every small history.

const WORLDS = [
  rulebookText(
    [
      'id: duty, kind: act, when: {event: go}, counts: {event: done, same: [ref]}, within: 2d, grace: 6h, settle: 1d, remind: [12h], excused_by: {event: storm}',
      'id: cure, kind: act, when: {breached: duty}, within: 1d, counts: {event: done}, repairs: true',
      'id: thanks, kind: act, when: {met: duty}, within: 12h, counts: {event: talk}',
      'id: aid, kind: total, during: {from: 2024-03-01, until: 2024-03-08}, counts: {event: aid, quantity: q, dedupe: ref}, target: {at_least: 10, unit: kg, at_risk_below: 80%, shortfall: partial}',
      'id: lid, kind: total, every: month, counts: {event: aid, quantity: q}, target: {at_most: 12, unit: kg}',
    ],
    { force: '{from: 2024-03-01, until: 2024-03-10}' },
  ),
  rulebookText(
    [
      'id: keep, kind: maintain, state: {starts: {event: go}, ends: {event: done}, initially: true}, lapse_allowed: 36h, settle: 1d',
      'id: bar, kind: prohibit, what: {event: storm}, unclear: {event: talk}, minimum_sources: 2',
      'id: try, kind: endeavour, signs_of_effort: {event: talk}, stalled_after: 3d, outcome: {event: done, where: {ref: 1}}',
      'id: right, kind: power, when: {event: go}, exercised_by: {event: talk}, available_after: 12h, available_for: 3d, once_per: 1d, effect: {suspends: [duty], after: 6h}, withdrawn_by: {event: storm}',
      'id: duty, kind: act, when: {exercised: right2}, counts: {event: done}, within: 36h',
      'id: right2, kind: power, exercised_by: {event: aid}',
    ],
    { zone: 'Europe/Kyiv', force: '{from: 2024-03-01, until: 2024-04-02}' },
  ),
].map(compiled)

const START = parseInstant('2024-02-29T00:00:00Z')
const HOUR = 3_600_000
const at = (hours: number): Instant => instant(START + hours * HOUR)

const hours = fc.integer({ min: 0, max: 44 }).map((n) => n * 6)
const type = fc.constantFrom('go', 'done', 'storm', 'aid', 'talk')
const report = fc.record({
  type,
  hours,
  length: fc.constantFrom(0, 0, 0, 6, 24),
  ref: fc.integer({ min: 1, max: 2 }),
  q: fc.constantFrom<unknown>('5', '-3', { min: '2', max: '6' }, '8.5'),
  standing: fc.constantFrom('reported', 'reported', 'confirmed', 'disputed'),
  source: fc.constantFrom('s', 'z'),
  retracted: fc.constantFrom(false, false, false, false, true),
  recorded: fc.option(hours, { nil: undefined }),
})
const command = fc.record({
  kind: fc.constantFrom('suspension', 'resumption', 'suspension', 'resumption', 'waiver', 'discharge', 'termination'),
  hours,
})

type Told = { readonly lines: readonly string[]; readonly events: readonly KnownEvent[] }

/** A small history: reports and orders in some order. */
const history: fc.Arbitrary<Told> = fc
  .record({ reports: fc.array(report, { maxLength: 9 }), orders: fc.array(command, { maxLength: 3 }) })
  .map(({ reports, orders }) => {
    const lines = [
      ...reports.flatMap(({ type, hours, length, ref, q, standing, source, retracted, recorded }, i) => {
        const from = formatInstant(at(hours))
        const when = length === 0 ? { time: from } : { occurred: `${from}/${formatInstant(at(hours + length))}` }
        const recordedtime = recorded === undefined ? {} : { recordedtime: formatInstant(at(recorded)) }
        const event = {
          specversion: '1.0',
          source,
          id: `e${i}`,
          type,
          ...when,
          standing,
          data: { ref, q },
          ...recordedtime,
        }
        return [
          event,
          ...(retracted
            ? [{ source, id: `e${i}`, revision: 2, retracted: true, recordedtime: formatInstant(at(200)) }]
            : []),
        ]
      }),
      ...orders.map(({ kind, hours }, i) => {
        const named = kind === 'waiver' || kind === 'discharge' ? { commitment: 'duty' } : {}
        return {
          specversion: '1.0',
          source: 's',
          id: `o${i}`,
          type: `servanda.${kind}`,
          time: formatInstant(at(hours)),
          data: { agreement: 'ag', ...named },
        }
      }),
    ].map((event) => JSON.stringify(event))
    return { lines, events: known(lines) }
  })

const rulebook = fc.constantFrom(...WORLDS)

test('permutation and repetition of lines and events change nothing', () => {
  const shuffled = history.chain(({ lines, events }) =>
    fc.record({
      first: fc.constant(events),
      lines: fc.shuffledSubarray([...lines, ...lines], { minLength: 2 * lines.length }),
      events: fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
    }),
  )
  fc.assert(
    fc.property(rulebook, shuffled, hours, fc.option(hours, { nil: null }), (rules, told, asOf, knownAt) => {
      const viewpoint = { asOf: at(asOf), knownAt: knownAt === null ? null : at(knownAt) }
      const first = evaluate(rules, told.first, viewpoint)
      expect(evaluate(rules, known(told.lines), viewpoint)).toEqual(first)
      expect(evaluate(rules, told.events, viewpoint)).toEqual(first)
    }),
    { numRuns: propertyRuns(80) },
  )
})

test('what was recorded after known_at changes nothing', () => {
  fc.assert(
    fc.property(rulebook, history, hours, hours, (rules, { events }, asOf, knownAt) => {
      const viewpoint = { asOf: at(asOf), knownAt: at(knownAt) }
      const then = events.filter(({ recordedAt }) => recordedAt === null || recordedAt <= viewpoint.knownAt)
      expect(evaluate(rules, then, viewpoint)).toEqual(evaluate(rules, events, viewpoint))
    }),
    { numRuns: propertyRuns(60) },
  )
})

test('a new event changes only the commitments it touches', () => {
  fc.assert(
    fc.property(rulebook, history, hours, (rules, { events }, asOf) => {
      const [added, ...rest] = [...events].reverse()
      if (added === undefined || added.retracted) return
      const touched = commitmentsTouchedBy(rules, added)
      const viewpoint = { asOf: at(asOf) }
      const others = ({ commitments }: Evaluation) => commitments.filter(({ id }) => !touched.includes(id))
      expect(others(evaluate(rules, events, viewpoint))).toEqual(others(evaluate(rules, rest, viewpoint)))
    }),
    { numRuns: propertyRuns(80) },
  )
})

test('next_check is never later than the next change', () => {
  fc.assert(
    fc.property(rulebook, history, hours, (rules, { events }, asOf) => {
      const now = at(asOf)
      const before = evaluate(rules, events, { asOf: now })
      for (const t of probes(events, before, now)) {
        const then = evaluate(rules, events, { asOf: t })
        for (const [i, commitment] of before.commitments.entries()) {
          const later = then.commitments[i]?.cases ?? []
          for (const one of commitment.cases) {
            if (one.phase === 'suspended' || reached(one.next_check, t)) continue
            const same = later.find(({ id }) => id === one.id)
            expect([t, one.id, same && status(same)]).toEqual([t, one.id, status(one)])
          }
          if (reached(commitment.next_check, t) || commitment.cases.some(({ phase }) => phase === 'suspended')) continue
          expect([t, later.map(({ id }) => id)]).toEqual([t, commitment.cases.map(({ id }) => id)])
        }
      }
    }),
    { numRuns: propertyRuns(60) },
  )
})

/** Where something could change: around the ends of events, deadlines and closes, and 1 ms before every next_check. */
function probes(events: readonly KnownEvent[], evaluation: Evaluation, now: Instant): Instant[] {
  const ends = evaluation.commitments.flatMap(({ next_check, cases }) => [
    next_check,
    ...cases.flatMap(({ due, close, next_check }) => [due, close, next_check]),
  ])
  const instants = [
    ...ends.flatMap((end) =>
      typeof end === 'string' ? [parseInstant(end)] : end === null ? [] : [parseInstant(end.to)],
    ),
    ...events.flatMap(({ occurred }) => (occurred?.kind === 'instant' ? [occurred.at] : [])),
  ]
  const around = instants.flatMap((t) => [t - 1, t, t + 1]).map(instant)
  return [...new Set(around)]
    .filter((t) => t > now)
    .sort((a, b) => a - b)
    .slice(0, 12)
}

function reached(nextCheck: string | null, t: Instant): boolean {
  return nextCheck !== null && parseInstant(nextCheck) <= t
}

function status({ phase, verdict, certainty, flags }: CaseResult): string {
  return [phase, verdict, certainty, ...flags].join(' ')
}
