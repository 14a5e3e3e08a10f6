import type { Command } from 'commander'
import type { Settings } from '../../config/settings.ts'

/** What is told of a backup, whoever made it. */
interface Made {
  readonly made_at: string
  readonly events: number
  readonly ledger_hash: string | null
  readonly bytes: number | null
}

/** `servanda backup FILE`: everything in one file, also while the service runs. */
export function backupCommand(program: Command): void {
  program
    .command('backup')
    .description('Write everything into one file, also while the service runs. Settings come from the environment.')
    .argument('<file>', 'a new file, such as servanda-2026-11-26.ndjson.gz; - for standard output')
    .option('--format <format>', 'text or json', 'text')
    .action(async (file: string, { format }: { format: string }) => {
      const { asUsageError, openSettings } = await import('../open-settings.ts')
      const { settings } = openSettings({ speaks: true })
      try {
        tell(file, format, await backUp(file, settings))
      } catch (error) {
        throw asUsageError(error)
      }
    })
}

async function backUp(file: string, settings: Settings): Promise<Made> {
  const { existsSync } = await import('node:fs')
  const { openClock } = await import('../../config/clock.ts')
  const { isServandaError } = await import('../../config/error.ts')
  const { openLog } = await import('../../config/log.ts')
  const { version } = await import('../../config/root.ts')
  const { instant } = await import('../../rules/index.ts')
  const { writeBackup, writeBackupTo } = await import('../../services/backup/index.ts')
  const { holdsDatabase, openStore } = await import('../../services/store/index.ts')
  const { Progress } = await import('../progress.ts')
  const { UsageError } = await import('../usage-error.ts')
  const { wholeOutput } = await import('../whole-output.ts')
  const { databaseUrl, dataDir } = settings
  if (file !== '-' && existsSync(file)) throw new UsageError(`${file} is there already: nothing was written`)
  if (databaseUrl === undefined && !holdsDatabase(dataDir)) {
    throw new UsageError(`there is no database in ${dataDir}; say where it is with DATA_DIR or DATABASE_URL`)
  }
  const progress = new Progress()
  const options = {
    at: instant(openClock(settings).now().epochMilliseconds),
    version: version(),
    progress: (table: string, rows: number) => progress.show(`${table}: ${rows} rows`),
  }
  try {
    const store = await openStore({ databaseUrl, dataDir, log: openLog(settings), beforeMigrating: 'leave' })
    try {
      const { header, bytes } =
        file === '-'
          ? { header: await writeBackupTo(store, wholeOutput(), options), bytes: null }
          : await writeBackup(store, file, options)
      return { made_at: header.made_at, events: header.ledger.events, ledger_hash: header.ledger.hash, bytes }
    } finally {
      await store.close()
      progress.end()
    }
  } catch (error) {
    if (!isServandaError(error, 'DATA_DIR_IN_USE')) throw error
    const { askHolder, bodyOf } = await import('../call-api.ts')
    const made = bodyOf(await askHolder(settings, error, 'POST', '/v1/backups', {})) as Made & { file: string }
    await fetchMade(made.file, file, dataDir)
    return made
  }
}

/** Takes the file that the service has written for itself to where it was asked for. */
async function fetchMade(made: string, file: string, dataDir: string): Promise<void> {
  const { createReadStream } = await import('node:fs')
  const { copyFile, rename, rm } = await import('node:fs/promises')
  const { join } = await import('node:path')
  const { pipeline } = await import('node:stream/promises')
  const { backupsFolder } = await import('../data-backup.ts')
  const { wholeOutput } = await import('../whole-output.ts')
  const source = join(backupsFolder(dataDir), made)
  if (file === '-') await pipeline(createReadStream(source), wholeOutput())
  else {
    try {
      return await rename(source, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
      await copyFile(source, `${file}.unfinished`)
      await rename(`${file}.unfinished`, file)
    }
  }
  await rm(source)
}

function tell(file: string, format: string, { made_at, events, ledger_hash, bytes }: Made): void {
  if (file === '-') return
  const line =
    format === 'json'
      ? JSON.stringify({ file, bytes, made_at, events, ledger_hash })
      : `${file}: ${events} events and all that belongs to them, as of ${made_at}, read back and whole.\n` +
        'It holds the hashes of keys and the addresses of subscribers; it does not hold SECRET.'
  process.stdout.write(`${line}\n`)
}
