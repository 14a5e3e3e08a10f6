import { domainToASCII } from 'node:url'
import { type Kysely, type SqlBool, sql, type Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Instant } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import type { Severity } from './alerts-for.ts'
import type { Intent } from './intents.ts'
import { type AlertKind, KIND_OF_VERDICT } from './kind.ts'

/** Somebody who wants to be told, and of what. */
export interface Subscription {
  readonly id: string
  readonly kinds: readonly string[]
  /** Null: every agreement. */
  readonly agreements: readonly string[] | null
  readonly minimumSeverity: Severity
}

/** What the one subscription of an instance that nobody configured takes: verdicts that call for somebody. */
const DEFAULT_KINDS: readonly AlertKind[] = ['breached', 'partly_met', 'unknown', 'needs_judgement', 'corrected']

const DEFAULT_ID = 'default'

/**
 * Makes sure that an instance tells somebody: one subscription to `address`, for every agreement. It follows the
 * settings, so a changed address or zone takes effect at the next start.
 */
export async function ensureDefaultSubscription(
  db: Kysely<Database>,
  { address, zone }: { readonly address: string; readonly zone: string },
  at: Instant,
): Promise<void> {
  await db
    .insertInto('servanda.subscriptions')
    .values({
      id: DEFAULT_ID,
      name: 'Monitor',
      address,
      zone,
      kinds: JSON.stringify(DEFAULT_KINDS),
      minimum_severity: 'info',
      active: true,
      created_at: timestamp(at),
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ address, zone }))
    .execute()
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical']

/**
 * Whether `subscription` is to be told of `intent`. Pure.
 * @param wasTold  whether it was told of the verdict that `intent` corrects or carries on
 */
export function takes(subscription: Subscription, intent: Intent, wasTold: boolean): boolean {
  if (subscription.agreements !== null && !subscription.agreements.includes(intent.agreement)) return false
  // Whoever was told of a verdict hears what became of it, whatever else they asked for.
  if (wasTold) return true
  if (!intent.isNews) return false
  if (SEVERITIES.indexOf(intent.severity) < SEVERITIES.indexOf(subscription.minimumSeverity)) return false
  const kind = intent.kind === 'corrected' ? KIND_OF_VERDICT[intent.verdict] : intent.kind
  return kind !== null && subscription.kinds.includes(kind)
}

/**
 * One text for one address, however it is written: providers do not tell upper from lower case, and a domain has two
 * spellings where it is not in ASCII.
 */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  return `${address.slice(0, at + 1)}${domainToASCII(domain) || domain}`.normalize('NFC').toLowerCase()
}

/**
 * Erases whoever subscribed with `address`: name, address, and what mail servers said of it, which names it. That something
 * was delivered stays on record without them; what was to be delivered is not.
 * @returns how many subscriptions there were, and how many such answers
 * @throws {ServandaError} `ADDRESS_IN_SETTINGS` when the settings would bring it back
 */
export async function forgetSubscriber(
  trx: Transaction<Database>,
  address: string,
): Promise<{ readonly subscriptions: number; readonly answers: number }> {
  const rows = await trx.selectFrom('servanda.subscriptions').select(['id', 'address']).execute()
  const ids = rows.filter((row) => addressKey(row.address) === addressKey(address)).map(({ id }) => id)
  if (ids.includes(DEFAULT_ID)) {
    throw new ServandaError(
      'ADDRESS_IN_SETTINGS',
      'Alerts go to this address by the settings. Give MAIL_FROM another one, start the service anew, and forget it then.',
    )
  }
  await trx
    .updateTable('servanda.subscriptions')
    .set({ name: 'forgotten', address: '', active: false })
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  const answered = await trx
    .updateTable('servanda.deliveries')
    .set({ answer: null })
    .where('answer', 'is not', null)
    .where(sql<SqlBool>`subscription = any(${ids}::text[]) or strpos(lower(answer), lower(${address})) > 0`)
    .executeTakeFirst()
  await trx
    .updateTable('servanda.deliveries')
    .set({ state: 'withheld', next_attempt_at: null, answer: 'withheld: its recipient was forgotten' })
    .where('subscription', '=', sql<string>`any(${ids}::text[])`)
    .where('next_attempt_at', 'is not', null)
    .execute()
  return { subscriptions: ids.length, answers: Number(answered.numUpdatedRows) }
}
