import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Database, isAmong, type Page, type PageOrder, pageOf, timestamp } from '../store/index.ts'
import type { ReportRequest } from './compose-report.ts'
import type { Form } from './forms/index.ts'
import type { Basis } from './report.ts'
import type { FileHeader, ReportFacts } from './report-job.ts'

/** A report that was made, without its content. It never changes. */
export interface ReportRecord {
  readonly number: number
  readonly id: string
  /** The schedule that it was due by; null: somebody asked for it. */
  readonly schedule: string | null
  readonly title: string
  readonly request: ReportRequest
  readonly basis: Basis
  readonly asOf: Instant
  /** Of Servanda. */
  readonly version: string
  readonly facts: ReportFacts
  readonly createdBy: string
  readonly createdAt: Instant
  readonly files: readonly FileRecord[]
}

export interface FileRecord {
  readonly form: Form
  /** Of the content as it is read. */
  readonly sha256: string
  readonly length: number
}

/** A form of a report as it is stored. */
export interface StoredFile extends FileRecord {
  readonly encoding: FileHeader['encoding']
  readonly content: Buffer
}

/** Keeps a report for good. @returns whether there was none of its schedule and period yet */
export async function keepReport(
  trx: Transaction<Database>,
  report: Omit<ReportRecord, 'number' | 'files'>,
  files: readonly StoredFile[],
): Promise<boolean> {
  const { numInsertedOrUpdatedRows: inserted } = await trx
    .insertInto('servanda.reports')
    .values({
      id: report.id,
      schedule: report.schedule,
      title: report.title,
      period: report.request.period.name,
      request: JSON.stringify(report.request),
      basis: JSON.stringify(report.basis),
      as_of: timestamp(report.asOf),
      version: report.version,
      facts: JSON.stringify(report.facts),
      created_by: report.createdBy,
      created_at: timestamp(report.createdAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (inserted === 0n) return false
  for (const { form, sha256, length, encoding, content } of files)
    await trx
      .insertInto('servanda.report_files')
      .values({ report: report.id, form, sha256, length, encoding, content })
      .execute()
  return true
}

/** Reports, newest first. @param schedule  null: whatever made them */
export async function reportPages(
  db: Kysely<Database>,
  { schedule }: { readonly schedule: string | null },
  { after, limit }: PageOrder<number>,
): Promise<Page<ReportRecord, number>> {
  const rows = await db
    .selectFrom('servanda.reports')
    .selectAll()
    .where(({ ref }) => isAmong(ref('schedule'), schedule === null ? null : [schedule]))
    .where('number', '<', after ?? Number.MAX_SAFE_INTEGER)
    .orderBy('number', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(await recordsOf(db, rows), limit, ({ number }) => number)
}

export async function reportById(db: Kysely<Database>, id: string): Promise<ReportRecord | null> {
  const rows = await db.selectFrom('servanda.reports').selectAll().where('id', '=', id).execute()
  return (await recordsOf(db, rows))[0] ?? null
}

/** The report that a schedule made last. */
export async function latestOfSchedule(db: Kysely<Database>, schedule: string): Promise<ReportRecord | null> {
  return (await reportPages(db, { schedule }, { after: null, limit: 1 })).items[0] ?? null
}

export async function reportFile(db: Kysely<Database>, report: string, form: Form): Promise<StoredFile | null> {
  const row = await db
    .selectFrom('servanda.report_files')
    .select(['form', 'sha256', 'length', 'encoding', 'content'])
    .where('report', '=', report)
    .where('form', '=', form)
    .executeTakeFirst()
  return row ?? null
}

/** The content as it is read; unpacked in a thread beside this one, since it can be large. */
export async function contentOf({ encoding, content }: Pick<StoredFile, 'encoding' | 'content'>): Promise<Buffer> {
  return encoding === 'gzip' ? unzipped(content) : content
}

const unzipped = promisify(gunzip)

async function recordsOf(
  db: Kysely<Database>,
  rows: readonly Selectable<Database['servanda.reports']>[],
): Promise<readonly ReportRecord[]> {
  const files = await db
    .selectFrom('servanda.report_files')
    .select(['report', 'form', 'sha256', 'length'])
    .where('report', '=', sql<string>`any(${rows.map(({ id }) => id)}::text[])`)
    .orderBy('form')
    .execute()
  return rows.map((row) => ({
    number: row.number,
    id: row.id,
    schedule: row.schedule,
    title: row.title,
    request: row.request as ReportRequest,
    basis: row.basis as Basis,
    asOf: row.as_of,
    version: row.version,
    facts: row.facts as ReportFacts,
    createdBy: row.created_by,
    createdAt: row.created_at,
    files: files
      .filter(({ report }) => report === row.id)
      .map(({ form, sha256, length }) => ({ form, sha256, length })),
  }))
}
