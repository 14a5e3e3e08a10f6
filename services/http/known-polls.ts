import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import { placeOf } from '../access/index.ts'
import type { Prepared } from '../status/index.ts'
import { encodingFor } from './accept-encoding.ts'
import type { AppDeps } from './app.ts'
import { matches } from './prepared-answer.ts'
import { isFromHere } from './sender.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What prepared bytes it asks for, as they are at any time; null: none, or they have to be looked up. */
    polled: (() => Prepared | null) | null
  }
}

type Deps = Pick<AppDeps, 'limits' | 'log' | 'trustProxy' | 'stopping'> & {
  readonly metrics: Pick<AppDeps['metrics'], 'requestAnswered'>
}

/** A question that was answered before, and what else was said with the answer. */
interface Poll {
  readonly view: () => Prepared | null
  readonly route: string
  /** Names and values by turns, without those that are different each time; null: never answered so. */
  unchanged: readonly string[] | null
  whole: readonly string[] | null
}

/** Of more questions than these, the one that was first asked longest ago is forgotten. */
const MOST_KNOWN = 10_000
const LONGEST_KEY = 1_000

/** What is different in each answer, or is written by the server itself. */
const OWN = new Set(['etag', 'x-request-id', 'content-length', 'date', 'connection', 'keep-alive'])

/**
 * The fast path for who polls without a key: a question that went through the whole server once, with every check, is
 * answered with what is prepared by then when it comes again in the same words. Whatever says who asks, or is asked
 * differently, or too often, goes the long way.
 */
export class KnownPolls {
  readonly #deps: Deps
  readonly #known = new Map<string, Poll>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** The web server: `handle` gets what is not answered here. */
  readonly serve = (handle: RequestListener, options: FastifyServerOptions): Server => {
    const server = createServer((request, response) => {
      if (!this.answer(request, response)) handle(request, response)
    })
    server.keepAliveTimeout = options.keepAliveTimeout ?? server.keepAliveTimeout
    server.requestTimeout = options.requestTimeout ?? server.requestTimeout
    server.setTimeout(options.connectionTimeout ?? 0)
    return server
  }

  /** @returns whether it was answered */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { limits, metrics, log, stopping } = this.#deps
    const isLocal = isFromHere(request)
    const key = keyOf(request, isLocal)
    const poll = key === null ? undefined : this.#known.get(key)
    const prepared = poll?.view()
    if (!poll || !prepared || stopping?.aborted || log.isLevelEnabled('debug')) return false
    const began = performance.now()
    const { 'accept-encoding': accepted, 'if-none-match': had } = request.headers
    const encoding = encodingFor(accepted)
    const etag = prepared.etagIn(encoding)
    const isSame = had !== undefined && matches(had, etag)
    const body = isSame ? null : prepared.bodyIn(encoding)
    const said = isSame ? poll.unchanged : poll.whole
    if (said === null || body instanceof Promise || !(isLocal || this.#mayAsk(request, limits.address))) return false
    const own = ['X-Request-Id', randomUUID(), 'ETag', etag]
    if (body === null) response.writeHead(304, [...said, ...own]).end()
    else response.writeHead(200, [...said, ...own, 'Content-Length', String(body.length)]).end(body)
    metrics.requestAnswered('GET', poll.route, response.statusCode, (performance.now() - began) / 1_000)
    return true
  }

  /** Remembers how `request` was answered, if its answer will do for others too. */
  note({ raw, polled, routeOptions }: FastifyRequest, reply: FastifyReply): void {
    const { statusCode } = reply
    const key = polled === null ? null : keyOf(raw, isFromHere(raw))
    if (polled === null || key === null || (statusCode !== 200 && statusCode !== 304)) return
    const known = this.#known.get(key)
    if ((statusCode === 200 ? known?.whole : known?.unchanged) != null) return
    const poll = known ?? { view: polled, route: routeOptions.url ?? 'none', unchanged: null, whole: null }
    const said = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      OWN.has(name) ? [] : [name, String(value)],
    )
    if (statusCode === 200) poll.whole = said
    else poll.unchanged = said
    this.#known.set(key, poll)
    const [oldest] = this.#known.size > MOST_KNOWN ? this.#known.keys() : []
    if (oldest !== undefined) this.#known.delete(oldest)
  }

  /** Counts it, unless there were too many: those are told so elsewhere. */
  #mayAsk(request: IncomingMessage, limit: AppDeps['limits']['address']): boolean {
    const who = placeOf(this.#addressOf(request))
    if (limit.waitSeconds(who) > 0) return false
    limit.count(who)
    return true
  }

  /** What Fastify finds, which trusts every proxy or none. */
  #addressOf({ headers, socket }: IncomingMessage): string {
    const forwarded = this.#deps.trustProxy ? headers['x-forwarded-for'] : undefined
    const [first = ''] = String(forwarded ?? socket.remoteAddress ?? '').split(',')
    return first.trim()
  }
}

/** Everything that an answer depends on, where nothing says who asks; null: it depends on more. */
function keyOf({ method, url = '', headers }: IncomingMessage, isLocal: boolean): string | null {
  if (method !== 'GET' || headers.authorization !== undefined || headers.cookie !== undefined) return null
  if (headers.origin !== undefined || headers['content-length'] !== undefined) return null
  if (headers['transfer-encoding'] !== undefined) return null
  // No header has a line break in it, so that nothing can pass for something else.
  const key = `${isLocal}\n${headers.host}\n${headers['accept-encoding']}\n${url}`
  return key.length > LONGEST_KEY ? null : key
}
