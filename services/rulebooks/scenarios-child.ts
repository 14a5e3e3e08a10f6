import { createInterface } from 'node:readline'
import { compileRulebook, includeFrom, mismatchProblem, type Problem, runScenarios } from '../../rules/index.ts'
import type { TrialJob } from './scenario-trials.ts'

// The body of a child process: of each rulebook it reads, a line each, it prints what its scenarios did not find as
// expected. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

/** More would help nobody to mend them. */
const MOST_PROBLEMS = 100

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }))
  process.stdout.write(`${JSON.stringify(unmet(JSON.parse(line) as TrialJob))}\n`)

function unmet({ file, text, included }: TrialJob): readonly Problem[] {
  const compiled = compileRulebook(text, file, includeFrom(included))
  if (!compiled.ok) return compiled.problems.slice(0, MOST_PROBLEMS)
  const { mismatches } = runScenarios(compiled.rulebook)
  return mismatches.slice(0, MOST_PROBLEMS).map((mismatch) => mismatchProblem(mismatch, file, text))
}
