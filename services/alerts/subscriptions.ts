import type { Kysely } from 'kysely'
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
