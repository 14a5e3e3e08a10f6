import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { endSchedule, listSchedules, type ReportSchedule, saveSchedule, scheduleById } from '../../reports/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { MERGE_PATCH_TYPE, mergePatch } from '../merge-patch.ts'
import { problem } from '../problem.ts'
import { reportWishes } from '../report-order.ts'
import { type ScheduleOrder, ScheduleOrderShape, ScheduleShape, scheduleBody } from '../report-shapes.ts'
import { Nothing } from '../shapes.ts'

const config = { access: 'reports' } as const
const tags = ['Reports']
const Params = Type.Object({ id: Type.String() })

/** `/v1/report-schedules`: reports that are made again and again, and who is sent them. */
export function reportScheduleRoutes(app: App, deps: AppDeps): void {
  const { store, clock } = deps
  app.get(
    '/v1/report-schedules',
    {
      config,
      schema: {
        operationId: 'listReportSchedules',
        tags,
        summary: 'Reports that are made again and again, and when the next is due',
        response: { 200: Type.Object({ schedules: Type.Array(ScheduleShape) }) },
      },
    },
    async () => ({ schedules: (await listSchedules(store.db)).map(scheduleBody) }),
  )

  app.post(
    '/v1/report-schedules',
    {
      config: { ...config, repeats: 'answered' },
      schema: {
        operationId: 'createReportSchedule',
        tags,
        summary: 'Let a report be made again and again, and sent to subscriptions',
        body: ScheduleOrderShape,
        response: { 201: ScheduleShape },
      },
    },
    async (request, reply) => {
      const author = authorOf(request, clock)
      const wanted = await wantedIn(request.body)
      const id = randomBytes(6).toString('hex')
      await store.transaction((trx) => saveSchedule(trx, { ...wanted, id, createdAt: author.at }, author))
      return reply.code(201).send(scheduleBody(await found(id)))
    },
  )

  app.patch(
    '/v1/report-schedules/:id',
    {
      config: { ...config, takes: [MERGE_PATCH_TYPE, 'application/json'] },
      schema: {
        operationId: 'changeReportSchedule',
        tags,
        summary: 'Change a schedule, pause it, or take it up again (RFC 7396)',
        params: Params,
        body: Type.Object({}, { additionalProperties: true }),
        response: { 200: ScheduleShape },
      },
    },
    async (request) => {
      const before = await found(request.params.id)
      const merged = mergePatch(orderOf(before), request.body)
      if (!Value.Check(ScheduleOrderShape, merged)) {
        const problems = Value.Errors(ScheduleOrderShape, merged).map(({ instancePath, message }) => ({
          pointer: instancePath,
          message,
        }))
        throw problem('REQUEST_INVALID', 'The schedule would not be valid.', problems)
      }
      const { id, createdAt } = before
      const wanted = await wantedIn(merged)
      const author = authorOf(request, clock)
      await store.transaction((trx) => saveSchedule(trx, { ...wanted, id, createdAt }, author))
      return scheduleBody(await found(id))
    },
  )

  app.delete(
    '/v1/report-schedules/:id',
    {
      config,
      schema: {
        operationId: 'endReportSchedule',
        tags,
        summary: 'End a schedule; the reports it made stay',
        params: Params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const isEnded = await store.transaction((trx) => endSchedule(trx, id, authorOf(request, clock)))
      if (!isEnded) throw problem('REPORT_SCHEDULE_UNKNOWN', `There is no schedule ${id}.`)
      return reply.code(204).send(null)
    },
  )

  async function found(id: string): Promise<ReportSchedule> {
    const schedule = await scheduleById(store.db, id)
    if (schedule === null) throw problem('REPORT_SCHEDULE_UNKNOWN', `There is no schedule ${id}.`)
    return schedule
  }

  async function wantedIn(order: ScheduleOrder) {
    const { every, hour = 8, days_after: daysAfter = 0, state = 'active' } = order
    const { zone, ...about } = await reportWishes(order, deps)
    return { ...about, timing: { every, zone, hour, daysAfter }, state }
  }
}

function orderOf({ title, timing, locale, scope, tell, attach, state }: ReportSchedule): ScheduleOrder {
  return {
    ...(title !== null && { title }),
    every: timing.every,
    zone: timing.zone,
    hour: timing.hour,
    days_after: timing.daysAfter,
    locale,
    ...(scope.agreements !== null && { agreements: [...scope.agreements] }),
    ...(scope.parties !== null && { parties: [...scope.parties] }),
    tell: [...tell],
    attach: [...attach],
    state,
  }
}
