import { setMaxListeners } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type AccessKey, eventRefusal } from '../../access/index.ts'
import type { App, AppDeps } from '../app.ts'
import { binaryEvent, isBinary } from '../binary-event.ts'
import { JSON_TYPES, typeOf } from '../body.ts'
import { readEvents, receiptBody, refusalProblem } from '../event-answer.ts'
import { answerLines } from '../event-stream.ts'
import { problem } from '../problem.ts'
import { CloudEventShape } from '../shapes.ts'

/** Events of one request; more go into several. */
const LONGEST_BATCH = 1_000

const ReceiptSchema = Type.Object({
  source: Type.String(),
  id: Type.String(),
  revision: Type.Integer(),
  seq: Type.Integer(),
  recorded_at: Type.String(),
  digest: Type.String(),
  duplicate: Type.Boolean(),
})

const BatchSchema = Type.Object({ events: Type.Array(ReceiptSchema) })

const AnswerSchema = Type.Union([ReceiptSchema, BatchSchema])

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
        takes: [...JSON_TYPES, NDJSON],
        documented: {
          body: Type.Union([CloudEventShape, Type.Array(CloudEventShape, { maxItems: LONGEST_BATCH })]),
          answers: {
            [NDJSON]: Type.String({ description: 'A line for each line that was sent, and a last one that sums up' }),
          },
        },
      },
      schema: {
        operationId: 'recordEvents',
        tags: ['Events'],
        summary: 'Record one event, a batch that is taken whole or not at all, or a stream of lines',
        response: { 200: AnswerSchema, 202: AnswerSchema },
      },
    },
    async (request, reply) => {
      const key = request.accessKey as AccessKey
      const type = typeOf(request.headers)
      if (type === NDJSON) return stream(request, reply)
      const sent = type === 'application/json' && isBinary(request.headers) ? binaryEvent(request) : request.body
      const isBatch = Array.isArray(sent)
      if (type === 'application/cloudevents-batch+json' && !isBatch) {
        throw problem('EVENT_INVALID', 'A batch is a JSON array of events.', [
          { pointer: '', message: 'not an array', mend: 'send [ … ], or one event as application/cloudevents+json' },
        ])
      }
      if (isBatch && sent.length > LONGEST_BATCH) {
        throw problem('BATCH_TOO_LONG', `A batch may have ${LONGEST_BATCH} events; this one has ${sent.length}.`)
      }
      const outcome = await append({
        events: readEvents(isBatch ? sent : [sent], isBatch),
        origin: 'http',
        keyId: key.id,
        authorize: (event, known) => eventRefusal(key, event, known),
      })
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
