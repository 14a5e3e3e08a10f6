import { type Kysely, sql, type Transaction } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, type Store, timestamp } from '../store/index.ts'

/** That nobody at all is told anything for now. What there is to tell waits, and is told when this ends. */
export interface Mute {
  readonly reason: string
  /** By id: a key or a person. */
  readonly by: string
  readonly since: Instant
  /** When it ends by itself; null: not before somebody ends it. */
  readonly until: Instant | null
}

/** Mutes the instance, or changes for how long it is. */
export async function muteAlerts(
  trx: Transaction<Database>,
  { reason, until }: Pick<Mute, 'reason' | 'until'>,
  author: Author,
): Promise<Mute> {
  const changed = { reason, muted_by: author.actor, until: until === null ? null : timestamp(until) }
  await trx
    .insertInto('servanda.alert_mute')
    .values({ id: 'alerts', since: timestamp(author.at), ...changed })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
    .execute()
  await note(trx, author, 'alerts.muted', {
    subject: null,
    details: { until: until === null ? null : formatInstant(until) },
  })
  return (await alertMute(trx)) as Mute
}

/** How the instance is muted; null: it is not. */
export async function alertMute(db: Kysely<Database>): Promise<Mute | null> {
  const row = await db.selectFrom('servanda.alert_mute').selectAll().executeTakeFirst()
  return row ? { reason: row.reason, by: row.muted_by, since: row.since, until: row.until } : null
}

/** Ends the mute. @returns whether there was one */
export async function endMute(trx: Transaction<Database>, author: Author): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('servanda.alert_mute').executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await note(trx, author, 'alerts.unmuted', { subject: null })
  return true
}

/** The mute that stands at `at`; one whose time has come is ended. */
export async function endMuteInTime(store: Store, at: Instant): Promise<Mute | null> {
  const mute = await alertMute(store.db)
  if (mute === null || mute.until === null || mute.until > at) return mute
  await store.transaction(async (trx) => {
    await sql`select from servanda.alert_mute for update`.execute(trx)
    const now = await alertMute(trx)
    if (now === null || now.until === null || now.until > at) return
    await endMute(trx, { actor: 'service', at, requestId: null })
  })
  return alertMute(store.db)
}
