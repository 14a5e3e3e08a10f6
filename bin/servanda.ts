#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { apiCommand } from './commands/api.ts'
import { backupCommand } from './commands/backup.ts'
import { checkCommand } from './commands/check.ts'
import { doctorCommand } from './commands/doctor.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { explainCommand } from './commands/explain.ts'
import { forgetCommand } from './commands/forget.ts'
import { initCommand } from './commands/init.ts'
import { keyCommand } from './commands/key.ts'
import { migrateCommand } from './commands/migrate.ts'
import { reportCommand } from './commands/report.ts'
import { restoreCommand } from './commands/restore.ts'
import { schemaCommand } from './commands/schema.ts'
import { startCommand } from './commands/start.ts'
import { testCommand } from './commands/test.ts'
import { verifyCommand } from './commands/verify.ts'
import { workerCommand } from './commands/worker.ts'
import { UsageError } from './usage-error.ts'

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

/** The command line: exit 0 fine, 1 findings, 2 usage. */
const program = new Command('servanda')
  .description('Watches whether international commitments are kept.')
  .showHelpAfterError('(run with --help for what it takes)')
  .showSuggestionAfterError()
  .exitOverride()

for (const register of [
  startCommand,
  apiCommand,
  workerCommand,
  checkCommand,
  testCommand,
  evaluateCommand,
  explainCommand,
  schemaCommand,
  reportCommand,
  initCommand,
  keyCommand,
  forgetCommand,
  backupCommand,
  restoreCommand,
  migrateCommand,
  verifyCommand,
  doctorCommand,
]) {
  register(program)
}
for (const command of program.commands) command.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (error instanceof UsageError) {
    console.error(`servanda: ${error.message}`)
    process.exitCode = 2
  } else throw error
}
