import { UnrecoverableError } from 'bullmq'
import type { Clock } from '../../config/clock.ts'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { refuseInsideTransaction, type Store } from '../store/index.ts'
import { JOB_STATES, openPostgresBackend, openRedisBackend, type QueueBackend, type RedisFacts } from './backend.ts'
import { neverWill } from './failure.ts'
import { QUEUES, type QueueName } from './queue-table.ts'

export { lookAtRedis, type RedisFacts } from './backend.ts'
export { NeverWillError, neverWill } from './failure.ts'
export { QUEUES, type QueueName } from './queue-table.ts'
export { openRedisCounts, type RedisCounts } from './shared-counts.ts'

/** What a job carries: ids, so that the handler looks up what is true by then. */
export type JobData = Readonly<Record<string, unknown>>

/** Does one job; it may be called twice for the same one and must leave the same rows. */
export type JobHandler = (data: JobData, job: { readonly jobId: string }) => Promise<void>

/** When and under which name a job is queued. */
export interface EnqueueOptions {
  /** Only letters, digits, `-`, `_`, `.`, `/`, and not digits alone. While a job of this id waits, another is not added. */
  readonly jobId?: string | undefined
  /** In the clock's time. */
  readonly delayMs?: number | undefined
}

/** What keeps the jobs, and how many there are of each kind. */
export interface QueueLook {
  readonly redis: RedisFacts | null
  readonly jobs: Readonly<Record<QueueName, Readonly<Record<(typeof JOB_STATES)[number], number>>>>
}

/** The queues of this process. */
export interface Queues {
  /**
   * Leaves a hint to look, after commit. Without the queue's server the hint is lost, which the log says and the answer
   * `false` too; the sweepers find the work in the database.
   * @throws {ServandaError} `NESTED_POOL_USE` inside a transaction, `JOB_ID_INVALID`
   */
  enqueue(name: QueueName, data: JobData, options?: EnqueueOptions): Promise<boolean>
  /** The same of several at once. */
  enqueueAll(name: QueueName, datas: readonly JobData[]): Promise<boolean>
  /**
   * Starts doing the jobs of `name`. A failure is tried again, by the queue's rules, unless `neverWill` says otherwise.
   * @throws {ServandaError} `POOL_TOO_SMALL` when the database pool has no connection left for it to listen on
   */
  work(name: QueueName, handler: JobHandler): Promise<void>
  /** @throws when what keeps the jobs does not answer */
  look(): Promise<QueueLook>
  /** Lets running jobs finish, and closes; jobs that take longer than `graceMs` are left to be taken up again. */
  close(graceMs?: number): Promise<void>
}

/** What `openQueues` needs to know. */
export interface QueuesOptions {
  readonly store: Store
  /** Absent: the jobs are kept in the store's own database. */
  readonly redisUrl?: string | undefined
  readonly clock: Clock
  readonly log: Log
}

const GRACE_MS = 10_000

/** Long enough to take leave of a server that is there: only jobs that are still running are worth a longer wait. */
const LEAVE_MS = 1_000

const JOB_ID = /^(?!\d+$)[\w./-]{1,200}$/

/** Opens every queue; closing them leaves the store open. */
export async function openQueues({ store, redisUrl, clock, log }: QueuesOptions): Promise<Queues> {
  const backend = redisUrl === undefined ? await openPostgresBackend(store) : await openRedisBackend(redisUrl, log)
  const names = Object.keys(QUEUES) as QueueName[]
  const queues = new Map(names.map((name) => [name, backend.openQueue(name)]))
  const workers: ReturnType<QueueBackend['openWorker']>[] = []
  for (const [queue, opened] of queues) opened.on('error', (err) => log.warn({ err, queue }, 'queue connection failed'))
  await Promise.all([...queues.values()].map((queue) => queue.waitUntilReady()))
  const running = new Set<Promise<void>>()
  let closed: Promise<void> | undefined

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running)
  }

  async function closeAll(graceMs: number): Promise<void> {
    const workersClosed = Promise.all(workers.map((worker) => worker.close()))
    workersClosed.catch(() => {}) // said below
    try {
      await inTime(Promise.race([idle(), workersClosed]), graceMs)
      await inTime(workersClosed, LEAVE_MS)
    } catch (err) {
      log.warn({ err }, 'the queues closed on a job that was still running, or without their server')
      await backend.abandon(workers)
    }
    try {
      await inTime(Promise.all([...queues.values()].map((queue) => queue.close())), LEAVE_MS)
    } catch (err) {
      log.warn({ err }, 'the queues were left without a goodbye')
    }
    await backend.close()
  }

  return {
    async enqueue(name, data, { jobId, delayMs = 0 } = {}) {
      refuseInsideTransaction(`A job for ${name} was queued`)
      if (jobId !== undefined && !JOB_ID.test(jobId)) {
        throw new ServandaError('JOB_ID_INVALID', `${JSON.stringify(jobId)} cannot be the id of a job`)
      }
      const delay = Math.max(0, Math.ceil(delayMs / clock.rate))
      try {
        await queues.get(name)?.add(name, data, { ...(jobId !== undefined && { jobId }), delay })
        return true
      } catch (err) {
        log.warn({ err, queue: name, jobId }, 'job not queued')
        return false
      }
    },

    async enqueueAll(name, datas) {
      refuseInsideTransaction(`Jobs for ${name} were queued`)
      try {
        if (datas.length > 0) await queues.get(name)?.addBulk(datas.map((data) => ({ name, data })))
        return true
      } catch (err) {
        log.warn({ err, queue: name }, 'jobs not queued')
        return false
      }
    },

    async work(name, handler) {
      const worker = backend.openWorker(name, async (job) => {
        const done = handler(job.data as JobData, { jobId: job.id ?? '' })
        running.add(done)
        try {
          await done
        } catch (error) {
          throw neverWill(error) ? unrecoverable(error) : error
        } finally {
          running.delete(done)
        }
      })
      worker.on('error', (err) => log.warn({ err, queue: name }, 'queue connection failed'))
      worker.on('failed', (job, err) => {
        const finished = job === undefined || job.finishedOn !== undefined
        const facts = { err: err.cause ?? err, queue: name, jobId: job?.id, attempt: job?.attemptsMade }
        if (finished) log.error(facts, 'job failed for good')
        else log.warn(facts, 'job failed, to be tried again')
      })
      workers.push(worker)
      await worker.waitUntilReady()
    },

    async look() {
      const [redis, ...jobs] = await Promise.all([
        backend.describe(),
        ...names.map(async (name) => [name, await queues.get(name)?.getJobCounts(...JOB_STATES)] as const),
      ])
      return { redis, jobs: Object.fromEntries(jobs) as unknown as QueueLook['jobs'] }
    },

    close(graceMs = GRACE_MS) {
      closed ??= closeAll(graceMs)
      return closed
    },
  }
}

/** BullMQ's own sign that a job is not to be tried again, with what happened as its cause. */
function unrecoverable(error: unknown): UnrecoverableError {
  const sign = new UnrecoverableError(error instanceof Error ? error.message : String(error))
  sign.cause = error
  return sign
}

async function inTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
