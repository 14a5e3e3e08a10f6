import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import { type Instant, listenedTypes, type Rulebook, type Standing } from '../../rules/index.ts'
import { type Database, type Page, type PageOrder, timestamp } from '../store/index.ts'
import { fittingPage } from './fitting-page.ts'

/** Which rows of the ledger are asked for; null, of anything: whatever it is. */
export interface EventChoice {
  readonly source: string | null
  readonly id: string | null
  readonly type: string | null
  readonly standing: Standing | null
  readonly retracted: boolean | null
  /** What it may listen to, and corrections of that. */
  readonly rulebook: Rulebook | null
  /** Recorded from this on. */
  readonly from: Instant | null
  /** And before this. */
  readonly before: Instant | null
  /** Of each event only what was told last. */
  readonly latest: boolean
  readonly order: 'oldest' | 'newest'
}

/** A row of the ledger, whole. */
export interface RecordedEvent {
  readonly seq: number
  readonly recorded_at: Instant
  readonly claimed_at: Instant | null
  readonly origin: 'http' | 'import'
  readonly key_id: string | null
  readonly digest: string
  readonly previous_hash: string
  readonly hash: string
  /** The event itself, as JSON text. */
  readonly content: string
}

/**
 * A page of the rows in `choice`, by their numbers: these have no gaps, and what is recorded later has a higher one. It ends
 * early where the events are large.
 */
export async function eventPage(
  db: Kysely<Database>,
  choice: EventChoice,
  { after, limit }: PageOrder<number>,
): Promise<Page<RecordedEvent, number>> {
  const isOldest = choice.order === 'oldest'
  const found = await chosen(db, choice)
    .select(['event.seq', sql<number>`octet_length(event.content)`.as('bytes')])
    .$if(after !== null, (query) => query.where('event.seq', isOldest ? '>' : '<', after))
    .orderBy('event.seq', isOldest ? 'asc' : 'desc')
    .limit(limit + 1)
    .execute()
  const fitting = fittingPage(found, limit)
  const rows = await db
    .selectFrom('servanda.events')
    .select(['seq', 'recorded_at', 'claimed_at', 'origin', 'key_id', 'digest', 'previous_hash', 'hash', 'content'])
    .where(sql<SqlBool>`seq = any(${fitting.items.map(({ seq }) => seq)}::bigint[])`)
    .orderBy('seq', isOldest ? 'asc' : 'desc')
    .execute()
  return { items: rows, next: fitting.next }
}

function chosen(
  db: Kysely<Database>,
  { source, id, type, standing, retracted, rulebook, from, before, latest }: EventChoice,
) {
  return db
    .selectFrom('servanda.events as event')
    .$if(source !== null, (query) => query.where('event.source', '=', source))
    .$if(id !== null, (query) => query.where('event.id', '=', id))
    .$if(type !== null, (query) => query.where('event.type', '=', type))
    .$if(standing !== null, (query) => query.where('event.standing', '=', standing))
    .$if(retracted !== null, (query) => query.where('event.retracted', '=', retracted))
    .$if(rulebook !== null, (query) => query.where(bearsOn(rulebook as Rulebook)))
    .$if(from !== null, (query) => query.where(sql<SqlBool>`event.seq >= ${firstFrom(from as Instant)}`))
    .$if(before !== null, (query) => query.where(sql<SqlBool>`event.seq < ${firstFrom(before as Instant)}`))
    .$if(latest, (query) =>
      query.where(sql<SqlBool>`not exists (
        select from servanda.events as later
        where later.source = event.source and later.id = event.id and later.revision > event.revision)`),
    )
}

/** Some telling of the event has a type that `rulebook` listens to. */
function bearsOn(rulebook: Rulebook): Expression<SqlBool> {
  const types = listenedTypes(rulebook)
  return sql<SqlBool>`(event.type = any(${types}::text[]) or ((event.type is null or event.revision > 1) and exists (
    select from servanda.events as other
    where other.source = event.source and other.id = event.id and other.type = any(${types}::text[]))))`
}

/** The first row that was recorded at `at` or later; beyond all rows where there is none. */
function firstFrom(at: Instant): Expression<number> {
  return sql<number>`coalesce((
    select seq from servanda.events where recorded_at >= ${timestamp(at)} order by recorded_at, seq limit 1
  ), ${Number.MAX_SAFE_INTEGER}::bigint)`
}
