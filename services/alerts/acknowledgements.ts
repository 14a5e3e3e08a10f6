import { type Kysely, sql, type Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { formerCaseIds } from './former-ids.ts'
import type { Intent } from './intents.ts'

/** That somebody has seen an alert and looks after it. */
export interface Acknowledgement {
  readonly intent: number
  /** By id: a key, a person, or a subscription. */
  readonly by: string
  readonly note: string | null
  readonly at: Instant
}

/** Notes that somebody looks after what `intent` tells; nobody else is told because nobody does. */
export async function acknowledge(
  trx: Transaction<Database>,
  intent: Intent,
  { by, note, at }: Omit<Acknowledgement, 'intent'>,
): Promise<void> {
  await trx
    .insertInto('servanda.acknowledgements')
    .values({
      intent: intent.number,
      about: intent.about,
      verdict_version: intent.verdictVersion,
      acknowledged_by: by,
      note,
      acknowledged_at: timestamp(at),
    })
    .execute()
  const ids = [intent.about, ...(await formerCaseIds(trx, intent.about))]
  await trx
    .updateTable('servanda.escalations')
    .set({ outcome: 'acknowledged', ended_at: timestamp(at) })
    .where('outcome', 'is', null)
    .where('intent', 'in', (query) =>
      query
        .selectFrom('servanda.intents')
        .select('number')
        .where('about', '=', sql<string>`any(${ids}::text[])`)
        .where('number', '<=', intent.number),
    )
    .execute()
}

/** The latest acknowledgement of each of these intents, by their numbers. */
export async function acknowledgementsOf(
  db: Kysely<Database>,
  intents: readonly number[],
): Promise<ReadonlyMap<number, Acknowledgement>> {
  if (intents.length === 0) return new Map()
  const rows = await db
    .selectFrom('servanda.acknowledgements')
    .selectAll()
    .where('intent', '=', sql<number>`any(${intents}::bigint[])`)
    .orderBy('number')
    .execute()
  return new Map(
    rows.map((row) => [
      row.intent,
      { intent: row.intent, by: row.acknowledged_by, note: row.note, at: row.acknowledged_at },
    ]),
  )
}
