import { Type } from 'typebox'
import { formatInstant, parseEvent, type ServandaEvent } from '../../../rules/index.ts'
import { type AccessKey, eventRefusal } from '../../access/index.ts'
import type { Outcome, Receipt } from '../../ledger/index.ts'
import type { App, AppDeps } from '../app.ts'
import { binaryEvent, isBinary } from '../binary-event.ts'
import { type ProblemCode, type ProblemItem, problem } from '../problem.ts'

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

/** `POST /v1/events`: one CloudEvent, or a batch that is taken whole or not at all. */
export function eventRoutes(app: App, { append }: AppDeps): void {
  app.post(
    '/v1/events',
    { config: { access: 'key' }, schema: { response: { 200: AnswerSchema, 202: AnswerSchema } } },
    async (request, reply) => {
      const key = request.accessKey as AccessKey
      const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
      const sent = type === 'application/json' && isBinary(request.headers) ? binaryEvent(request) : request.body
      const isBatch = Array.isArray(sent)
      if (type === 'application/cloudevents-batch+json' && !isBatch) {
        throw problem('EVENT_INVALID', 'A batch is a JSON array of events.', [
          { pointer: '', message: 'not an array', mend: 'send [ … ], or one event as application/cloudevents+json' },
        ])
      }
      const events = readEvents(isBatch ? sent : [sent], isBatch)
      const outcome = await append({
        events,
        origin: 'http',
        keyId: key.id,
        authorize: (event, known) => eventRefusal(key, event, known),
      })
      const receipts = acceptedIn(outcome, isBatch).map(receiptBody)
      const isNew = receipts.some(({ duplicate }) => !duplicate)
      reply.code(isNew ? 202 : 200)
      return isBatch ? { events: receipts } : receipts[0]
    },
  )
}

/** Every event, or every problem of every event. */
function readEvents(sent: readonly unknown[], isBatch: boolean): ServandaEvent[] {
  if (sent.length > LONGEST_BATCH) {
    throw problem('BATCH_TOO_LONG', `A batch may have ${LONGEST_BATCH} events; this one has ${sent.length}.`)
  }
  const events: ServandaEvent[] = []
  const problems: ProblemItem[] = []
  for (const [index, one] of sent.entries()) {
    const parsed = parseEvent(one)
    if (parsed.ok) events.push(parsed.event)
    else
      problems.push(...parsed.problems.map((item) => ({ ...item, pointer: pointerTo(index, item.pointer, isBatch) })))
  }
  if (problems.length === 0) return events
  throw problem('EVENT_INVALID', invalid(problems), problems)
}

/** The receipts of what was appended; a refusal becomes a problem that names each event refused. */
function acceptedIn(outcome: Outcome, isBatch: boolean): readonly Receipt[] {
  if (outcome.ok) return outcome.receipts
  const [first] = outcome.refusals
  const code: ProblemCode = first?.code ?? 'EVENT_INVALID'
  const items = outcome.refusals.map(({ index, pointer, message, mend, details }) => ({
    pointer: pointerTo(index, pointer, isBatch),
    message,
    ...(mend !== undefined && { mend }),
    ...details,
  }))
  if (code === 'EVENT_INVALID') throw problem(code, invalid(items), items)
  throw problem(code, isBatch ? `${first?.message} Nothing of the batch was recorded.` : (first?.message ?? ''), items)
}

function invalid({ length }: readonly ProblemItem[]): string {
  return `${length === 1 ? 'There is one problem' : `There are ${length} problems`}; nothing was recorded.`
}

function pointerTo(index: number, pointer: string, isBatch: boolean): string {
  return isBatch ? `/${index}${pointer}` : pointer
}

function receiptBody({ recordedAt, ...receipt }: Receipt) {
  return { ...receipt, recorded_at: formatInstant(recordedAt) }
}
