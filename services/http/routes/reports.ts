import { Type } from 'typebox'
import { parseInstant } from '../../../rules/index.ts'
import {
  FORMS,
  periodNamed,
  type ReportOrder,
  type ReportRecord,
  reportById,
  reportPages,
} from '../../reports/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { problem } from '../problem.ts'
import { REPORT_FILES, sendReportFile } from '../report-file.ts'
import { reportWishes } from '../report-order.ts'
import { ReportOrderShape, ReportShape, reportBody } from '../report-shapes.ts'

const Params = Type.Object({ id: Type.String() })
const FileParams = Type.Object({ id: Type.String(), form: Type.Enum([...FORMS]) })

const ReproductionShape = Type.Object({
  same: Type.Boolean({ description: 'Every file came out byte for byte, and what it rests on is as it was' }),
  ledger_same: Type.Boolean(),
  made_by: Type.String({ description: 'The version of Servanda that made it' }),
  made_again_by: Type.String({ description: 'This version, which may word or draw it otherwise if it is another' }),
  files: Type.Array(
    Type.Object({
      form: Type.Enum([...FORMS]),
      recorded: Type.String(),
      reproduced: Type.String(),
      intact: Type.Boolean({ description: 'What is stored still has the digest that was recorded' }),
    }),
  ),
  changes: Type.Union([Type.Null(), Type.Array(Type.Any())], {
    description: 'What is known otherwise by now of the instant that it was about; null: not asked for',
  }),
})

/** `/v1/reports`: status reports, each kept for good in every form. */
export function reportRoutes(app: App, deps: AppDeps): void {
  const { store, desk, clock, publicUrl } = deps
  const tags = ['Reports']

  app.post(
    '/v1/reports',
    {
      config: { access: 'reports', repeats: 'answered' },
      schema: {
        operationId: 'makeReport',
        tags,
        summary: 'Make a report on a period, keep it, and send it to subscriptions',
        body: ReportOrderShape,
        response: { 201: ReportShape },
      },
    },
    async (request, reply) => {
      const { period, known_at, previous = null } = request.body
      const { zone, tell, attach, ...about } = await reportWishes(request.body, deps)
      const order: ReportOrder = {
        request: { ...about, period: periodNamed(period, zone) },
        knownAt: known_at === undefined ? null : parseInstant(known_at),
        previous,
        schedule: null,
        tell: { subscriptions: tell, attach },
      }
      const made = await desk.make(order, authorOf(request, clock))
      if (made === null) throw new TypeError('a report of no schedule was there already')
      return reply.code(201).header('Location', `/v1/reports/${made.id}`).send(reportBody(made, publicUrl()))
    },
  )

  app.get(
    '/v1/reports',
    {
      config: { access: 'read' },
      schema: {
        operationId: 'listReports',
        tags,
        summary: 'Reports, newest first',
        querystring: Type.Object(
          { ...PAGE_PARAMETERS, schedule: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ reports: Type.Array(ReportShape) }) },
      },
    },
    async (request, reply) => {
      const { schedule = null } = request.query
      const page = await reportPages(store.db, { schedule }, readPage(request.query, NumberKey))
      linkNext(request, reply, page, publicUrl())
      reply.header('Cache-Control', 'no-store')
      return { reports: page.items.map((one) => reportBody(one, publicUrl())) }
    },
  )

  app.get(
    '/v1/reports/:id',
    {
      config: { access: 'read' },
      schema: {
        operationId: 'readReport',
        tags,
        summary: 'One report: its summary, what it rests on, and where its files are',
        params: Params,
        response: { 200: ReportShape },
      },
    },
    async (request) => reportBody(await found(request.params.id), publicUrl()),
  )

  app.get(
    '/v1/reports/:id/files/:form',
    {
      config: {
        access: 'read',
        documented: REPORT_FILES,
      },
      schema: {
        operationId: 'readReportFile',
        tags,
        summary: 'A report in one of its forms; it never changes, and its ETag is its SHA-256',
        params: FileParams,
      },
    },
    async (request, reply) => {
      const { id, form } = request.params
      return sendReportFile(request, reply, store, await found(id), form)
    },
  )

  app.post(
    '/v1/reports/:id/reproduction',
    {
      config: { access: 'read', repeats: 'answered' },
      schema: {
        operationId: 'reproduceReport',
        tags,
        summary: 'Make a report again from what it rests on, and compare it byte by byte',
        params: Params,
        body: Type.Object(
          { changes: Type.Optional(Type.Boolean({ description: 'Say too what is known otherwise by now' })) },
          { additionalProperties: false },
        ),
        response: { 200: ReproductionShape },
      },
    },
    async (request) => {
      const { isSame, isLedgerSame, versions, files, changes } = await desk.reproduce(
        await found(request.params.id),
        request.body.changes ?? false,
      )
      return {
        same: isSame,
        ledger_same: isLedgerSame,
        made_by: versions[0],
        made_again_by: versions[1],
        files: files.map(({ isIntact, ...file }) => ({ ...file, intact: isIntact })),
        changes: changes && [...changes],
      }
    },
  )

  async function found(id: string): Promise<ReportRecord> {
    const report = await reportById(store.db, id)
    if (report === null) throw problem('REPORT_UNKNOWN', `There is no report ${id}.`)
    return report
  }
}
