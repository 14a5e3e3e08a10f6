import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Engine, type Instant, jsonPieces, type KnownEvent, knownEvents, parseInstant } from '../../rules/index.ts'
import { eventIn, type HistoryJob, rulebookIn, type ToldEvent } from './job.ts'

// The body of a child process: evaluates a rulebook on the events it reads, as they were known at some instant, and prints
// the answer. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
const job = JSON.parse((await lines.next()).value ?? '') as HistoryJob
const knownAt = job.knownAt === null ? null : parseInstant(job.knownAt)
const events: KnownEvent[] = []
let isClaimed = false
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const told = JSON.parse(line) as ToldEvent
  isClaimed ||= restsOnClaim(told)
  events.push(eventIn(told))
}
const engine = new Engine(rulebookIn(job))
engine.take(knownAt === null ? events : knownEvents(events, knownAt))
const head = {
  as_of: job.asOf,
  known_at: job.knownAt,
  known_basis: isClaimed ? 'claimed' : 'ledger',
  rulebook_version: job.rulebookVersion,
}
for (const piece of jsonPieces(head, engine.reports(parseInstant(job.asOf), { kind: job.cases })))
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
process.stdout.write('\n')

/** Whether only the sender's word decides that the event counts as known, or, in an import, that it does not yet. */
function restsOnClaim([, recorded, claimed]: ToldEvent): boolean {
  if (knownAt === null || claimed === null) return false
  const isKnown = (at: string): boolean => parseInstant(at) <= (knownAt as Instant)
  return isKnown(claimed) !== isKnown(recorded)
}
