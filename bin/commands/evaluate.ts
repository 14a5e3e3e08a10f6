import { type Command, Option } from 'commander'
import { openClock } from '../../config/clock.ts'
import {
  type CommitmentResult,
  compileRulebook,
  type Evaluation,
  evaluate,
  formatInstant,
  formatProblem,
  type Instant,
  instant,
  type KnownEvent,
  type Problem,
  parseInstant,
  type Rulebook,
  readEvents,
  refusedEvents,
} from '../../rules/index.ts'
import { readRulebookFiles, readText } from '../rulebook-files.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'

interface Options {
  readonly rules: readonly string[]
  readonly events: readonly string[]
  readonly asOf?: string
  readonly knownAt?: string
  readonly format: 'text' | 'json'
}

/** `servanda evaluate`: the cases of rulebooks on files of events, with no server. */
export function evaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('say who kept what, from files alone')
    .requiredOption('--rules <path...>', 'rulebooks, or folders that hold them')
    .requiredOption('--events <file...>', 'files of events, one JSON object a line')
    .option(
      '--as-of <instant>',
      'as the world stands at this instant (RFC 3339), or at the end of this day in UTC; now when left out',
    )
    .option('--known-at <instant>', 'knowing only what was recorded by this instant, or by the end of this day in UTC')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action((options: Options) => {
      const asOf =
        readInstant(options.asOf, '--as-of') ??
        instant(openClock({ clock: { kind: 'system' } }).now().epochMilliseconds)
      const knownAt = readInstant(options.knownAt, '--known-at')
      const rulebooks = readRulebooks(options.rules)
      const events = readEventFiles(options.events, rulebooks)
      const evaluations = rulebooks.map((rulebook) => evaluate(rulebook, events, { asOf, knownAt }))
      const whole: Evaluation = {
        as_of: formatInstant(asOf),
        known_at: knownAt === null ? null : formatInstant(knownAt),
        commitments: evaluations.flatMap((e) => e.commitments),
      }
      console.log(options.format === 'json' ? JSON.stringify(whole, null, 2) : asText(whole))
    })
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

function readInstant(text: string | undefined, option: string): Instant | null {
  if (text === undefined) return null
  try {
    return parseInstant(DAY.test(text) ? `${text}T23:59:59.999Z` : text)
  } catch {
    throw new UsageError(
      `${option} ${text}: write a day (its end in UTC is meant), or an instant such as 2024-12-31T22:00:00Z`,
    )
  }
}

function readRulebooks(paths: readonly string[]): readonly Rulebook[] {
  const problems: Problem[] = []
  const rulebooks = readRulebookFiles(paths).flatMap(({ file, text }) => {
    const compiled = compileRulebook(text, file)
    if (compiled.ok) return [compiled.rulebook]
    problems.push(...compiled.problems)
    return []
  })
  refuse(problems, 'nothing was evaluated')
  return rulebooks
}

function readEventFiles(files: readonly string[], rulebooks: readonly Rulebook[]): readonly KnownEvent[] {
  const texts = files.map((file) => ({ file, text: readText(file) }))
  const read = texts.map(({ file, text }) => readEvents(text, file))
  refuse(
    read.flatMap((r) => r.problems),
    'nothing was evaluated',
  )
  const events = read.flatMap((r) => r.events)
  const refused = rulebooks.flatMap((rulebook) => refusedEvents(rulebook, events))
  refuse(
    refused.map(({ event, message, mend }) => ({
      file: event.source,
      line: 0,
      column: 0,
      code: 'event',
      message: `event ${event.id}: ${message}`,
      why: null,
      mend,
      excerpt: '',
    })),
    'nothing was evaluated',
  )
  return events
}

function refuse(problems: readonly Problem[], consequence: string): void {
  if (problems.length === 0) return
  const shown = problems.slice(0, 50).map(formatProblem).join('\n\n')
  const more = problems.length > 50 ? `\n\n… and ${problems.length - 50} more` : ''
  console.error(shown + more)
  throw new UsageError(`${problems.length} problem${problems.length === 1 ? '' : 's'}: ${consequence}`)
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
