import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { type Instant, instant } from '../../../rules/index.ts'
import {
  changeState,
  DEFAULT_ID,
  listSubscriptions,
  type Subscription,
  saveSubscription,
  subscriptionById,
  unreachedCommitments,
} from '../../alerts/index.ts'
import { type Author, note } from '../../audit/index.ts'
import { recordMessage } from '../../delivery/index.ts'
import { listPersons } from '../../persons/index.ts'
import { newWebhookSecret } from '../../webhooks/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { endWithin } from '../idempotency.ts'
import { MERGE_PATCH_TYPE } from '../merge-patch.ts'
import { problem } from '../problem.ts'
import { Nothing } from '../shapes.ts'
import { changedOrder, type Known, readSubscription, subscriptionBody } from '../subscription-order.ts'
import { SUBSCRIPTION_FIELDS, SubscriptionOrder, SubscriptionShape } from '../subscription-shapes.ts'

const config = { access: 'alerts' } as const

const Params = Type.Object({ id: Type.String() })

const NewSubscription = Type.Object(
  {
    ...SubscriptionOrder.properties,
    confirm: Type.Optional(
      Type.Boolean({ description: 'Ask the address first, and tell it nothing before its owner has confirmed' }),
    ),
  },
  { additionalProperties: false },
)

const Secret = Type.String({ description: 'Signs deliveries (Standard Webhooks); shown once' })

const UnreachedShape = Type.Object({ agreement: Type.String(), commitment: Type.String(), kind: Type.String() })

/** How long a receiver may go on checking with the older secret, in real time. */
const OLD_FOR_MS = 24 * 3_600_000

/** `/v1/subscriptions`: who is told what, how and when. */
export function subscriptionRoutes(app: App, deps: AppDeps): void {
  const { store, clock, courier, deliver } = deps

  app.get(
    '/v1/subscriptions',
    {
      config,
      schema: {
        operationId: 'listSubscriptions',
        tags: ['Alerts'],
        summary: 'Who is told what; also subscriptions that ended',
        response: { 200: Type.Object({ subscriptions: Type.Array(SubscriptionShape) }) },
      },
    },
    async () => ({ subscriptions: (await listSubscriptions(store.db)).map(subscriptionBody) }),
  )

  app.get(
    '/v1/subscriptions/unreached',
    {
      config,
      schema: {
        operationId: 'listUnreachedCommitments',
        tags: ['Alerts'],
        summary: 'Commitments whose worst news would reach nobody',
        response: { 200: Type.Object({ unreached: Type.Array(UnreachedShape) }) },
      },
    },
    async () => {
      const adopted = await deps.shelf.current(store.db)
      const rulebooks = adopted.map(({ rulebook }) => rulebook)
      return { unreached: [...unreachedCommitments(rulebooks, await listSubscriptions(store.db))] }
    },
  )

  app.post(
    '/v1/subscriptions',
    {
      config,
      schema: {
        operationId: 'createSubscription',
        tags: ['Alerts'],
        summary: 'Let somebody be told; the secret of a webhook is shown once',
        body: NewSubscription,
        response: { 201: Type.Object({ ...SUBSCRIPTION_FIELDS, secret: Type.Optional(Secret) }) },
      },
    },
    async (request, reply) => {
      const author = authorOf(request, clock)
      const { confirm = false, state = 'active', ...order } = request.body
      const wanted = readSubscription(order, await known(null))
      if (confirm && wanted.channel !== 'mail') throw onlyMail('confirm')
      const secret = wanted.channel === 'webhook' ? newWebhookSecret() : null
      const subscription: Subscription = {
        ...wanted,
        id: randomBytes(6).toString('hex'),
        secrets: secret === null ? [] : [{ secret, until: null }],
        isPublic: false,
        state: confirm ? 'unconfirmed' : state,
        stateWhy: null,
        stateSince: author.at,
        createdAt: author.at,
      }
      await store.transaction(async (trx) => {
        await saveSubscription(trx, subscription)
        if (confirm) await recordMessage(trx, subscription, { purpose: 'confirmation' }, sending(author))
        const { id, channel } = subscription
        await note(trx, author, 'subscription.created', { subject: id, details: { channel, confirm } })
        await endWithin(trx, request, 201)
      })
      if (confirm) deliver()
      return reply
        .code(201)
        .header('Location', `/v1/subscriptions/${subscription.id}`)
        .header('Cache-Control', 'no-store')
        .send({ ...subscriptionBody(subscription), ...(secret !== null && { secret }) })
    },
  )

  app.get(
    '/v1/subscriptions/:id',
    {
      config,
      schema: {
        operationId: 'readSubscription',
        tags: ['Alerts'],
        summary: 'One subscription',
        params: Params,
        response: { 200: SubscriptionShape },
      },
    },
    async (request) => subscriptionBody(await found(request.params.id)),
  )

  app.patch(
    '/v1/subscriptions/:id',
    {
      config: { ...config, takes: [MERGE_PATCH_TYPE, 'application/json'] },
      schema: {
        operationId: 'changeSubscription',
        tags: ['Alerts'],
        summary: 'Change a subscription: what is to be otherwise (RFC 7396); also paused, and active again',
        params: Params,
        body: Type.Object({}, { additionalProperties: true }),
        response: { 200: SubscriptionShape },
      },
    },
    async (request) => {
      const before = await found(request.params.id)
      const author = authorOf(request, clock)
      const { state, ...order } = changedOrder(before, request.body)
      const wanted = readSubscription(order, await known(before.id))
      if (before.id === DEFAULT_ID && (wanted.address !== before.address || wanted.channel !== before.channel)) {
        throw problem('ADDRESS_IN_SETTINGS', 'This subscription follows the settings: MAIL_FROM says where it goes.')
      }
      if (wanted.channel !== before.channel) {
        throw problem('REQUEST_INVALID', 'Nothing was changed.', [
          { pointer: '/channel', message: 'cannot be another', mend: 'make another subscription, and end this one' },
        ])
      }
      const isOther = wanted.address !== before.address
      const after: Subscription = {
        ...before,
        ...wanted,
        ...(isOther && { state: 'active' as const, stateWhy: null, stateSince: author.at }),
      }
      await store.transaction(async (trx) => {
        await saveSubscription(trx, after)
        if (state !== undefined && state !== after.state) {
          if (before.state === 'forgotten') throw ended(before.id)
          await changeState(
            trx,
            before.id,
            state,
            state === 'paused' ? 'it was paused' : 'it was taken up again',
            author.at,
          )
        }
        await note(trx, author, 'subscription.changed', { subject: before.id, details: { state: state ?? null } })
      })
      return subscriptionBody(await found(before.id))
    },
  )

  app.delete(
    '/v1/subscriptions/:id',
    {
      config,
      schema: {
        operationId: 'endSubscription',
        tags: ['Alerts'],
        summary: 'End a subscription; what was sent to it stays on record',
        params: Params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { id } = await found(request.params.id)
      const author = authorOf(request, clock)
      await store.transaction(async (trx) => {
        await changeState(trx, id, 'unsubscribed', 'it was ended by hand', author.at)
        await note(trx, author, 'subscription.ended', { subject: id })
      })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/v1/subscriptions/:id/test',
    {
      config: { ...config, repeats: 'answered' },
      schema: {
        operationId: 'testSubscription',
        tags: ['Alerts'],
        summary: 'Send an example to see whether it arrives',
        params: Params,
        body: Type.Object({}, { additionalProperties: false }),
        response: { 202: Type.Object({ delivery: Type.String() }) },
      },
    },
    async (request, reply) => {
      const subscription = await found(request.params.id)
      if (subscription.state !== 'active') throw ended(subscription.id)
      const author = authorOf(request, clock)
      const delivery = await store.transaction((trx) =>
        recordMessage(trx, subscription, { purpose: 'test' }, sending(author)),
      )
      deliver()
      return reply.code(202).header('Location', `/v1/deliveries/${delivery}`).send({ delivery })
    },
  )

  app.post(
    '/v1/subscriptions/:id/secret',
    {
      config,
      schema: {
        operationId: 'rotateSubscriptionSecret',
        tags: ['Alerts'],
        summary: 'Give a webhook a new secret; for a day both sign',
        params: Params,
        body: Type.Object({}, { additionalProperties: false }),
        response: { 200: Type.Object({ secret: Secret }) },
      },
    },
    async (request, reply) => {
      const subscription = await found(request.params.id)
      if (subscription.channel !== 'webhook') throw problem('REQUEST_INVALID', 'Only webhooks are signed.')
      const author = authorOf(request, clock)
      const secret = newWebhookSecret()
      const until = instant(author.at + OLD_FOR_MS * clock.rate)
      const [latest] = subscription.secrets
      const secrets = [{ secret, until: null }, ...(latest ? [{ ...latest, until }] : [])]
      await store.transaction(async (trx) => {
        await saveSubscription(trx, { ...subscription, secrets })
        await note(trx, author, 'subscription.changed', { subject: subscription.id, details: { secret: 'rotated' } })
        await endWithin(trx, request, 200)
      })
      return reply.header('Cache-Control', 'no-store').send({ secret })
    },
  )

  async function found(id: string): Promise<Subscription> {
    const subscription = await subscriptionById(store.db, id)
    if (subscription === null) throw problem('SUBSCRIPTION_UNKNOWN', `There is no subscription ${id}.`)
    return subscription
  }

  async function known(self: string | null): Promise<Known> {
    const adopted = await deps.shelf.current(store.db)
    const [all, persons] = [await listSubscriptions(store.db), await listPersons(store.db)]
    return {
      rulebooks: adopted.map(({ rulebook }) => rulebook),
      subscriptions: new Set(all.map(({ id }) => id)),
      persons: new Set(persons.filter(({ forgottenAt }) => forgottenAt === null).map(({ id }) => id)),
      self,
    }
  }

  function sending({ at }: Author): { readonly at: Instant; readonly domain: string } {
    return { at, domain: courier.domain }
  }

  function ended(id: string) {
    return problem('SUBSCRIPTION_ENDED', `The subscription ${id} takes no alerts.`)
  }
}

function onlyMail(field: string) {
  return problem('REQUEST_INVALID', 'Nothing was changed.', [
    { pointer: `/${field}`, message: 'is for mail addresses only', mend: 'leave it out' },
  ])
}
