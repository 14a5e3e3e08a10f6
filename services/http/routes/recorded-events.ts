import { Type } from 'typebox'
import { formatInstant, STANDINGS } from '../../../rules/index.ts'
import { casesRestingOn } from '../../evaluation/index.ts'
import { type EventChoice, eventPage, type RecordedEvent } from '../../ledger/index.ts'
import type { App, AppDeps } from '../app.ts'
import { cursorOf, linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { problem } from '../problem.ts'
import { readInstantOrNull, Timestamp } from '../query.ts'
import { readableAgreement } from '../readable.ts'
import { CloudEventShape, listOf, Moment, orNull } from '../shapes.ts'

/** What was reported is not public, whatever it led to: it may name people. */
const access = 'read'

const Truth = Type.Optional(Type.Enum(['true', 'false']))
const Whole = Type.Optional(Type.String({ maxLength: 2_048, description: 'As it stands in the event' }))

const EventsQuery = Type.Object(
  {
    ...PAGE_PARAMETERS,
    source: Whole,
    id: Whole,
    type: Whole,
    standing: Type.Optional(Type.Enum([...STANDINGS])),
    retracted: Truth,
    agreement: Type.Optional(Type.String({ description: 'Only what may bear on this agreement' })),
    recorded_from: Timestamp,
    recorded_to: Timestamp,
    latest: Truth,
    order: Type.Optional(Type.Enum(['oldest', 'newest'])),
  },
  { additionalProperties: false },
)

const EventParams = Type.Object({ source: Type.String(), id: Type.String() })
const RevisionsQuery = Type.Object(PAGE_PARAMETERS, { additionalProperties: false })

const RecordedShape = Type.Object({
  seq: Type.Integer(),
  recorded_at: Moment,
  claimed_at: orNull(Moment),
  origin: Type.Enum(['http', 'import']),
  key_id: orNull(Type.String()),
  digest: Type.String(),
  previous_hash: Type.String(),
  hash: Type.String(),
  event: CloudEventShape,
})

const EventsShape = Type.Object({ events: listOf(RecordedShape), cursor: orNull(Type.String()) })

const RevisionsShape = Type.Object({
  agreements: listOf(
    Type.Object({
      id: Type.String(),
      cases: orNull(listOf(Type.String(), { description: 'Those whose evidence names the event and counts it' })),
    }),
  ),
  revisions: listOf(RecordedShape),
})

const EVERYTHING: EventChoice = {
  source: null,
  id: null,
  type: null,
  standing: null,
  retracted: null,
  rulebook: null,
  from: null,
  before: null,
  latest: false,
  order: 'oldest',
}

/** What the ledger holds: `GET /v1/events`, and every telling of one event. */
export function recordedEventRoutes(app: App, deps: AppDeps): void {
  const { store, publicUrl } = deps

  app.get(
    '/v1/events',
    {
      config: { access, documented: { answers: { 'application/json': EventsShape } } },
      schema: {
        operationId: 'listEvents',
        tags: ['Events'],
        summary: 'What was recorded, in the order of the ledger, page by page',
        querystring: EventsQuery,
      },
    },
    async (request, reply) => {
      const { agreement, standing = null, retracted, latest, order = 'oldest', ...query } = request.query
      const rulebook = agreement === undefined ? null : (await readableAgreement(request, agreement, deps)).rulebook
      const choice: EventChoice = {
        source: query.source ?? null,
        id: query.id ?? null,
        type: query.type ?? null,
        standing,
        retracted: retracted === undefined ? null : retracted === 'true',
        rulebook,
        from: readInstantOrNull(query.recorded_from, 'recorded_from'),
        before: readInstantOrNull(query.recorded_to, 'recorded_to'),
        latest: latest === 'true',
        order,
      }
      const page = await eventPage(store.db, choice, readPage(query, NumberKey))
      linkNext(request, reply, page, publicUrl())
      const last = page.items.at(-1)
      const cursor = last ? cursorOf(last.seq) : (query.after ?? null)
      reply.header('Cache-Control', 'no-store').type('application/json; charset=utf-8')
      return reply.send(`{"events":${listText(page.items)},"cursor":${JSON.stringify(cursor)}}`)
    },
  )

  app.get(
    '/v1/events/:source/:id',
    {
      config: { access, documented: { answers: { 'application/json': RevisionsShape } } },
      schema: {
        operationId: 'readEvent',
        tags: ['Events'],
        summary: 'Every telling of an event, and the cases that rest on it',
        params: EventParams,
        querystring: RevisionsQuery,
      },
    },
    async (request, reply) => {
      const { source, id } = request.params
      const order = readPage(request.query, NumberKey)
      const page = await eventPage(store.db, { ...EVERYTHING, source, id }, order)
      if (page.items.length === 0 && order.after === null)
        throw problem('EVENT_UNKNOWN', `There is no event ${id} of ${source}.`)
      linkNext(request, reply, page, publicUrl())
      const resting = await casesRestingOn(store.db, { source, id })
      const agreements = resting.map(({ agreement, cases }) => ({ id: agreement, cases }))
      reply.header('Cache-Control', 'no-store').type('application/json; charset=utf-8')
      return reply.send(`{"agreements":${JSON.stringify(agreements)},"revisions":${listText(page.items)}}`)
    },
  )
}

function listText(events: readonly RecordedEvent[]): string {
  return `[${events.map(recordedText).join(',')}]`
}

/** A row of the ledger as JSON: the event as it is kept there, since reading its numbers would change some of them. */
function recordedText({ content, recorded_at, claimed_at, seq, ...rest }: RecordedEvent): string {
  const head = {
    seq,
    recorded_at: formatInstant(recorded_at),
    claimed_at: claimed_at === null ? null : formatInstant(claimed_at),
    ...rest,
  }
  return `${JSON.stringify(head).slice(0, -1)},"event":${content}}`
}
