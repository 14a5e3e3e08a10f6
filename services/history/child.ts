import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Engine, jsonPieces, type KnownEvent, knownEvents, parseInstant } from '../../rules/index.ts'
import { eventIn, type HistoryJob, headOf, restsOnClaim, rulebookIn, type ToldEvent } from './job.ts'

// The body of a child process: evaluates a rulebook on the events it reads, as they were known at some instant, and prints
// the answer. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
const job = JSON.parse((await lines.next()).value ?? '') as HistoryJob
const knownAt = job.knownAt === null ? null : parseInstant(job.knownAt)
const events: KnownEvent[] = []
let isClaimed = false
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const told = JSON.parse(line) as ToldEvent
  isClaimed ||= restsOnClaim(told, knownAt)
  events.push(eventIn(told))
}
const engine = new Engine(rulebookIn(job))
engine.take(knownAt === null ? events : knownEvents(events, knownAt))
for (const piece of jsonPieces(headOf(job, isClaimed), engine.reports(parseInstant(job.asOf), { kind: job.cases })))
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
process.stdout.write('\n')
