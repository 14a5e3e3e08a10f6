import { isServandaError } from '../config/error.ts'
import { type Log, openLog } from '../config/log.ts'
import { readSettings, type Settings } from '../config/settings.ts'
import { UsageError } from './usage-error.ts'

/**
 * The settings of the environment and the log they ask for.
 * @param command.speaks  whether the command tells people itself what it does: unless LOG_LEVEL asks for more, its log
 *   then holds warnings only, on a terminal and on the embedded database
 * @throws {UsageError} naming every setting that cannot be used
 */
export function openSettings(command: { readonly speaks: boolean }): { settings: Settings; log: Log } {
  const given = usage(() => readSettings(process.env))
  const isQuiet = command.speaks && !process.env.LOG_LEVEL?.trim() && (process.stdout.isTTY || !given.databaseUrl)
  const settings = isQuiet ? Object.freeze({ ...given, logLevel: 'warn' }) : given
  return { settings, log: openLog(settings) }
}

function usage<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asUsageError(error)
  }
}

/** What the caller can mend by calling differently; everything else stays what it is. */
const MENDABLE = [
  'SETTINGS_INVALID',
  'ADDRESS_UNUSABLE',
  'BACKUP_FILE_UNUSABLE',
  'BACKUP_NEWER',
  'BACKUP_OF_NOTHING',
  'BACKUP_UNUSABLE',
  'DATA_DIR_IN_USE',
  'DATA_DIR_UNUSABLE',
  'DATABASE_UNREACHABLE',
  'DATABASE_UNUSABLE',
  'LEDGER_BROKEN',
  'REDIS_UNREACHABLE',
  'RESTORE_NOT_EMPTY',
  'SCHEMA_NEWER',
  'SCHEMA_OLDER',
]

/** `error` as one sentence and exit 2, when it is about how the command was called; else as it is. */
export function asUsageError(error: unknown): unknown {
  if (isServandaError(error) && MENDABLE.includes(error.code)) return new UsageError(error.message, { cause: error })
  return error
}
