import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Doors } from '../access/index.ts'
import type { App } from './app.ts'

/** What pages of other origins may see of an answer, beside what every page may. */
const EXPOSED = 'ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id'

/** How long a browser may remember what it was allowed; seconds. */
const REMEMBERED = '600'

/**
 * Lets the pages of listed origins read what is answered. They have to bring a key: no cookie of ours is theirs to send.
 * What is answered then depends on who asks, and caches are told so.
 */
export function shareAnswers(app: App, { corsOrigins }: Doors): void {
  if (corsOrigins.size === 0) return
  app.addHook('onRequest', ({ headers: { origin } }, reply, done) => {
    if (origin !== undefined && corsOrigins.has(origin)) {
      reply.header('Access-Control-Allow-Origin', origin).header('Access-Control-Expose-Headers', EXPOSED)
    }
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const vary = reply.getHeader('vary')
    reply.header('Vary', vary === undefined ? 'Origin' : `${String(vary)}, Origin`)
    done()
  })
}

/** Whether a browser asks what a page of a listed origin may send. */
export function isPreflight({ method, headers }: FastifyRequest, { corsOrigins }: Doors): boolean {
  const { origin, 'access-control-request-method': asked } = headers
  return method === 'OPTIONS' && asked !== undefined && origin !== undefined && corsOrigins.has(origin)
}

/** @param allow  the methods of the path */
export function answerPreflight({ headers }: FastifyRequest, reply: FastifyReply, allow: string): FastifyReply {
  const asked = String(headers['access-control-request-headers'] ?? '')
  // Only names are repeated. What they may be is for the route to say: `ce-…` has no end.
  const names = /^[\w-]+(\s*,\s*[\w-]+)*$/.test(asked) ? asked : ''
  reply.header('Access-Control-Allow-Methods', allow).header('Access-Control-Max-Age', REMEMBERED)
  if (names !== '') reply.header('Access-Control-Allow-Headers', names)
  return reply.header('Vary', 'Access-Control-Request-Headers').code(204).send()
}
