import type { FastifyReply, FastifyRequest } from 'fastify'
import { type IsShown, type Prepared, SHOW_ALL, type StatusProjection } from '../status/index.ts'
import { encodingFor } from './accept-encoding.ts'
import type { AppDeps } from './app.ts'
import { problem } from './problem.ts'

/** What of the status is asked for. */
export interface Asked {
  /** Null: all of them. */
  readonly agreement: string | null
  readonly commitment: string | null
}

/** How prepared bytes are sent: 304 to who has them already, compressed to who takes that. */
export interface PreparedAnswer {
  /** Which agreements the sender of `request` may see. */
  isShown(request: FastifyRequest): IsShown
  /** Sends what `view` makes of what may be seen; who asks the same again gets what it makes by then. @throws as `send` does */
  poll(
    request: FastifyRequest,
    reply: FastifyReply,
    view: (isShown: IsShown) => Prepared | null,
    how: { readonly type: string; readonly asked?: Asked },
  ): FastifyReply | Promise<FastifyReply>
  /** @throws {ServandaError} when nothing is there of what is `asked` for */
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    prepared: Prepared | null,
    how: { readonly type: string; readonly asked?: Asked },
  ): FastifyReply | Promise<FastifyReply>
}

/** What of the projection this has to know. */
type Seen = Pick<StatusProjection, 'seq' | 'isPublic'>

const CACHING = 'max-age=0, must-revalidate, stale-while-revalidate=30'

export function preparedAnswers(status: Seen, { publicRead }: Pick<AppDeps, 'publicRead'>): PreparedAnswer {
  /** What a reader with a key sees is not for others. */
  const caching = (request: FastifyRequest) => (publicRead && !request.readsAll ? PUBLIC : PRIVATE)

  const answer: PreparedAnswer = {
    isShown: (request) => (request.readsAll ? SHOW_ALL : status.isPublic),
    poll(request, reply, view, how) {
      const isShown = answer.isShown(request)
      request.polled = () => view(isShown)
      return answer.send(request, reply, view(isShown), how)
    },
    send(request, reply, prepared, { type, asked }) {
      if (prepared === null) throw notThere(status, asked)
      const { 'accept-encoding': accepted, 'if-none-match': had } = request.headers
      const encoding = encodingFor(accepted)
      const etag = prepared.etagIn(encoding)
      reply.header('ETag', etag).header('Cache-Control', caching(request)).header('Vary', VARY)
      if (had !== undefined && matches(had, etag)) return reply.code(304).send()
      reply.type(type)
      if (encoding === 'identity') return reply.send(prepared.body)
      reply.header('Content-Encoding', encoding)
      const body = prepared.bodyIn(encoding)
      return body instanceof Promise ? body.then((bytes) => reply.send(bytes)) : reply.send(body)
    },
  }
  return answer
}

const PUBLIC = `public, ${CACHING}`
const PRIVATE = `private, ${CACHING}`
const VARY = 'Accept-Encoding, Authorization'

function notThere(status: Seen, { agreement, commitment }: Asked = { agreement: null, commitment: null }) {
  if (status.seq < 0 || agreement === null) return problem('NOT_READY', 'The status is being prepared.')
  if (commitment === null) return problem('AGREEMENT_UNKNOWN', `There is no agreement ${agreement}.`)
  return problem('COMMITMENT_UNKNOWN', `There is no commitment ${commitment} in an agreement ${agreement}.`)
}

/** @see RFC 9110, 13.1.2: a weak comparison; proxies that compress make ours weak */
export function matches(header: string, etag: string): boolean {
  if (header === etag) return true
  return header.split(',').some((one) => {
    const tag = one.trim()
    return tag === '*' || tag === etag || tag === `W/${etag}`
  })
}
