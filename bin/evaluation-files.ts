import type { Command } from 'commander'
import { openClock } from '../config/clock.ts'
import {
  type EventsSink,
  formatProblem,
  type Instant,
  instant,
  type KnownEvent,
  keepIn,
  type Problem,
  parseInstant,
  type Rulebook,
  refusedEvents,
} from '../rules/index.ts'
import { readEventLines } from './event-lines.ts'
import { compileRulebookFiles, eventFiles, problemsIn } from './rulebook-files.ts'
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
    .requiredOption(
      '--events <path...>',
      'files of events, one JSON object a line, or folders that hold them; - reads standard input',
    )
    .option(
      '--as-of <instant>',
      'as the world stands at this instant (RFC 3339), or at the end of this day in UTC; now when left out',
    )
    .option('--known-at <instant>', 'knowing only what was recorded by this instant, or by the end of this day in UTC')
}

/** The rulebooks and the instants that `options` name. */
export interface Asked {
  readonly rulebooks: readonly Rulebook[]
  readonly asOf: Instant
  readonly knownAt: Instant | null
}

/** @throws {UsageError} after printing every problem, when something cannot be used */
export function readAsked(options: FileOptions): Asked {
  const asOf =
    readInstant(options.asOf, '--as-of') ?? instant(openClock({ clock: { kind: 'system' } }).now().epochMilliseconds)
  const knownAt = readInstant(options.knownAt, '--known-at')
  return { rulebooks: readRulebooks(options.rules), asOf, knownAt }
}

/**
 * Reads files of events and keeps nothing of them.
 * @param taking gives, for each file, who takes its events
 * @throws {UsageError} after printing every problem, when something cannot be used: nothing is to be evaluated then
 */
export function readEventFiles(
  paths: readonly string[],
  rulebooks: readonly Rulebook[],
  taking: () => EventsSink['event'],
): void {
  const files = eventFiles(paths)
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('--events -: standard input is read once')
  const unreadable = new Problems()
  const refused = rulebooks.map((rulebook) => ({ rulebook, problems: new Problems() }))
  for (const file of files) {
    const take = taking()
    let distinct = 0
    readEventLines(file, {
      problem: (problem) => unreadable.add(problem),
      event: (event, number) => {
        if (unreadable.count > 0) return
        if (number === distinct) for (const { rulebook, problems } of refused) addRefusal(rulebook, event, problems)
        distinct = Math.max(distinct, number + 1)
        take(event, number)
      },
    })
  }
  unreadable.refuse()
  const all = new Problems()
  for (const { problems } of refused) all.addAll(problems)
  all.refuse()
}

/** All the events of `files`. @throws {UsageError} as {@link readEventFiles} does */
export function collectEvents(files: readonly string[], rulebooks: readonly Rulebook[]): readonly KnownEvent[] {
  const events: KnownEvent[] = []
  readEventFiles(files, rulebooks, () => keepIn(events))
  return events
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** @throws {UsageError} when `text` is neither a day nor an instant */
export function readInstant(text: string | undefined, option: string): Instant | null {
  if (text === undefined) return null
  try {
    return parseInstant(DAY.test(text) ? `${text}T23:59:59.999Z` : text)
  } catch {
    throw new UsageError(
      `${option} ${text}: write a day (its end in UTC is meant), or an instant such as 2024-12-31T22:00:00Z`,
    )
  }
}

/** @throws {UsageError} after printing every problem */
export function readRulebooks(paths: readonly string[]): readonly Rulebook[] {
  const read = compileRulebookFiles(paths)
  const problems = new Problems()
  for (const problem of problemsIn(read)) problems.add(problem)
  problems.refuse()
  return read.flatMap(({ compiled }) => (compiled.ok ? [compiled.rulebook] : []))
}

function addRefusal(rulebook: Rulebook, refused: KnownEvent, problems: Problems): void {
  for (const { event, message, mend } of refusedEvents(rulebook, [refused]))
    problems.add({
      file: event.source,
      line: 0,
      column: 0,
      code: 'event',
      message: `event ${event.id}: ${message}`,
      why: null,
      mend,
      excerpt: '',
    })
}

const MOST_SHOWN = 50

/** What stands in the way of an evaluation: the first are kept to be shown, the others counted. */
class Problems {
  count = 0
  private readonly shown: Problem[] = []

  add(problem: Problem): void {
    this.count++
    if (this.shown.length < MOST_SHOWN) this.shown.push(problem)
  }

  addAll(others: Problems): void {
    for (const problem of others.shown) this.add(problem)
    this.count += others.count - others.shown.length
  }

  /** @throws {UsageError} after printing them, when there are any */
  refuse(): void {
    if (this.count === 0) return
    const more = this.count > this.shown.length ? `\n\n… and ${this.count - this.shown.length} more` : ''
    console.error(this.shown.map(formatProblem).join('\n\n') + more)
    throw new UsageError(`${this.count} problem${this.count === 1 ? '' : 's'}: nothing was evaluated`)
  }
}
