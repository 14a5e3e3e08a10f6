import { composeService, type Roles, type Service } from './compose.ts'
import { asUsageError, openSettings } from './open-settings.ts'

/** Composes a service for a command. @throws {UsageError} when the settings do not allow it */
export async function openService(roles: Roles): Promise<ReturnType<typeof openSettings> & { service: Service }> {
  const { settings, log } = openSettings()
  try {
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
const PATIENCE_MS = 20_000

/** Closes `service`; one that does not come to an end is left to the next start, which loses nothing. */
export async function closeInTime(service: Service): Promise<void> {
  const late = setTimeout(() => process.exit(1), PATIENCE_MS)
  late.unref()
  await service.close()
  clearTimeout(late)
}
