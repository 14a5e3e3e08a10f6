import type { BackoffOptions, KeepJobs } from 'bullmq'

/** How one queue treats its jobs. */
interface QueueRules {
  readonly attempts: number
  readonly backoff: BackoffOptions
  readonly removeOnComplete: boolean | KeepJobs
  readonly removeOnFail: boolean | KeepJobs
  readonly concurrency: number
}

/**
 * Every queue there is. A job leaves when it is done, also when it failed for good: one that stayed would keep a later
 * job of the same id away, and what has to be seen or tried again is in the database, not here.
 */
export const QUEUES = {
  evaluate: {
    attempts: 8,
    backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: true,
    concurrency: 1,
  },
  deadlines: {
    attempts: 8,
    backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: true,
    concurrency: 1,
  },
  deliver: {
    attempts: 8,
    backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: true,
    concurrency: 2,
  },
} as const satisfies Record<string, QueueRules>

export type QueueName = keyof typeof QUEUES

/** A process that dies leaves its jobs locked; they are taken up again after at most the sum of the two. */
export const LOCK_MS = 15_000
export const STALLED_CHECK_MS = 5_000
