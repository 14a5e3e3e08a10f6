import { RateLimit, type SharedCounts, WINDOW_SECONDS } from './rate-limit.ts'

/** What may be asked of the service in a minute. */
export interface Limits {
  /** By the id of a key. */
  readonly key: RateLimit
  /** By the place that requests without a key come from. */
  readonly address: RateLimit
  /** By the place that wrong keys come from. */
  readonly wrongKeys: RateLimit
  stop(): void
}

/** What a key may do for each thing that an address may do without one. */
const TIMES_AS_MUCH = 10

/** Wrong keys in a minute, whatever else is allowed. */
const MOST_WRONG_KEYS = 30

/**
 * @param perMinute  requests that an address may make without a key; 0: any number, with a key too
 * @param shared  counts of a kind, kept for so many seconds; when left out this process counts for itself
 */
export function openLimits(perMinute: number, shared?: (kind: string, seconds: number) => SharedCounts): Limits {
  const limit = (kind: string, most: number) => new RateLimit({ most, shared: shared?.(kind, WINDOW_SECONDS) ?? null })
  const limits = {
    key: limit('key', perMinute * TIMES_AS_MUCH),
    address: limit('address', perMinute),
    wrongKeys: limit('wrong-keys', MOST_WRONG_KEYS),
  }
  return {
    ...limits,
    stop() {
      for (const one of Object.values(limits)) one.stop()
    },
  }
}
