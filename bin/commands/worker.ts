import type { Command } from 'commander'
import { giveWay } from '../../config/priority.ts'
import type { Loaded } from '../../services/rulebooks/index.ts'

/** `servanda worker`: loads the rulebooks, evaluates, watches deadlines and sends mail. */
export function workerCommand(program: Command): void {
  program
    .command('worker')
    .description('Do the work only: evaluate, watch deadlines, send mail. Needs DATABASE_URL.')
    .action(async () => {
      const { needServer } = await import('../need-server.ts')
      const { closeInTime, closingOnFailure, openService, untilAskedToEnd } = await import('../serve.ts')
      const { openRules } = await import('./start.ts')
      needServer('worker')
      giveWay()
      const asked = untilAskedToEnd()
      const { settings, service, log } = await openService({ api: false, worker: true })
      await closingOnFailure(service, async () => {
        const { path, seen, folder } = await openRules(settings.rulesDir)
        const tell = (loaded: readonly Loaded[]) => {
          for (const { file, state, events } of loaded) log.info({ file, state, events }, 'rulebook loaded')
        }
        tell(await service.loadRules(folder))
        await service.start()
        service.watchRules(path, seen, tell)
      })
      log.info('worker is working')
      const signal = await asked
      log.info({ signal }, 'worker is stopping')
      await closeInTime(service)
    })
}
