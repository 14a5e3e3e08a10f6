import { type SqlBool, sql, type Transaction } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import { type Indicator, type Instant, mostUrgent, type Rulebook } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'

/** What a commitment shows before and after an evaluation; null: it is not there. */
export interface Shown {
  readonly id: string
  readonly before: Indicator | null
  readonly after: Indicator | null
}

/** Notes what is shown from `at` on, on the day that this is by the agreement's calendar. */
export async function saveShownDays(
  trx: Transaction<Database>,
  { id: agreement, where }: Pick<Rulebook, 'id' | 'where'>,
  shown: readonly Shown[],
  at: Instant,
): Promise<void> {
  const changed = shown.filter(({ before, after }) => before !== after)
  if (changed.length === 0) return
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(where.zone).toPlainDate().toString()
  const known = await trx
    .selectFrom('servanda.shown_days')
    .select(['commitment', 'worst'])
    .where('agreement', '=', agreement)
    .where(sql<SqlBool>`commitment = any(${changed.map(({ id }) => id)}::text[])`)
    .where('day', '=', day)
    .execute()
  const worstOf = new Map(known.map(({ commitment, worst }) => [commitment, worst as Indicator]))
  await trx
    .insertInto('servanda.shown_days')
    .values(
      changed.map(({ id, before, after }) => {
        const seen = [worstOf.get(id), before, after].filter((one) => one != null)
        return { agreement, commitment: id, day, worst: mostUrgent(seen) ?? 'unknown', last: after }
      }),
    )
    .onConflict((conflict) =>
      conflict.columns(['agreement', 'commitment', 'day']).doUpdateSet((row) => ({
        worst: row.ref('excluded.worst'),
        last: row.ref('excluded.last'),
      })),
    )
    .execute()
}
