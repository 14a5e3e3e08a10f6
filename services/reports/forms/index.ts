import type { Report } from '../report.ts'
import { reportCsv } from './csv.ts'
import { reportHtml } from './html.ts'
import { reportJson } from './json.ts'
import { reportMarkdown } from './markdown.ts'
import { reportPdf } from './pdf.ts'

/** The forms in which a report can be read: as a page, on paper, in a spreadsheet, in a wiki, by programs. */
export const FORMS = ['html', 'pdf', 'csv', 'markdown', 'json'] as const
export type Form = (typeof FORMS)[number]

export interface FormFacts {
  readonly mediaType: string
  /** With its dot. */
  readonly extension: string
}

export const FORM_FACTS = {
  html: { mediaType: 'text/html; charset=utf-8', extension: '.html' },
  pdf: { mediaType: 'application/pdf', extension: '.pdf' },
  csv: { mediaType: 'text/csv; charset=utf-8', extension: '.csv' },
  markdown: { mediaType: 'text/markdown; charset=utf-8', extension: '.md' },
  json: { mediaType: 'application/json', extension: '.json' },
} as const satisfies Record<Form, FormFacts>

const MAKERS = {
  html: reportHtml,
  pdf: reportPdf,
  csv: reportCsv,
  markdown: reportMarkdown,
  json: reportJson,
} as const satisfies Record<Form, (report: Report) => string | Promise<Buffer>>

/** The report in one of its forms: the same report gives the same bytes. */
export async function formOf(report: Report, form: Form): Promise<Buffer> {
  const made = await MAKERS[form](report)
  return typeof made === 'string' ? Buffer.from(made, 'utf8') : made
}
