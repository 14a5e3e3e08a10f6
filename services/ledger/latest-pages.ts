import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import type { Database, Page, PageOrder } from '../store/index.ts'
import { fittingPage } from './fitting-page.ts'

/** What was told last of an event, which was not taken back. */
export interface LatestEvent {
  readonly seq: number
  readonly recordedAt: Instant
  readonly type: string
  readonly content: string
}

/**
 * The orders of a `type` that stand, newest first.
 * @param where  only those that say `value` in the field `field` of their data; null: all
 */
export async function standingOrders(
  db: Kysely<Database>,
  type: `servanda.${string}`,
  where: { readonly field: string; readonly value: string } | null,
  order: PageOrder<number>,
): Promise<Page<LatestEvent, number>> {
  const isMeant =
    where === null
      ? sql<SqlBool>`true`
      : sql<SqlBool>`event.content::json #>> array['data', ${where.field}] = ${where.value}`
  return latestPage(db, sql<SqlBool>`event.type like 'servanda.%' and event.type = ${type} and ${isMeant}`, order)
}

/** Which candidates are asked for; null, of anything: whatever it is. */
export interface CandidateChoice {
  readonly source: string | null
  readonly types: readonly string[] | null
}

/** The reports that nobody has confirmed, disputed or taken back, newest first. Orders are none. */
export async function candidatePage(
  db: Kysely<Database>,
  { source, types }: CandidateChoice,
  order: PageOrder<number>,
): Promise<Page<LatestEvent, number>> {
  const isOfSource = source === null ? sql<SqlBool>`true` : sql<SqlBool>`event.source = ${source}`
  const isOfTypes = types === null ? sql<SqlBool>`true` : sql<SqlBool>`event.type = any(${types}::text[])`
  const isCandidate = sql<SqlBool>`event.standing = 'reported' and event.type not like 'servanda.%'`
  return latestPage(db, sql<SqlBool>`${isCandidate} and ${isOfSource} and ${isOfTypes}`, order)
}

/** Rows that are looked through for one page: where most have another revision by now, a page may be short, or empty. */
const MOST_LOOKED = 10_000

async function latestPage(
  db: Kysely<Database>,
  which: RawBuilder<SqlBool>,
  { after, limit }: PageOrder<number>,
): Promise<Page<LatestEvent, number>> {
  const looked = sql`
    select event.seq, event.source, event.id, event.revision, octet_length(event.content) as bytes
    from servanda.events as event
    where ${which} and not event.retracted and event.seq < ${after ?? Number.MAX_SAFE_INTEGER}
    order by event.seq desc
    limit ${MOST_LOOKED}`
  const { rows: found } = await sql<{ seq: number; bytes: number }>`
    select looked.seq, looked.bytes from (${looked}) as looked
    where not exists (
      select from servanda.events as later
      where later.source = looked.source and later.id = looked.id and later.revision > looked.revision)
    order by looked.seq desc
    limit ${limit + 1}`.execute(db)
  const { items, next } = fittingPage(found, limit)
  const { rows } = await sql<{ seq: number; recorded_at: Instant; type: string; content: string }>`
    select seq, recorded_at, type, content from servanda.events
    where seq = any(${items.map(({ seq }) => seq)}::bigint[])
    order by seq desc`.execute(db)
  return {
    items: rows.map(({ recorded_at, ...row }) => ({ ...row, recordedAt: recorded_at })),
    next: next ?? (await endOfLook(db, looked)),
  }
}

/** Where the rows end that were looked through; null: with the last there is. */
async function endOfLook(db: Kysely<Database>, looked: RawBuilder<unknown>): Promise<number | null> {
  const { rows } = await sql<{ seq: number; count: number }>`
    select min(seq) as seq, count(*) as count from (${looked}) as looked`.execute(db)
  const [end] = rows
  return end && end.count >= MOST_LOOKED ? end.seq : null
}
