import { formatInstant, type Instant, instant, type KnownEvent, occurrence } from '../rules/index.ts'

/** Until when the evidence goes: a kind of report, how many there are, and the day on which the latest of them begins. */
export interface LatestReport {
  readonly what: string
  readonly count: number
  readonly on: string
}

/** Published figures, of which there is a series for each. */
const FIGURES = 'servanda.indicator'

/** Keeps of every type of event how many there are, and when the latest has begun. */
export class LatestReports {
  private readonly kinds = new Map<string, { count: number; latest: number }>()
  private readonly asOf: Instant

  constructor(asOf: Instant) {
    this.asOf = asOf
  }

  note(event: KnownEvent): void {
    const from = event.type === null || event.retracted ? null : (occurrence(event, 'UTC')?.from ?? null)
    if (event.type === null || from === null || from > this.asOf) return
    const kind = this.kinds.get(event.type) ?? { count: 0, latest: from }
    this.kinds.set(event.type, { count: kind.count + 1, latest: Math.max(kind.latest, from) })
  }

  /** Of the kinds with at least `fewest` reports, the most frequent first. */
  list(fewest: number): readonly LatestReport[] {
    return [...this.kinds]
      .filter(([, { count }]) => count >= fewest)
      .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
      .map(([type, { count, latest }]) => ({
        what: type === FIGURES ? 'published figures' : type,
        count,
        on: formatInstant(instant(latest)).slice(0, 10),
      }))
  }
}
