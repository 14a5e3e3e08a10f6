import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { instant } from '../../../rules/index.ts'
import { confirmationsTo, type Subscription, saveSubscription } from '../../alerts/index.ts'
import { recordMessage } from '../../delivery/index.ts'
import type { App, AppDeps } from '../app.ts'
import { readSubscription } from '../subscription-order.ts'
import { FilterOrder, SubscriptionOrder } from '../subscription-shapes.ts'

const { address, zone, locale, digest, quiet_hours } = SubscriptionOrder.properties

const Order = Type.Object(
  { address, zone, locale, filter: Type.Optional(FilterOrder), digest, quiet_hours },
  { additionalProperties: false },
)

/** How often an address is asked in a day, whoever asks for it. */
const MOST_A_DAY = 3

const DAY_MS = 24 * 3_600_000

/**
 * `POST /v1/subscribe`, where the settings allow it: anybody may ask for mails about what is public. The address is asked
 * first; whether it is known here is not told.
 */
export function subscribeRoutes(app: App, { store, clock, shelf, courier, deliver, publicSubscribe }: AppDeps): void {
  if (!publicSubscribe) return
  app.post(
    '/v1/subscribe',
    {
      config: { access: 'public', repeats: 'ignored' },
      schema: {
        operationId: 'subscribe',
        tags: ['Alerts'],
        summary: 'Ask for mails about what is public; the address is asked first',
        body: Order,
        response: { 202: Type.Object({ status: Type.Literal('asked') }) },
      },
    },
    async (request, reply) => {
      const at = instant(clock.now().epochMilliseconds)
      const adopted = await shelf.current(store.db)
      const rulebooks = adopted.flatMap(({ rulebook }) => (rulebook.visibility === 'public' ? [rulebook] : []))
      const nothing = new Set<string>()
      const known = { rulebooks, subscriptions: nothing, persons: nothing, self: null }
      const subscription: Subscription = {
        ...readSubscription({ name: 'Subscriber', ...request.body }, known),
        id: randomBytes(6).toString('hex'),
        secrets: [],
        isPublic: true,
        state: 'unconfirmed',
        stateWhy: null,
        stateSince: at,
        createdAt: at,
      }
      await store.transaction(async (trx) => {
        const asked = await confirmationsTo(trx, subscription.address, instant(at - DAY_MS * clock.rate))
        if (asked >= MOST_A_DAY) return
        await saveSubscription(trx, subscription)
        await recordMessage(trx, subscription, { purpose: 'confirmation' }, { at, domain: courier.domain })
      })
      deliver()
      return reply.code(202).send({ status: 'asked' })
    },
  )
}
