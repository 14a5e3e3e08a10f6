import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { checkCommand } from '../../bin/commands/check.ts'
import { evaluateCommand } from '../../bin/commands/evaluate.ts'
import { explainCommand } from '../../bin/commands/explain.ts'
import { initCommand } from '../../bin/commands/init.ts'
import { schemaCommand } from '../../bin/commands/schema.ts'
import { testCommand } from '../../bin/commands/test.ts'
import { StandardOutput } from '../../bin/standard-output.ts'
import { UsageError } from '../../bin/usage-error.ts'
import { type Example, examplesIn, page } from './examples.ts'

// docs/first-rulebook.md, followed to the letter: commands are given, files are changed, and what is printed is compared.

const before = { folder: process.cwd(), exitCode: process.exitCode }
const folder = mkdtempSync(join(tmpdir(), 'servanda-first-'))

beforeAll(() => {
  process.chdir(folder)
  vi.stubEnv('npm_lifecycle_event', 'servanda')
})
afterAll(() => {
  process.chdir(before.folder)
  process.exitCode = before.exitCode
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('the page prints what it says it does', async () => {
  const steps = examplesIn(page('first-rulebook.md'))
  let printed: string | null = null
  for (const step of steps) {
    if (step.language === 'sh') printed = await runAll(step)
    else if (step.language === 'text') {
      expect(printed, `what is printed on line ${step.line}`).toBe(step.text)
      printed = null
    } else if (step.role.startsWith('append ')) appendFileSync(step.role.slice('append '.length), step.text)
    else if (step.language === 'diff') applyDiff(step)
    else expect(step.text, `line ${step.line}: a block that no test understands`).toMatch(/^# yaml-language-server/)
  }
  expect(steps.filter(({ language }) => language === 'text').length).toBeGreaterThan(7)
})

/** What the commands print. */
async function runAll({ text }: Example): Promise<string> {
  let printed = ''
  for (const line of text.trimEnd().split('\n')) {
    const command = /^npm run -s servanda -- (.+)$/.exec(line)?.[1]
    if (command !== undefined) printed += await run(command.split(' '))
    else expect(line).toBe('npm ci')
  }
  return printed
}

async function run(words: readonly string[]): Promise<string> {
  const program = new Command('servanda')
  for (const register of [initCommand, checkCommand, testCommand, evaluateCommand, explainCommand, schemaCommand])
    register(program)
  const printed: string[] = []
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line, '\n')),
    vi.spyOn(StandardOutput.prototype, 'write').mockImplementation((text) => void printed.push(text)),
    vi.spyOn(StandardOutput.prototype, 'flush').mockImplementation(() => undefined),
  ]
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    printed.push(`servanda: ${error.message}\n`)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return printed.join('')
}

/** Puts the line after `+` in the place of the one after `-`, which stands in the file exactly once. */
function applyDiff({ role: file, text, line }: Example): void {
  const [removed = '', added = ''] = ['-', '+'].map((sign) => new RegExp(`^\\${sign}(.*)$`, 'm').exec(text)?.[1])
  const parts = readFileSync(file, 'utf8').split(`${removed}\n`)
  expect(parts.length, `line ${line}: how often "${removed}" stands in ${file}`).toBe(2)
  writeFileSync(file, parts.join(`${added}\n`))
}
