import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ServandaEvent } from '../../rules/index.ts'
import { type AccessKey, eventRefusal } from '../access/index.ts'
import type { Batch } from '../ledger/index.ts'
import { binaryEvent, isBinary } from './binary-event.ts'
import { typeOf } from './body.ts'
import { readEvents } from './event-answer.ts'
import { problem } from './problem.ts'
import { CloudEventShape } from './shapes.ts'

/** Events of one request; more go into several. */
const LONGEST_BATCH = 1_000

/** One event, or those of a batch. */
export const EventsShape = Type.Union([CloudEventShape, Type.Array(CloudEventShape, { maxItems: LONGEST_BATCH })])

/**
 * The event of a request, in structured or binary mode, or those of its batch.
 * @throws {ServandaError} `EVENT_INVALID`, `BATCH_TOO_LONG`
 */
export function eventsIn(request: FastifyRequest): {
  readonly events: readonly ServandaEvent[]
  readonly isBatch: boolean
} {
  const type = typeOf(request.headers)
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
  return { events: readEvents(isBatch ? sent : [sent], isBatch), isBatch }
}

/** `events` as whoever has `key` hands them in: together or not at all, and only what the key may write. */
export function batchBy(key: AccessKey, events: readonly ServandaEvent[]): Batch {
  return { events, origin: 'http', keyId: key.id, authorize: (event, known) => eventRefusal(key, event, known) }
}
