import { prepareDataDir } from '../services/store/index.ts'
import { composeService, type Roles, type Service } from './compose.ts'
import { asUsageError, openSettings } from './open-settings.ts'
import { UsageError } from './usage-error.ts'

/** Composes a service for a command. @throws {UsageError} when the settings do not allow it */
export async function openService(roles: Roles): Promise<ReturnType<typeof openSettings> & { service: Service }> {
  const { settings, log } = openSettings({ speaks: roles.api && roles.worker })
  try {
    // The first key of `start`, and mails where no server takes them.
    if (roles.worker && (roles.api || settings.smtpUrl === undefined)) prepareDataDir(settings.dataDir)
    return { settings, log, service: await composeService(settings, { roles, log }) }
  } catch (error) {
    throw asUsageError(error)
  }
}

/** Resolves when the process is asked to end; a second request ends it at once. */
export function untilAskedToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1))
        resolve(signal)
      })
    }
  })
}

/** How long what has begun may take to finish. */
const PATIENCE_MS = 15_000

/** How long whatever still holds the process may do so once everything is closed. */
const LINGER_MS = 1_000

/** Closes `service`; one that does not come to an end is left to the next start, which loses nothing. */
export async function closeInTime(service: Service): Promise<void> {
  const late = setTimeout(() => process.exit(1), PATIENCE_MS)
  await service.drain()
  await service.close()
  clearTimeout(late)
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

/**
 * Does `work` with an open service, which is closed when that fails.
 * @throws {UsageError} when the caller can mend why
 */
export async function closingOnFailure<T>(service: Service, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const known = asUsageError(error)
    if (known instanceof UsageError) await closeInTime(service)
    throw known
  }
}
