import type { Command } from 'commander'

/** `servanda worker`: loads the rulebooks, evaluates, watches deadlines and sends mail. */
export function workerCommand(program: Command): void {
  program
    .command('worker')
    .description('Do the work only: evaluate, watch deadlines, send mail. Needs DATABASE_URL.')
    .action(async () => {
      const { needServer } = await import('../need-server.ts')
      const { closeInTime, closingOnFailure, openService, untilAskedToEnd } = await import('../serve.ts')
      const { rulesFolder } = await import('./start.ts')
      needServer('worker')
      const asked = untilAskedToEnd()
      const { settings, service, log } = await openService({ api: false, worker: true })
      await closingOnFailure(service, async () => {
        for (const { file, state, events } of await service.loadRules(await rulesFolder(settings.rulesDir))) {
          log.info({ file, state, events }, 'rulebook loaded')
        }
        await service.start()
      })
      log.info('worker is working')
      const signal = await asked
      log.info({ signal }, 'worker is stopping')
      await closeInTime(service)
    })
}
