import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { type Instant, instant } from '../../rules/index.ts'
import { sha256 } from '../ledger/index.ts'
import type { Database } from '../store/index.ts'
import type { App, AppDeps } from './app.ts'
import { typeOf } from './body.ts'
import { actorOf } from './credentials.ts'
import { type Attempt, beginAttempt, endAttempt, type Kept, releaseAttempt, suspendAttempt } from './kept-answers.ts'
import { problem, problemAfter } from './problem.ts'

/**
 * What becomes of a request that comes again under one `Idempotency-Key` once it was carried out: it is `answered` as
 * the first time; `refused`, because the answer holds what may not be kept; or the header is `ignored`, where nothing is made.
 */
export type Repeats = 'answered' | 'refused' | 'ignored'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For `POST`: `refused` when left out, so that no secret is kept by oversight. */
    repeats?: Repeats
  }
  interface FastifyRequest {
    /** The attempt that a request under an `Idempotency-Key` is; null without one. */
    attempt: Attempt | null
  }
}

/** @see draft-ietf-httpapi-idempotency-key-header: a string in quotes; without them it is taken too */
const HEADER = /^(?:"([\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/

/** The same, for the description alone. */
export const IDEMPOTENCY_HEADERS = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({ description: 'Names this request: sent again under the same name, it is not carried out twice' }),
  ),
})

/** The headers of an answer that are told again. */
const KEPT_HEADERS = ['content-type', 'etag', 'location'] as const

/** Carries out a `POST` under an `Idempotency-Key` once, and answers it again when it comes again. */
export function keepAnswers(app: App, { store, clock, log }: Pick<AppDeps, 'store' | 'clock' | 'log'>): void {
  app.decorateRequest('attempt', null)
  // Only what makes something has attempts: nothing else is asked about them.
  app.addHook('onRoute', (route) => {
    if (![route.method].flat().includes('POST')) return
    route.preHandler = [begin, ...[route.preHandler ?? []].flat()]
    route.onSend = [end, ...[route.onSend ?? []].flat()]
  })

  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const name = nameIn(request)
    if (name === null || request.caller === null) return undefined
    const now = instant(clock.now().epochMilliseconds)
    const asked = { sender: actorOf(request.caller), name, digest: digestOf(request) }
    const found = await beginAttempt(store.db, asked, { now, rate: clock.rate })
    switch (found.state) {
      case 'begun':
        request.attempt = found.attempt
        return undefined
      case 'other':
        throw problem(
          'IDEMPOTENCY_KEY_REUSED',
          'This Idempotency-Key came with another request before. Send a new one with each new request.',
        )
      case 'under way':
        throw problemAfter(
          1,
          'REQUEST_UNDER_WAY',
          'The same request is being carried out already. Ask again in a moment.',
        )
      case 'done':
        return answerAgain(found.kept, reply)
    }
  }

  async function end(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    const { attempt } = request
    if (attempt === null) return
    request.attempt = null
    try {
      // A connection that broke during the commit leaves open whether it was done.
      if (reply.statusCode >= 500) await suspendAttempt(store.db, attempt)
      // What was refused was not carried out: it may come again, mended too.
      else if (reply.statusCode >= 400) await releaseAttempt(store.db, attempt)
      else await endAttempt(store.db, attempt, keptOf(request, reply, payload))
    } catch (err) {
      log.warn({ err, reqId: request.id }, 'an answer was not kept; the same request would be carried out again')
    }
  }
}

function nameIn({ headers, routeOptions }: FastifyRequest): string | null {
  const header = headers['idempotency-key']
  const isIgnored = routeOptions.config.repeats === 'ignored' || typeOf(headers) === 'application/x-ndjson'
  if (header === undefined || isIgnored) return null
  const [, quoted, bare] = HEADER.exec(String(header).trim()) ?? []
  const name = quoted ?? bare
  if (name !== undefined) return name
  throw problem('REQUEST_INVALID', 'The Idempotency-Key cannot be read.', [
    {
      pointer: '',
      message: 'not a text of 1 to 255 visible ASCII characters',
      mend: 'for example Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324"',
    },
  ])
}

/** Everything that makes two requests the same. */
function digestOf({ method, url, headers, body }: FastifyRequest): string {
  const meant = Object.entries(headers).filter(([name]) => name === 'if-match' || name.startsWith('ce-'))
  return sha256(JSON.stringify([method, url, typeOf(headers), meant.sort(), body ?? null]))
}

function keptOf({ routeOptions }: FastifyRequest, reply: FastifyReply, payload: unknown): Kept {
  const { statusCode: status } = reply
  if (routeOptions.config.repeats !== 'answered') return { status, headers: {}, body: null }
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name)
    return value === undefined ? [] : [[name, String(value)] as const]
  })
  return { status, headers: Object.fromEntries(headers), body: typeof payload === 'string' ? payload : null }
}

function answerAgain({ status, headers, body }: Kept, reply: FastifyReply): FastifyReply {
  if (body === null) {
    throw problem(
      'ANSWER_NOT_KEPT',
      `This was done already (${status}), and what was answered is not kept. If you have not seen it, undo what was done, ` +
        'and ask again under another Idempotency-Key.',
    )
  }
  return reply.code(status).headers(headers).header('Idempotency-Replayed', 'true').send(body)
}

/**
 * Marks the attempt that `request` is as carried out within the transaction that does it, so that it is never done twice;
 * nothing where there is no `Idempotency-Key`. For what is not safe to repeat.
 */
export async function endWithin(trx: Kysely<Database>, { attempt }: FastifyRequest, status: number): Promise<void> {
  if (attempt !== null) await endAttempt(trx, attempt, { status, headers: {}, body: null })
}

/** The instant and an id for what a request makes: the same in each attempt to carry it out, and new ones without. */
export function firstAttempt({ attempt }: FastifyRequest, now: Instant, newId: () => string) {
  return attempt === null ? { at: now, id: newId() } : { at: attempt.firstAt, id: attempt.id }
}
