import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  CONTROL_KINDS,
  type ControlKind,
  formatInstant,
  instant,
  parseEvent,
  type ServandaEvent,
} from '../../../rules/index.ts'
import { type AccessKey, scopeForType } from '../../access/index.ts'
import { eventOf, latestRevision, type Receipt, standingOrders } from '../../ledger/index.ts'
import type { App, AppDeps } from '../app.ts'
import { actorOf, type Caller } from '../credentials.ts'
import { unknownReferences } from '../decision-references.ts'
import { DECISIONS, type DecisionRow, decisionBody, decisionOrder, decisionShape } from '../decisions.ts'
import { ReceiptShape, refusalProblem } from '../event-answer.ts'
import { batchBy } from '../events-of-request.ts'
import { firstAttempt } from '../idempotency.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { type ProblemItem, problem } from '../problem.ts'
import { EventParams, replacedBy, retracted, revise, sendReceipt } from '../revise.ts'

/** What is sent of any kind, beside its data. */
interface Order {
  readonly at?: string
  readonly why?: string
  readonly event?: { readonly source?: string; readonly id?: string }
}

/** `/v1/judgements`, `/v1/waivers`, …: every kind of order as a resource of its own. */
export function decisionRoutes(app: App, deps: AppDeps): void {
  for (const kind of CONTROL_KINDS) decisionRoutesOf(kind, app, deps)
}

function decisionRoutesOf(kind: ControlKind, app: App, deps: AppDeps): void {
  const { store, append, clock, publicUrl } = deps
  const decision = DECISIONS[kind]
  const { name, listedBy } = decision
  const type = `servanda.${kind}` as const
  const access = scopeForType(type)
  const path = `/v1/${name}`
  const tags = ['Decisions']
  const word = `${kind[0]?.toUpperCase()}${kind.slice(1)}`
  const DecisionShape = decisionShape(decision)

  app.post(
    path,
    {
      config: { access, repeats: 'answered' },
      schema: {
        operationId: `record${word}`,
        tags,
        summary: decision.does,
        body: decisionOrder(decision),
        response: { 200: ReceiptShape, 202: ReceiptShape },
      },
    },
    async (request, reply) => {
      const receipt = await record(request, request.body as Order)
      const { source, id } = receipt
      reply.header('Location', `${path}/${encodeURIComponent(source)}/${encodeURIComponent(id)}`)
      return sendReceipt(reply, receipt)
    },
  )

  app.get(
    path,
    {
      config: { access: 'read' },
      schema: {
        operationId: `list${word}s`,
        tags,
        summary: `The ${name} that stand, newest first`,
        querystring: Type.Object(
          { ...PAGE_PARAMETERS, [listedBy]: Type.Optional(Type.String({ minLength: 1, maxLength: 2_048 })) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ [name]: Type.Array(DecisionShape) }) },
      },
    },
    async (request, reply) => {
      const query = request.query as Record<string, string | undefined>
      const value = query[listedBy]
      const where = value === undefined ? null : { field: listedBy, value }
      const page = await standingOrders(store.db, type, where, readPage(request.query, NumberKey))
      linkNext(request, reply, page, publicUrl())
      reply.header('Cache-Control', 'no-store')
      const zones = await zonesOfAgreements()
      return { [name]: page.items.map((row) => bodyOf(eventOf(row), row, zones)) }
    },
  )

  app.get(
    `${path}/:source/:id`,
    {
      config: { access: 'read' },
      schema: {
        operationId: `read${word}`,
        tags,
        summary: `One of the ${name} that stand`,
        params: EventParams,
        response: { 200: DecisionShape },
      },
    },
    async (request, reply) => {
      const row = await latestRevision(store.db, request.params)
      if (row === null || row.type !== type || row.retracted) throw unknown(request.params)
      reply.header('ETag', `"${row.revision}"`).header('Cache-Control', 'no-store')
      return bodyOf(eventOf(row), row, await zonesOfAgreements())
    },
  )

  app.delete(
    `${path}/:source/:id`,
    {
      config: { access },
      schema: {
        operationId: `retract${word}`,
        tags,
        summary: `Take back one of the ${name}`,
        params: EventParams,
        response: { 200: ReceiptShape, 202: ReceiptShape },
      },
    },
    async (request, reply) => {
      const { params } = request
      const receipt = await revise(
        {
          ...params,
          replaces: replacedBy(request),
          change: (latest) => {
            if (latest.type !== type) throw unknown(params)
            return retracted(params, latest, undefined)
          },
        },
        request.caller as Caller,
        deps,
      )
      return sendReceipt(reply, receipt)
    },
  )

  async function record(request: FastifyRequest, order: Order): Promise<Receipt> {
    const event = readOrder(order, request)
    const unknowns = event.control === null ? [] : await unknownReferences(event.control, request, deps)
    if (unknowns.length > 0) throw invalid(unknowns)
    const outcome = await append(batchBy(request.accessKey as AccessKey, [event]))
    if (!outcome.ok) throw refusalProblem(outcome.refusals, false)
    return outcome.receipts[0] as Receipt
  }

  /** @throws {ServandaError} `REQUEST_INVALID` with pointers into the order */
  function readOrder({ at, why, event: named = {}, ...data }: Order, request: FastifyRequest): ServandaEvent {
    const first = firstAttempt(request, instant(clock.now().epochMilliseconds), randomUUID)
    const parsed = parseEvent({
      specversion: '1.0',
      source: named.source ?? `${publicUrl()}${path}`,
      id: named.id ?? first.id,
      type,
      time: at ?? formatInstant(first.at),
      data: { ...data, ...(why !== undefined && { why }), by: actorOf(request.caller as Caller) },
    })
    if (parsed.ok) return parsed.event
    throw invalid(parsed.problems.map((item) => ({ ...item, pointer: pointerInto(item.pointer) })))
  }

  function bodyOf(event: ServandaEvent, row: DecisionRow, zones: ReadonlyMap<string, string>) {
    const agreement = event.control !== null && 'agreement' in event.control ? event.control.agreement : ''
    return decisionBody(decision, event, row, zones.get(agreement) ?? 'UTC')
  }

  async function zonesOfAgreements(): Promise<ReadonlyMap<string, string>> {
    const adopted = await deps.shelf.current(store.db)
    return new Map(adopted.map(({ rulebook }) => [rulebook.id, rulebook.where.zone]))
  }

  function unknown({ source, id }: { readonly source: string; readonly id: string }) {
    return problem('EVENT_UNKNOWN', `There is no ${kind} ${id} of ${source} that stands.`)
  }
}

function invalid(items: readonly ProblemItem[]) {
  return problem('REQUEST_INVALID', 'Nothing was recorded.', items)
}

/** Where in an order stands what an event has at `pointer`. */
function pointerInto(pointer: string): string {
  if (pointer === '/time') return '/at'
  if (pointer === '/source' || pointer === '/id') return `/event${pointer}`
  return pointer.replace(/^\/data/, '')
}
