import type { Command } from 'commander'
import { formatProblem, type Problem } from '../../rules/index.ts'
import { compileRulebookFiles, problemsIn } from '../rulebook-files.ts'

/** `servanda check FILE…`: every problem of every file at once; exit 1 when there is one. */
export function checkCommand(program: Command): void {
  program
    .command('check')
    .description('read rulebooks and report every problem in them')
    .argument('<file...>', 'rulebooks, or folders that hold them')
    .option('--format <format>', 'text or json', 'text')
    .action((paths: string[], options: { format: string }) => {
      const files = compileRulebookFiles(paths)
      const problems = problemsIn(files)
      if (options.format === 'json') console.log(JSON.stringify({ files: files.map((f) => f.file), problems }, null, 2))
      else console.log(summary(problems, files.length))
      process.exitCode = problems.length > 0 ? 1 : 0
    })
}

function summary(problems: readonly Problem[], files: number): string {
  const checked = `${files} rulebook${files === 1 ? '' : 's'} checked`
  if (problems.length === 0) return `${checked}: no problem found`
  const broken = new Set(problems.map((p) => p.file)).size
  const found = `${problems.length} problem${problems.length === 1 ? '' : 's'} in ${broken} file${broken === 1 ? '' : 's'}`
  return [...problems.map(formatProblem), `${checked}: ${found}`].join('\n\n')
}
