import { Type } from 'typebox'
import { formatInstant, listenedTypes } from '../../../rules/index.ts'
import { candidatePage, type LatestEvent, type LatestRevision } from '../../ledger/index.ts'
import { listenersByType } from '../../rulebooks/index.ts'
import type { App, AppDeps } from '../app.ts'
import type { Caller } from '../credentials.ts'
import { ReceiptShape } from '../event-answer.ts'
import { MERGE_PATCH_TYPE } from '../merge-patch.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { problem } from '../problem.ts'
import { readableAgreement, readableAgreements } from '../readable.ts'
import {
  corrected,
  EventParams,
  PatchShape,
  RetractionShape,
  replacedBy,
  retracted,
  revise,
  sendReceipt,
} from '../revise.ts'
import { CloudEventShape, Moment } from '../shapes.ts'

const Whole = Type.Optional(Type.String({ minLength: 1, maxLength: 2_048 }))

const CandidatesQuery = Type.Object(
  { ...PAGE_PARAMETERS, source: Whole, type: Whole, agreement: Whole },
  { additionalProperties: false },
)

const CandidatesShape = Type.Object({
  candidates: Type.Array(
    Type.Object({
      seq: Type.Integer(),
      recorded_at: Moment,
      agreements: Type.Array(Type.String(), { description: 'Those that listen to events of its type' }),
      event: CloudEventShape,
    }),
  ),
})

const response = { 200: ReceiptShape, 202: ReceiptShape }

/** `/v1/candidates`: reports that wait for a person, who confirms, edits or rejects them. */
export function candidateRoutes(app: App, deps: AppDeps): void {
  const { store, publicUrl } = deps

  app.get(
    '/v1/candidates',
    {
      config: { access: 'read', documented: { answers: { 'application/json': CandidatesShape } } },
      schema: {
        operationId: 'listCandidates',
        tags: ['Events'],
        summary: 'Reports that nobody has confirmed, disputed or taken back, newest first',
        querystring: CandidatesQuery,
      },
    },
    async (request, reply) => {
      const { source = null, type, agreement, ...query } = request.query
      const listeners = listenersByType(await readableAgreements(request, deps))
      const choice = { source, types: [...listeners.keys()] }
      if (agreement !== undefined) {
        const { rulebook } = await readableAgreement(request, agreement, deps)
        choice.types = [...listenedTypes(rulebook)]
      }
      if (type !== undefined) choice.types = agreement === undefined || choice.types.includes(type) ? [type] : []
      const page = await candidatePage(store.db, choice, readPage(query, NumberKey))
      linkNext(request, reply, page, publicUrl())
      reply.header('Cache-Control', 'no-store').type('application/json; charset=utf-8')
      return reply.send(`{"candidates":[${page.items.map((one) => candidateText(one, listeners)).join(',')}]}`)
    },
  )

  app.post(
    '/v1/candidates/:source/:id/confirm',
    {
      config: { access: 'key', repeats: 'answered', takes: [MERGE_PATCH_TYPE, 'application/json'] },
      schema: {
        operationId: 'confirmCandidate',
        tags: ['Events'],
        summary: 'Confirm a report, as it is or with what is to be otherwise in it',
        params: EventParams,
        body: PatchShape,
        response,
      },
    },
    async (request, reply) => {
      const { params, body: patch } = request
      const change = (latest: LatestRevision) => ({ ...corrected(latest, patch, ['standing']), standing: 'confirmed' })
      const revision = { ...params, replaces: replacedBy(request), change, guard: refuseDecided }
      return sendReceipt(reply, await revise(revision, request.caller as Caller, deps))
    },
  )

  app.post(
    '/v1/candidates/:source/:id/reject',
    {
      config: { access: 'key', repeats: 'answered' },
      schema: {
        operationId: 'rejectCandidate',
        tags: ['Events'],
        summary: 'Reject a report: it is taken back',
        params: EventParams,
        body: RetractionShape,
        response,
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const change = (latest: LatestRevision) => retracted(params, latest, body.why)
      const revision = { ...params, replaces: replacedBy(request), change, guard: refuseDecided }
      return sendReceipt(reply, await revise(revision, request.caller as Caller, deps))
    },
  )
}

/** The event as it is kept: reading its numbers would change some of them. */
function candidateText({ seq, recordedAt, type, content }: LatestEvent, listeners: ReturnType<typeof listenersByType>) {
  const agreements = (listeners.get(type) ?? []).map(({ id }) => id)
  const head = { seq, recorded_at: formatInstant(recordedAt), agreements }
  return `${JSON.stringify(head).slice(0, -1)},"event":${content}}`
}

function refuseDecided({ standing, type }: LatestRevision): void {
  if (standing === 'reported' && type !== null && !type.startsWith('servanda.')) return
  throw problem(
    'NOT_A_CANDIDATE',
    standing === 'reported' ? 'An order is not confirmed: it stands.' : `The event is ${standing} already.`,
  )
}
