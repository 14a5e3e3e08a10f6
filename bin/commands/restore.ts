import type { Command } from 'commander'
import type { Restored } from '../../services/backup/index.ts'

interface Options {
  readonly resumeAlerts?: boolean
  readonly toldUntil?: string
  readonly acceptBrokenLedger?: boolean
  readonly format: string
}

/** `servanda restore FILE`: fills an empty database from a backup; `--resume-alerts` lets the copy send mail. */
export function restoreCommand(program: Command): void {
  program
    .command('restore')
    .description(
      'Fill an empty database, embedded or of a server, from a backup. Nothing is mailed from it until --resume-alerts.',
    )
    .argument('[file]', 'a backup; - for standard input')
    .option('--resume-alerts', 'let a restored copy send mail from now on')
    .option(
      '--told-until <time>',
      'with --resume-alerts: what became true up to then was mailed by the original, and is not mailed again; ' +
        'an instant, "now" or "never"',
    )
    .option('--accept-broken-ledger', 'restore although the ledger was changed after it was written')
    .option('--format <format>', 'text or json', 'text')
    .action(async (file: string | undefined, options: Options) => {
      const { UsageError } = await import('../usage-error.ts')
      const { asUsageError } = await import('../open-settings.ts')
      const resumes = options.resumeAlerts === true
      if (resumes === (file !== undefined)) {
        throw new UsageError('say either which file to restore, or --resume-alerts once it is restored')
      }
      if (options.toldUntil !== undefined && !resumes) {
        throw new UsageError('--told-until belongs to --resume-alerts')
      }
      if (file === undefined) return resume(options)
      try {
        const restored = await restore(file, options)
        if (options.format === 'json') tellAsJson(restored)
        else tell(restored)
      } catch (error) {
        throw asUsageError(error)
      }
    })
}

async function restore(file: string, { acceptBrokenLedger = false }: Options): Promise<Restored> {
  const { openSettings } = await import('../open-settings.ts')
  const { openClock } = await import('../../config/clock.ts')
  const { instant } = await import('../../rules/index.ts')
  const { decompressed, restoreBackup } = await import('../../services/backup/index.ts')
  const { openStore } = await import('../../services/store/index.ts')
  const { Progress } = await import('../progress.ts')
  const { settings, log } = openSettings({ speaks: true })
  const compressed = await opened(file)
  const { databaseUrl, dataDir } = settings
  const store = await openStore({ databaseUrl, dataDir, log, beforeMigrating: 'leave' })
  const progress = new Progress()
  try {
    return await restoreBackup(store, decompressed(compressed), {
      at: instant(openClock(settings).now().epochMilliseconds),
      log,
      acceptBrokenLedger,
      progress: (table, rows) => progress.show(`${table}: ${rows} rows`),
    })
  } finally {
    progress.end()
    await store.close()
  }
}

async function opened(file: string) {
  if (file === '-') return process.stdin
  const { open } = await import('node:fs/promises')
  const { UsageError } = await import('../usage-error.ts')
  try {
    return (await open(file, 'r')).createReadStream()
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${error instanceof Error ? error.message : error})`)
  }
}

function tellAsJson({ header, rows, brokenLedger }: Restored): void {
  const { made_at, servanda, ledger } = header
  say(JSON.stringify({ made_at, made_by: servanda, events: ledger.events, rows, broken_ledger: brokenLedger }))
}

function tell({ header, rows, brokenLedger }: Restored): void {
  const { made_at, servanda, database, ledger } = header
  const from = database === 'embedded' ? 'the embedded database' : 'a database server'
  say(`Restored ${ledger.events} events and all that belongs to them (${rows} rows), as of ${made_at},`)
  say(`from a backup of ${from} made by version ${servanda}.`)
  say(
    brokenLedger === null
      ? 'The chain of the ledger holds.'
      : `The chain of the ledger does NOT hold: ${brokenLedger}.`,
  )
  say('Alerts are held: this copy mails nothing until you run "servanda restore --resume-alerts".')
}

async function resume({ toldUntil, format }: Options): Promise<void> {
  const { holdsDatabase } = await import('../../services/store/index.ts')
  const { callApi } = await import('../call-api.ts')
  const { openSettings } = await import('../open-settings.ts')
  const { UsageError } = await import('../usage-error.ts')
  const { databaseUrl, dataDir } = openSettings({ speaks: true }).settings
  if (databaseUrl === undefined && !holdsDatabase(dataDir)) throw new UsageError(`there is no database in ${dataDir}`)
  const body = toldUntil === undefined ? {} : { told_until: toldUntil }
  const done = (await callApi('POST', '/v1/alerts/resume', body)) as { to_send: number; withheld: number }
  const line = `Alerts are sent again: ${done.to_send} waiting now, ${done.withheld} left out as told before.`
  say(format === 'json' ? JSON.stringify(done) : line)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
