import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import type { Form } from './forms/index.ts'
import { nextDue, type Timing } from './period.ts'
import type { Scope } from './report.ts'

/** Reports that are made again and again. */
export interface ReportSchedule {
  readonly id: string
  /** Of each report; null: named after its period. */
  readonly title: string | null
  readonly timing: Timing
  readonly locale: string
  readonly scope: Scope
  /** The ids of the subscriptions that are sent each. */
  readonly tell: readonly string[]
  /** The forms that go along with a mail. */
  readonly attach: readonly Form[]
  readonly state: 'active' | 'paused'
  /** Null: it is paused. */
  readonly dueAt: Instant | null
  /** Why the one that is due was not made yet, in a sentence. */
  readonly failure: string | null
  readonly createdAt: Instant
}

export async function listSchedules(db: Kysely<Database>): Promise<readonly ReportSchedule[]> {
  const rows = await db
    .selectFrom('servanda.report_schedules')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(scheduleOf)
}

export async function scheduleById(db: Kysely<Database>, id: string): Promise<ReportSchedule | null> {
  const row = await db.selectFrom('servanda.report_schedules').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? scheduleOf(row) : null
}

/** Takes up a schedule, or changes it; the next report is due by the new timing. */
export async function saveSchedule(
  trx: Transaction<Database>,
  schedule: Omit<ReportSchedule, 'dueAt' | 'failure'>,
  author: Author,
): Promise<void> {
  const { id, title, timing, locale, scope, tell, attach, state, createdAt } = schedule
  const columns = {
    title,
    every: timing.every,
    zone: timing.zone,
    hour: timing.hour,
    days_after: timing.daysAfter,
    locale,
    agreements: scope.agreements && JSON.stringify(scope.agreements),
    parties: scope.parties && JSON.stringify(scope.parties),
    tell: JSON.stringify(tell),
    attach: JSON.stringify(attach),
    state,
    due_at: state === 'active' ? timestamp(nextDue(timing, author.at).at) : null,
    working_until: null,
    failure: null,
  }
  const isNew = (await scheduleById(trx, id)) === null
  await trx
    .insertInto('servanda.report_schedules')
    .values({ id, ...columns, created_at: timestamp(createdAt) })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute()
  await note(trx, author, isNew ? 'report_schedule.created' : 'report_schedule.changed', { subject: id })
}

/** Ends a schedule; the reports it made stay. @returns whether there was one */
export async function endSchedule(trx: Transaction<Database>, id: string, author: Author): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('servanda.report_schedules').where('id', '=', id).executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await note(trx, author, 'report_schedule.ended', { subject: id })
  return true
}

/** Takes the schedule whose report has been due longest, so that nobody else makes it until `leaseEnds`; null: none is due. */
export async function claimDue(db: Kysely<Database>, at: Instant, leaseEnds: Instant): Promise<ReportSchedule | null> {
  const { rows } = await sql<Selectable<Database['servanda.report_schedules']>>`
    update servanda.report_schedules set working_until = ${timestamp(leaseEnds)}
    where id = (
      select id from servanda.report_schedules
      where due_at <= ${timestamp(at)} and (working_until is null or working_until <= ${timestamp(at)})
      order by due_at, id limit 1 for update skip locked
    )
    returning *`.execute(db)
  return rows[0] ? scheduleOf(rows[0]) : null
}

/** Notes that what was due is done, unless the schedule was changed meanwhile. */
export async function noteDone(
  db: Kysely<Database>,
  { id, dueAt, timing }: ReportSchedule & { readonly dueAt: Instant },
): Promise<void> {
  await db
    .updateTable('servanda.report_schedules')
    .set({ due_at: timestamp(nextDue(timing, dueAt).at), working_until: null, failure: null })
    .where('id', '=', id)
    .where('due_at', '=', timestamp(dueAt))
    .execute()
}

/** Notes that what is due was not done; it is tried again at `again`. @param failure  why; null: others go first */
export async function noteFailure(
  db: Kysely<Database>,
  { id }: ReportSchedule,
  failure: string | null,
  again: Instant,
): Promise<void> {
  await db
    .updateTable('servanda.report_schedules')
    .set({ failure, working_until: timestamp(again) })
    .where('id', '=', id)
    .execute()
}

function scheduleOf(row: Selectable<Database['servanda.report_schedules']>): ReportSchedule {
  return {
    id: row.id,
    title: row.title,
    timing: { every: row.every, zone: row.zone, hour: row.hour, daysAfter: row.days_after },
    locale: row.locale,
    scope: { agreements: row.agreements, parties: row.parties },
    tell: row.tell,
    attach: row.attach as readonly Form[],
    state: row.state,
    dueAt: row.due_at,
    failure: row.failure,
    createdAt: row.created_at,
  }
}
