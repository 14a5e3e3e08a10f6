/** Something wrong in a file, said so that its author can mend it. */
export interface Problem {
  readonly file: string
  /** From 1; 0 when the problem is the file as a whole. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** Stable, for machines: `unknown-key`, `dangling-reference`, … */
  readonly code: string
  /** What is wrong. */
  readonly message: string
  /** Why it matters; null when the message says it all. */
  readonly why: string | null
  /** How to mend it. */
  readonly mend: string
  /** The offending line. */
  readonly excerpt: string
}

/** `problem` as a compiler prints it: place, what is wrong, the line with a caret, why, how to mend it. */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file
  const lines = [`${place}: ${problem.message}`]
  if (problem.line > 0 && problem.excerpt !== '') {
    const number = String(problem.line)
    lines.push(`  ${number} | ${printable(problem.excerpt)}`)
    lines.push(`  ${' '.repeat(number.length)} | ${' '.repeat(Math.min(problem.column, 200) - 1)}^`)
  }
  if (problem.why !== null) lines.push(`  why: ${problem.why}`)
  lines.push(`  mend: ${problem.mend}`)
  return lines.join('\n')
}

/** Control characters (terminal escapes among them) made visible. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => (c === '\t' ? ' ' : '\ufffd'))
}
