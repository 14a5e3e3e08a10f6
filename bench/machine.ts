import { composeService, type Roles } from '../bin/compose.ts'
import { openClock } from '../config/clock.ts'
import { openLog } from '../config/log.ts'
import { giveWay } from '../config/priority.ts'
import { readSettings, type Settings } from '../config/settings.ts'
import { type Evaluated, Evaluator, type EvaluatorDeps } from '../services/evaluation/index.ts'
import { openQueues } from '../services/queue/index.ts'
import { RulebookShelf } from '../services/rulebooks/index.ts'
import { openStore } from '../services/store/index.ts'
import { startEvaluating } from '../workers/evaluate.ts'
import { liveHeap } from './memory.ts'

// One process of a service that has several: it does what its parent asks, and answers each question once.

/** What a process is. */
export interface MachineJob {
  readonly env: Readonly<Record<string, string>>
  readonly roles: Roles
  /** Milliseconds by which each job takes longer, in a worker that does nothing but its jobs; null: the real service. */
  readonly waitMs: number | null
}

/** What the parent may ask for, and what is answered. */
export interface MachineAnswers {
  /** It is wired, and nothing runs. */
  ready: null
  /** It has done what waited. */
  sweep: null
  /** Where it answers, if it does. */
  start: string | null
  /** Bytes: the live heap, and the whole process. */
  memory: { readonly heap: number; readonly rss: number }
  stop: null
}

interface Machine {
  sweep(): Promise<void>
  start(): Promise<string | null>
  close(): Promise<void>
}

/** An evaluator that has to wait for something before each job. */
class WaitingEvaluator extends Evaluator {
  readonly #waitMs: number

  constructor(deps: EvaluatorDeps, waitMs: number) {
    super(deps)
    this.#waitMs = waitMs
  }

  override async bringUpToDate(agreement: string): Promise<readonly Evaluated[]> {
    await new Promise((resolve) => setTimeout(resolve, this.#waitMs))
    return super.bringUpToDate(agreement)
  }
}

const job: MachineJob = JSON.parse(process.argv[2] ?? '')
if (job.roles.worker && !job.roles.api) giveWay()
const settings = readSettings(job.env)
const log = openLog({ logLevel: 'error' })
const machine =
  job.waitMs === null
    ? await composeService(settings, { roles: job.roles, log })
    : await waitingWorker(settings, job.waitMs)

process.on('message', (asked: keyof MachineAnswers) => {
  answer(asked).then(
    (value) => process.send?.({ asked, value }),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(1))
process.send?.({ asked: 'ready', value: null })

async function answer(asked: keyof MachineAnswers): Promise<MachineAnswers[keyof MachineAnswers]> {
  if (asked === 'start') return machine.start()
  if (asked === 'sweep') await machine.sweep()
  if (asked === 'memory') return { heap: liveHeap(), rss: process.memoryUsage.rss() }
  if (asked === 'stop') await machine.close()
  return null
}

/** The same queue and the same evaluation, without what looks for work by itself and would not wait. */
async function waitingWorker(settings: Settings, waitMs: number): Promise<Machine> {
  const { databaseUrl, redisUrl, dataDir, alertWindowMs } = settings
  const clock = openClock(settings)
  const store = await openStore({ databaseUrl, dataDir, log })
  const queues = await openQueues({ store, redisUrl, clock, log })
  const deps = { store, clock, shelf: new RulebookShelf(), log, alertWindowMs }
  const evaluator = new WaitingEvaluator(deps, waitMs)
  const hasty = new Evaluator(deps)
  return {
    async sweep() {
      for (const agreement of await hasty.behind()) await hasty.bringUpToDate(agreement)
    },
    async start() {
      await startEvaluating({ queues, evaluator, evaluated: () => {}, log })
      return null
    },
    async close() {
      await queues.close()
      await store.close()
    },
  }
}
