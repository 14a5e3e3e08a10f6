import { Type } from 'typebox'
import { parseInstant } from '../../../rules/index.ts'
import {
  contentOf,
  FORM_FACTS,
  FORMS,
  fileName,
  periodNamed,
  type ReportOrder,
  type ReportRecord,
  reportById,
  reportFile,
  reportPages,
} from '../../reports/index.ts'
import { encodingFor } from '../accept-encoding.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { linkNext, NumberKey, PAGE_PARAMETERS, readPage } from '../paging.ts'
import { matches } from '../prepared-answer.ts'
import { problem } from '../problem.ts'
import { reportWishes } from '../report-order.ts'
import { ReportOrderShape, ReportShape, reportBody } from '../report-shapes.ts'

const Params = Type.Object({ id: Type.String() })
const FileParams = Type.Object({ id: Type.String(), form: Type.Enum([...FORMS]) })

const ReproductionShape = Type.Object({
  same: Type.Boolean({ description: 'Every file came out byte for byte, and what it rests on is as it was' }),
  ledger_same: Type.Boolean(),
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
        documented: {
          answers: Object.fromEntries(FORMS.map((form) => [typeOf(form), Type.String()])),
        },
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
      const report = await found(id)
      const known = report.files.find((file) => file.form === form)
      if (known === undefined) throw problem('REPORT_UNKNOWN', `The report ${id} has no form ${form}.`)
      const encoding = form === 'pdf' ? 'identity' : encodingFor(request.headers['accept-encoding'])
      const isZipped = form !== 'pdf' && encoding === 'gzip'
      const etag = `"${known.sha256}${isZipped ? '-gzip' : ''}"`
      reply
        .header('ETag', etag)
        .header('Cache-Control', 'private, max-age=31536000, immutable')
        .header('Vary', 'Accept-Encoding, Authorization')
      const had = request.headers['if-none-match']
      if (had !== undefined && matches(had, etag)) return reply.code(304).send()
      const file = await reportFile(store.db, id, form)
      if (file === null) throw problem('REPORT_UNKNOWN', `The report ${id} has no form ${form}.`)
      reply
        .type(FORM_FACTS[form].mediaType)
        .header(
          'Content-Disposition',
          `${form === 'html' || form === 'pdf' ? 'inline' : 'attachment'}; filename="${fileName(report, form)}"`,
        )
        // It has no script, and nothing in it may become one.
        .header(
          'Content-Security-Policy',
          "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups",
        )
      if (file.encoding === 'gzip' && isZipped) return reply.header('Content-Encoding', 'gzip').send(file.content)
      return reply.send(contentOf(file))
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
      const { isSame, isLedgerSame, files, changes } = await desk.reproduce(
        await found(request.params.id),
        request.body.changes ?? false,
      )
      return {
        same: isSame,
        ledger_same: isLedgerSame,
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

function typeOf(form: (typeof FORMS)[number]): string {
  return FORM_FACTS[form].mediaType.split(';')[0] as string
}
