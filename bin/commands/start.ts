import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { FolderLook, Loaded, RulesFolder } from '../../services/rulebooks/index.ts'

/** `servanda start`: everything in one process; with nothing configured, on an embedded database. */
export function startCommand(program: Command): void {
  program
    .command('start')
    .description('Run the whole service in one process. Settings come from the environment.')
    .action(async () => {
      const { closeInTime, closingOnFailure, openService, untilAskedToEnd } = await import('../serve.ts')
      const { ensureFirstKey, firstKeyFile } = await import('../../services/access/index.ts')
      const { alertHold } = await import('../../services/alerts/index.ts')
      const { announceService, withdrawService } = await import('../service-file.ts')
      const asked = untilAskedToEnd()
      say('Opening the data …')
      const { settings, service } = await openService({ api: true, worker: true })
      const { firstKey, url } = await closingOnFailure(service, async () => {
        const firstKey = await ensureFirstKey(service.store, settings.dataDir, service.now())
        const { path, seen, folder } = await openRules(settings.rulesDir)
        say(`Loading ${count(folder.rulebooks.length, 'rulebook')} …`)
        for (const loaded of await service.loadRules(folder)) say(`  ${loadedLine(loaded)}`)
        say('Evaluating …')
        await service.sweep()
        const url = (await service.start()) ?? settings.publicUrl
        await announceService(settings.dataDir, url)
        service.watchRules(path, seen, (loaded) => {
          for (const one of loaded) say(`  ${loadedLine(one)}`)
        })
        return { firstKey, url }
      })
      const keyFile = firstKeyFile(settings.dataDir)
      const hold = await alertHold(service.store.db)
      const clock = service.clock.describe()
      say('')
      say('Servanda is running.')
      say(`  Status     ${url}/v1/status`)
      say(`  Mail       ${settings.smtpUrl === undefined ? join(service.outbox, '*.eml') : 'the server of SMTP_URL'}`)
      if (hold !== null) say('  Alerts     HELD: this is a restored copy; "servanda restore --resume-alerts" ends it')
      say(`  Admin key  ${adminKey(firstKey, keyFile)}`)
      if (clock !== null) say(`  Time       ${clock}`)
      say('Stop it with Ctrl+C.')
      await asked
      say('Stopping …')
      await withdrawService(settings.dataDir)
      await closeInTime(service)
    })
}

function adminKey(firstKey: string | null, keyFile: string): string {
  if (firstKey !== null) return `${firstKey} (shown once; kept in ${keyFile})`
  return existsSync(keyFile) ? `in ${keyFile}` : 'not here; "servanda key create" makes one'
}

/** The rulebooks of a folder and what lies beside them. */
export interface OpenedRules {
  readonly path: string
  /** What the folder looked like before it was read. */
  readonly seen: FolderLook
  readonly folder: RulesFolder
}

/** The rulebooks of `folder`; null: those that ship with the project. */
export async function openRules(folder: string | null): Promise<OpenedRules> {
  const { packageRoot } = await import('../../config/root.ts')
  const { lookAtRules, readRulesFolder } = await import('../../services/rulebooks/index.ts')
  const { UsageError } = await import('../usage-error.ts')
  const path = folder ?? join(packageRoot(), 'rules', 'agreements')
  try {
    const seen = await lookAtRules(path)
    return { path, seen, folder: await readRulesFolder(path) }
  } catch (error) {
    throw new UsageError(`the rulebooks in ${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** What became of one rulebook, in a line. */
export function loadedLine({ file, state, events, problems }: Loaded): string {
  if (state === 'rejected') {
    const [first] = problems
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
    return `${file}: REJECTED, the version in use stays: line ${first?.line}: ${first?.message}${more}`
  }
  const dropped = problems.length > 0 ? `; ${count(problems.length, 'line')} of its evidence could not be taken` : ''
  const what = state === 'events' ? '' : `${state}, `
  return `${file}: ${what}${count(events, 'new event')}${dropped}`
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
