import { type Kysely, sql } from 'kysely'
import { formatInstant, type Instant, type Rulebook } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import { lastHeardOf } from './silence.ts'
import { lastHeard } from './source-watch.ts'
import { latestWatermarks } from './watermarks.ts'

/** Every source that one of `rulebooks` declares, as it is answered: what stands for it, and what was heard of it. */
export async function declaredSources(db: Kysely<Database>, rulebooks: readonly Rulebook[]) {
  const declared = rulebooks.flatMap(({ id, sources }) => sources.map((source) => ({ agreement: id, source })))
  const heard = await lastHeard(db)
  const watermarks = await latestWatermarks(db, [...new Set(declared.map(({ source }) => source.id))])
  const silent = await db.selectFrom('servanda.silent_sources').select(['agreement', 'source', 'expected_by']).execute()
  return declared.map(({ agreement, source }) => {
    const { id, title, url, is, covers, expectedEvery } = source
    const silence = silent.find((one) => one.agreement === agreement && one.source === id)
    return {
      agreement,
      id,
      title,
      url,
      is,
      covers,
      expected_every: expectedEvery?.text ?? null,
      last_heard_at: written(lastHeardOf(source, heard)),
      silent_since: written(silence?.expected_by ?? null),
      watermarks: (watermarks.get(id) ?? []).map(({ types, through }) => ({ types, through: formatInstant(through) })),
    }
  })
}

/**
 * Where events came from that none of `rulebooks` declares, the last heard of first.
 * @param most  so many are told; the others are counted
 */
export async function undeclaredSources(db: Kysely<Database>, rulebooks: readonly Rulebook[], most: number) {
  const declared = [...new Set(rulebooks.flatMap(({ sources }) => sources.flatMap(({ is }) => is)))]
  const { rows } = await sql<{ source: string; heard_at: Instant; all: number }>`
    select name as source, heard_at, count(*) over () as all from servanda.heard
    where kind = 'event' and name <> all(${declared}::text[])
    order by heard_at desc, name limit ${most}`.execute(db)
  return {
    undeclared: rows.map(({ source, heard_at }) => ({ source, last_heard_at: formatInstant(heard_at) })),
    undeclared_omitted: (rows[0]?.all ?? 0) - rows.length,
  }
}

function written(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at)
}
