import { type Kysely, sql } from 'kysely'

/**
 * Why: events are looked up by the shares they bear on, in an index that knows nothing of agreements. Many agreements name
 * their shares alike, and the planner, not knowing better, read the whole table. A share is now named with its agreement.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `update servanda.engine_events
       set shares = (select array_agg(agreement || ' ' || share) from unnest(shares) as share)
       where shares is not null`,
    )
    .execute(db)
}
