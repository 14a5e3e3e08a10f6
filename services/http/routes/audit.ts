import { Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { ACTIONS, auditEntries } from '../../audit/index.ts'
import type { App, AppDeps } from '../app.ts'
import { Moment, orNull } from '../shapes.ts'

const USUAL = 100

const Query = Type.Object(
  {
    action: Type.Optional(Type.Enum([...ACTIONS])),
    actor: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: '1 to 999; 100 when left out' })),
    after: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'Where the last page ended, as its Link says' }),
    ),
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
    async ({ query }, reply) => {
      const { action = null, actor = null, after } = query
      const limit = Number(query.limit ?? USUAL)
      const before = after === undefined ? null : Number(after)
      // One more than is shown tells whether there is a next page.
      const entries = await auditEntries(store.db, { action, actor, before, limit: limit + 1 })
      const shown = entries.slice(0, limit)
      const last = shown.at(-1)
      if (entries.length > limit && last) {
        const next = new URLSearchParams({ ...query, after: String(last.number) })
        reply.header('Link', `<${publicUrl()}/v1/audit?${next}>; rel="next"`)
      }
      reply.header('Cache-Control', 'no-store')
      return {
        entries: shown.map(({ at, requestId, ...rest }) => ({
          ...rest,
          at: formatInstant(at),
          request_id: requestId,
        })),
      }
    },
  )
}
