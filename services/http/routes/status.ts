import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Prepared } from '../../status/index.ts'
import type { App, AppDeps } from '../app.ts'
import { problem } from '../problem.ts'

const config = { access: 'public' } as const

/** `GET /v1/status` and `/v1/status/{agreement}`: prepared bytes, 304 when the caller has them already. */
export function statusRoutes(app: App, { status, publicRead }: AppDeps): void {
  const caching = `${publicRead ? 'public' : 'private'}, max-age=0, must-revalidate, stale-while-revalidate=30`

  function send(request: FastifyRequest, reply: FastifyReply, { body, etag }: Prepared): FastifyReply {
    if (status.seq < 0) throw problem('NOT_READY', 'The status is being prepared.')
    reply.header('ETag', etag).header('Cache-Control', caching)
    if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(body)
  }

  app.get('/v1/status', { config }, async (request, reply) => send(request, reply, status.all()))

  app.get(
    '/v1/status/:agreement',
    { config, schema: { params: Type.Object({ agreement: Type.String() }) } },
    async (request, reply) => {
      const prepared = status.agreement(request.params.agreement)
      if (!prepared && status.seq < 0) return send(request, reply, status.all())
      if (!prepared) throw problem('AGREEMENT_UNKNOWN', `There is no agreement ${request.params.agreement}.`)
      return send(request, reply, prepared)
    },
  )
}

/** @see RFC 9110, 13.1.2: a weak comparison; proxies that compress make ours weak */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((one) => {
    const tag = one.trim()
    return tag === '*' || tag === etag || tag === `W/${etag}`
  })
}
