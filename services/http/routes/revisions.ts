import type { App, AppDeps } from '../app.ts'
import type { Caller } from '../credentials.ts'
import { ReceiptShape } from '../event-answer.ts'
import { MERGE_PATCH_TYPE } from '../merge-patch.ts'
import {
  corrected,
  EventParams,
  PatchShape,
  RetractionShape,
  type Revision,
  replacedBy,
  retracted,
  revise,
  sendReceipt,
} from '../revise.ts'

const response = { 200: ReceiptShape, 202: ReceiptShape }

/** `/v1/events/{source}/{id}/…`: revisions for whoever does not want to count them. */
export function revisionRoutes(app: App, deps: AppDeps): void {
  app.post(
    '/v1/events/:source/:id/corrections',
    {
      config: { access: 'key', repeats: 'answered', takes: [MERGE_PATCH_TYPE, 'application/json'] },
      schema: {
        operationId: 'correctEvent',
        tags: ['Events'],
        summary: 'Correct an event: what is to be otherwise in its latest revision',
        params: EventParams,
        body: PatchShape,
        response,
      },
    },
    async (request, reply) => {
      const { params, body: patch } = request
      const revision: Revision = {
        ...params,
        replaces: replacedBy(request),
        change: (latest) => corrected(latest, patch),
      }
      return sendReceipt(reply, await revise(revision, request.caller as Caller, deps))
    },
  )

  app.post(
    '/v1/events/:source/:id/retraction',
    {
      config: { access: 'key', repeats: 'answered' },
      schema: {
        operationId: 'retractEvent',
        tags: ['Events'],
        summary: 'Take an event back',
        params: EventParams,
        body: RetractionShape,
        response,
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const revision: Revision = {
        ...params,
        replaces: replacedBy(request),
        change: (latest) => retracted(params, latest, body.why),
      }
      return sendReceipt(reply, await revise(revision, request.caller as Caller, deps))
    },
  )
}
