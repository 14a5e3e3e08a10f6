import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRulebook, formatProblem } from '../index.ts'

// Broken rulebooks and what an analyst is told about each. After a change of wording: `npx vitest run -u` on this file, and read them.

const FOLDER = join(import.meta.dirname, '../../test/broken-rulebooks')
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))

test('there are at least twenty', () => {
  expect(files.length).toBeGreaterThanOrEqual(20)
})

test.each(files)('%s', async (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8')
  const compiled = compileRulebook(text, file)
  if (compiled.ok) throw new Error(`${file} is not broken`)
  const lines = text.split('\n')
  for (const problem of compiled.problems) {
    expect(problem.message).not.toBe('')
    expect(problem.mend).not.toBe('')
    expect(problem.line).toBeLessThanOrEqual(lines.length)
  }
  const said = `${compiled.problems.map(formatProblem).join('\n\n')}\n`
  await expect(said).toMatchFileSnapshot(join(FOLDER, `${basename(file, '.yaml')}.txt`))
})
