import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Form, ReportRecord } from '../services/reports/index.ts'
import type { OutputFile } from './commands/report.ts'
import { UsageError } from './usage-error.ts'

export interface ReportOptions {
  readonly period?: string
  readonly zone: string
  readonly locale: string
  readonly title?: string
  readonly agreement?: readonly string[]
  readonly party?: readonly string[]
  readonly knownAt?: string
  readonly previous?: string
  readonly tell?: readonly string[]
  readonly rules?: readonly string[]
  readonly events?: readonly string[]
  readonly asOf?: string
  readonly format: Form
  readonly output: readonly OutputFile[]
  readonly reproduce?: string
  readonly changes?: boolean
}

/** Does what `servanda report` is asked for. @returns the exit code @throws {UsageError} */
export async function report(options: ReportOptions): Promise<number> {
  if (options.reproduce !== undefined) return reproduce(options.reproduce, options)
  if (options.period === undefined) throw new UsageError('say which period: --period 2024, 2024-Q1, 2024-03, …')
  const wanted = options.output.length > 0 ? options.output : [{ file: '-', form: options.format }]
  if (wanted.some(({ file, form }) => file === '-' && form === 'pdf' && process.stdout.isTTY))
    throw new UsageError('a PDF is nothing for a terminal: name a file with --output report.pdf')
  const contentOf = options.rules === undefined ? await keptReport(options) : await fromFiles(options)
  for (const { file, form } of wanted) {
    const content = await contentOf(form)
    if (file === '-') process.stdout.write(content)
    else writeWhole(file, content)
  }
  return 0
}

/** A report that the service makes and keeps. */
async function keptReport(options: ReportOptions): Promise<(form: Form) => Promise<Buffer>> {
  if (options.events !== undefined || options.asOf !== undefined)
    throw new UsageError('--events and --as-of go with --rules; a service reports on what it has on record')
  const { callApi } = await import('./call-api.ts')
  const { readInstant } = await import('./evaluation-files.ts')
  const { formatInstant } = await import('../rules/index.ts')
  const { period, zone, locale, title, agreement, party, previous, tell } = options
  const knownAt = readInstant(options.knownAt, '--known-at')
  const made = (await callApi('POST', '/v1/reports', {
    period,
    zone,
    locale,
    ...(title !== undefined && { title }),
    ...(agreement !== undefined && { agreements: agreement }),
    ...(party !== undefined && { parties: party }),
    ...(previous !== undefined && { previous }),
    ...(tell !== undefined && { tell }),
    ...(knownAt !== null && { known_at: formatInstant(knownAt) }),
  })) as Pick<ReportRecord, 'id'>
  console.error(`Kept as report ${made.id}.`)
  return async (form) => {
    const content = await callApi('GET', `/v1/reports/${made.id}/files/${form}`)
    // Of all forms JSON alone has been read as what it says; printed as it was, it is the same again.
    return Buffer.isBuffer(content) ? content : Buffer.from(`${JSON.stringify(content, null, 2)}\n`)
  }
}

async function fromFiles(options: ReportOptions): Promise<(form: Form) => Promise<Buffer>> {
  const { reportFromFiles } = await import('./report-from-files.ts')
  const { formOf } = await import('../services/reports/forms/index.ts')
  const made = reportFromFiles(options)
  return (form) => formOf(made, form)
}

interface ReproductionAnswer {
  readonly same: boolean
  readonly ledger_same: boolean
  readonly made_by: string
  readonly made_again_by: string
  readonly files: readonly {
    readonly form: Form
    readonly recorded: string
    readonly reproduced: string
    readonly intact: boolean
  }[]
  readonly changes: readonly { readonly kind: string; readonly case: string; readonly why: string }[] | null
}

async function reproduce(id: string, { changes = false, format }: ReportOptions): Promise<number> {
  const { callApi } = await import('./call-api.ts')
  const path = `/v1/reports/${encodeURIComponent(id)}/reproduction`
  const found = (await callApi('POST', path, { changes })) as ReproductionAnswer
  console.log(format === 'json' ? JSON.stringify(found, null, 2) : comparisonText(found))
  return found.same ? 0 : 1
}

function comparisonText(found: ReproductionAnswer): string {
  const { same, ledger_same, made_by, made_again_by, files, changes } = found
  const lines = files.map(({ form, recorded, reproduced, intact }) => {
    if (!intact) return `  ✗ ${form}: what is stored is not what was recorded`
    return recorded === reproduced ? `  ✓ ${form}  ${recorded}` : `  ✗ ${form}  ${recorded}, and now ${reproduced}`
  })
  return [
    same ? 'The report comes out again byte for byte.' : 'The report does not come out again as it was.',
    ...(ledger_same ? [] : ['  ✗ the ledger no longer has the row that it rests on; see `servanda verify`']),
    ...(same || made_by === made_again_by
      ? []
      : [`  Servanda ${made_by} made it; this is ${made_again_by}, which may word or draw it otherwise.`]),
    ...lines,
    ...(changes === null ? [] : ['', ...changesText(changes)]),
  ].join('\n')
}

function changesText(changes: NonNullable<ReproductionAnswer['changes']>): readonly string[] {
  if (changes.length === 0) return ['By what is known now it would say the same.']
  return [
    `By what is known now ${changes.length === 1 ? 'one verdict' : `${changes.length} verdicts`} would be another:`,
    ...changes.map(({ kind, case: name, why }) => `  ${kind}: ${name}: ${why}`),
  ]
}

/** What stood there before stays until all of it is written. */
function writeWhole(file: string, content: Buffer): void {
  const unfinished = `${file}.unfinished`
  try {
    writeFileSync(unfinished, content)
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`)
  }
}
