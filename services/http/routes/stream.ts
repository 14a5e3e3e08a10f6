import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isServandaError, ServandaError } from '../../../config/error.ts'
import { SHOW_ALL, type Sink, StatusStream } from '../../status/index.ts'
import type { App, AppDeps } from '../app.ts'
import { problem } from '../problem.ts'

const config = { access: 'public', documented: { answers: { 'text/event-stream': Type.String() } } } as const

const StreamQuery = Type.Object(
  {
    agreement: Type.Optional(Type.String({ maxLength: 200, description: 'Only what concerns this one' })),
    last_event_id: Type.Optional(
      Type.String({ maxLength: 40, description: 'For clients that cannot send the header Last-Event-ID' }),
    ),
  },
  { additionalProperties: false },
)

/** Connections that one process keeps; each takes some tens of kilobytes. */
const MOST_FOLLOWERS = 5_000

/** When there is no room: until somebody has gone. */
const COME_BACK_SECONDS = 10

/** A stream lasts longer than a key may. */
const KEY_AGAIN_MS = 60_000

/** What is said of a key, or a session, that may not go on. */
const ENDINGS = ['KEY_INVALID', 'SCOPE_MISSING', 'SESSION_ENDED']

/** `GET /v1/stream`: what changes in the status, as server-sent events. */
export function streamRoutes(
  app: App,
  { store, status, log, publicUrl, mostFollowers = MOST_FOLLOWERS }: AppDeps,
): void {
  const stream = new StatusStream({ store, status, log, statusUrl: () => `${publicUrl()}/v1/status` })
  app.addHook('preClose', async () => stream.close())

  const schema = {
    operationId: 'followStatus',
    tags: ['Status'],
    summary: 'What changes, as server-sent events',
    querystring: StreamQuery,
  }
  app.get('/v1/stream', { config, schema }, async (request, reply) => {
    const { agreement = null, last_event_id: asked } = request.query
    const isShown = request.readsAll ? SHOW_ALL : status.isPublic
    if (status.seq < 0) throw problem('NOT_READY', 'The status is being prepared.')
    if (agreement !== null && status.agreement(agreement, isShown) === null) {
      throw problem('AGREEMENT_UNKNOWN', `There is no agreement ${agreement}.`)
    }
    const headers = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' }
    reply.headers(headers).type('text/event-stream; charset=utf-8')
    if (request.method === 'HEAD') return reply.send('')
    if (stream.followers >= mostFollowers) throw full(stream.followers)
    const sent = request.headers['last-event-id']
    const lastEventId = (Array.isArray(sent) ? sent[0] : sent) ?? asked ?? null
    const raw = begin(request, reply)
    const stop = stream.follow(sinkOf(raw), { agreement, isShown, lastEventId })
    const ending = request.accessKey && setInterval(() => void endWithKey(request, raw), KEY_AGAIN_MS).unref()
    raw.once('close', () => {
      stop()
      if (ending) clearInterval(ending)
    })
    return reply
  })
}

/** From here on the response is ours: it is written as things happen, and has no end of its own. */
function begin(request: FastifyRequest, reply: FastifyReply): ServerResponse {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': request.id,
  } as NodeJS.Dict<string>)
  raw.flushHeaders()
  return raw
}

function sinkOf(raw: ServerResponse): Sink {
  return {
    write: (bytes) => raw.write(bytes),
    drained: () =>
      new Promise((resolve) => {
        const done = () => {
          raw.off('drain', done).off('close', done)
          resolve()
        }
        if (raw.writableNeedDrain) raw.on('drain', done).on('close', done)
        else resolve()
      }),
    end: () => raw.end(),
    destroy: () => raw.destroy(),
  }
}

async function endWithKey(request: FastifyRequest, raw: ServerResponse): Promise<void> {
  try {
    await request.keyAgain()
  } catch (error) {
    // While the database is away nobody can tell whether the key still holds.
    if (ENDINGS.some((code) => isServandaError(error, code))) raw.end()
  }
}

function full(followers: number): ServandaError {
  const message = `${followers} connections follow the status here already. Poll it, or try again soon.`
  return new ServandaError('STREAM_FULL', message, { details: { retryAfter: COME_BACK_SECONDS } })
}
