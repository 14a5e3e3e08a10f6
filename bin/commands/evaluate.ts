import { type Command, Option } from 'commander'
import { type CommitmentResult, type Evaluation, evaluate, formatInstant } from '../../rules/index.ts'
import { addFileOptions, type FileOptions, readFiles } from '../evaluation-files.ts'
import { table } from '../table.ts'

/** `servanda evaluate`: the cases of rulebooks on files of events, with no server. */
export function evaluateCommand(program: Command): void {
  addFileOptions(program.command('evaluate').description('say who kept what, from files alone'))
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action((options: FileOptions & { readonly format: 'text' | 'json' }) => {
      const { rulebooks, events, asOf, knownAt } = readFiles(options)
      const evaluations = rulebooks.map((rulebook) => evaluate(rulebook, events, { asOf, knownAt }))
      const whole: Evaluation = {
        as_of: formatInstant(asOf),
        known_at: knownAt === null ? null : formatInstant(knownAt),
        commitments: evaluations.flatMap((e) => e.commitments),
      }
      console.log(options.format === 'json' ? JSON.stringify(whole, null, 2) : asText(whole))
    })
}

/** One line a case under one line a commitment. */
function asText({ as_of, known_at, commitments }: Evaluation): string {
  const head = `As of ${as_of}${known_at === null ? '' : `, knowing what was recorded by ${known_at}`}`
  const blocks = commitments.map((c) =>
    [`${c.agreement}/${c.id}: ${c.indicator} (${c.kind}; ${counts(c)})`, caseTable(c)]
      .filter((part) => part !== '')
      .join('\n'),
  )
  return [head, ...blocks].join('\n\n')
}

function counts({ record }: CommitmentResult): string {
  const parts = Object.entries(record).map(([verdict, count]) => `${count} ${verdict}`)
  return parts.length === 0 ? 'no case' : parts.join(', ')
}

const MOST_CASES = 12

function caseTable({ cases }: CommitmentResult): string {
  const shown = cases.slice(-MOST_CASES)
  if (cases.length === 0) return '  nothing has set it going yet, so nothing is owed'
  const rows = shown.map((c) => [
    c.id.slice(c.id.indexOf('@') + 1),
    c.verdict,
    c.certainty,
    c.flags.join(' '),
    c.explanation,
  ])
  const more =
    cases.length > shown.length
      ? [`  … and ${cases.length - shown.length} earlier cases (--format json prints them all)`]
      : []
  return [...more, ...(rows.length > 0 ? [table(rows)] : [])].join('\n')
}
