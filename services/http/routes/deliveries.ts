import { Type } from 'typebox'
import { formatInstant, instant } from '../../../rules/index.ts'
import { CHANNELS } from '../../alerts/index.ts'
import {
  DELIVERY_STATES,
  type DeliveryRecord,
  type DeliveryState,
  deliveryById,
  deliveryPages,
  noteBounce,
  replayDelivery,
} from '../../delivery/index.ts'
import { readBounce } from '../../mail/index.ts'
import { ALERT_FIELDS, alertBody } from '../alert-shapes.ts'
import type { App, AppDeps } from '../app.ts'
import { BODY_LIMIT } from '../body.ts'
import { authorOf } from '../credentials.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { problem } from '../problem.ts'
import { readWords, Several } from '../query.ts'
import { Moment, orNull } from '../shapes.ts'

const config = { access: 'alerts' } as const

const DeliveryShape = Type.Object({
  number: Type.Integer(),
  id: Type.String(),
  purpose: Type.Enum(['alert', 'digest', 'confirmation', 'test', 'notice', 'report']),
  state: Type.Enum([...DELIVERY_STATES]),
  channel: Type.Enum([...CHANNELS]),
  subscription: Type.Object({ id: Type.String(), name: Type.String(), address: Type.String() }),
  message_id: Type.String(),
  alerts: Type.Array(Type.Object(ALERT_FIELDS)),
  report: orNull(Type.String({ description: 'The id of the report that it brings' })),
  attempts: Type.Integer(),
  created_at: Moment,
  next_attempt_at: orNull(Moment),
  sent_at: orNull(Moment),
  answer: orNull(Type.String({ description: 'What the other side said last' })),
})

const Params = Type.Object({ id: Type.String() })

/** The content type of a mail as a file. */
const MAIL_TYPE = 'message/rfc822'

/** `/v1/deliveries`: who was told what, when, and what the other side said; `/v1/bounces`: what came back. */
export function deliveryRoutes(app: App, { store, clock, courier, deliver, publicUrl }: AppDeps): void {
  app.get(
    '/v1/deliveries',
    {
      config,
      schema: {
        operationId: 'listDeliveries',
        tags: ['Alerts'],
        summary: 'Who was told what, newest first',
        querystring: Type.Object(
          {
            ...PAGE_PARAMETERS,
            state: Several(DELIVERY_STATES),
            subscription: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
            about: Type.Optional(Type.String({ minLength: 1, maxLength: 6_000, description: 'The id of a case' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ deliveries: Type.Array(DeliveryShape) }) },
      },
    },
    async (request, reply) => {
      const { state, subscription = null, about = null } = request.query
      const states = readWords<DeliveryState>(state, DELIVERY_STATES, 'state')
      const page = await deliveryPages(store.db, { states, subscription, about }, readPage(request.query, NumberKey))
      linkNext(request, reply, page, publicUrl())
      reply.header('Cache-Control', 'no-store')
      return { deliveries: page.items.map(bodyOf) }
    },
  )

  app.get(
    '/v1/deliveries/:id',
    {
      config,
      schema: {
        operationId: 'readDelivery',
        tags: ['Alerts'],
        summary: 'One delivery',
        params: Params,
        response: { 200: DeliveryShape },
      },
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store')
      return bodyOf(await found(request.params.id))
    },
  )

  app.post(
    '/v1/deliveries/:id/replay',
    {
      config: { ...config, repeats: 'answered' },
      schema: {
        operationId: 'replayDelivery',
        tags: ['Alerts'],
        summary: 'Send once more what was given up, under its old id',
        params: Params,
        body: Type.Object({}, { additionalProperties: false }),
        response: { 202: DeliveryShape },
      },
    },
    async (request, reply) => {
      const { id, state } = await found(request.params.id)
      const isTaken = await store.transaction((trx) => replayDelivery(trx, id, authorOf(request, clock)))
      if (!isTaken) {
        throw problem(
          'DELIVERY_NOT_GIVEN_UP',
          `This delivery is ${state}, or whom it is for takes no alerts: only what was given up can be sent once more.`,
        )
      }
      deliver()
      return reply.code(202).send(bodyOf(await found(id)))
    },
  )

  app.addContentTypeParser(
    MAIL_TYPE,
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    async (_: unknown, body: Buffer) => body,
  )

  app.post(
    '/v1/bounces',
    {
      config: { ...config, repeats: 'ignored', takes: [MAIL_TYPE], documented: { body: Type.String() } },
      schema: {
        operationId: 'reportBounce',
        tags: ['Alerts'],
        summary: 'Hand over a mail that came back (RFC 3464), as it arrived at BOUNCE_TO',
        response: {
          200: Type.Object({
            outcome: Type.Enum(['not_a_bounce', 'unknown', 'noted', 'address_disabled']),
            delivery: orNull(Type.String()),
          }),
        },
      },
    },
    async (request) => {
      const bounce = await readBounce(request.body as Buffer)
      if (bounce === null) return { outcome: 'not_a_bounce' as const, delivery: null }
      const sending = { at: instant(clock.now().epochMilliseconds), domain: courier.domain }
      const outcome = await noteBounce(store, bounce, sending)
      if (outcome === 'address_disabled') deliver()
      return { outcome, delivery: outcome === 'unknown' ? null : bounce.delivery }
    },
  )

  async function found(id: string): Promise<DeliveryRecord> {
    const delivery = await deliveryById(store.db, id)
    if (delivery === null) throw problem('DELIVERY_UNKNOWN', `There is no delivery ${id}.`)
    return delivery
  }

  function bodyOf(one: DeliveryRecord) {
    return {
      number: one.number,
      id: one.id,
      purpose: one.purpose,
      state: one.state,
      channel: one.channel,
      subscription: { ...one.subscription },
      message_id: one.messageId,
      alerts: one.alerts.map((intent) => alertBody(intent, `${publicUrl()}/v1`)),
      report: one.report,
      attempts: one.attempts,
      created_at: formatInstant(one.createdAt),
      next_attempt_at: one.nextAttemptAt && formatInstant(one.nextAttemptAt),
      sent_at: one.sentAt && formatInstant(one.sentAt),
      answer: one.answer,
    }
  }
}
