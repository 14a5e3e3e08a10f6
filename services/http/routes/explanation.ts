import { Type } from 'typebox'
import { explanationText, instant } from '../../../rules/index.ts'
import { preferredType } from '../accept.ts'
import type { App, AppDeps } from '../app.ts'
import { ExplanationShape } from '../case-shapes.ts'
import { readInstant, readInstantOrNull, Timestamp } from '../query.ts'
import { readableAgreement } from '../readable.ts'

const Params = Type.Object({ agreement: Type.String(), case: Type.String() })

const Query = Type.Object(
  {
    as_of: Timestamp,
    known_at: Timestamp,
    rulebook_version: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$' })),
  },
  { additionalProperties: false },
)

/** `GET /v1/agreements/{agreement}/cases/{case}/explanation`: what `servanda explain` prints. */
export function explanationRoutes(app: App, deps: AppDeps): void {
  const { history, clock } = deps

  app.get(
    '/v1/agreements/:agreement/cases/:case/explanation',
    {
      config: {
        access: 'public',
        documented: { answers: { 'application/json': ExplanationShape, 'text/plain': Type.String() } },
      },
      schema: {
        operationId: 'explainCase',
        tags: ['Agreements'],
        summary: 'Why a case stood or stands as it does, and what would change it; as JSON or as text to read',
        params: Params,
        querystring: Query,
      },
    },
    async (request, reply) => {
      const { agreement, case: id } = request.params
      const { as_of, known_at, rulebook_version } = request.query
      await readableAgreement(request, agreement, deps)
      const explained = await history.explanation({
        agreement,
        case: id,
        asOf: as_of === undefined ? instant(clock.now().epochMilliseconds) : readInstant(as_of, 'as_of'),
        knownAt: readInstantOrNull(known_at, 'known_at'),
        rulebookVersion: rulebook_version === undefined ? null : Number(rulebook_version),
      })
      const type = preferredType(request.headers.accept, ['application/json', 'text/plain'])
      reply.header('Cache-Control', 'no-store').header('Vary', 'Accept').type(`${type}; charset=utf-8`)
      return reply.send(type === 'text/plain' ? `${explanationText(explained)}\n` : JSON.stringify(explained))
    },
  )
}
