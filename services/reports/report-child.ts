import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'
import { INDICATORS, knownEvent, parseEvent, parseInstant, parseJson } from '../../rules/index.ts'
import { rulebookIn } from '../history/index.ts'
import { type Form, formOf } from './forms/index.ts'
import { EventShelf, makeReport } from './make-report.ts'
import type { Report } from './report.ts'
import {
  type FactsLine,
  type FileHeader,
  type LedgerLine,
  type ReportFacts,
  type ReportJob,
  seqIn,
} from './report-job.ts'

// The body of a child process: makes a report on the events it reads, and prints it in every form that is asked for. It has
// a deadline and little memory, and whoever started it goes on whatever becomes of it.

const { forms, report } = await readAndMake()
await print(`${JSON.stringify({ facts: factsOf(report) } satisfies FactsLine)}\n`)
for (const form of forms) await printFile(report, form)

/** Nothing of what the report was made of is kept while its forms are written. */
async function readAndMake(): Promise<{ readonly forms: readonly Form[]; readonly report: Report }> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  const job = JSON.parse((await lines.next()).value ?? '') as ReportJob
  const { previous } = job.basis
  const [events, eventsBefore] = [new EventShelf(), new EventShelf()]
  const seqBefore = previous === null ? 0 : seqIn(previous.ledger)
  const [setAside, setAsideBefore] = [job.basis.rulebooks, previous?.rulebooks ?? []].map(agreementsWithout) as [
    Map<number, string[]>,
    Map<number, string[]>,
  ]

  for await (const line of { [Symbol.asyncIterator]: () => lines }) {
    const [seq, content, recordedAt, claimedAt] = JSON.parse(line) as LedgerLine
    const parsed = parseEvent(parseJson(content))
    if (!parsed.ok) throw new Error(`row ${seq} of the ledger holds what is no event`)
    const event = knownEvent(parsed.event, parseInstant(claimedAt ?? recordedAt))
    events.add(event, { without: setAside.get(seq) ?? [] })
    if (seq <= seqBefore) eventsBefore.add(event, { without: setAsideBefore.get(seq) ?? [] })
  }

  const rulebooks = job.rulebooks.map(rulebookIn)
  const before = new Map(
    job.before.map((text, n) => {
      const agreement = previous?.rulebooks[n]?.agreement ?? ''
      // The same version is the same object: what it said before differs by what was known alone.
      const now = rulebooks.find((one, i) => one.id === agreement && job.rulebooks[i]?.hash === text.hash)
      return [agreement, { rulebook: now ?? rulebookIn(text), events: eventsBefore }] as const
    }),
  )
  return { forms: job.forms, report: makeReport({ ...job, rulebooks, events, before }) }
}

function agreementsWithout(
  rulebooks: readonly { readonly agreement: string; readonly set_aside: readonly number[] }[],
): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const { agreement, set_aside } of rulebooks)
    for (const seq of set_aside) found.set(seq, [...(found.get(seq) ?? []), agreement])
  return found
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

async function printFile(made: Report, form: Form): Promise<void> {
  const content = await formOf(made, form)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const encoding = form === 'pdf' ? 'identity' : 'gzip'
  const body = encoding === 'gzip' ? gzipSync(content) : content
  const header: FileHeader = { form, sha256, length: content.length, encoding, bytes: body.length }
  await print(`${JSON.stringify(header)}\n`)
  await print(body)
}

async function print(piece: string | Buffer): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}
