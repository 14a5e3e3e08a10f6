import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { reportFromFiles } from '../../bin/report-from-files.ts'
import { packageRoot } from '../../config/root.ts'
import { FORM_FACTS, FORMS, type Form, formOf } from '../../services/reports/forms/index.ts'

/** A report that is shown: on which period and agreements. */
export interface Example {
  readonly name: string
  readonly period: string
  readonly agreements: readonly string[] | null
  /** The forms that are kept; of the others, which are large, the digest is. */
  readonly kept: readonly Form[]
}

/** The whole of a year as people get it, and a month of one agreement in every form. */
export const EXAMPLES: readonly Example[] = [
  { name: '2024', period: '2024', agreements: null, kept: ['html', 'pdf'] },
  { name: '2024-12-japan', period: '2024-12', agreements: ['japan-ukraine-2024'], kept: FORMS },
]

/** An example in every form, made anew. */
export async function exampleFiles({ name, period, agreements, kept }: Example) {
  const folder = 'rules/agreements'
  process.chdir(packageRoot()) // a report names the files that it rests on
  const report = reportFromFiles({
    period,
    zone: 'Europe/Kyiv',
    locale: 'en-GB',
    ...(agreements !== null && { agreement: agreements }),
    rules: [folder],
    events: [folder],
    asOf: '2026-08-05',
    format: 'json',
    output: [],
  })
  const made = await Promise.all(FORMS.map(async (form) => ({ form, content: await formOf(report, form) })))
  return made.map(({ form, content }) => ({
    name: `${name}${FORM_FACTS[form].extension}`,
    content,
    isKept: kept.includes(form),
    sum: createHash('sha256').update(content).digest('hex'),
  }))
}

/** The file with the digests, as `sha256sum` writes it. */
export const SUMS = 'SHA256SUMS'

export function examplePath(file: string): string {
  return join(packageRoot(), 'docs', 'examples', file)
}
