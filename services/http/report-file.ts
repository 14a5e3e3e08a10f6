import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { contentOf, FORM_FACTS, FORMS, type Form, fileName, type ReportRecord, reportFile } from '../reports/index.ts'
import type { Store } from '../store/index.ts'
import { encodingFor } from './accept-encoding.ts'
import { matches } from './prepared-answer.ts'
import { problem } from './problem.ts'

/** The forms of a report, by their media types, as the description of the API has them. */
export const REPORT_FILES = {
  answers: Object.fromEntries(FORMS.map((form) => [FORM_FACTS[form].mediaType.split(';')[0] as string, Type.String()])),
}

/**
 * A report in one of its forms, packed where the client takes that. It never changes, and its ETag is its SHA-256.
 * @throws {ServandaError} `REPORT_UNKNOWN`
 */
export async function sendReportFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { db }: Pick<Store, 'db'>,
  report: ReportRecord,
  form: Form,
): Promise<FastifyReply> {
  const known = report.files.find((file) => file.form === form)
  if (known === undefined) throw problem('REPORT_UNKNOWN', `The report ${report.id} has no form ${form}.`)
  const isZipped = form !== 'pdf' && encodingFor(request.headers['accept-encoding'], ['gzip', 'identity']) === 'gzip'
  const etag = `"${known.sha256}${isZipped ? '-gzip' : ''}"`
  reply
    .header('ETag', etag)
    .header('Cache-Control', 'private, max-age=31536000, immutable')
    .header('Vary', 'Accept-Encoding, Authorization')
  const had = request.headers['if-none-match']
  if (had !== undefined && matches(had, etag)) return reply.code(304).send()
  const file = await reportFile(db, report.id, form)
  if (file === null) throw problem('REPORT_UNKNOWN', `The report ${report.id} has no form ${form}.`)
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
  return reply.send(await contentOf(file))
}
