import type { Command } from 'commander'
import {
  formatProblem,
  type Mismatch,
  mismatchLines,
  type Problem,
  runScenarios,
  type ScenarioReport,
} from '../../rules/index.ts'
import { compileRulebookFiles } from '../rulebook-files.ts'

/** `servanda test FILE…`: runs the scenarios beside the rules; exit 1 when one finds something else than expected. */
export function testCommand(program: Command): void {
  program
    .command('test')
    .description('run the scenarios beside the rules')
    .argument('<file...>', 'rulebooks, or folders that hold them')
    .option('--format <format>', 'text or json', 'text')
    .action((paths: string[], options: { format: string }) => {
      const results = compileRulebookFiles(paths).map(({ file, compiled }): Result => {
        if (compiled.ok) return { file, report: runScenarios(compiled.rulebook), problems: [] }
        return { file, report: null, problems: compiled.problems }
      })
      console.log(options.format === 'json' ? JSON.stringify(results, null, 2) : results.map(asText).join('\n'))
      process.exitCode = results.some((r) => r.report === null || r.report.mismatches.length > 0) ? 1 : 0
    })
}

interface Result {
  readonly file: string
  /** Null when the rulebook could not be read. */
  readonly report: ScenarioReport | null
  readonly problems: readonly Problem[]
}

function asText({ file, report, problems }: Result): string {
  if (report === null) return problems.map(formatProblem).join('\n\n')
  const { scenarios, expectations, mismatches, untouched } = report
  const met = mismatches.length === 0 ? 'all met' : `${mismatches.length} not met`
  const lines = [`${file}: ${counted(scenarios, 'scenario')}, ${counted(expectations, 'expectation')}, ${met}`]
  for (const mismatch of mismatches) lines.push('', mismatchText(file, mismatch))
  if (untouched.length > 0) lines.push(`  no scenario touches ${untouched.join(', ')}`)
  return lines.join('\n')
}

function mismatchText(file: string, m: Mismatch): string {
  return [`${file}:${m.line}: ${m.scenario}`, ...mismatchLines(m).map((line) => `  ${line}`)].join('\n')
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}
