import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { giveWay } from '../../config/priority.ts'
import { INDICATORS } from '../../rules/index.ts'
import { rowIn, rulebookIn } from '../child-process/index.ts'
import { type Form, formOf } from './forms/index.ts'
import { EventShelf, makeReport } from './make-report.ts'
import type { Report } from './report.ts'
import type { FactsLine, FileHeader, ReportFacts, ReportJob } from './report-job.ts'

// The body of a child process: makes a report on the events it reads, and prints it in every form that is asked for. It has
// a deadline and little memory, and whoever started it goes on whatever becomes of it.

giveWay()
const gzipped = promisify(gzip)
const { job, report } = await readAndMake()
const facts: FactsLine = { facts: factsOf(report), changes: job.tellsChanges ? report.changes : [] }
await print(`${JSON.stringify(facts)}\n`)
let printed: Promise<void> = Promise.resolve()
for (const form of job.forms) {
  const file = packed(form, await formOf(report, form))
  // While one file is packed, in a thread beside this one, the next is made.
  printed = printed.then(async () => printFile(await file))
}
await printed

/** Nothing of what the report was made of is kept while its forms are written. */
async function readAndMake(): Promise<{ readonly job: ReportJob; readonly report: Report }> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  const job = JSON.parse((await lines.next()).value ?? '') as ReportJob
  const events = new EventShelf()
  for await (const line of { [Symbol.asyncIterator]: () => lines }) events.add(rowIn(line))
  const rulebooks = job.rulebooks.map(rulebookIn)
  // The same version is the same object: what it said before differs by what was known alone.
  const rulebooksBefore = job.before.map((text) => {
    const now = job.rulebooks.findIndex(({ hash }) => hash === text.hash)
    return rulebooks[now] ?? rulebookIn(text)
  })
  return { job, report: makeReport({ ...job, rulebooks, rulebooksBefore, events }) }
}

function factsOf({ summary, counts, changes, questions }: Report): ReportFacts {
  return {
    summary,
    indicators: INDICATORS.flatMap((indicator) => {
      const count = counts.indicators[indicator] ?? 0
      return count === 0 ? [] : [{ indicator, count }]
    }),
    changes: changes.length,
    corrections: changes.filter(({ kind }) => kind === 'correction').length,
    questions: questions.length,
  }
}

interface PackedFile {
  readonly header: FileHeader
  readonly body: Buffer
}

async function packed(form: Form, content: Buffer): Promise<PackedFile> {
  const encoding = form === 'pdf' ? 'identity' : 'gzip'
  const body = encoding === 'gzip' ? await gzipped(content) : content
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { header: { form, sha256, length: content.length, encoding, bytes: body.length }, body }
}

async function printFile({ header, body }: PackedFile): Promise<void> {
  await print(`${JSON.stringify(header)}\n`)
  await print(body)
}

async function print(piece: string | Buffer): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}
