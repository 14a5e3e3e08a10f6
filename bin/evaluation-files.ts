import type { Command } from 'commander'
import { openClock } from '../config/clock.ts'
import {
  formatProblem,
  type Instant,
  instant,
  type KnownEvent,
  type Problem,
  parseInstant,
  type Rulebook,
  readEvents,
  refusedEvents,
} from '../rules/index.ts'
import { compileRulebookFiles, eventFiles, problemsIn, readText } from './rulebook-files.ts'
import { UsageError } from './usage-error.ts'

/** What `evaluate` and `explain` are given. */
export interface FileOptions {
  readonly rules: readonly string[]
  readonly events: readonly string[]
  readonly asOf?: string
  readonly knownAt?: string
}

/** Adds the options that name files and instants. */
export function addFileOptions(command: Command): Command {
  return command
    .requiredOption('--rules <path...>', 'rulebooks, or folders that hold them')
    .requiredOption('--events <path...>', 'files of events, one JSON object a line, or folders that hold them')
    .option(
      '--as-of <instant>',
      'as the world stands at this instant (RFC 3339), or at the end of this day in UTC; now when left out',
    )
    .option('--known-at <instant>', 'knowing only what was recorded by this instant, or by the end of this day in UTC')
}

/**
 * Reads the rulebooks and events that `options` name.
 * @throws {UsageError} after printing every problem, when something cannot be used: nothing is evaluated then
 */
export function readFiles(options: FileOptions): {
  readonly rulebooks: readonly Rulebook[]
  readonly events: readonly KnownEvent[]
  readonly asOf: Instant
  readonly knownAt: Instant | null
} {
  const asOf =
    readInstant(options.asOf, '--as-of') ?? instant(openClock({ clock: { kind: 'system' } }).now().epochMilliseconds)
  const knownAt = readInstant(options.knownAt, '--known-at')
  const rulebooks = readRulebooks(options.rules)
  return { rulebooks, events: readEventFiles(options.events, rulebooks), asOf, knownAt }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

function readInstant(text: string | undefined, option: string): Instant | null {
  if (text === undefined) return null
  try {
    return parseInstant(DAY.test(text) ? `${text}T23:59:59.999Z` : text)
  } catch {
    throw new UsageError(
      `${option} ${text}: write a day (its end in UTC is meant), or an instant such as 2024-12-31T22:00:00Z`,
    )
  }
}

function readRulebooks(paths: readonly string[]): readonly Rulebook[] {
  const read = compileRulebookFiles(paths)
  refuse(problemsIn(read), 'nothing was evaluated')
  return read.flatMap(({ compiled }) => (compiled.ok ? [compiled.rulebook] : []))
}

function readEventFiles(paths: readonly string[], rulebooks: readonly Rulebook[]): readonly KnownEvent[] {
  const texts = eventFiles(paths).map((file) => ({ file, text: readText(file) }))
  const read = texts.map(({ file, text }) => readEvents(text, file))
  refuse(
    read.flatMap((r) => r.problems),
    'nothing was evaluated',
  )
  const events = read.flatMap((r) => r.events)
  const refused = rulebooks.flatMap((rulebook) => refusedEvents(rulebook, events))
  refuse(
    refused.map(({ event, message, mend }) => ({
      file: event.source,
      line: 0,
      column: 0,
      code: 'event',
      message: `event ${event.id}: ${message}`,
      why: null,
      mend,
      excerpt: '',
    })),
    'nothing was evaluated',
  )
  return events
}

function refuse(problems: readonly Problem[], consequence: string): void {
  if (problems.length === 0) return
  const shown = problems.slice(0, 50).map(formatProblem).join('\n\n')
  const more = problems.length > 50 ? `\n\n… and ${problems.length - 50} more` : ''
  console.error(shown + more)
  throw new UsageError(`${problems.length} problem${problems.length === 1 ? '' : 's'}: ${consequence}`)
}
