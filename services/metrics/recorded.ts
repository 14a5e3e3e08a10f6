import { Counter, Gauge, Registry } from 'prom-client'
import { INDICATORS, type Instant, PHASES } from '../../rules/index.ts'
import type { Reach } from '../alerts/index.ts'
import type { Found, WorkOnRecord } from '../health/index.ts'
import type { QueueLook } from '../queue/index.ts'

/** What is on record at one moment, whoever did it. */
export interface Recorded {
  readonly work: Found<WorkOnRecord>
  readonly reach: Found<Reach>
  /** null: nobody was asked. */
  readonly queue: Found<QueueLook> | null
}

/**
 * The metrics of what is on record, made anew for each scrape: they say the same in every process, and what could not be
 * read is not there rather than old. Pure.
 */
export function recordedMetrics({ work, queue, reach }: Recorded): Registry {
  const registry = new Registry()
  const registers = [registry]
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `servanda_${name}`, help, registers }).set(value)
  const counter = (name: string, help: string, value: number) =>
    new Counter({ name: `servanda_${name}`, help, registers }).inc(value)
  const counts = (name: string, help: string, label: string, values: Iterable<readonly [string, number]>) => {
    const found = new Gauge({ name: `servanda_${name}`, help, labelNames: [label], registers })
    for (const [value, count] of values) found.set({ [label]: value }, count)
  }

  gauge('database_up', 'Whether the database answered in time: 1, else 0.', work.ok ? 1 : 0)
  if (work.ok) {
    const { at, evaluation, deadlines, deliveries, ...rest } = work.value
    const { sent, failed, bounced, withheld, ...waiting } = deliveries.byState
    counter('events_recorded_total', 'Events in the ledger.', rest.ledgerSeq)
    gauge(
      'evaluation_waiting_rows',
      'Rows of work that wait for their evaluation; counted up to 100000.',
      evaluation.waiting,
    )
    gauge(
      'evaluation_lag_seconds',
      'Since when the first event that is not evaluated yet waits; 0: none does.',
      secondsSince(evaluation.waitingSince, at),
    )
    gauge(
      'deadlines_overdue_seconds',
      'Since when the earliest deadline has passed that was not looked at yet; 0: none has.',
      secondsSince(deadlines.overdueSince, at),
    )
    gauge('failing_agreements', 'Agreements whose last evaluation failed.', evaluation.failing)
    gauge('set_aside_events', 'Events that agreements are evaluated without, because they failed.', evaluation.setAside)
    const phases = PHASES.map((phase) => [phase, rest.casesByPhase.get(phase) ?? 0] as const)
    counts('cases', 'Cases by phase.', 'phase', phases)
    const shown = (found: ReadonlyMap<string, number>) => INDICATORS.map((one) => [one, found.get(one) ?? 0] as const)
    const open = 'Cases that are not closed, by what they show.'
    counts('open_cases', open, 'indicator', shown(rest.openCasesByIndicator))
    counts('commitments', 'Commitments by what they show.', 'indicator', shown(rest.commitmentsByIndicator))
    const ended = new Counter({
      name: 'servanda_deliveries_total',
      help: 'Messages by how they ended: sent, failed for good, bounced, or withheld.',
      labelNames: ['state'],
      registers,
    })
    for (const [state, count] of Object.entries({ sent, failed, bounced, withheld })) ended.inc({ state }, count)
    counts('deliveries_waiting', 'Messages that are still to be sent, by state.', 'state', Object.entries(waiting))
    gauge(
      'deliveries_overdue_seconds',
      'Since when the earliest attempt to send is due that was not made; 0: none is.',
      secondsSince(deliveries.dueSince, at),
    )
    gauge(
      'alerts_held',
      'Whether alerts are held, as on a restored copy: 1, else 0.',
      rest.alertsHeldSince === null ? 0 : 1,
    )
    gauge('alerts_muted', 'Whether nobody is told anything for now: 1, else 0.', rest.alertsMuted === null ? 0 : 1)
    gauge('failing_reports', 'Reports that are due and could not be made.', rest.failingReports.length)
    gauge('rejected_rulebooks', 'Rulebooks that are not in use because of their problems.', rest.rejectedRulebooks)
    gauge('silent_sources', 'Sources that were expected to report and have not.', rest.silentSources)
    gauge('status_seq', 'Number of the published status.', rest.statusSeq)
  }
  if (reach.ok) {
    const help = 'Commitments whose worst news would reach nobody.'
    gauge('unreached_commitments', help, reach.value.unreached.length)
  }
  if (queue !== null) {
    gauge('queue_up', 'Whether what keeps the jobs answered in time: 1, else 0.', queue.ok ? 1 : 0)
    if (queue.ok) {
      const help = 'Jobs that are still to be done.'
      const jobs = new Gauge({ name: 'servanda_queue_jobs', help, labelNames: ['queue', 'state'], registers })
      for (const [name, states] of Object.entries(queue.value.jobs))
        for (const [state, count] of Object.entries(states)) jobs.set({ queue: name, state }, count)
    }
  }
  return registry
}

function secondsSince(since: Instant | null, at: Instant): number {
  return since === null ? 0 : Math.max(0, at - since) / 1_000
}
