import { type Kysely, sql } from 'kysely'
import type { Database } from '../store/index.ts'

/** The cases of an agreement that rest on an event. */
export interface Resting {
  readonly agreement: string
  /** By id; null: it may bear on more of them than are looked through. */
  readonly cases: readonly string[] | null
}

/** So many cases of an agreement are looked through. */
const MOST_CASES = 2_000

/**
 * The agreements that listen to an event, each with its cases whose evidence names it and does not ignore it. The engine
 * keeps of each event on which shares of the agreement it bears: nowhere else is there anything to look for.
 */
export async function casesRestingOn(
  db: Kysely<Database>,
  { source, id }: { readonly source: string; readonly id: string },
): Promise<readonly Resting[]> {
  const { rows } = await sql<Resting>`
    select event.agreement, case when borne.count > ${MOST_CASES} then null else coalesce(resting.cases, '{}') end as cases
    from servanda.agreements as agreement
    join servanda.engine_events as event
      on event.agreement = agreement.id and event.source = ${source} and event.id = ${id}
    cross join lateral (
      select array_agg(id) as ids, count(*) as count from (
        select agreement || '/' || commitment || '@' || part as id from servanda.engine_cases
        where agreement = event.agreement and part <> ''
          and (event.shares is null or share = any(
            select substr(named, length(event.agreement) + 2) from unnest(event.shares) as named))
        limit ${MOST_CASES + 1}
      ) as listed
    ) as borne
    left join lateral (
      select array_agg(id order by id collate "C") as cases from servanda.cases
      where borne.count <= ${MOST_CASES} and id = any(borne.ids) and exists (
        select from json_array_elements(result -> 'evidence') as evidence
        where evidence -> 'event' ->> 'source' = ${source} and evidence -> 'event' ->> 'id' = ${id}
          and evidence ->> 'role' <> 'ignored')
    ) as resting on true
    order by event.agreement`.execute(db)
  return rows
}
