import type { Log } from '../config/log.ts'

/** How often an api process looks whether a worker elsewhere has changed the status: one row of the database. */
const LOOK_MS = 100

/** Between two looks it rests so many times as long as the last one took: preparing a large status must not be all it does. */
const REST_TIMES = 9

/**
 * Looks for changes of the status again and again.
 * @returns how to stop it
 */
export function watchStatus(refresh: () => Promise<void>, log: Log): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let stopped = false
  let isAway = false

  async function look(): Promise<void> {
    const began = performance.now()
    await refresh().then(
      () => {
        isAway = false
      },
      (err) => {
        // Once for each time it goes away: it is looked for many times a second.
        if (!isAway)
          log.warn({ err }, 'the status was not prepared; what is shown is out of date until a look succeeds')
        isAway = true
      },
    )
    lookAfter(Math.max(LOOK_MS, REST_TIMES * (performance.now() - began)))
  }

  function lookAfter(ms: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      looking = look()
    }, ms)
  }

  lookAfter(LOOK_MS)
  return async () => {
    stopped = true
    clearTimeout(timer)
    await looking
  }
}
