import {
  compileRulebook,
  Engine,
  formatProblem,
  type Instant,
  type KnownEvent,
  type Rulebook,
  type Verdict,
} from '../rules/index.ts'
import type { Answerer, Counts } from './workload.ts'

/** The one place that knows which engine is measured, and how it is called. */

/** The engine under measurement, with nothing told yet. */
export function engineFor(rulebook: Rulebook): Answerer {
  return new Subject(rulebook)
}

/** The rulebook in `text`, which a workload wrote. */
export function compiled(text: string): Rulebook {
  const result = compileRulebook(text, 'bench.yaml')
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'))
  return result.rulebook
}

class Subject implements Answerer {
  private readonly engine: Engine

  constructor(rulebook: Rulebook) {
    this.engine = new Engine(rulebook)
  }

  take(events: readonly KnownEvent[]): void {
    this.engine.take(events)
  }

  advance(asOf: Instant): number {
    return this.engine.advance(asOf).length
  }

  counts(asOf: Instant): Counts {
    this.engine.advance(asOf)
    const counts: Record<string, Partial<Record<Verdict, number>>> = {}
    for (const { commitment, status } of this.engine.statuses()) {
      const record = counts[commitment] ?? {}
      counts[commitment] = record
      record[status.verdict] = (record[status.verdict] ?? 0) + 1
    }
    return counts
  }
}
