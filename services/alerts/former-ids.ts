import { type Kysely, sql } from 'kysely'
import type { Database } from '../store/index.ts'

/** The ids of the cases whose place the case `id` has taken, directly or by way of others. */
export async function formerCaseIds(db: Kysely<Database>, id: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive former as (
      select id from servanda.cases where replaced_by = ${id}
      union
      select one.id from servanda.cases as one join former on one.replaced_by = former.id
    )
    select id from former where id <> ${id} limit 100`.execute(db)
  return rows.map((row) => row.id)
}
