import { Type } from 'typebox'
import { VERDICTS } from '../../../rules/index.ts'
import { transitionOfCase, transitionPage } from '../../cases/index.ts'
import { TRANSITION_CAUSES } from '../../evaluation/index.ts'
import type { App, AppDeps } from '../app.ts'
import { TransitionsShape } from '../case-shapes.ts'
import { InstantKey, linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { readInstantOrNull, readList, readWords, Several, Timestamp } from '../query.ts'
import { readableAmong } from '../readable.ts'

const TransitionsQuery = Type.Object(
  {
    ...PAGE_PARAMETERS,
    agreement: Several(),
    commitment: Several(),
    case: Type.Optional(Type.String({ maxLength: 4_000 })),
    cause: Several(TRANSITION_CAUSES),
    verdict: Several(VERDICTS),
    since: Timestamp,
  },
  { additionalProperties: false },
)

const TransitionKey = Type.Tuple([InstantKey, NumberKey])

/** `GET /v1/transitions`: how cases came to stand as they do, the last change first. */
export function transitionRoutes(app: App, deps: AppDeps): void {
  const { store, publicUrl } = deps

  app.get(
    '/v1/transitions',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listTransitions',
        tags: ['Agreements'],
        summary: 'The changes of all cases, those asked for, the last first, page by page',
        querystring: TransitionsQuery,
        response: { 200: TransitionsShape },
      },
    },
    async (request, reply) => {
      const { query } = request
      const choice = {
        agreements: await readableAmong(request, query.agreement, deps),
        commitments: readList(query.commitment),
        case: query.case ?? null,
        causes: readWords(query.cause, TRANSITION_CAUSES, 'cause'),
        verdicts: readWords(query.verdict, VERDICTS, 'verdict'),
        since: readInstantOrNull(query.since, 'since'),
      }
      const page = await transitionPage(store.db, choice, readPage(query, TransitionKey))
      linkNext(request, reply, page, publicUrl())
      return { transitions: page.items.map((row) => transitionOfCase(row, `${publicUrl()}/v1`)) }
    },
  )
}
