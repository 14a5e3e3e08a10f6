import { Command } from 'commander'
import { vi } from 'vitest'
import { evaluateCommand } from '../../bin/commands/evaluate.ts'
import { StandardOutput } from '../../bin/standard-output.ts'

export interface Outcome {
  readonly printed: string
  readonly complaints: string
  readonly problem: string | null
}

/** What `servanda evaluate` does when it is given `words`. */
export async function run(words: readonly string[]): Promise<Outcome> {
  const program = new Command('servanda').exitOverride()
  evaluateCommand(program)
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined })
  const printed: string[] = []
  const complaints: string[] = []
  const spies = [
    vi.spyOn(console, 'error').mockImplementation((text: string) => void complaints.push(text)),
    vi.spyOn(StandardOutput.prototype, 'write').mockImplementation((text) => void printed.push(text)),
    vi.spyOn(StandardOutput.prototype, 'flush').mockImplementation(() => undefined),
  ]
  let problem: string | null = null
  try {
    await program.parseAsync(['evaluate', ...words], { from: 'user' })
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return { printed: printed.join(''), complaints: complaints.join('\n'), problem }
}
