import type { Instant } from '../../rules/index.ts'
import { subscriptionById } from '../alerts/index.ts'
import type { Store } from '../store/index.ts'
import { endReceiver, type Sending } from './messages.ts'

/** What became of a report that a message came back. */
export type BounceOutcome = 'unknown' | 'noted' | 'address_disabled'

/**
 * Notes that a delivery came back. For good: its address is told nothing any more, and whoever runs the service is told
 * that. It changes nothing about an address that the subscription no longer has.
 */
export async function noteBounce(
  store: Store,
  {
    delivery: id,
    isPermanent,
    answer,
  }: { readonly delivery: string; readonly isPermanent: boolean; readonly answer: string },
  sending: Sending,
): Promise<BounceOutcome> {
  return store.transaction(async (trx) => {
    const delivery = await trx
      .selectFrom('servanda.deliveries')
      .select(['subscription', 'created_at'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!delivery) return 'unknown'
    const changed = isPermanent ? { state: 'bounced' as const, next_attempt_at: null } : {}
    await trx
      .updateTable('servanda.deliveries')
      .set({ answer: answer.slice(0, 1_000), ...changed })
      .where('id', '=', id)
      .execute()
    const subscription = await subscriptionById(trx, delivery.subscription)
    const takesAlerts = subscription?.state === 'active' || subscription?.state === 'unconfirmed'
    if (!isPermanent || !takesAlerts || isAnother(delivery.created_at, subscription.stateSince)) return 'noted'
    await endReceiver(trx, subscription, 'bounced', answer, sending)
    return 'address_disabled'
  })
}

/** Whether the subscription was taken up anew, as with another address, after the mail was made. */
function isAnother(madeAt: Instant, since: Instant): boolean {
  return madeAt < since
}
