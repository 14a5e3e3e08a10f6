import type { Kysely } from 'kysely'
import type { Database } from '../store/index.ts'
import { CASE_COLUMNS, type CaseRow } from './case-body.ts'

/** One case; null: there is none of this id in `agreement`. */
export async function storedCase(db: Kysely<Database>, agreement: string, id: string): Promise<CaseRow | null> {
  const row = await db
    .selectFrom('servanda.cases')
    .select(CASE_COLUMNS)
    .where('agreement', '=', agreement)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}
