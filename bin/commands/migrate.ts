import type { Command } from 'commander'

/** `servanda migrate`: brings the tables of a database in use up to date, once a backup was made. */
export function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description(
      'Bring the tables up to date after an upgrade. Make a backup first; the embedded database makes its own.',
    )
    .action(async () => {
      const { openClock } = await import('../../config/clock.ts')
      const { openStore } = await import('../../services/store/index.ts')
      const { beforeMigratingIn } = await import('../before-migrating.ts')
      const { asUsageError, openSettings } = await import('../open-settings.ts')
      const { settings, log } = openSettings({ speaks: true })
      const { databaseUrl, dataDir } = settings
      const backingUp = beforeMigratingIn(dataDir, openClock(settings), log)
      let applied: readonly string[] = []
      try {
        const store = await openStore({
          databaseUrl,
          dataDir,
          log,
          async beforeMigrating(store, pending) {
            if (store.mode === 'embedded') await backingUp(store, pending)
            applied = pending
          },
        })
        await store.close()
      } catch (error) {
        throw asUsageError(error)
      }
      const said = applied.length === 0 ? 'The tables are up to date.' : `Applied ${applied.join(', ')}.`
      process.stdout.write(`${said}\n`)
    })
}
