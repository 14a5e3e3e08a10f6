import { type Command, Option } from 'commander'
import {
  type CaseChoice,
  type CommitmentReport,
  Engine,
  formatInstant,
  type Instant,
  instant,
  jsonPieces,
  knownEvents,
} from '../../rules/index.ts'
import { agreementsPage } from '../agreements-page.ts'
import {
  type Asked,
  addFileOptions,
  collectEvents,
  type FileOptions,
  readAsked,
  readEventFiles,
  readInstant,
} from '../evaluation-files.ts'
import { LatestReports } from '../latest-reports.ts'
import { StandardOutput } from '../standard-output.ts'
import { counts, type Evaluated, summary } from '../summary.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'

const FORMATS = ['text', 'summary', 'markdown', 'json'] as const

interface EvaluateOptions extends FileOptions {
  readonly format: (typeof FORMATS)[number]
  readonly cases: 'open' | 'changed' | 'all'
  readonly since?: string
}

const DAY_MS = 86_400_000

/** `servanda evaluate`: the cases of rulebooks on files of events, with no server. */
export function evaluateCommand(program: Command): void {
  addFileOptions(program.command('evaluate').description('say who kept what, from files alone'))
    .addOption(
      new Option('--format <format>', 'case by case, a line a commitment, a page to read, or for programs')
        .choices(FORMATS)
        .default('text'),
    )
    .addOption(
      new Option('--cases <which>', 'which cases to list: those not closed, those that changed, or all')
        .choices(['open', 'changed', 'all'])
        .default('all'),
    )
    .option(
      '--since <instant>',
      'with --cases changed: from how they stood at this instant, or at the end of this day in UTC; 24 hours before --as-of when left out',
    )
    .action((options: EvaluateOptions) => {
      const asked = readAsked(options)
      const choice = choiceOf(options, asked.asOf)
      const latest = new LatestReports(asked.asOf)
      const all = enginesOn(options.events, asked, latest).map((engine) => ({
        rulebook: engine.rulebook,
        reports: engine.reports(asked.asOf, choice),
      }))
      const out = new StandardOutput()
      for (const piece of piecesOf(options.format, asked, all, choice, latest)) out.write(piece)
      out.write('\n')
      out.flush()
    })
}

function piecesOf(
  format: EvaluateOptions['format'],
  asked: Asked,
  all: readonly Evaluated[],
  choice: CaseChoice,
  latest: LatestReports,
): Iterable<string> {
  const reports = all.flatMap((one) => one.reports)
  switch (format) {
    case 'text':
      return textPieces(asked, reports, choice)
    case 'summary':
      return [`${heading(asked)}\n\n${summary(all)}`]
    case 'markdown':
      return agreementsPage(all, headOf(asked), latest)
    case 'json':
      return jsonPieces(headOf(asked), reports)
  }
}

function choiceOf({ cases, since, format }: EvaluateOptions, asOf: Instant): CaseChoice {
  if (cases !== 'all' && (format === 'summary' || format === 'markdown'))
    throw new UsageError(`--cases ${cases} chooses what text and json list: ${format} is about all cases`)
  if (cases !== 'changed') {
    if (since !== undefined) throw new UsageError('--since says what --cases changed compares with: write both')
    return { kind: cases }
  }
  const from = readInstant(since, '--since') ?? instant(asOf - DAY_MS)
  if (from >= asOf) throw new UsageError(`--since ${formatInstant(from)} is not before --as-of ${formatInstant(asOf)}`)
  return { kind: cases, since: from }
}

/** An engine a rulebook that knows what is in `files`, all of which is noted in `latest`. */
function enginesOn(files: readonly string[], { rulebooks, knownAt }: Asked, latest: LatestReports): readonly Engine[] {
  const engines = rulebooks.map((rulebook) => new Engine(rulebook))
  if (knownAt === null)
    readEventFiles(files, rulebooks, () => (event) => {
      latest.note(event)
      for (const engine of engines) engine.take([event])
    })
  else {
    // What was known then is only clear once every revision has been read.
    const events = knownEvents(collectEvents(files, rulebooks), knownAt)
    for (const event of events) latest.note(event)
    for (const engine of engines) engine.take(events)
  }
  return engines
}

function headOf({ asOf, knownAt }: Asked): { readonly as_of: string; readonly known_at: string | null } {
  return { as_of: formatInstant(asOf), known_at: knownAt === null ? null : formatInstant(knownAt) }
}

function heading(asked: Asked): string {
  const { as_of, known_at } = headOf(asked)
  return `As of ${as_of}${known_at === null ? '' : `, knowing what was recorded by ${known_at}`}`
}

/** One line a case under one line a commitment. */
function* textPieces(asked: Asked, reports: Iterable<CommitmentReport>, choice: CaseChoice): Iterable<string> {
  yield heading(asked)
  for (const report of reports) {
    const { head } = report
    yield `\n\n${head.agreement}/${head.id}: ${head.indicator} (${head.kind}; ${counts(report)})\n${caseTable(report, choice)}`
  }
}

const MOST_CASES = 12

function caseTable(report: CommitmentReport, choice: CaseChoice): string {
  const { head, count } = report
  if (Object.keys(head.record).length === 0) return '  nothing has set it going yet, so nothing is owed'
  if (count === 0)
    return choice.kind === 'changed'
      ? `  no case has changed since ${formatInstant(choice.since)}`
      : '  no case is open'
  const earlier = Math.max(0, count - MOST_CASES)
  const rows = [...report.cases(earlier)].map((c) => [
    c.id.slice(c.id.indexOf('@') + 1),
    c.verdict,
    c.certainty,
    c.flags.join(' '),
    c.explanation,
  ])
  const more = earlier > 0 ? [`  … and ${earlier} earlier cases (--format json prints them all)`] : []
  return [...more, table(rows)].join('\n')
}
