import { writeFileSync } from 'node:fs'
import { type Instant, type KnownEvent, knownEvent, parseEvent, parseJson } from '../rules/index.ts'
import { linesOf } from './lines-of.ts'
import { forgetPeak, liveHeap, peak } from './memory.ts'
import { startProfile, stopProfile } from './profiler.ts'
import { compiled, engineFor } from './subject.ts'
import { arrived, prepared } from './told.ts'
import { type Answerer, type Counts, END, type Workload } from './workload.ts'
import { WORKLOADS } from './workloads.ts'

/** One round in a process of its own, so that none starts with a heap or with machine code that another has left behind. */

/** What a round is asked for; it comes as JSON, and what was found goes out as JSON. */
export type Job = { readonly workload: string; readonly file: string } & (
  | { readonly what: 'run'; readonly who: Who; readonly how: Protocol; readonly profile?: string }
  | { readonly what: 'scaling'; readonly who: Who; readonly small: string; readonly size: 'small' | 'large' }
  | { readonly what: 'reading' }
)

export type Who = 'engine' | 'loop'

/** Batches of a thousand, each followed by a move to the time of its latest event; or everything, and one move. */
export type Protocol = 'batches' | 'at once'

/** What a run has found. Bytes and milliseconds. */
export interface Run {
  readonly events: number
  readonly ms: number
  /** How many times a case changed its status. */
  readonly changes: number
  readonly counts: Counts
  /** What the events hold by themselves, before anybody has seen them. */
  readonly eventsHeld: number
  /** What was held at the end, and at most, beyond that. */
  readonly held: number
  readonly peak: number
}

/** Milliseconds for all events. */
export interface Scaling {
  readonly events: number
  readonly ms: number
}

/** Milliseconds for the lines of a sample. */
export interface ReadingTimes {
  readonly lines: number
  readonly jsonMs: number
  readonly parseMs: number
}

const BATCH = 1_000
const WARM_UPS = 20
const REPEATS = 100
const SAMPLE = 50_000

const job: Job = JSON.parse(process.argv[2] ?? '')
process.stdout.write(JSON.stringify(perform()))

function perform(): Run | Scaling | ReadingTimes {
  const workload = WORKLOADS.find(({ name }) => name === job.workload)
  if (workload === undefined) throw new Error(`no workload ${job.workload}`)
  switch (job.what) {
    case 'run':
      return run(answererFor(workload, job.who), job.how, job.profile)
    case 'scaling':
      return scaling(answererFor(workload, job.who), job.small, job.size)
    case 'reading':
      return reading()
  }
}

/** Gives a new answerer, which knows nothing, for so many events. */
type Fresh = (count: number) => Answerer

function answererFor(workload: Workload, who: Who): Fresh {
  if (who === 'loop') return workload.loop
  return (count) => engineFor(compiled(workload.rulebook(count)))
}

interface Batch {
  readonly events: readonly KnownEvent[]
  readonly asOf: Instant
}

function run(fresh: Fresh, how: Protocol, profile: string | undefined): Run {
  const bare = liveHeap()
  const events = readPrepared(job.file)
  const batches = how === 'batches' ? inBatches(events) : [{ events, asOf: END }]
  const answerer = fresh(events.length)
  const before = liveHeap()
  forgetPeak()
  const peakBefore = peak()
  const session = profile === undefined ? null : startProfile()
  const started = performance.now()
  const changes = feed(answerer, batches)
  const ms = performance.now() - started
  const most = peak()
  if (session !== null && profile !== undefined) writeFileSync(profile, stopProfile(session))
  const held = liveHeap() - before
  const counts = answerer.counts(END)
  return { events: events.length, ms, changes, counts, eventsHeld: before - bare, held, peak: most - peakBefore }
}

function feed(answerer: Answerer, batches: readonly Batch[]): number {
  let changes = 0
  for (const { events, asOf } of batches) {
    answerer.take(events)
    changes += answerer.advance(asOf)
  }
  return changes + answerer.advance(END)
}

function readPrepared(file: string): readonly KnownEvent[] {
  const events: KnownEvent[] = []
  for (const row of linesOf(file)) events.push(prepared(row))
  return events
}

function inBatches(events: readonly KnownEvent[]): readonly Batch[] {
  const batches: Batch[] = []
  let asOf = Number.NEGATIVE_INFINITY
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH)
    for (const event of batch) asOf = Math.max(asOf, arrived(event))
    batches.push({ events: batch, asOf: asOf as Instant })
  }
  return batches
}

/** Small: the median of many runs, each on a new answerer. Large: one run. Both with the machine code warm. */
function scaling(fresh: Fresh, small: string, size: 'small' | 'large'): Scaling {
  const few = readPrepared(small)
  const many = size === 'small' ? few : readPrepared(job.file)
  const once = (events: readonly KnownEvent[], batches: readonly Batch[]): number => {
    const answerer = fresh(events.length)
    const started = performance.now()
    feed(answerer, batches)
    return performance.now() - started
  }
  const fewBatches = inBatches(few)
  for (let n = 0; n < WARM_UPS; n++) once(few, fewBatches)
  const batches = inBatches(many)
  liveHeap()
  const times = Array.from({ length: size === 'small' ? REPEATS : 1 }, () => once(many, batches))
  // The mean: what collecting garbage costs falls on some of the small runs, and on the large one as a whole.
  return { events: many.length, ms: times.reduce((sum, ms) => sum + ms, 0) / times.length }
}

/** What reading costs: the parser of the product and bare `JSON.parse` over the same lines, by turns. */
function reading(): ReadingTimes {
  let [lines, jsonMs, parseMs] = [0, 0, 0]
  let rows: string[] = []
  const time = (read: (row: string) => void): number => {
    const started = performance.now()
    for (const row of rows) read(row)
    return performance.now() - started
  }
  for (const row of linesOf(job.file)) {
    rows.push(row)
    if (rows.length < BATCH) continue
    jsonMs += time(JSON.parse)
    parseMs += time((text) => {
      const parsed = parseEvent(parseJson(text))
      if (!parsed.ok) throw new Error(text)
      knownEvent(parsed.event, parsed.event.recordedTime)
    })
    lines += rows.length
    rows = []
    if (lines >= SAMPLE) break
  }
  return { lines, jsonMs, parseMs }
}
