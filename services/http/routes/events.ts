import { setMaxListeners } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { AccessKey } from '../../access/index.ts'
import type { App, AppDeps } from '../app.ts'
import { JSON_TYPES, typeOf } from '../body.ts'
import { ReceiptShape, receiptBody, refusalProblem } from '../event-answer.ts'
import { answerLines } from '../event-stream.ts'
import { batchBy, EventsShape, eventsIn } from '../events-of-request.ts'
import { problem } from '../problem.ts'

const BatchShape = Type.Object({ events: Type.Array(ReceiptShape) })

const AnswerShape = Type.Union([ReceiptShape, BatchShape])

const NDJSON = 'application/x-ndjson'

/** Streams that one process takes at once: each keeps a few megabytes. */
const MOST_STREAMS = 16

/** How long a stream may bring nothing, and how long its answers may be left lying. */
const STREAM_PATIENCE_MS = 120_000

/** How long a sender may take to read why it was broken off. */
const LAST_WORDS_MS = 2_000

/** `POST /v1/events`: one CloudEvent, a batch that is taken whole or not at all, or a stream of lines, each by itself. */
export function eventRoutes(app: App, deps: AppDeps): void {
  const { append } = deps
  const stream = streams(app, deps)
  app.addContentTypeParser(NDJSON, (_request, body, done) => done(null, body))
  app.post(
    '/v1/events',
    {
      config: {
        access: 'key',
        repeats: 'answered',
        takes: [...JSON_TYPES, NDJSON],
        documented: {
          body: EventsShape,
          answers: {
            [NDJSON]: Type.String({ description: 'A line for each line that was sent, and a last one that sums up' }),
          },
        },
      },
      schema: {
        operationId: 'recordEvents',
        tags: ['Events'],
        summary: 'Record one event, a batch that is taken whole or not at all, or a stream of lines',
        response: { 200: AnswerShape, 202: AnswerShape },
      },
    },
    async (request, reply) => {
      const key = request.accessKey as AccessKey
      if (typeOf(request.headers) === NDJSON) return stream(request, reply)
      const { events, isBatch } = eventsIn(request)
      const outcome = await append(batchBy(key, events))
      if (!outcome.ok) throw refusalProblem(outcome.refusals, isBatch)
      const receipts = outcome.receipts.map(receiptBody)
      const isNew = receipts.some(({ duplicate }) => !duplicate)
      reply.code(isNew ? 202 : 200)
      return isBatch ? { events: receipts } : receipts[0]
    },
  )
}

/** What answers a stream: 200 and its lines, while the request still comes. */
function streams(app: App, { appendInTurn, log, streamPatienceMs = STREAM_PATIENCE_MS }: AppDeps) {
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  app.addHook('preClose', async () => stopping.abort())
  let open = 0

  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity') {
      throw problem('CONTENT_TYPE_UNSUPPORTED', `Lines are taken as they are, without the encoding ${encoding}.`)
    }
    if (open >= MOST_STREAMS) throw problem('LEDGER_BUSY', `${open} streams are being taken already. Try again soon.`)
    open += 1
    const body = request.body as IncomingMessage
    const hangUp = () => void body.destroy()
    const hangUpSoon = () => void setTimeout(hangUp, LAST_WORDS_MS).unref()
    stopping.signal.addEventListener('abort', hangUpSoon)
    reply.raw.once('close', () => {
      open -= 1
      stopping.signal.removeEventListener('abort', hangUpSoon)
      // What is still to come of a stream that was broken off is not waited for.
      if (!body.complete) hangUpSoon()
    })
    const isMinimal = /(^|,)\s*return=minimal\s*(,|;|$)/i.test(String(request.headers.prefer ?? ''))
    if (isMinimal) reply.header('Preference-Applied', 'return=minimal')
    const answers = answerLines(body, {
      append: appendInTurn,
      key: () => request.keyAgain(),
      isMinimal,
      patienceMs: streamPatienceMs,
      stopping: stopping.signal,
      log: log.child({ reqId: request.id }),
    })
    reply.header('Cache-Control', 'no-store').header('X-Accel-Buffering', 'no')
    return reply.type(`${NDJSON}; charset=utf-8`).send(Readable.from(whileRead(answers, streamPatienceMs, hangUp)))
  }
}

/** `texts` as they are; `giveUp` when the next is not asked for in time. */
async function* whileRead(
  texts: AsyncIterable<string>,
  patienceMs: number,
  giveUp: () => void,
): AsyncGenerator<string> {
  for await (const text of texts) {
    const timer = setTimeout(giveUp, patienceMs)
    try {
      yield text
    } finally {
      clearTimeout(timer)
    }
  }
}
