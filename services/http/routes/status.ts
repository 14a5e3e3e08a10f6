import { Type } from 'typebox'
import { INDICATORS, type Indicator } from '../../../rules/index.ts'
import {
  AgreementStatusSchema,
  agreementView,
  allView,
  CheckSchema,
  CommitmentStatusSchema,
  checkOf,
  commitmentView,
  StatusSchema,
  SummarySchema,
  summaryView,
} from '../../status/index.ts'
import type { App, AppDeps } from '../app.ts'
import { preparedAnswers } from '../prepared-answer.ts'
import { problem } from '../problem.ts'

const config = { access: 'public' } as const
const tags = ['Status']

const JSON_TYPE = 'application/json; charset=utf-8'

const AgreementParams = Type.Object({ agreement: Type.String() })
const CommitmentParams = Type.Object({ agreement: Type.String(), commitment: Type.String() })

const CheckQuery = Type.Object(
  {
    fail_on: Type.Optional(
      Type.String({ maxLength: 200, description: 'Indicators, with commas between them; `breached` when left out' }),
    ),
    agreement: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)

/** What people and machines poll: prepared bytes, 304 when the caller has them already. */
export function statusRoutes(app: App, { status, publicRead, publicUrl }: AppDeps): void {
  const { isShown, poll } = preparedAnswers(status, { publicRead })
  const type = JSON_TYPE

  app.get(
    '/v1/status',
    {
      config: { ...config, documented: { answers: { 'application/json': StatusSchema } } },
      schema: { operationId: 'readStatus', tags, summary: 'How everything stands' },
    },
    (request, reply) => poll(request, reply, (seen) => allView(status, seen), { type }),
  )

  app.get(
    '/v1/status/summary.json',
    {
      config: { ...config, documented: { answers: { 'application/json': SummarySchema } } },
      schema: { operationId: 'readSummary', tags, summary: 'How everything stands, in the shape of a Statuspage' },
    },
    (request, reply) => poll(request, reply, (seen) => summaryView(status, publicUrl(), seen), { type }),
  )

  app.get(
    '/v1/status/check',
    {
      config,
      schema: {
        operationId: 'checkStatus',
        tags,
        summary: 'Whether anything is breached, for monitors of machines',
        querystring: CheckQuery,
        response: { 200: CheckSchema, 503: CheckSchema },
      },
    },
    async (request, reply) => {
      const document = status.all(isShown(request))?.value
      if (!document) throw problem('NOT_READY', 'The status is being prepared.')
      const failOn = readIndicators(request.query.fail_on ?? 'breached')
      const { agreement = null } = request.query
      if (agreement !== null && !document.agreements.some(({ id }) => id === agreement))
        throw problem('AGREEMENT_UNKNOWN', `There is no agreement ${agreement}.`)
      const check = checkOf(document, failOn, agreement)
      return reply
        .code(check.ok ? 200 : 503)
        .header('Cache-Control', 'no-store')
        .send({ ...check, fail_on: [...check.fail_on], failing: [...check.failing] })
    },
  )

  app.get(
    '/v1/status/:agreement',
    {
      config: { ...config, documented: { answers: { 'application/json': AgreementStatusSchema } } },
      schema: {
        operationId: 'readAgreementStatus',
        tags,
        summary: 'How one agreement stands',
        params: AgreementParams,
      },
    },
    (request, reply) => {
      const asked = { ...request.params, commitment: null }
      return poll(request, reply, (seen) => agreementView(status, asked.agreement, seen), { type, asked })
    },
  )

  app.get(
    '/v1/status/:agreement/:commitment',
    {
      config: { ...config, documented: { answers: { 'application/json': CommitmentStatusSchema } } },
      schema: {
        operationId: 'readCommitmentStatus',
        tags,
        summary: 'How one commitment stands',
        params: CommitmentParams,
      },
    },
    (request, reply) => {
      const asked = request.params
      return poll(request, reply, (seen) => commitmentView(status, asked, seen), { type, asked })
    },
  )
}

function readIndicators(text: string): readonly Indicator[] {
  const words = text.split(',').map((one) => one.trim())
  const unknown = words.filter((one) => !INDICATORS.some((indicator) => indicator === one))
  if (unknown.length === 0) return words as Indicator[]
  throw problem('REQUEST_INVALID', `There is no indicator ${unknown.join(', ')}.`, [
    { pointer: '/fail_on', message: `not among ${INDICATORS.join(', ')}`, mend: 'for example breached,overdue' },
  ])
}
