import type { Instant } from '../engine/instant.ts'
import { type KnownEvent, knownEvent, type ParsedEvent, readEvent, type ServandaEvent } from './event.ts'
import { Identities } from './identities.ts'
import { jsonErrorPlace, parseJson } from './json.ts'
import type { Problem } from './problem.ts'

export interface EventsFile {
  readonly events: readonly KnownEvent[]
  readonly problems: readonly Problem[]
}

/** Who is told what a file of events holds, while it is read. */
export interface EventsSink {
  /**
   * A telling, known since its own claim. `number` counts the distinct ones from 0 in the order of the file; one that is
   * told again has the number of the first, and may claim to have been known earlier.
   */
  event(event: KnownEvent, number: number): void
  problem(problem: Problem): void
}

/**
 * Reads a file of events, one JSON object a line (blank lines and CRLF allowed). The same (source, id, revision) with the
 * same content is one event, known since the earliest claim; with other content it is a conflict, reported with both lines.
 */
export function readEvents(text: string, file: string): EventsFile {
  const events: KnownEvent[] = []
  const problems: Problem[] = []
  const sink = { event: keepIn(events), problem: (problem: Problem) => problems.push(problem) }
  new EventsReader(file, sink, (place) => lineFrom(text, place)).read(text, 0)
  return { events, problems }
}

/** What adds the distinct events of one file to `events`, each known since the earliest claim. */
export function keepIn(events: KnownEvent[]): EventsSink['event'] {
  const start = events.length
  return (event, number) => {
    const kept = events[start + number]
    if (kept === undefined) events.push(event)
    else events[start + number] = knownEvent(kept, earliest(kept.recordedAt, event.recordedAt))
  }
}

/** The line of `text` that begins at `start`. */
export function lineFrom(text: string, start: number): string {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.slice(start) : text.slice(start, end)
}

/**
 * Reads a file of events piece by piece and keeps none of them: of each only 28 bytes, with which a later line of the same
 * identity finds the line it has to agree with.
 */
export class EventsReader {
  private readonly file: string
  private readonly sink: EventsSink
  private readonly lineAt: (place: number) => string
  private readonly identities = new Identities()
  /** Of each distinct event the line on which it stands first, and the place where that begins. */
  private lines = new Uint32Array(1_024)
  private places = new Float64Array(1_024)
  private line = 0
  /** The earlier event that was looked up last. */
  private earlier: { readonly number: number; readonly row: string; readonly event: ServandaEvent } | null = null

  /**
   * @param file  its name, for problems
   * @param lineAt  gives a line that was read before again, from the place where it began
   */
  constructor(file: string, sink: EventsSink, lineAt: (place: number) => string) {
    this.file = file
    this.sink = sink
    this.lineAt = lineAt
  }

  /**
   * Reads the next lines.
   * @param text  whole lines; only the file's last one may lack its end
   * @param place  where `text` begins; a line `n` characters on has the place `place + n`, and no two have the same
   */
  read(text: string, place: number): void {
    const isClean = isCleanText(text)
    for (let start = 0; start < text.length; ) {
      const found = text.indexOf('\n', start)
      const end = found < 0 ? text.length : found
      this.line++
      this.readLine(withoutReturn(text.slice(start, end)), place + start, isClean)
      start = end + 1
    }
  }

  private readLine(row: string, place: number, isClean: boolean): void {
    if (!row.startsWith('{') && row.trim() === '') return
    const parsed = parseLine(row, isClean)
    if (parsed.ok) this.take(parsed.event, row, place)
    else
      for (const { pointer, message, mend } of parsed.problems) {
        this.sink.problem(lineProblem(this.file, this.line, row, pointer, message, mend, parsed.column))
      }
  }

  private take(event: ServandaEvent, row: string, place: number): void {
    const { count } = this.identities
    const number = this.identities.numberOf(event, (earlier) => isSameIdentity(this.lookUp(earlier).event, event))
    if (number === count) this.remember(number, place)
    else if (!this.isSameTelling(this.lookUp(number), row, event)) {
      const what = `source ${event.source}, id ${event.id}, revision ${event.revision} stands on line ${this.lines[number]} with other content`
      const mend = 'give the correction the next revision, or remove one of the two lines'
      this.sink.problem(lineProblem(this.file, this.line, row, '', what, mend))
      return
    }
    this.sink.event(knownEvent(event, event.recordedTime), number)
  }

  private remember(number: number, place: number): void {
    if (number >= this.lines.length) {
      const [lines, places] = [this.lines, this.places]
      this.lines = new Uint32Array(2 * lines.length)
      this.lines.set(lines)
      this.places = new Float64Array(2 * places.length)
      this.places.set(places)
    }
    this.lines[number] = this.line
    this.places[number] = place
  }

  private isSameTelling(earlier: { row: string; event: ServandaEvent }, row: string, event: ServandaEvent): boolean {
    return earlier.row === row || earlier.event.digest === event.digest
  }

  private lookUp(number: number): { readonly row: string; readonly event: ServandaEvent } {
    if (this.earlier?.number === number) return this.earlier
    const row = withoutReturn(this.lineAt(this.places[number] ?? 0))
    const parsed = parseLine(row)
    if (!parsed.ok) throw new Error(`${this.file} changed while it was read: line ${this.lines[number]}`)
    this.earlier = { number, row, event: parsed.event }
    return this.earlier
  }
}

/** The event on one line of a file; what is not JSON is refused with the column where it breaks off. */
export function parseLine(row: string, isClean = isCleanText(row)): ParsedEvent & { readonly column?: number } {
  try {
    return readEvent(parseJson(row), isClean)
  } catch (error) {
    const message = `not JSON: ${error instanceof Error ? error.message : String(error)}`
    const column = jsonErrorPlace(row, error)?.column
    const problem = { pointer: '', message, mend: 'write one JSON object a line' }
    return { ok: false, problems: [problem], ...(column !== undefined && { column }) }
  }
}

/**
 * Whether no text of the JSON in `text` can hold a control character or half a character: JSON has them escaped, but for
 * the character DEL.
 */
function isCleanText(text: string): boolean {
  return !text.includes('\\') && !text.includes('\u007f') && text.isWellFormed()
}

function withoutReturn(row: string): string {
  return row.endsWith('\r') ? row.slice(0, -1) : row
}

function isSameIdentity(a: ServandaEvent, b: ServandaEvent): boolean {
  return a.id === b.id && a.source === b.source && a.revision === b.revision
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? null : a < b ? a : b
}

function lineProblem(
  file: string,
  line: number,
  row: string,
  pointer: string,
  message: string,
  mend: string,
  at?: number,
): Problem {
  const where = pointer === '' ? message : `${pointer}: ${message}`
  const column = at ?? Math.max(1, row.indexOf(`"${pointer.split('/').at(-1)}"`) + 1)
  return { file, line, column, code: 'event', message: where, why: null, mend, excerpt: row.slice(0, 200) }
}
