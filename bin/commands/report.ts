import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Form } from '../../services/reports/index.ts'
import type { ReportOptions } from '../report-order.ts'

const FORMS = ['html', 'pdf', 'csv', 'markdown', 'json'] as const satisfies readonly Form[]

/** `servanda report`: what happened in a period, for people to read; from what a service has on record, or from files alone. */
export function reportCommand(program: Command): void {
  program
    .command('report')
    .description(
      'Report on a period: how each promise stands, what changed, what is due. A report on what a service has on record is kept and can be made again; with --rules and --events it is made from files alone.',
    )
    .option('--period <period>', '2024, 2024-Q1, 2024-03, 2024-W10, 2024-03-04, or 2024-01-01/2024-06-30')
    .option('--zone <zone>', 'the IANA zone whose calendar counts', 'UTC')
    .option('--locale <tag>', 'how dates and numbers are written (BCP 47)', 'en-GB')
    .option('--title <title>', 'named after the period when left out')
    .option('--agreement <id...>', 'only these agreements')
    .option('--party <code...>', 'only what these parties owe or are owed')
    .option('--known-at <instant>', 'knowing only what was recorded by then, or by the end of this day in UTC')
    .option('--previous <report>', 'the id of the report that changes are told against')
    .option('--tell <subscription...>', 'the ids of subscriptions that are sent it, the PDF attached')
    .option('--rules <path...>', 'rulebooks, or folders that hold them: no service is asked')
    .option('--events <path...>', 'with --rules: files of events, one JSON object a line, or folders that hold them')
    .option('--as-of <instant>', 'with --rules: as the world stands then, or at the end of this day in UTC')
    .addOption(new Option('--format <form>', 'the form that is printed').choices([...FORMS]).default('markdown'))
    .option('--output <file...>', 'write it there instead, in the form that each name ends in', asFiles, [])
    .option('--reproduce <report>', 'make a report again that was kept, and compare it byte by byte')
    .option('--changes', 'with --reproduce: say too what is known otherwise by now')
    .action(async (options: ReportOptions) => {
      const { report } = await import('../report-order.ts')
      process.exitCode = await report(options)
    })
}

const ENDINGS: Readonly<Record<string, Form>> = {
  html: 'html',
  htm: 'html',
  pdf: 'pdf',
  csv: 'csv',
  md: 'markdown',
  markdown: 'markdown',
  json: 'json',
}

/** A file that a report is written to, in the form that its name asks for. */
export interface OutputFile {
  readonly file: string
  readonly form: Form
}

function asFiles(file: string, before: readonly OutputFile[]): readonly OutputFile[] {
  const form = ENDINGS[/\.([a-z]+)$/.exec(file.toLowerCase())?.[1] ?? '']
  if (form === undefined)
    throw new InvalidArgumentError(`${file} names no form: let it end in .html, .pdf, .csv, .md or .json.`)
  return [...before, { file, form }]
}
