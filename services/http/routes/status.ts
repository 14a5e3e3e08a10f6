import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { INDICATORS, type Indicator } from '../../../rules/index.ts'
import {
  agreementView,
  allView,
  badgeView,
  checkOf,
  commitmentView,
  type Prepared,
  summaryView,
} from '../../status/index.ts'
import { encodingFor } from '../accept-encoding.ts'
import type { App, AppDeps } from '../app.ts'
import { problem } from '../problem.ts'

const config = { access: 'public' } as const

const JSON_TYPE = 'application/json; charset=utf-8'
const SVG_TYPE = 'image/svg+xml; charset=utf-8'

const AgreementParams = Type.Object({ agreement: Type.String() })
const CommitmentParams = Type.Object({ agreement: Type.String(), commitment: Type.String() })
const BadgeParams = Type.Object({ file: Type.String() })
const CommitmentBadgeParams = Type.Object({ agreement: Type.String(), file: Type.String() })

const CheckQuery = Type.Object(
  { fail_on: Type.Optional(Type.String({ maxLength: 200 })), agreement: Type.Optional(Type.String()) },
  { additionalProperties: false },
)

/** What people and machines poll: prepared bytes, 304 when the caller has them already. */
export function statusRoutes(app: App, { status, publicRead, publicUrl }: AppDeps): void {
  const caching = `${publicRead ? 'public' : 'private'}, max-age=0, must-revalidate, stale-while-revalidate=30`

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    prepared: Prepared,
    type: string = JSON_TYPE,
  ): Promise<FastifyReply> {
    const { 'accept-encoding': accepted, 'if-none-match': had } = request.headers
    const encoding = encodingFor(accepted)
    const etag = prepared.etagIn(encoding)
    reply.headers({ ETag: etag, 'Cache-Control': caching, Vary: 'Accept-Encoding' })
    if (matches(had, etag)) return reply.code(304).send()
    const body = await prepared.bodyIn(encoding)
    if (encoding !== 'identity') reply.header('Content-Encoding', encoding)
    return reply.type(type).send(body)
  }

  /** @param asked  of what it was prepared; null: of everything */
  function there(prepared: Prepared | null, asked: Asked | null = null): Prepared {
    if (prepared !== null) return prepared
    if (status.seq < 0 || asked === null) throw problem('NOT_READY', 'The status is being prepared.')
    throw notThere(asked)
  }

  app.get('/v1/status', { config }, async (request, reply) => send(request, reply, there(allView(status))))

  app.get('/v1/status/summary.json', { config }, async (request, reply) =>
    send(request, reply, there(summaryView(status, publicUrl()))),
  )

  app.get('/v1/status/check', { config, schema: { querystring: CheckQuery } }, async ({ query }, reply) => {
    const document = status.status
    if (document === null) throw problem('NOT_READY', 'The status is being prepared.')
    const failOn = readIndicators(query.fail_on ?? 'breached')
    const { agreement = null } = query
    if (agreement !== null && !document.agreements.some(({ id }) => id === agreement))
      throw notThere({ agreement, commitment: null })
    const check = checkOf(document, failOn, agreement)
    return reply
      .code(check.ok ? 200 : 503)
      .header('Cache-Control', 'no-store')
      .send(check)
  })

  app.get('/v1/status/:agreement', { config, schema: { params: AgreementParams } }, async (request, reply) => {
    const { agreement } = request.params
    return send(request, reply, there(agreementView(status, agreement), { agreement, commitment: null }))
  })

  app.get(
    '/v1/status/:agreement/:commitment',
    { config, schema: { params: CommitmentParams } },
    async (request, reply) => {
      const { agreement, commitment } = request.params
      return send(request, reply, there(commitmentView(status, { agreement, commitment }), request.params))
    },
  )

  app.get('/v1/badges/:file', { config, schema: { params: BadgeParams } }, async (request, reply) => {
    const { id: agreement, form } = readBadge(request.params.file)
    return sendBadge(request, reply, { agreement, commitment: null, form })
  })

  app.get(
    '/v1/badges/:agreement/:file',
    { config, schema: { params: CommitmentBadgeParams } },
    async (request, reply) => {
      const { id: commitment, form } = readBadge(request.params.file)
      return sendBadge(request, reply, { agreement: request.params.agreement, commitment, form })
    },
  )

  function sendBadge(request: FastifyRequest, reply: FastifyReply, badge: BadgeOrder): Promise<FastifyReply> {
    return send(request, reply, there(badgeView(status, badge), badge), badge.form === 'svg' ? SVG_TYPE : JSON_TYPE)
  }
}

/** What of the status is asked for. */
interface Asked {
  readonly agreement: string
  /** Null: all of them. */
  readonly commitment: string | null
}

interface BadgeOrder extends Asked {
  readonly form: 'json' | 'svg'
}

function notThere({ agreement, commitment }: Asked) {
  if (commitment === null) return problem('AGREEMENT_UNKNOWN', `There is no agreement ${agreement}.`)
  return problem('COMMITMENT_UNKNOWN', `There is no commitment ${commitment} in an agreement ${agreement}.`)
}

/** `accord.svg` or `accord.json`. */
function readBadge(file: string): { readonly id: string; readonly form: 'json' | 'svg' } {
  const [, id, form] = /^(.+)\.(json|svg)$/.exec(file) ?? []
  if (id === undefined) throw problem('RESOURCE_UNKNOWN', 'A badge is asked for as .svg or .json.')
  return { id, form: form as 'json' | 'svg' }
}

function readIndicators(text: string): readonly Indicator[] {
  const words = text.split(',').map((one) => one.trim())
  const unknown = words.filter((one) => !INDICATORS.some((indicator) => indicator === one))
  if (unknown.length === 0) return words as Indicator[]
  throw problem('REQUEST_INVALID', `There is no indicator ${unknown.join(', ')}.`, [
    { pointer: '/fail_on', message: `not among ${INDICATORS.join(', ')}`, mend: 'for example breached,overdue' },
  ])
}

/** @see RFC 9110, 13.1.2: a weak comparison; proxies that compress make ours weak */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((one) => {
    const tag = one.trim()
    return tag === '*' || tag === etag || tag === `W/${etag}`
  })
}
