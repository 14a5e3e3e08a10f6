import type { Instant } from '../engine/instant.ts'
import { identityOf, type KnownEvent, knownEvent, type ParsedEvent, parseEvent } from './event.ts'
import { jsonErrorPlace, parseJson } from './json.ts'
import type { Problem } from './problem.ts'

export interface EventsFile {
  readonly events: readonly KnownEvent[]
  readonly problems: readonly Problem[]
}

/**
 * Reads a file of events, one JSON object a line (blank lines and CRLF allowed). The same (source, id, revision) with the
 * same content is one event, known since the earliest claim; with other content it is a conflict, reported with both lines.
 */
export function readEvents(text: string, file: string): EventsFile {
  const events: KnownEvent[] = []
  const problems: Problem[] = []
  const seen = new Map<string, { index: number; line: number }>()
  let line = 0
  for (const raw of text.split('\n')) {
    line++
    const row = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (row.trim() === '') continue
    const parsed = parseLine(row)
    if (!parsed.ok) {
      for (const p of parsed.problems)
        problems.push(lineProblem(file, line, row, p.pointer, p.message, p.mend, parsed.column))
      continue
    }
    const { event } = parsed
    const key = `${identityOf(event)}\u0000${event.revision}`
    const before = seen.get(key)
    const earlier = before && events[before.index]
    if (!before || !earlier) {
      seen.set(key, { index: events.length, line })
      events.push(knownEvent(event, event.recordedTime))
    } else if (earlier.digest !== event.digest) {
      const what = `source ${event.source}, id ${event.id}, revision ${event.revision} stands on line ${before.line} with other content`
      problems.push(
        lineProblem(file, line, row, '', what, 'give the correction the next revision, or remove one of the two lines'),
      )
    } else {
      events[before.index] = knownEvent(earlier, earliest(earlier.recordedAt, event.recordedTime))
    }
  }
  return { events, problems }
}

/** The event on one line of a file; what is not JSON is refused with the column where it breaks off. */
export function parseLine(row: string): ParsedEvent & { readonly column?: number } {
  try {
    return parseEvent(parseJson(row))
  } catch (error) {
    const message = `not JSON: ${error instanceof Error ? error.message : String(error)}`
    const column = jsonErrorPlace(row, error)?.column
    const problem = { pointer: '', message, mend: 'write one JSON object a line' }
    return { ok: false, problems: [problem], ...(column !== undefined && { column }) }
  }
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
