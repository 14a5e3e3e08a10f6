import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { formatInstant, instant } from '../../../rules/index.ts'
import type { AccessKey } from '../../access/index.ts'
import type { Receipt, Rehearsal } from '../../ledger/index.ts'
import type { AdoptedRulebook } from '../../rulebooks/index.ts'
import type { App, AppDeps } from '../app.ts'
import { ReceiptShape, receiptBody, refusalProblem } from '../event-answer.ts'
import { batchBy, EventsShape, eventsIn } from '../events-of-request.ts'
import { PreviewShape } from '../preview-shape.ts'
import { readableAgreements } from '../readable.ts'
import { Moment, orNull } from '../shapes.ts'

const DryRunShape = Type.Object({
  as_of: Moment,
  /** What is not on record yet has neither a place nor a time in the ledger. */
  events: Type.Array(
    Type.Intersect([
      Type.Omit(ReceiptShape, ['seq', 'recorded_at']),
      Type.Object({ seq: orNull(Type.Integer()), recorded_at: orNull(Moment) }),
    ]),
  ),
  agreements: Type.Array(PreviewShape),
})

/** `POST /v1/events:dry-run`: what `POST /v1/events` would answer, and what would follow from it; nothing is recorded. */
export function dryRunRoutes(app: App, deps: AppDeps): void {
  const { rehearse, history, clock, publicRead } = deps

  // A colon that begins no parameter is written twice.
  app.post(
    '/v1/events::dry-run',
    {
      config: {
        access: 'key',
        repeats: 'ignored',
        documented: { body: EventsShape, answers: { 'application/json': DryRunShape } },
      },
      schema: {
        operationId: 'dryRunEvents',
        tags: ['Events'],
        summary: 'What recording events would change and whom it would tell, without recording them',
      },
    },
    async (request, reply) => {
      const { events, isBatch } = eventsIn(request)
      const rehearsal = await rehearse(batchBy(request.accessKey as AccessKey, events))
      const { outcome } = rehearsal
      if (!outcome.ok) throw refusalProblem(outcome.refusals, isBatch)
      const at = instant(clock.now().epochMilliseconds)
      const agreements = await history.consequences(rehearsal, await agreementsFor(request, rehearsal), at)
      reply.header('Cache-Control', 'no-store')
      const added = new Set(rehearsal.rows.map(({ seq }) => seq))
      return { as_of: formatInstant(at), events: outcome.receipts.map((one) => rehearsed(one, added)), agreements }
    },
  )

  /** Those concerned, as far as the sender may read about them: to write events is not to read what follows. */
  async function agreementsFor(request: FastifyRequest, { work }: Rehearsal): Promise<readonly AdoptedRulebook[]> {
    if (!request.readsAll && !publicRead) return []
    const concerned = new Set(work.map(({ agreement }) => agreement))
    return (await readableAgreements(request, deps)).filter(({ rulebook }) => concerned.has(rulebook.id))
  }
}

function rehearsed(receipt: Receipt, added: ReadonlySet<number>) {
  return { ...receiptBody(receipt), ...(added.has(receipt.seq) && { seq: null, recorded_at: null }) }
}
