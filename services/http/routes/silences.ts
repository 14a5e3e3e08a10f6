import { Type } from 'typebox'
import { formatInstant, type Rulebook } from '../../../rules/index.ts'
import {
  alertPages,
  createSilence,
  endSilence,
  isMeant,
  isWithin,
  type Silence,
  type SilenceOrder,
  type SilencePlace,
  silenceById,
  silencePages,
} from '../../alerts/index.ts'
import { ALERT_FIELDS, alertBody } from '../alert-shapes.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { InstantKey, linkNext, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { problem } from '../problem.ts'
import { readLater } from '../read-later.ts'
import { Moment, Nothing, orNull } from '../shapes.ts'
import { filterBody, filterIn, filterProblems, refuse } from '../subscription-order.ts'
import { FilterOrder, FilterShape } from '../subscription-shapes.ts'

const config = { access: 'alerts' } as const

const ORDER = {
  case: Type.Optional(Type.String({ minLength: 1, maxLength: 6_000, description: 'One case alone, by its id' })),
  filter: Type.Optional(FilterOrder),
}

const NewSilence = Type.Object(
  {
    ...ORDER,
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    expires_at: Type.String({ maxLength: 40, description: 'At most a year from now' }),
  },
  { additionalProperties: false },
)

const SilenceShape = Type.Object({
  id: Type.String(),
  state: Type.Enum(['standing', 'expired', 'ended']),
  case: orNull(Type.String()),
  subscription: orNull(Type.String({ description: 'Whom it spares; null: everybody' })),
  filter: FilterShape,
  reason: Type.String(),
  created_by: Type.String(),
  created_at: Moment,
  expires_at: Moment,
  ended_at: orNull(Moment),
  ended_why: orNull(Type.String()),
})

const Params = Type.Object({ id: Type.String() })

const Place = Type.Unsafe<SilencePlace>(Type.Tuple([InstantKey, Type.String()]))

const LONGEST_MS = 366 * 24 * 3_600_000

/** How far back a preview looks. */
const MOST_LOOKED_AT = 500

/** `/v1/silences`: what nobody is told for a while, and why. */
export function silenceRoutes(app: App, { store, clock, shelf, publicUrl }: AppDeps): void {
  app.get(
    '/v1/silences',
    {
      config,
      schema: {
        operationId: 'listSilences',
        tags: ['Alerts'],
        summary: 'What nobody is told for a while, newest first; also what is over',
        querystring: Type.Object(PAGE_PARAMETERS, { additionalProperties: false }),
        response: { 200: Type.Object({ silences: Type.Array(SilenceShape) }) },
      },
    },
    async (request, reply) => {
      const page = await silencePages(store.db, readPage(request.query, Place))
      linkNext(request, reply, page, publicUrl())
      return { silences: page.items.map(bodyOf) }
    },
  )

  app.post(
    '/v1/silences',
    {
      config: { ...config, repeats: 'answered' },
      schema: {
        operationId: 'createSilence',
        tags: ['Alerts'],
        summary: 'Tell nobody for a while; a verdict that changes is told all the same',
        body: NewSilence,
        response: { 201: SilenceShape },
      },
    },
    async (request, reply) => {
      const author = authorOf(request, clock)
      const { reason, expires_at } = request.body
      const expiresAt = readLater(expires_at, 'expires_at', author.at)
      if (expiresAt - author.at > LONGEST_MS) {
        const message = 'is more than a year away'
        throw problem('REQUEST_INVALID', 'Nothing was changed.', [{ pointer: '/expires_at', message }])
      }
      const order = { ...(await readOrder(request.body)), subscription: null, reason, expiresAt }
      const silence = await store.transaction((trx) => createSilence(trx, order, author))
      return reply.code(201).header('Location', `/v1/silences/${silence.id}`).send(bodyOf(silence))
    },
  )

  app.post(
    '/v1/silences/preview',
    {
      config: { ...config, repeats: 'ignored' },
      schema: {
        operationId: 'previewSilence',
        tags: ['Alerts'],
        summary: 'What a silence would cover, and which of the latest alerts it would have hidden; nothing is changed',
        body: Type.Object(ORDER, { additionalProperties: false }),
        response: {
          200: Type.Object({
            commitments: Type.Array(Type.String(), { description: 'As <agreement>/<commitment>' }),
            looked_at: Type.Integer({ description: 'How many of the latest alerts' }),
            alerts: Type.Array(Type.Object(ALERT_FIELDS)),
          }),
        },
      },
    },
    async (request) => {
      const order = await readOrder(request.body)
      const all = { agreements: order.filter.agreements, kinds: null, about: order.about }
      const { items } = await alertPages(store.db, all, { after: null, limit: MOST_LOOKED_AT })
      const alerts = items.map(({ intent }) => intent).filter((intent) => isMeant(intent, order))
      return {
        commitments: covered(await rulebooks(), order),
        looked_at: items.length,
        alerts: alerts.map((intent) => alertBody(intent, `${publicUrl()}/v1`)),
      }
    },
  )

  app.delete(
    '/v1/silences/:id',
    {
      config,
      schema: {
        operationId: 'endSilence',
        tags: ['Alerts'],
        summary: 'End a silence now; what it has hidden stays hidden',
        params: Params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const wasStanding = await store.transaction((trx) => endSilence(trx, id, authorOf(request, clock)))
      if (!wasStanding && (await silenceById(store.db, id)) === null) {
        throw problem('SILENCE_UNKNOWN', `There is no silence ${id}.`)
      }
      return reply.code(204).send(null)
    },
  )

  async function rulebooks(): Promise<readonly Rulebook[]> {
    return (await shelf.current(store.db)).map(({ rulebook }) => rulebook)
  }

  async function readOrder({
    case: about = null,
    filter = {},
  }: {
    case?: string | null
    filter?: Parameters<typeof filterIn>[0]
  }): Promise<Pick<SilenceOrder, 'about' | 'filter'>> {
    refuse(filterProblems(filter, await rulebooks(), '/filter'))
    if (about !== null) {
      const found = await store.db.selectFrom('servanda.cases').select('id').where('id', '=', about).executeTakeFirst()
      if (!found)
        throw problem('REQUEST_INVALID', 'Nothing was changed.', [
          { pointer: '/case', message: 'There is no such case.' },
        ])
    }
    return { about, filter: filterIn(filter) }
  }

  function bodyOf(silence: Silence) {
    const now = clock.now().epochMilliseconds
    const state = silence.endedAt !== null ? 'ended' : silence.expiresAt <= now ? 'expired' : 'standing'
    return {
      id: silence.id,
      state: state as 'ended' | 'expired' | 'standing',
      case: silence.about,
      subscription: silence.subscription,
      filter: filterBody(silence.filter),
      reason: silence.reason,
      created_by: silence.createdBy,
      created_at: formatInstant(silence.createdAt),
      expires_at: formatInstant(silence.expiresAt),
      ended_at: silence.endedAt && formatInstant(silence.endedAt),
      ended_why: silence.endedWhy,
    }
  }
}

/** The commitments that a silence is about. */
function covered(all: readonly Rulebook[], { about, filter }: Pick<SilenceOrder, 'about' | 'filter'>): string[] {
  return all.flatMap(({ id: agreement, commitments }) =>
    commitments.flatMap(({ id, by, to, tags }) => {
      const name = `${agreement}/${id}`
      if (about !== null) return about.startsWith(`${name}@`) ? [name] : []
      return isWithin({ agreement, commitment: id, parties: [...by, ...to], tags }, filter) ? [name] : []
    }),
  )
}
