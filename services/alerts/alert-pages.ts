import type { Kysely } from 'kysely'
import { type Database, isAmong, type Page, type PageOrder, pageOf } from '../store/index.ts'
import { type Acknowledgement, acknowledgementsOf } from './acknowledgements.ts'
import { type Intent, intentOf } from './intents.ts'

/** Which alerts are asked for; null: any. */
export interface AlertsAsked {
  readonly agreements: readonly string[] | null
  readonly kinds: readonly string[] | null
  readonly about: string | null
}

/** An alert on record, and who looks after it. */
export interface AlertOnRecord {
  readonly intent: Intent
  readonly acknowledgement: Acknowledgement | null
}

/** The alerts on record, newest first. */
export async function alertPages(
  db: Kysely<Database>,
  { agreements, kinds, about }: AlertsAsked,
  { after, limit }: PageOrder<number>,
): Promise<Page<AlertOnRecord, number>> {
  const rows = await db
    .selectFrom('servanda.intents')
    .selectAll()
    .where(({ ref }) => isAmong(ref('agreement'), agreements))
    .where(({ ref }) => isAmong(ref('kind'), kinds))
    .where(({ ref }) => isAmong(ref('about'), about === null ? null : [about]))
    .where('number', '<', after ?? Number.MAX_SAFE_INTEGER)
    .orderBy('number', 'desc')
    .limit(limit + 1)
    .execute()
  const acknowledged = await acknowledgementsOf(
    db,
    rows.map(({ number }) => number),
  )
  const items = rows.map((row) => ({ intent: intentOf(row), acknowledgement: acknowledged.get(row.number) ?? null }))
  return pageOf(items, limit, ({ intent }) => intent.number)
}
