import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type Instant, instant } from '../../../rules/index.ts'
import {
  acknowledge,
  changeState,
  createSilence,
  EVERYTHING,
  type Intent,
  intentsByNumber,
  type LinkAction,
  readActionToken,
  type Subscription,
  subscriptionById,
} from '../../alerts/index.ts'
import { type Author, note } from '../../audit/index.ts'
import { deliveryById } from '../../delivery/index.ts'
import { FORMS, reportById } from '../../reports/index.ts'
import { Html, html } from '../../text/index.ts'
import type { App, AppDeps } from '../app.ts'
import { problem } from '../problem.ts'
import { REPORT_FILES, sendReportFile } from '../report-file.ts'

const Params = Type.Object({ token: Type.String({ maxLength: 200 }) })
const FileParams = Type.Object({ ...Params.properties, form: Type.Enum([...FORMS]) })

/** Forms of browsers, and what mail providers post (RFC 8058). */
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'] as const

const DAY_MS = 24 * 3_600_000

/** For how many days a reader may silence a case. */
const SILENCE_DAYS = [1, 7, 30] as const

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** What is done by a link; the other shows a report. */
type Deed = Exclude<LinkAction, 'report'>

/** What a link is about. */
interface Linked {
  readonly action: LinkAction
  readonly subscription: Subscription
  /** The id of the report that the message told of. */
  readonly report: string | null
  /** What the message told of. */
  readonly alerts: readonly Intent[]
}

/**
 * `/v1/links/…`: what a reader can do by the links of a message. Looking at one changes nothing, since whatever checks
 * mails follows every link; the form that it shows does, and so does what mail programs post by themselves.
 */
export function linkRoutes(app: App, { store, clock, secrets }: AppDeps): void {
  const now = () => instant(clock.now().epochMilliseconds)
  const config = { access: 'open' as const, takes: FORM_TYPES, repeats: 'ignored' as const }
  const documented = { answers: { 'text/html': Type.String() } }

  app.addContentTypeParser(
    [...FORM_TYPES],
    { parseAs: 'string', bodyLimit: 16_384 },
    async (_: unknown, body: string) => body,
  )

  app.get(
    '/v1/links/:token',
    {
      config: { ...config, documented },
      schema: {
        operationId: 'showLink',
        tags: ['Alerts'],
        summary: 'What the link of a message does, with a form that does it',
        params: Params,
      },
    },
    async (request, reply) => {
      const { action, ...about } = await linked(request.params.token, now())
      return page(reply, action === 'report' ? filesOf(request.params.token) : formOf({ ...about, action }))
    },
  )

  app.get(
    '/v1/links/:token/files/:form',
    {
      config: { access: 'open', documented: REPORT_FILES },
      schema: {
        operationId: 'readLinkedReport',
        tags: ['Reports'],
        summary: 'The report that a message told of, for whoever was sent it',
        params: FileParams,
      },
    },
    async (request, reply) => {
      const { token, form } = request.params
      const { action, report, subscription } = await linked(token, now())
      const found = report === null || action !== 'report' ? null : await reportById(store.db, report)
      if (found === null) throw problem('LINK_UNKNOWN', 'This is no link to a report.')
      if (subscription.state !== 'active')
        throw problem('LINK_EXPIRED', 'This subscription is not active any more, and its links to reports with it.')
      reply.header('Referrer-Policy', 'no-referrer').header('X-Robots-Tag', 'noindex')
      return sendReportFile(request, reply, store, found, form)
    },
  )

  app.post(
    '/v1/links/:token',
    {
      config: { ...config, documented: { ...documented, body: Type.String() } },
      schema: {
        operationId: 'followLink',
        tags: ['Alerts'],
        summary: 'Do what the link of a message does; also one-click unsubscribe (RFC 8058)',
        params: Params,
      },
    },
    async (request, reply) => {
      const at = now()
      const found = await linked(request.params.token, at)
      const { action } = found
      if (action === 'report') return page(reply, filesOf(request.params.token))
      const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
      const author = { actor: `subscription:${found.subscription.id}`, at, requestId: request.id } as const
      return page(reply, await carryOut({ ...found, action }, form, author))
    },
  )

  async function linked(token: string, at: Instant): Promise<Linked> {
    const read = readActionToken(token, at, secrets)
    if (read === 'expired') throw problem('LINK_EXPIRED', 'This link is too old. A newer message has another one.')
    const delivery = read && (await deliveryById(store.db, read.delivery))
    const subscription = delivery && (await subscriptionById(store.db, delivery.subscription.id))
    if (!read || !delivery || !subscription) throw problem('LINK_UNKNOWN', 'This is no link of ours.')
    const found = await intentsByNumber(
      store.db,
      delivery.alerts.map(({ number }) => number),
    )
    return { action: read.action, subscription, report: delivery.report, alerts: [...found.values()] }
  }

  async function carryOut(
    link: Linked & { readonly action: Deed },
    form: URLSearchParams,
    author: Author,
  ): Promise<Html> {
    const { action, subscription, alerts } = link
    return store.transaction(async (trx) => {
      switch (action) {
        case 'unsubscribe':
          if (subscription.state === 'active' || subscription.state === 'unconfirmed') {
            await changeState(trx, subscription.id, 'unsubscribed', 'its reader unsubscribed', author.at)
            await note(trx, author, 'subscription.ended', { subject: subscription.id })
          }
          return done('You are unsubscribed.', 'Nothing more is sent to you by this subscription.')
        case 'confirm':
          if (subscription.state === 'unconfirmed') {
            await changeState(trx, subscription.id, 'active', 'its reader confirmed it', author.at)
            await note(trx, author, 'subscription.changed', { subject: subscription.id, details: { state: 'active' } })
          } else if (subscription.state !== 'active') {
            return done('This subscription has ended.', 'Ask for a new one.')
          }
          return done('The subscription is confirmed.', 'From now on you are told.')
        case 'acknowledge': {
          const said = form.get('note')?.trim().slice(0, 2_000) || null
          for (const intent of alerts) await acknowledge(trx, intent, { by: author.actor, note: said, at: author.at })
          await note(trx, author, 'alert.acknowledged', { subject: alerts.map(({ number }) => number).join(' ') })
          return done('Acknowledged.', 'Nobody else is told because nobody looks after it.')
        }
        case 'silence': {
          const asked = Number(form.get('days'))
          const days = SILENCE_DAYS.find((one) => one === asked) ?? SILENCE_DAYS[0]
          const reason = form.get('reason')?.trim().slice(0, 500) || 'silenced by its reader'
          const expiresAt = (author.at + days * DAY_MS) as Instant
          for (const about of new Set(alerts.map((intent) => intent.about))) {
            const order = { about, filter: EVERYTHING, subscription: subscription.id, reason, expiresAt }
            await createSilence(trx, order, author)
          }
          return done('Silenced.', 'You hear of it again when its verdict changes, or when the time is over.')
        }
      }
    })
  }
}

const WORDS = {
  unsubscribe: { title: 'Unsubscribe', text: 'Nothing more will be sent to you by this subscription.' },
  confirm: { title: 'Confirm the subscription', text: 'From then on you are told. Without it nothing is sent to you.' },
  acknowledge: { title: 'Acknowledge', text: 'You look after it: nobody else is told because nobody does.' },
  silence: {
    title: 'Silence',
    text: 'You are not told of this any more until its verdict changes, or the time is over.',
  },
} as const satisfies Record<Deed, { title: string; text: string }>

/** What is asked before it is done: there is no other word for "yes" than to send it. */
function formOf({ action, subscription, alerts }: Omit<Linked, 'action'> & { readonly action: Deed }): Html {
  const { title, text } = WORDS[action]
  const titles = new Set(
    alerts.map(({ body }) =>
      body.about === 'case' ? `${body.commitment.title} · ${body.agreement.title}` : body.agreement.title,
    ),
  )
  return html`<h1>${title}</h1>
<p>${subscription.name}</p>
<ul>${[...titles].map((one) => html`<li>${one}</li>`)}</ul>
<p>${text}</p>
<form method="post">${
    action === 'acknowledge'
      ? html`<p><label>Note (may be left out)<br><textarea name="note" rows="3" maxlength="2000"></textarea></label></p>`
      : null
  }${
    action === 'silence'
      ? html`<p><label>For how long<br><select name="days">${SILENCE_DAYS.map(
          (days) => html`<option value="${days}">${days === 1 ? '1 day' : `${days} days`}</option>`,
        )}</select></label></p><p><label>Why (may be left out)<br><input name="reason" maxlength="500"></label></p>`
      : null
  }<button>${title}</button></form>`
}

/** Where the report is that a link leads to. */
function filesOf(token: string): Html {
  return html`<h1>Report</h1>
<ul>${FORMS.map((form) => html`<li><a href="${token}/files/${form}">${form}</a></li>`)}</ul>`
}

function done(title: string, text: string): Html {
  return html`<h1>${title}</h1><p>${text}</p>`
}

const STYLE =
  new Html(`:root{color-scheme:light dark}body{font:1.05rem/1.5 system-ui,sans-serif;max-width:36em;margin:0 auto;padding:1.5rem}
button{font:inherit;font-weight:600;padding:.7em 1.4em}textarea,input,select{font:inherit;width:100%;box-sizing:border-box;padding:.4em}
li,p{overflow-wrap:anywhere}`)

function page(reply: FastifyReply, body: Html): FastifyReply {
  const { text } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>Servanda</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>
`
  reply.header('Content-Security-Policy', PAGE_POLICY)
  reply.header('Cache-Control', 'no-store')
  reply.header('Referrer-Policy', 'no-referrer')
  return reply.type('text/html; charset=utf-8').send(text)
}
