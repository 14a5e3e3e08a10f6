import { Redis } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Log } from '../../config/log.ts'
import { REDIS_PREFIX } from './backend.ts'

/** Counts in Redis, which every process of an instance adds to. */
export interface RedisCounts {
  /** Counts of one kind, each kept for `seconds` from its first. Adding fails at once while Redis is away. */
  of(kind: string, seconds: number): { add(who: string, count: number): Promise<{ total: number; leftMs: number }> }
  close(): void
}

/** Longer than any answer of a Redis that is there. */
const PATIENCE_MS = 1_000

/** Opens a connection of its own, which nobody waits for: the queues say when Redis cannot be reached. */
export function openRedisCounts(redisUrl: string, log: Log): RedisCounts {
  const client = new Redis(redisUrl, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: PATIENCE_MS,
  })
  client.on('error', (err) => log.debug({ err }, 'the limits are not shared: Redis cannot be reached'))
  return {
    of(kind, seconds) {
      const limiter = new RateLimiterRedis({
        storeClient: client,
        keyPrefix: `${REDIS_PREFIX}:limit:${kind}`,
        points: 1,
        duration: seconds,
        rejectIfRedisNotReady: true,
      })
      return {
        async add(who, count) {
          const { consumedPoints, msBeforeNext } = await limiter.penalty(who, count)
          return { total: consumedPoints, leftMs: msBeforeNext }
        },
      }
    },
    close: () => client.disconnect(),
  }
}
