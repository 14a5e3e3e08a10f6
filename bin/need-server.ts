import { openSettings } from './open-settings.ts'
import { UsageError } from './usage-error.ts'

/** @throws {UsageError} when there is no database server that several processes could share */
export function needServer(command: string): void {
  if (openSettings({ speaks: false }).settings.databaseUrl !== undefined) return
  throw new UsageError(
    `"servanda ${command}" shares its database with other processes, so it needs DATABASE_URL. ` +
      'For everything in one process, run "servanda start".',
  )
}
