import { type Kysely, sql, type Transaction } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, type Store, timestamp } from '../store/index.ts'

/** Why nothing is mailed: this is a copy, and the original may have told everybody already. */
export interface AlertHold {
  readonly since: Instant
  readonly backupMadeAt: Instant
}

/** Mails that would be sent if alerts were not held. */
export interface WaitingMails {
  readonly count: number
  /** When the first and the last of what they tell became true; null: none waits. */
  readonly from: Instant | null
  readonly to: Instant | null
}

/** What to tell when alerts are no longer held: nothing that became true up to an instant, or everything. */
export type ToldUntil = Instant | 'never'

/** What became of the waiting mails. */
export interface Resumed {
  readonly toSend: number
  readonly withheld: number
}

/** From now on nothing is mailed. */
export async function holdAlerts(trx: Transaction<Database>, at: Instant, backupMadeAt: Instant): Promise<void> {
  const hold = { since: timestamp(at), backup_made_at: timestamp(backupMadeAt) }
  await trx
    .insertInto('servanda.alert_hold')
    .values({ id: 'alerts', ...hold })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(hold))
    .execute()
}

/** Since when alerts are held; null: they are not. */
export async function alertHold(db: Kysely<Database>): Promise<AlertHold | null> {
  const row = await db.selectFrom('servanda.alert_hold').select(['since', 'backup_made_at']).executeTakeFirst()
  return row ? { since: row.since, backupMadeAt: row.backup_made_at } : null
}

/** The messages that wait; intents that have not been looked at are not among them yet. */
export async function waitingMails(db: Kysely<Database>): Promise<WaitingMails> {
  const { rows } = await sql<WaitingMails>`
    select count(distinct delivery.id) as count, min(occurred_at) as "from", max(occurred_at) as "to"
    from servanda.deliveries as delivery
    left join servanda.told on told.delivery = delivery.id
    left join servanda.intents as intent on intent.number = told.intent
    where next_attempt_at is not null
  `.execute(db)
  return rows[0] ?? { count: 0, from: null, to: null }
}

/**
 * Ends the hold. Deliveries about what became true up to `toldUntil` are withheld for good: they stay on record as told,
 * so that a later correction goes to whoever the original told.
 * @returns null when alerts were not held
 */
export async function endHold(store: Store, toldUntil: ToldUntil, author: Author): Promise<Resumed | null> {
  return store.transaction(async (trx) => {
    const held = await trx.deleteFrom('servanda.alert_hold').executeTakeFirst()
    if (held.numDeletedRows === 0n) return null
    const withheld = Number(toldUntil === 'never' ? 0n : await withhold(trx, toldUntil))
    const toSend = (await waitingMails(trx)).count
    const told = toldUntil === 'never' ? toldUntil : formatInstant(toldUntil)
    const details = { told_until: told, to_send: toSend, withheld }
    await note(trx, author, 'alerts.resumed', { subject: null, details })
    return { toSend, withheld }
  })
}

/** A message goes where anything in it became true later. @returns how many do not */
async function withhold(trx: Transaction<Database>, toldUntil: Instant): Promise<bigint> {
  await sql`
    update servanda.told set due_at = null from servanda.intents as intent
    where intent.number = told.intent and told.due_at is not null and intent.occurred_at <= ${timestamp(toldUntil)}
  `.execute(trx)
  const { numAffectedRows } = await sql`
    update servanda.deliveries
    set state = 'withheld', next_attempt_at = null, answer = 'withheld: the original of this copy has told it'
    where next_attempt_at is not null and (
      purpose = 'report' and created_at <= ${timestamp(toldUntil)}
      or purpose in ('alert', 'digest') and not exists (
        select from servanda.told join servanda.intents as intent on intent.number = told.intent
        where told.delivery = deliveries.id and intent.occurred_at > ${timestamp(toldUntil)}
      )
    )`.execute(trx)
  return numAffectedRows ?? 0n
}
