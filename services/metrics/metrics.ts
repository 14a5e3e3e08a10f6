import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Batch, Outcome } from '../ledger/index.ts'
import { Durations } from './durations.ts'
import { type Recorded, recordedMetrics } from './recorded.ts'

export interface MetricsDeps {
  readonly version: string
  /** Where the data is. */
  readonly mode: 'embedded' | 'server'
  readonly recorded: () => Promise<Recorded>
}

/** How an evaluation ended; what it did, where it was committed. */
type EvaluationEnding = { readonly lateMs: readonly number[] } | 'failed' | 'set_aside'

/** Of the library's own, those that call a gauge a total; each has a sibling that does not. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`)

/**
 * What this process counts of its own work, and what is on record of everybody's. Labels have few values, which are known
 * beforehand: never a case, a source or an address.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #recorded: MetricsDeps['recorded']
  readonly #requests
  readonly #ingested
  readonly #evaluations
  readonly #evaluationSeconds
  readonly #lateness

  constructor({ version, mode, recorded }: MetricsDeps) {
    this.#recorded = recorded
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name)
    new Gauge({
      name: 'servanda_build_info',
      help: 'Always 1; the labels say which version this is, and where its data is.',
      labelNames: ['version', 'mode'],
      registers,
    }).set({ version, mode }, 1)
    this.#requests = new Durations({
      name: 'servanda_http_request_duration_seconds',
      help: 'How long requests took, until the last byte of the answer was handed over.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    })
    this.#ingested = new Counter({
      name: 'servanda_ingest_events_total',
      help: 'Events that this process was asked to append, by what became of them.',
      labelNames: ['outcome'],
      registers,
    })
    this.#evaluations = new Counter({
      name: 'servanda_evaluations_total',
      help: 'Evaluations of an agreement in this process, by how they ended.',
      labelNames: ['outcome'],
      registers,
    })
    this.#evaluationSeconds = new Histogram({
      name: 'servanda_evaluation_duration_seconds',
      help: 'How long an evaluation of an agreement took in this process, with its transaction.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    })
    this.#lateness = new Histogram({
      name: 'servanda_deadline_lateness_seconds',
      help: 'How long after the instant at which it was to be looked at a case was that time alone changed.',
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
      registers,
    })
    for (const outcome of ['recorded', 'duplicate', 'refused']) this.#ingested.inc({ outcome }, 0)
    for (const outcome of ['evaluated', 'failed', 'set_aside']) this.#evaluations.inc({ outcome }, 0)
  }

  /** @param route  its template; never what was asked for */
  requestAnswered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe([method, route, `${Math.floor(status / 100)}xx`], seconds)
  }

  /** @param outcomes  of `batches`, one each, once they are committed */
  appended(batches: readonly Pick<Batch, 'events'>[], outcomes: readonly Outcome[]): void {
    for (const [n, outcome] of outcomes.entries()) {
      const events = batches[n]?.events.length ?? 0
      const duplicates = outcome.ok ? outcome.receipts.filter(({ duplicate }) => duplicate).length : 0
      this.#ingested.inc({ outcome: outcome.ok ? 'recorded' : 'refused' }, events - duplicates)
      this.#ingested.inc({ outcome: 'duplicate' }, duplicates)
    }
  }

  readonly evaluationEnded = (ending: EvaluationEnding, seconds: number): void => {
    this.#evaluations.inc({ outcome: typeof ending === 'string' ? ending : 'evaluated' })
    this.#evaluationSeconds.observe(seconds)
    if (typeof ending !== 'string') for (const ms of ending.lateMs) this.#lateness.observe(ms / 1_000)
  }

  /** Everything, in the text format of Prometheus. */
  async text(): Promise<string> {
    const recorded = recordedMetrics(await this.#recorded())
    return `${await this.#registry.metrics()}${this.#requests.text()}${await recorded.metrics()}`
  }
}

/** The content type of the text. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE
