import { createInterface } from 'node:readline'
import { explainCase, type KnownEvent, parseInstant } from '../../rules/index.ts'
import { type ExplanationJob, eventIn, headOf, restsOnClaim, rulebookIn, type ToldEvent } from './job.ts'

// The body of a child process: explains one case on the events it reads, as they were known at some instant, and prints the
// explanation, or null. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
const job = JSON.parse((await lines.next()).value ?? '') as ExplanationJob
const knownAt = job.knownAt === null ? null : parseInstant(job.knownAt)
const events: KnownEvent[] = []
let isClaimed = false
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const told = JSON.parse(line) as ToldEvent
  isClaimed ||= restsOnClaim(told, knownAt)
  events.push(eventIn(told))
}
const explanation = explainCase(rulebookIn(job), events, job.case, { asOf: parseInstant(job.asOf), knownAt })
process.stdout.write(`${JSON.stringify(explanation && { ...headOf(job, isClaimed), ...explanation })}\n`)
