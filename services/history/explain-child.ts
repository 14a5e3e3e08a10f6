import { explainCase, parseInstant } from '../../rules/index.ts'
import { rulebookIn } from '../child-process/index.ts'
import { type ExplanationJob, headOf } from './job.ts'
import { readTold } from './read-told.ts'

// The body of a child process: explains one case on the events it reads, as they were known at some instant, and prints the
// explanation, or null. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

const { job, knownAt, events, isClaimed } = await readTold<ExplanationJob>()
const explanation = explainCase(rulebookIn(job), events, job.case, { asOf: parseInstant(job.asOf), knownAt })
process.stdout.write(`${JSON.stringify(explanation && { ...headOf(job, isClaimed), ...explanation })}\n`)
