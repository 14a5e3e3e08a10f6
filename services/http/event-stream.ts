import type { Readable } from 'node:stream'
import type { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import type { ServandaEvent } from '../../rules/index.ts'
import type { AccessKey } from '../access/index.ts'
import type { Batch, Outcome, Receipt } from '../ledger/index.ts'
import { BODY_LIMIT, readJson } from './body.ts'
import { readEvents, receiptBody, refusalProblem } from './event-answer.ts'
import { batchBy } from './events-of-request.ts'
import { type Line, LineSplitter } from './line-splitter.ts'
import { problem, problemFacts, translated } from './problem.ts'

/** What a stream of events is taken with. */
export interface EventStreamDeps {
  /** Appends each batch by itself; waits for its turn. */
  readonly append: (batches: readonly Batch[]) => Promise<readonly Outcome[]>
  /** The sender's key, looked up again: a stream may last longer than it. */
  readonly key: () => Promise<AccessKey>
  /** Whether only what was refused is answered, and the end. */
  readonly isMinimal: boolean
  /** How long nothing may arrive. */
  readonly patienceMs: number
  /** Set off when the service is to stop. */
  readonly stopping: AbortSignal
  readonly log: Log
}

/** A line that was read. */
type Entry = { readonly line: number } & ({ readonly event: ServandaEvent } | { readonly problem: ServandaError })

type Result = { readonly line: number } & ({ readonly receipt: Receipt } | { readonly problem: ServandaError })

/** Lines that are appended together: what is read ahead while the lines before are written. */
const READ_AHEAD = 1_000
const READ_AHEAD_BYTES = 1024 * 1024

/**
 * Takes events, one a line, for as long as lines come, and answers each with a line: a receipt, or why it was refused.
 * The last line of the answer says whether that was all, and else from which line on to send again. While lines are
 * written the next are read, up to a bound; beyond it nothing is read until the answers are taken off.
 */
export async function* answerLines(body: Readable, deps: EventStreamDeps): AsyncGenerator<string> {
  const counts = { lines: 0, recorded: 0, duplicates: 0, refused: 0 }
  const feed = new Feed(body, deps)
  let waiting: Waiting = NOTHING
  let reading: Step<readonly Line[] | null> | null = null
  let writing: Step<Recorded> | null = null
  let isOver = false
  let resumeAt = 1

  function text({ results }: Recorded): string {
    let lines = ''
    for (const one of results) {
      resumeAt = one.line + 1
      counts.lines += 1
      if ('problem' in one) counts.refused += 1
      else if (one.receipt.duplicate) counts.duplicates += 1
      else counts.recorded += 1
      if ('problem' in one || !deps.isMinimal) lines += `${JSON.stringify(resultBody(one))}\n`
    }
    return lines
  }

  try {
    for (;;) {
      if (writing === null && waiting.entries.length > 0) {
        writing = new Step(record(waiting.entries, deps))
        waiting = NOTHING
      }
      if (reading === null && !isOver && !isFull(waiting)) reading = new Step(feed.next())
      if (reading === null && writing === null) break
      await Promise.race([reading, writing].flatMap((step) => step?.settled ?? []))
      if (writing?.isSettled) {
        const done: Recorded = await writing.promise
        writing = null
        const lines = text(done)
        if (lines !== '') yield lines
        if (done.failure) throw done.failure
      }
      if (reading?.isSettled) {
        const lines: readonly Line[] | null = await reading.promise
        reading = null
        isOver = lines === null
        if (lines !== null) waiting = withLines(waiting, lines)
      }
    }
    yield `${JSON.stringify({ complete: true, ...counts })}\n`
  } catch (error) {
    // What is being written may be committed: it is answered before the end is.
    const done = await writing?.promise.catch(() => null)
    if (done) yield text(done)
    const known = translated(error)
    const facts = problemFacts(known)
    if (facts.status >= 500) deps.log.warn({ err: known.cause ?? known }, 'a stream of events was broken off')
    yield `${JSON.stringify({ complete: false, ...counts, resume_at_line: resumeAt, problem: facts })}\n`
  }
}

interface Waiting {
  readonly entries: readonly Entry[]
  readonly bytes: number
}

const NOTHING: Waiting = { entries: [], bytes: 0 }

function isFull({ entries, bytes }: Waiting): boolean {
  return entries.length >= READ_AHEAD || bytes >= READ_AHEAD_BYTES
}

function withLines({ entries, bytes }: Waiting, lines: readonly Line[]): Waiting {
  const more = lines.flatMap((line) => entryOf(line) ?? [])
  return {
    entries: entries.length === 0 ? more : [...entries, ...more],
    bytes: lines.reduce((sum, line) => sum + (line.bytes?.length ?? 0), bytes),
  }
}

/** A longer line is something to be read, whatever is in it. */
const LONGEST_BLANK = 100

/** Null for a line with nothing but white space. */
function entryOf({ number: line, bytes }: Line): Entry | null {
  try {
    if (bytes === null) throw problem('LINE_TOO_LONG', `A line may have ${BODY_LIMIT} bytes; this one has more.`)
    if (bytes.length <= LONGEST_BLANK && bytes.toString('utf8').trim() === '') return null
    const [event] = readEvents([readJson(bytes)], false)
    return { line, event: event as ServandaEvent }
  } catch (error) {
    return { line, problem: translated(error) }
  }
}

/** What became of some lines, in their order; with a failure those after the last of `results` were not recorded. */
interface Recorded {
  readonly results: readonly Result[]
  readonly failure: ServandaError | null
}

async function record(entries: readonly Entry[], deps: EventStreamDeps): Promise<Recorded> {
  const key = await deps.key()
  const batches = entries.flatMap((entry) => ('event' in entry ? [batchBy(key, [entry.event])] : []))
  try {
    const outcomes = await deps.append(batches)
    let next = 0
    return {
      results: entries.map((entry) => ('event' in entry ? resultOf(entry, outcomes[next++]) : entry)),
      failure: null,
    }
  } catch (error) {
    if (isAway(error) || batches.length === 0) return { results: [], failure: translated(error) }
    return recordOneByOne(entries, key, deps)
  }
}

/** Something among them cannot be written: that one is answered with what happened, and the others are taken. */
async function recordOneByOne(entries: readonly Entry[], key: AccessKey, deps: EventStreamDeps): Promise<Recorded> {
  const results: Result[] = []
  for (const entry of entries) {
    try {
      if ('event' in entry) results.push(resultOf(entry, (await deps.append([batchBy(key, [entry.event])]))[0]))
      else results.push(entry)
    } catch (error) {
      const known = translated(error)
      if (isAway(error)) return { results, failure: known }
      deps.log.error({ err: known.cause ?? known, line: entry.line }, 'a line of a stream failed')
      results.push({ line: entry.line, problem: known })
    }
  }
  return { results, failure: null }
}

function resultOf({ line }: Entry, outcome: Outcome | undefined): Result {
  if (!outcome?.ok) return { line, problem: refusalProblem(outcome?.refusals ?? [], false) }
  const [receipt] = outcome.receipts
  return { line, receipt: receipt as Receipt }
}

function resultBody(result: Result) {
  const { line } = result
  if ('problem' in result) return { line, ok: false, problem: problemFacts(result.problem) }
  return { line, ok: true, receipt: receiptBody(result.receipt) }
}

function isAway(error: unknown): boolean {
  return problemFacts(translated(error)).status === 503
}

/** A promise that says whether it is settled, and that nobody has to wait for. */
class Step<T> {
  readonly promise: Promise<T>
  readonly settled: Promise<void>
  isSettled = false

  constructor(promise: Promise<T>) {
    this.promise = promise
    const settle = () => {
      this.isSettled = true
    }
    this.settled = promise.then(settle, settle)
  }
}

/** The lines of a body, as they arrive. */
class Feed {
  readonly #pieces: AsyncIterator<Buffer>
  readonly #splitter = new LineSplitter(BODY_LIMIT)
  readonly #deps: EventStreamDeps
  #isOver = false

  constructor(body: Readable, deps: EventStreamDeps) {
    this.#pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
    this.#deps = deps
  }

  /**
   * The lines that the next piece completes; null: there are no more.
   * @throws {ServandaError} `STREAM_STALLED`, `NOT_READY`; and what broke the connection
   */
  async next(): Promise<readonly Line[] | null> {
    if (this.#isOver) return null
    const { value, done = false } = await this.#piece()
    this.#isOver = done
    return done ? this.#splitter.end() : this.#splitter.take(value)
  }

  async #piece(): Promise<IteratorResult<Buffer>> {
    const { patienceMs, stopping } = this.#deps
    const calm = new AbortController()
    const interrupted = new Promise<never>((_resolve, reject) => {
      const stop = () => reject(problem('NOT_READY', 'The service is stopping.'))
      const stall = () => reject(problem('STREAM_STALLED', `Nothing arrived for ${patienceMs / 1_000} seconds.`))
      const timer = setTimeout(stall, patienceMs)
      calm.signal.addEventListener('abort', () => clearTimeout(timer))
      if (stopping.aborted) stop()
      else stopping.addEventListener('abort', stop, { signal: calm.signal })
    })
    try {
      return await Promise.race([this.#pieces.next(), interrupted])
    } finally {
      calm.abort()
    }
  }
}
