import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { CERTAINTIES, FLAGS, INDICATORS, PHASES, VERDICTS } from '../../../rules/index.ts'
import {
  type CaseChoice,
  caseBody,
  caseInBrief,
  casePage,
  historyPage,
  latestHistory,
  storedCase,
  transitionBody,
  wholeCase,
} from '../../cases/index.ts'
import type { App, AppDeps } from '../app.ts'
import { CasesShape, HistoryShape, WholeCaseShape } from '../case-shapes.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { problem } from '../problem.ts'
import { NoQuery, readInstantOrNull, readList, readWords, Several, Timestamp } from '../query.ts'
import { readableAgreement, readableAmong } from '../readable.ts'

const config = { access: 'public' } as const

/** So many changes stand beside a case; all of them are in its history. */
const SHOWN_TRANSITIONS = 100

const AgreementParams = Type.Object({ agreement: Type.String() })
const CaseParams = Type.Object({ agreement: Type.String(), case: Type.String() })

const CASE_PARAMETERS = {
  ...PAGE_PARAMETERS,
  commitment: Several(),
  phase: Several(PHASES),
  verdict: Several(VERDICTS),
  certainty: Several(CERTAINTIES),
  indicator: Several(INDICATORS),
  flag: Several(FLAGS),
  due_from: Timestamp,
  due_to: Timestamp,
  evidence: Type.Optional(Type.Enum(['true', 'false'])),
}

const CaseQuery = Type.Object(CASE_PARAMETERS, { additionalProperties: false })
const AllCasesQuery = Type.Object({ ...CASE_PARAMETERS, agreement: Several() }, { additionalProperties: false })

const PageQuery = Type.Object(PAGE_PARAMETERS, { additionalProperties: false })

const CaseKey = Type.Tuple([Type.String(), Type.String()])

/** The cases, and how each came to stand as it does: `/v1/cases`, `/v1/agreements/{agreement}/cases`. */
export function caseRoutes(app: App, deps: AppDeps): void {
  const { store, publicUrl } = deps
  const base = () => `${publicUrl()}/v1`

  app.get(
    '/v1/agreements/:agreement/cases',
    {
      config,
      schema: {
        operationId: 'listCasesOfAgreement',
        tags: ['Agreements'],
        summary: 'The cases of an agreement, those asked for, page by page',
        params: AgreementParams,
        querystring: CaseQuery,
        response: { 200: CasesShape },
      },
    },
    async (request, reply) => {
      const { agreement } = request.params
      await readableAgreement(request, agreement, deps)
      return answerCases(request, reply, request.query, [agreement])
    },
  )

  app.get(
    '/v1/cases',
    {
      config,
      schema: {
        operationId: 'listCases',
        tags: ['Agreements'],
        summary: 'The cases of all agreements, those asked for, page by page',
        querystring: AllCasesQuery,
        response: { 200: CasesShape },
      },
    },
    async (request, reply) => {
      const { agreement, ...query } = request.query
      return answerCases(request, reply, query, await readableAmong(request, agreement, deps))
    },
  )

  async function answerCases(
    request: FastifyRequest,
    reply: FastifyReply,
    query: Static<typeof CaseQuery>,
    agreements: readonly string[],
  ) {
    const choice: CaseChoice = {
      agreements,
      commitments: readList(query.commitment),
      phases: readWords(query.phase, PHASES, 'phase'),
      verdicts: readWords(query.verdict, VERDICTS, 'verdict'),
      certainties: readWords(query.certainty, CERTAINTIES, 'certainty'),
      indicators: readWords(query.indicator, INDICATORS, 'indicator'),
      flags: readWords(query.flag, FLAGS, 'flag'),
      dueFrom: readInstantOrNull(query.due_from, 'due_from'),
      dueBefore: readInstantOrNull(query.due_to, 'due_to'),
    }
    const page = await casePage(store.db, choice, readPage(query, CaseKey))
    linkNext(request, reply, page, publicUrl())
    const bodyOf = query.evidence === 'true' ? caseBody : caseInBrief
    return { cases: page.items.map((row) => bodyOf(row, base())) }
  }

  app.get(
    '/v1/agreements/:agreement/cases/:case',
    {
      config,
      schema: {
        operationId: 'readCase',
        tags: ['Agreements'],
        summary: 'One case, what it rests on, and how it came to stand as it does',
        params: CaseParams,
        querystring: NoQuery,
        response: { 200: WholeCaseShape },
      },
    },
    async (request) => {
      const row = await caseAsked(request, request.params)
      return wholeCase(row, await latestHistory(store.db, row.id, SHOWN_TRANSITIONS), base())
    },
  )

  app.get(
    '/v1/agreements/:agreement/cases/:case/history',
    {
      config,
      schema: {
        operationId: 'readCaseHistory',
        tags: ['Agreements'],
        summary: 'Every change of a case, the first first, page by page',
        params: CaseParams,
        querystring: PageQuery,
        response: { 200: HistoryShape },
      },
    },
    async (request, reply) => {
      const { id } = await caseAsked(request, request.params)
      const page = await historyPage(store.db, id, readPage(request.query, NumberKey))
      linkNext(request, reply, page, publicUrl())
      return { transitions: page.items.map(transitionBody) }
    },
  )

  /** @throws {ServandaError} `AGREEMENT_UNKNOWN`, `CASE_UNKNOWN` */
  async function caseAsked(request: FastifyRequest, { agreement, case: id }: Static<typeof CaseParams>) {
    await readableAgreement(request, agreement, deps)
    const row = await storedCase(store.db, agreement, id)
    if (!row) throw problem('CASE_UNKNOWN', `There is no case ${id} in ${agreement}.`)
    return row
  }
}
