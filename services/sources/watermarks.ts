import { type Kysely, sql } from 'kysely'
import { type Instant, parseInstant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'

/** Up to when a source vouches that everything is reported. */
export interface Watermark {
  /** Of these types; null: of all. */
  readonly types: readonly string[] | null
  readonly through: Instant
}

/** Watermarks that a statement reads at a time. */
const PAGE = 5_000

/** The latest watermark of each of `sources`, for each list of types apart; those that were taken back do not count. */
export async function latestWatermarks(
  db: Kysely<Database>,
  sources: readonly string[],
): Promise<ReadonlyMap<string, readonly Watermark[]>> {
  const found = new Map<string, Map<string, Watermark>>(sources.map((source) => [source, new Map()]))
  for (let after = 0, isMore = sources.length > 0; isMore; ) {
    const rows = await watermarksAfter(db, sources, after)
    for (const row of rows) {
      const types = row.types === null ? null : [...row.types].sort()
      const ofSource = found.get(row.source)
      const [name, through] = [JSON.stringify(types), parseInstant(row.through)]
      const known = ofSource?.get(name)
      if (!known || through > known.through) ofSource?.set(name, { types, through })
    }
    after = rows.at(-1)?.seq ?? after
    isMore = rows.length === PAGE
  }
  return new Map([...found].map(([source, marks]) => [source, [...marks.values()]]))
}

interface WatermarkRow {
  readonly seq: number
  readonly source: string
  readonly types: readonly string[] | null
  readonly through: string
}

async function watermarksAfter(
  db: Kysely<Database>,
  sources: readonly string[],
  after: number,
): Promise<readonly WatermarkRow[]> {
  const { rows } = await sql<WatermarkRow>`
    select seq, data ->> 'source' as source, data -> 'types' as types, data ->> 'through' as through
    from servanda.events as event cross join lateral (select content::json -> 'data' as data) as told
    where type = 'servanda.watermark' and seq > ${after} and not retracted
      and data ->> 'source' = any(${sources}::text[])
      and not exists (
        select from servanda.events as later
        where later.source = event.source and later.id = event.id and later.revision > event.revision)
    order by seq limit ${PAGE}`.execute(db)
  return rows
}
