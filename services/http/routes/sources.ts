import { Type } from 'typebox'
import { declaredSources, undeclaredSources } from '../../sources/index.ts'
import type { App, AppDeps } from '../app.ts'
import { NoQuery } from '../query.ts'
import { readableAgreements } from '../readable.ts'
import { listOf, Moment, orNull, SOURCE_FIELDS } from '../shapes.ts'

/** So many sources that nobody declares are told. */
const MOST_UNDECLARED = 100

const SourcesShape = Type.Object({
  sources: listOf(
    Type.Object({
      agreement: Type.String(),
      ...SOURCE_FIELDS,
      last_heard_at: orNull(Moment),
      silent_since: orNull(Moment),
      watermarks: listOf(
        Type.Object({
          types: orNull(listOf(Type.String(), { description: 'Null: of all types' })),
          through: Moment,
        }),
      ),
    }),
  ),
  undeclared: Type.Optional(listOf(Type.Object({ source: Type.String(), last_heard_at: Moment }))),
  undeclared_omitted: Type.Optional(Type.Integer()),
})

/** `GET /v1/sources`: who is expected to report, and what was heard of them. */
export function sourceRoutes(app: App, deps: AppDeps): void {
  const { db } = deps.store

  app.get(
    '/v1/sources',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listSources',
        tags: ['Events'],
        summary:
          'The sources that rulebooks declare, when each was heard of, and up to when it vouches for its reports',
        querystring: NoQuery,
        response: { 200: SourcesShape },
      },
    },
    async (request) => {
      const rulebooks = (await readableAgreements(request, deps)).map(({ rulebook }) => rulebook)
      const sources = await declaredSources(db, rulebooks)
      // Where events come from is not everybody's business.
      return request.readsAll ? { sources, ...(await undeclaredSources(db, rulebooks, MOST_UNDECLARED)) } : { sources }
    },
  )
}
