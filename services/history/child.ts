import { once } from 'node:events'
import { Engine, jsonPieces, knownEvents, parseInstant } from '../../rules/index.ts'
import { rulebookIn } from '../child-process/index.ts'
import { type HistoryJob, headOf } from './job.ts'
import { readTold } from './read-told.ts'

// The body of a child process: evaluates a rulebook on the events it reads, as they were known at some instant, and prints
// the answer. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

const { job, knownAt, events, isClaimed } = await readTold<HistoryJob>()
const engine = new Engine(rulebookIn(job))
engine.take(knownAt === null ? events : knownEvents(events, knownAt))
for (const piece of jsonPieces(headOf(job, isClaimed), engine.reports(parseInstant(job.asOf), { kind: job.cases })))
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
process.stdout.write('\n')
