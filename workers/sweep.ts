import { schedule } from 'node-cron'
import type { Log } from '../config/log.ts'

/** Every ten seconds. A tick, nothing more: what is due is in the database. */
const EVERY = '*/10 * * * * *'

/**
 * Looks again and again for whatever a crash or a lost hint left lying.
 * @returns how to stop it
 */
export function startSweeping(sweep: () => Promise<void>, log: Log): () => Promise<void> {
  const task = schedule(
    EVERY,
    async () => {
      try {
        await sweep()
      } catch (err) {
        log.warn({ err }, 'sweep failed; the next one tries again')
      }
    },
    { noOverlap: true, name: 'sweep', logger: quiet(log) },
  )
  return async () => {
    await task.destroy()
  }
}

/** node-cron says a word about every tick that finds the one before it at work, which a long evaluation makes usual. */
function quiet(log: Log) {
  const debug = (message: string | Error) => log.debug({ from: 'node-cron' }, String(message))
  return {
    info: debug,
    warn: debug,
    debug,
    error: (message: string | Error) => log.warn({ err: message }, 'the sweep failed'),
  }
}
