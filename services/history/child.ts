import { once } from 'node:events'
import { createInterface } from 'node:readline'
import {
  compileRulebook,
  Engine,
  type Instant,
  includeFrom,
  jsonPieces,
  type KnownEvent,
  knownEvent,
  knownEvents,
  parseEvent,
  parseInstant,
  parseJson,
  type Rulebook,
} from '../../rules/index.ts'
import type { HistoryJob, ToldEvent } from './job.ts'

// The body of a child process: evaluates a rulebook on the events it reads, as they were known at some instant, and prints
// the answer. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
const job = JSON.parse((await lines.next()).value ?? '') as HistoryJob
const knownAt = job.knownAt === null ? null : parseInstant(job.knownAt)
const events: KnownEvent[] = []
let isClaimed = false
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const [content, recordedAt, claimedAt] = JSON.parse(line) as ToldEvent
  const claimed = claimedAt === null ? null : parseInstant(claimedAt)
  isClaimed ||= restsOnClaim(parseInstant(recordedAt), claimed)
  events.push(eventIn(content, claimed ?? parseInstant(recordedAt)))
}
const engine = new Engine(compiled())
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
function restsOnClaim(recordedAt: Instant, claimedAt: Instant | null): boolean {
  return knownAt !== null && claimedAt !== null && claimedAt <= knownAt !== recordedAt <= knownAt
}

function eventIn(content: string, recordedAt: Instant): KnownEvent {
  const parsed = parseEvent(parseJson(content))
  if (!parsed.ok) throw new Error(`the ledger holds what is no event: ${content}`)
  return knownEvent(parsed.event, recordedAt)
}

function compiled(): Rulebook {
  const found = compileRulebook(job.text, job.file, includeFrom(job.included))
  if (!found.ok) throw new Error(`the rulebook ${job.file} can no longer be read`)
  return found.rulebook
}
