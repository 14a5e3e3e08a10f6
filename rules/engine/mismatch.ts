import type { Problem } from '../language/problem.ts'
import type { Mismatch } from './scenarios.ts'

/** What was expected, what came, and why, as `servanda test` prints it below the place. */
export function mismatchLines(m: Mismatch): readonly string[] {
  const lines = [
    `${m.case ?? m.commitment} as of ${m.asOf}`,
    `  expected  ${m.field}: ${JSON.stringify(m.expected)}`,
    `  found     ${m.field}: ${JSON.stringify(m.found)}`,
  ]
  return m.explanation === null ? lines : [...lines, `  because   ${m.explanation}`]
}

const MOST_CHARACTERS = 480

/** The same in the form of every other problem of a rulebook, whose text is `text`, and no longer than those. */
export function mismatchProblem(m: Mismatch, file: string, text: string): Problem {
  const [which, expected, found] = mismatchLines(m).map((line) => line.trim().replace(/ {2,}/, ' '))
  return {
    file,
    line: m.line,
    column: m.column,
    code: 'scenario',
    message: shortened(`the scenario "${m.scenario}" is not met: ${which}: ${expected}, ${found}`),
    why: m.explanation === null ? null : shortened(m.explanation),
    mend: 'correct the rule, or what the scenario expects; "servanda test" runs the scenarios',
    excerpt: (text.split('\n')[m.line - 1] ?? '').slice(0, 300),
  }
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`
}
