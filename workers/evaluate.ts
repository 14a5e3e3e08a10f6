import type { Log } from '../config/log.ts'
import type { Evaluated, Evaluator } from '../services/evaluation/index.ts'
import type { Queues } from '../services/queue/index.ts'

/** Does the jobs of `evaluate`: each is a hint that something waits for an agreement. */
export async function startEvaluating({
  queues,
  evaluator,
  evaluated,
  log,
}: {
  readonly log: Log
  readonly queues: Queues
  readonly evaluator: Evaluator
  readonly evaluated: (done: readonly Evaluated[]) => void
}): Promise<void> {
  await queues.work('evaluate', async ({ agreement }, { jobId }) => {
    try {
      const done = await evaluator.bringUpToDate(String(agreement), log.child({ jobId }))
      if (done.length > 0) evaluated(done)
    } catch (error) {
      evaluated([])
      throw error
    }
  })
}
