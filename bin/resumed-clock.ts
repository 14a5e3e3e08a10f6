import { Temporal } from 'temporal-polyfill'
import type { Clock } from '../config/clock.ts'
import type { Instant } from '../rules/index.ts'

/**
 * A simulated clock begins anew with every process, but what was recorded stays recorded: it goes on from there.
 * The system's clock is left as it is.
 * @param latest  the latest instant on record; null: nothing is
 */
export function resumedClock(clock: Clock, latest: Instant | null): Clock {
  const behindMs = latest === null ? 0 : latest - clock.now().epochMilliseconds
  if (clock.describe() === null || behindMs <= 0) return clock
  return {
    rate: clock.rate,
    now: () => Temporal.Instant.fromEpochMilliseconds(clock.now().epochMilliseconds + behindMs),
    describe: () => `${clock.describe()}, resumed ${Math.ceil(behindMs / 1_000)} s further on`,
  }
}
