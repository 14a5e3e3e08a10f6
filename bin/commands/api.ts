import type { Command } from 'commander'

/** `servanda api`: answers requests; the work is done by `servanda worker`, as many of each as wanted. */
export function apiCommand(program: Command): void {
  program
    .command('api')
    .description('Answer requests only. Needs DATABASE_URL; run "servanda worker" beside it.')
    .action(async () => {
      const { needServer } = await import('../need-server.ts')
      const { closeInTime, closingOnFailure, openService, untilAskedToEnd } = await import('../serve.ts')
      needServer('api')
      const asked = untilAskedToEnd()
      const { service, log } = await openService({ api: true, worker: false })
      const url = await closingOnFailure(service, () => service.start())
      log.info({ url }, 'api is answering')
      const signal = await asked
      log.info({ signal }, 'api is stopping')
      await closeInTime(service)
    })
}
