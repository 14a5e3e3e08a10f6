import { Type } from 'typebox'
import { formatInstant, instant } from '../../../rules/index.ts'
import { agreementBody, agreementInBrief, commitmentBody, standingsOf } from '../../cases/index.ts'
import { listSetAside, takeUpAgain } from '../../evaluation/index.ts'
import { AgreementsShape, CommitmentShape, EvaluationShape, WholeAgreementShape } from '../agreement-shapes.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { problem } from '../problem.ts'
import { NoQuery, readInstant, readInstantOrNull } from '../query.ts'
import { readableAgreement, readableAgreements } from '../readable.ts'
import { listOf, Nothing } from '../shapes.ts'

const config = { access: 'public' } as const

const AgreementParams = Type.Object({ agreement: Type.String() })
const CommitmentParams = Type.Object({ agreement: Type.String(), commitment: Type.String() })

const EvaluationQuery = Type.Object(
  {
    as_of: Type.Optional(Type.String({ maxLength: 40 })),
    known_at: Type.Optional(Type.String({ maxLength: 40 })),
    rulebook_version: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$' })),
    cases: Type.Optional(Type.Enum(['all', 'open'])),
  },
  { additionalProperties: false },
)

const SetAsideParams = Type.Object({ agreement: Type.String(), seq: Type.String({ pattern: '^[0-9]{1,15}$' }) })

const SetAsideSchema = Type.Object({
  events: Type.Array(
    Type.Object({
      seq: Type.Integer(),
      source: Type.String(),
      id: Type.String(),
      revision: Type.Integer(),
      failure: Type.String(),
      set_aside_at: Type.String({ format: 'date-time' }),
    }),
  ),
})

/** `/v1/agreements`: what is watched, what was promised, and what is or was believed of it. */
export function agreementRoutes(app: App, deps: AppDeps): void {
  const { store, shelf, history, clock, evaluate } = deps
  const base = () => `${deps.publicUrl()}/v1`

  app.get(
    '/v1/agreements',
    {
      config,
      schema: {
        operationId: 'listAgreements',
        tags: ['Agreements'],
        summary: 'The agreements that are watched',
        querystring: NoQuery,
        response: { 200: AgreementsShape },
      },
    },
    async (request) => ({
      agreements: (await readableAgreements(request, deps)).map((one) => agreementInBrief(one, base())),
    }),
  )

  app.get(
    '/v1/agreements/:agreement',
    {
      config,
      schema: {
        operationId: 'readAgreement',
        tags: ['Agreements'],
        summary: 'What the rulebook says about an agreement, and what it promises in brief',
        params: AgreementParams,
        querystring: NoQuery,
        response: { 200: WholeAgreementShape },
      },
    },
    async (request) => {
      const adopted = await readableAgreement(request, request.params.agreement, deps)
      return agreementBody(adopted, await standingsOf(store.db, adopted.rulebook.id), base())
    },
  )

  app.get(
    '/v1/agreements/:agreement/commitments',
    {
      config,
      schema: {
        operationId: 'listCommitments',
        tags: ['Agreements'],
        summary: 'The commitments of an agreement, each with its clause and how it stands',
        params: AgreementParams,
        querystring: NoQuery,
        response: { 200: Type.Object({ commitments: listOf(CommitmentShape) }) },
      },
    },
    async (request) => {
      const { rulebook } = await readableAgreement(request, request.params.agreement, deps)
      const standings = await standingsOf(store.db, rulebook.id)
      return {
        commitments: rulebook.commitments.map((one) => commitmentBody(rulebook, one, standings.get(one.id), base())),
      }
    },
  )

  app.get(
    '/v1/agreements/:agreement/commitments/:commitment',
    {
      config,
      schema: {
        operationId: 'readCommitment',
        tags: ['Agreements'],
        summary: 'One commitment, with its clause and how it stands',
        params: CommitmentParams,
        querystring: NoQuery,
        response: { 200: CommitmentShape },
      },
    },
    async (request) => {
      const { agreement, commitment } = request.params
      const { rulebook } = await readableAgreement(request, agreement, deps)
      const found = rulebook.commitments.find(({ id }) => id === commitment)
      if (!found) throw problem('COMMITMENT_UNKNOWN', `There is no commitment ${commitment} in ${agreement}.`)
      return commitmentBody(rulebook, found, (await standingsOf(store.db, agreement)).get(commitment), base())
    },
  )

  app.get(
    '/v1/agreements/:agreement/evaluation',
    {
      config: { ...config, documented: { answers: { 'application/json': EvaluationShape } } },
      schema: {
        operationId: 'evaluateAgreement',
        tags: ['Agreements'],
        summary: 'What is or was believed of an agreement, at any instant, by what was known at any other',
        params: AgreementParams,
        querystring: EvaluationQuery,
      },
    },
    async (request, reply) => {
      const { as_of, known_at, rulebook_version, cases = 'all' } = request.query
      await readableAgreement(request, request.params.agreement, deps)
      const asOf = as_of === undefined ? instant(clock.now().epochMilliseconds) : readInstant(as_of, 'as_of')
      const text = await history.evaluation({
        agreement: request.params.agreement,
        asOf,
        knownAt: readInstantOrNull(known_at, 'known_at'),
        rulebookVersion: rulebook_version === undefined ? null : Number(rulebook_version),
        cases,
      })
      return reply.type('application/json; charset=utf-8').header('Cache-Control', 'no-store').send(text)
    },
  )

  app.get(
    '/v1/agreements/:agreement/set-aside',
    {
      config: { access: 'read' },
      schema: {
        operationId: 'listSetAside',
        tags: ['Events'],
        summary: 'The events without which an agreement is evaluated, because with them that failed',
        params: AgreementParams,
        response: { 200: SetAsideSchema },
      },
    },
    async (request) => {
      const { agreement } = request.params
      await readableAgreement(request, agreement, deps)
      const events = await listSetAside(store.db, agreement)
      return { events: events.map(({ at, ...rest }) => ({ ...rest, set_aside_at: formatInstant(at) })) }
    },
  )

  // What is no longer set aside waits for its evaluation again.
  app.delete(
    '/v1/agreements/:agreement/set-aside/:seq',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'takeUpSetAside',
        tags: ['Events'],
        summary: 'Evaluate an event that was set aside again',
        params: SetAsideParams,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { agreement, seq } = request.params
      const author = authorOf(request, clock)
      await store.transaction((trx) => takeUpAgain(trx, shelf, { agreement, seq: Number(seq) }, author))
      evaluate(agreement)
      return reply.code(204).send(null)
    },
  )
}
