import { Type } from 'typebox'
import { formatInstant, type Instant, instant, parseInstant } from '../../../rules/index.ts'
import { listSetAside, takeUpAgain } from '../../evaluation/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { problem } from '../problem.ts'
import { readableAgreement, readableAgreements } from '../readable.ts'
import { CASE_FIELDS, IndicatorShape, KindShape, Moment, Nothing, orNull, RecordShape } from '../shapes.ts'

const config = { access: 'public' } as const

const AgreementParams = Type.Object({ agreement: Type.String() })
const CaseParams = Type.Object({ agreement: Type.String(), case: Type.String() })

const AgreementSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  legal_force: Type.Enum(['binding', 'political', 'mixed']),
  visibility: Type.Enum(['public', 'internal']),
  rulebook: Type.Object({ version: Type.Integer(), hash: Type.String(), file: Type.String() }),
})

const EvaluationQuery = Type.Object(
  {
    as_of: Type.Optional(Type.String({ maxLength: 40 })),
    known_at: Type.Optional(Type.String({ maxLength: 40 })),
    rulebook_version: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$' })),
    cases: Type.Optional(Type.Enum(['all', 'open'])),
  },
  { additionalProperties: false },
)

const EvaluationShape = Type.Object({
  as_of: Moment,
  known_at: orNull(Moment),
  known_basis: Type.Enum(['ledger', 'claimed']),
  rulebook_version: Type.Integer(),
  commitments: Type.Array(
    Type.Object({
      id: Type.String(),
      agreement: Type.String(),
      kind: KindShape,
      indicator: IndicatorShape,
      next_check: orNull(Moment),
      record: RecordShape,
      cases: Type.Array(Type.Object(CASE_FIELDS)),
    }),
  ),
})

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

/** `/v1/agreements`, their cases, and why a case stands as it does. */
export function agreementRoutes(app: App, deps: AppDeps): void {
  const { store, shelf, history, clock, evaluate } = deps

  app.get(
    '/v1/agreements',
    {
      config,
      schema: {
        operationId: 'listAgreements',
        tags: ['Agreements'],
        summary: 'The agreements that are watched',
        response: { 200: Type.Object({ agreements: Type.Array(AgreementSchema) }) },
      },
    },
    async (request) => ({
      agreements: (await readableAgreements(request, deps)).map(({ rulebook, version, file }) => ({
        id: rulebook.id,
        title: rulebook.title,
        legal_force: rulebook.legalForce,
        visibility: rulebook.visibility,
        rulebook: { version, hash: rulebook.hash, file },
      })),
    }),
  )

  app.get('/v1/agreements/:agreement/cases', { config, schema: { params: AgreementParams } }, async (request) => {
    const { agreement } = request.params
    await readableAgreement(request, agreement, deps)
    const rows = await store.db
      .selectFrom('servanda.cases')
      .select(['commitment', 'result', 'changed_at'])
      .where('agreement', '=', agreement)
      .orderBy('commitment')
      .orderBy('opened_at')
      .orderBy('id')
      .execute()
    return {
      cases: rows.map(({ commitment, result, changed_at }) => ({
        commitment,
        since: formatInstant(changed_at),
        ...(result as object),
      })),
    }
  })

  app.get('/v1/agreements/:agreement/cases/:case', { config, schema: { params: CaseParams } }, async (request) => {
    const { agreement, case: id } = request.params
    await readableAgreement(request, agreement, deps)
    const row = await store.db
      .selectFrom('servanda.cases')
      .select(['commitment', 'result', 'replaced_by', 'changed_at'])
      .where('agreement', '=', agreement)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw problem('CASE_UNKNOWN', `There is no case ${id} in ${agreement}.`)
    const transitions = await store.db
      .selectFrom('servanda.transitions')
      .select(['number', 'cause', 'occurred_at', 'recorded_at', 'seq', 'rulebook_version', 'after'])
      .where('case_id', '=', id)
      .orderBy('number')
      .execute()
    return {
      commitment: row.commitment,
      since: formatInstant(row.changed_at),
      replaced_by: row.replaced_by,
      ...(row.result as object),
      transitions: transitions.map(({ occurred_at, recorded_at, after, ...rest }) => {
        const { phase, verdict, certainty, flags, explanation } = after as Record<string, unknown>
        return {
          ...rest,
          occurred_at: formatInstant(occurred_at),
          recorded_at: formatInstant(recorded_at),
          phase,
          verdict,
          certainty,
          flags,
          explanation,
        }
      }),
    }
  })

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
        knownAt: known_at === undefined ? null : readInstant(known_at, 'known_at'),
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

function readInstant(text: string, parameter: string): Instant {
  try {
    return parseInstant(text)
  } catch {
    throw problem('REQUEST_INVALID', `The parameter ${parameter} is not a timestamp.`, [
      { pointer: `/${parameter}`, message: 'not RFC 3339 with an offset', mend: 'for example 2026-03-01T00:00:00Z' },
    ])
  }
}
