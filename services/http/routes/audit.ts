import { Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { ACTIONS, auditEntries } from '../../audit/index.ts'
import { pageOf } from '../../store/index.ts'
import type { App, AppDeps } from '../app.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { Moment, orNull } from '../shapes.ts'

const Query = Type.Object(
  {
    action: Type.Optional(Type.Enum([...ACTIONS])),
    actor: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    ...PAGE_PARAMETERS,
  },
  { additionalProperties: false },
)

const Entry = Type.Object({
  number: Type.Integer(),
  at: Moment,
  actor: Type.String(),
  action: Type.String(),
  subject: orNull(Type.String()),
  details: Type.Object({}, { additionalProperties: true }),
  request_id: orNull(Type.String()),
  hash: Type.String(),
})

/** `GET /v1/audit`: what people and keys changed, newest first, page by page. */
export function auditRoutes(app: App, { store, publicUrl }: AppDeps): void {
  app.get(
    '/v1/audit',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'readAudit',
        tags: ['Access'],
        summary: 'What people and keys changed, newest first',
        querystring: Query,
        response: { 200: Type.Object({ entries: Type.Array(Entry) }) },
      },
    },
    async (request, reply) => {
      const { action = null, actor = null, ...query } = request.query
      const { after: before, limit } = readPage(query, NumberKey)
      const entries = await auditEntries(store.db, { action, actor, before, limit: limit + 1 })
      const page = pageOf(entries, limit, ({ number }) => number)
      linkNext(request, reply, page, publicUrl())
      reply.header('Cache-Control', 'no-store')
      return {
        entries: page.items.map(({ at, requestId, ...rest }) => ({
          ...rest,
          at: formatInstant(at),
          request_id: requestId,
        })),
      }
    },
  )
}
