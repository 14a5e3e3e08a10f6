import { Type } from 'typebox'
import { formatInstant, instant } from '../../../rules/index.ts'
import {
  ALERT_KINDS,
  type AlertKind,
  acknowledge,
  acknowledgementsOf,
  alertMute,
  alertPages,
  endMute,
  type Intent,
  intentsByNumber,
  type Mute,
  muteAlerts,
  subscriptionById,
} from '../../alerts/index.ts'
import { note } from '../../audit/index.ts'
import { letterFor } from '../../letters/index.ts'
import { renderHtml, renderText } from '../../mail/index.ts'
import { AcknowledgementShape, ALERT_FIELDS, acknowledgementBody, alertBody } from '../alert-shapes.ts'
import type { App, AppDeps } from '../app.ts'
import { actorOf, authorOf, type Caller } from '../credentials.ts'
import { endWithin } from '../idempotency.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { problem } from '../problem.ts'
import { readList, readWords, Several } from '../query.ts'
import { readLater } from '../read-later.ts'
import { Moment, Nothing, orNull } from '../shapes.ts'

const config = { access: 'alerts' } as const

const AlertShape = Type.Object({ ...ALERT_FIELDS, acknowledgement: orNull(AcknowledgementShape) })

const Params = Type.Object({ number: Type.String({ pattern: '^[1-9]\\d{0,15}$' }) })

const MuteShape = Type.Object({ reason: Type.String(), by: Type.String(), since: Moment, until: orNull(Moment) })

/** `/v1/alerts`: what there was to tell, and who looks after it; and a mute for everything. */
export function alertRoutes(app: App, { store, clock, publicUrl, contextOf, deliver }: AppDeps): void {
  const base = () => `${publicUrl()}/v1`

  app.get(
    '/v1/alerts',
    {
      config,
      schema: {
        operationId: 'listAlerts',
        tags: ['Alerts'],
        summary: 'What there was to tell, newest first, whoever was told',
        querystring: Type.Object(
          {
            ...PAGE_PARAMETERS,
            agreement: Several(),
            kind: Several(ALERT_KINDS),
            about: Type.Optional(Type.String({ minLength: 1, maxLength: 6_000, description: 'The id of a case' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ alerts: Type.Array(AlertShape) }) },
      },
    },
    async (request, reply) => {
      const { agreement, kind, about = null } = request.query
      const kinds = readWords<AlertKind>(kind, ALERT_KINDS, 'kind')
      const asked = { agreements: readList(agreement), kinds, about }
      const page = await alertPages(store.db, asked, readPage(request.query, NumberKey))
      linkNext(request, reply, page, publicUrl())
      reply.header('Cache-Control', 'no-store')
      return {
        alerts: page.items.map(({ intent, acknowledgement }) => ({
          ...alertBody(intent, base()),
          acknowledgement: acknowledgementBody(acknowledgement),
        })),
      }
    },
  )

  app.get(
    '/v1/alerts/:number',
    {
      config,
      schema: {
        operationId: 'readAlert',
        tags: ['Alerts'],
        summary: 'One alert',
        params: Params,
        response: { 200: AlertShape },
      },
    },
    async (request) => answer(await found(request.params.number)),
  )

  app.post(
    '/v1/alerts/:number/acknowledgement',
    {
      config: { ...config, repeats: 'answered' },
      schema: {
        operationId: 'acknowledgeAlert',
        tags: ['Alerts'],
        summary: 'Say that somebody looks after it: nobody else is told because nobody does',
        params: Params,
        body: Type.Object({ note: Type.Optional(Type.String({ maxLength: 2_000 })) }, { additionalProperties: false }),
        response: { 200: AlertShape },
      },
    },
    async (request) => {
      const intent = await found(request.params.number)
      const author = authorOf(request, clock)
      const by = actorOf(request.caller as Caller)
      await store.transaction(async (trx) => {
        await acknowledge(trx, intent, { by, note: request.body.note ?? null, at: author.at })
        await note(trx, author, 'alert.acknowledged', { subject: String(intent.number) })
      })
      return answer(intent)
    },
  )

  app.get(
    '/v1/alerts/:number/letter',
    {
      config: { ...config, documented: { answers: { 'text/plain': Type.String(), 'text/html': Type.String() } } },
      schema: {
        operationId: 'previewLetter',
        tags: ['Alerts'],
        summary: 'The mail that would tell a subscription of it, without anything being sent',
        params: Params,
        querystring: Type.Object(
          {
            subscription: Type.String({ minLength: 1, maxLength: 40 }),
            format: Type.Optional(Type.Enum(['text', 'html'])),
          },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const intent = await found(request.params.number)
      const subscription = await subscriptionById(store.db, request.query.subscription)
      if (subscription === null)
        throw problem('SUBSCRIPTION_UNKNOWN', `There is no subscription ${request.query.subscription}.`)
      const before =
        intent.replaces === null ? undefined : (await intentsByNumber(store.db, [intent.replaces])).get(intent.replaces)
      const replaces = before ? { intent: before, sentAt: null } : null
      const delivery = {
        id: '0'.repeat(32),
        subscription,
        receiver: '',
        content: { purpose: 'alert' as const, alerts: [{ intent, because: 'subscribed' as const, replaces }] },
        messageId: '<preview@localhost>',
        thread: [],
        attempts: 1,
        createdAt: instant(clock.now().epochMilliseconds),
      }
      const letter = letterFor(delivery, await contextOf(delivery))
      const isHtml = request.query.format === 'html'
      return reply
        .header('Cache-Control', 'no-store')
        .header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        .type(isHtml ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8')
        .send(isHtml ? renderHtml(letter) : renderText(letter))
    },
  )

  app.get(
    '/v1/alerts/mute',
    {
      config,
      schema: {
        operationId: 'readMute',
        tags: ['Alerts'],
        summary: 'Whether all alerts are muted',
        response: { 200: Type.Object({ mute: orNull(MuteShape) }) },
      },
    },
    async () => ({ mute: muteBody(await alertMute(store.db)) }),
  )

  app.put(
    '/v1/alerts/mute',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'muteAlerts',
        tags: ['Alerts'],
        summary: 'Let nothing go out for now; what there is to tell waits, and is told when the mute ends',
        body: Type.Object(
          {
            reason: Type.String({ minLength: 1, maxLength: 500 }),
            until: Type.Optional(Type.String({ maxLength: 40, description: 'When it ends by itself' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ mute: MuteShape }) },
      },
    },
    async (request) => {
      const author = authorOf(request, clock)
      const { reason, until } = request.body
      const ends = until === undefined ? null : readLater(until, 'until', author.at)
      const mute = await store.transaction((trx) => muteAlerts(trx, { reason, until: ends }, author))
      return { mute: muteBody(mute) as NonNullable<ReturnType<typeof muteBody>> }
    },
  )

  app.delete(
    '/v1/alerts/mute',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'unmuteAlerts',
        tags: ['Alerts'],
        summary: 'End the mute: what has waited is told',
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const author = authorOf(request, clock)
      await store.transaction(async (trx) => {
        await endMute(trx, author)
        await endWithin(trx, request, 204)
      })
      deliver()
      return reply.code(204).send(null)
    },
  )

  async function found(number: string): Promise<Intent> {
    const intent = (await intentsByNumber(store.db, [Number(number)])).get(Number(number))
    if (!intent) throw problem('ALERT_UNKNOWN', `There is no alert ${number}.`)
    return intent
  }

  async function answer(intent: Intent) {
    const acknowledgement = (await acknowledgementsOf(store.db, [intent.number])).get(intent.number) ?? null
    return { ...alertBody(intent, base()), acknowledgement: acknowledgementBody(acknowledgement) }
  }
}

function muteBody(mute: Mute | null) {
  return (
    mute && {
      reason: mute.reason,
      by: mute.by,
      since: formatInstant(mute.since),
      until: mute.until && formatInstant(mute.until),
    }
  )
}
