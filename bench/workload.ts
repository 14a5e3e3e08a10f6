import { type Instant, type KnownEvent, parseInstant, type Verdict } from '../rules/index.ts'

/** How many cases of each commitment have which verdict. */
export type Counts = Readonly<Record<string, Readonly<Partial<Record<Verdict, number>>>>>

/** What answers the questions of a workload while events arrive: an engine, or a loop written for that workload alone. */
export interface Answerer {
  /** Learns of `events`. */
  take(events: readonly KnownEvent[]): void
  /** Moves on to `asOf`; tells how many cases changed their status (a loop, that counts no statuses: 0). */
  advance(asOf: Instant): number
  /** What can be said of all cases at `asOf`, to which it has advanced. */
  counts(asOf: Instant): Counts
}

/** A kind of load: rules, events, and the loop that a good programmer would write for just this question. */
export interface Workload {
  readonly name: string
  readonly about: string
  /** Events a second to reach with the engine, reading not counted. */
  readonly target: number
  /** The rulebook for `count` events. */
  readonly rulebook: (count: number) => string
  /** About `count` events, each a line, in the order in which they arrive; the same for the same `seed`. */
  readonly lines: (count: number, seed: number) => Iterable<string>
  readonly loop: (count: number) => Answerer
}

/** The first instant of every workload, and one when every deadline and every term is past. */
export const START = parseInstant('2024-01-01T00:00:00Z')
export const END = parseInstant('2026-02-01T00:00:00Z')

/** What `rulebook` texts begin with. */
export function agreement(parties = '{JPN: Japan, UKR: Ukraine}', zone = 'Europe/Kyiv'): string {
  return `servanda: 1
agreement:
  id: bench
  title: What is measured
  legal_force: political
  parties: ${parties}
  in_force: {from: 2023-12-01, until: 2025-12-31}
  zone: ${zone}
`
}

/** Whether two answers say the same, whatever the order and the zeros. */
export function same(one: Counts, other: Counts): boolean {
  return written(one) === written(other)
}

function written(counts: Counts): string {
  const commitments = Object.entries(counts).map(([id, record]) => {
    const verdicts = Object.entries(record).filter(([, count]) => count > 0)
    return [id, verdicts.sort()] as const
  })
  return JSON.stringify(commitments.filter(([, verdicts]) => verdicts.length > 0).sort())
}

/** The verdicts over all commitments, for people. */
export function summary(counts: Counts): string {
  const sums = new Map<string, number>()
  for (const record of Object.values(counts)) {
    for (const [verdict, count] of Object.entries(record)) sums.set(verdict, (sums.get(verdict) ?? 0) + count)
  }
  const parts = [...sums].filter(([, count]) => count > 0).sort()
  return parts.map(([verdict, count]) => `${count.toLocaleString('en')} ${verdict}`).join(', ') || 'no case'
}
