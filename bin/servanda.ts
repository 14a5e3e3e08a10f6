#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { apiCommand } from './commands/api.ts'
import { checkCommand } from './commands/check.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { keyCommand } from './commands/key.ts'
import { startCommand } from './commands/start.ts'
import { workerCommand } from './commands/worker.ts'
import { UsageError } from './usage-error.ts'

/** The command line: exit 0 fine, 1 findings, 2 usage. */
const program = new Command('servanda')
  .description('Watches whether international commitments are kept.')
  .showHelpAfterError('(run with --help for what it takes)')
  .showSuggestionAfterError()
  .exitOverride()

for (const register of [startCommand, apiCommand, workerCommand, checkCommand, evaluateCommand, keyCommand])
  register(program)
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
