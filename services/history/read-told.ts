import { createInterface } from 'node:readline'
import { type Instant, type KnownEvent, parseInstant } from '../../rules/index.ts'
import { rowIn } from '../child-process/index.ts'
import { type LookedAt, restsOnClaim } from './job.ts'

/** What a child process is told that looks at a history. */
interface Told<Job> {
  readonly job: Job
  /** Null: all that is known. */
  readonly knownAt: Instant | null
  readonly events: readonly KnownEvent[]
  /** Whether only a sender's word decides what counts as known. */
  readonly isClaimed: boolean
}

/** Reads all of it from the standard input: the job, then a row of the ledger a line. */
export async function readTold<Job extends LookedAt>(): Promise<Told<Job>> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  const job = JSON.parse((await lines.next()).value ?? '') as Job
  const knownAt = job.knownAt === null ? null : parseInstant(job.knownAt)
  const events: KnownEvent[] = []
  let isClaimed = false
  for await (const line of { [Symbol.asyncIterator]: () => lines }) {
    const row = rowIn(line)
    isClaimed ||= restsOnClaim(row, knownAt)
    events.push(row.event)
  }
  return { job, knownAt, events, isClaimed }
}
