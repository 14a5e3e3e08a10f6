import { isDeepStrictEqual } from 'node:util'
import { knownEvents } from '../engine/history.ts'
import { Engine } from '../engine/incremental/engine.ts'
import {
  type CaseResult,
  type CommitmentResult,
  compileRulebook,
  type Evaluation,
  evaluate,
  formatProblem,
  type Instant,
  type KnownEvent,
  occurrence,
  parseInstant,
  type Rulebook,
  readEvents,
  type TimeValue,
} from '../index.ts'

/** Worlds in a line, for tables: a rulebook, what was told, and what the cases say at some instants. */

export interface Setting {
  /** The agreement's zone; UTC unless said. */
  readonly zone?: string
  /** `in_force`; two years from 2024 unless said. */
  readonly force?: string
  /** Further keys of the agreement, each a line. */
  readonly agreement?: string
  /** Further top-level parts of the rulebook: sources, calendars, terms. */
  readonly parts?: string
}

/** One row of a table. */
export interface Row extends Setting {
  /** The sentence that the row pins. */
  readonly says: string
  /** Commitments in YAML's flow style, without braces; `title` and `by` are filled in. */
  readonly rules: string | readonly string[]
  readonly given?: readonly (object | string)[]
  /** Whose cases a text under `at` speaks of; the only case there is, unless said. */
  readonly of?: string
  /** What is seen at an instant, or at `<instant> knowing <instant>`. */
  readonly at: Readonly<Record<string, Seen>>
}

/** The status of one case; or, by the name of a case (`x@s#t`) or a commitment (`x`), what is said of it. */
export type Seen = string | Readonly<Record<string, unknown>>

/** The text of a rulebook with `commitments`. */
export function rulebookText(commitments: string | readonly string[], setting: Setting = {}): string {
  const { zone = 'UTC', force = '{from: 2024-01-01, term: 2y}', agreement = '', parts = '' } = setting
  const lines = (text: string, indent: string): string =>
    text === '' ? '' : text.replace(/^/gm, indent).replace(/\n?$/, '\n')
  return `servanda: 1
agreement:
  id: ag
  title: A test agreement
  legal_force: binding
  parties: {JPN: Japan, UKR: Ukraine}
  in_force: ${force}
  zone: ${zone}
${lines(agreement, '  ')}${lines(parts, '')}commitments:
${[commitments]
  .flat()
  .map((c) => `  - {title: A promise, ${/\bby: [[A-Z]/.test(c) ? '' : 'by: JPN, '}${c}}\n`)
  .join('')}`
}

/** The rulebook in `text`; throws with the messages when it is broken. */
export function compiled(text: string): Rulebook {
  const result = compileRulebook(text, 'test.yaml')
  if (!result.ok) throw new Error(`${result.problems.map(formatProblem).join('\n')}\n---\n${text}`)
  return result.rulebook
}

/**
 * An event: a moment with an offset (`2024-03-01T10:00Z`) is its `time`, anything else its `occurred`.
 * It comes from source `s` unless `more` says otherwise.
 */
export function told(id: string, type: string, when: string, data: object = {}, more: object = {}): object {
  const moment = /^[^/]*T[^/]*(Z|[+-]\d\d:\d\d)$/.test(when)
  return { specversion: '1.0', source: 's', id, type, [moment ? 'time' : 'occurred']: full(when), data, ...more }
}

/** A `servanda.*` event for the agreement `ag`. */
export function order(id: string, kind: string, when: string, data: object = {}, more: object = {}): object {
  const whole = kind === 'indicator' || kind === 'watermark' ? data : { agreement: 'ag', ...data }
  return told(id, `servanda.${kind}`, when, whole, more)
}

/** The publication of an indicator. */
export function published(
  id: string,
  when: string,
  series: string,
  period: string,
  value: string,
  unit = 'EUR',
  more: object = {},
): object {
  return order(id, 'indicator', when, { series, period, value, unit }, more)
}

/** The same event with another revision and other attributes. */
export function revised(event: object, revision: number, more: object): object {
  return { ...event, revision, ...more }
}

/** The events of a file with one line each; throws with the messages when a line is refused. */
export function known(events: readonly (object | string)[]): readonly KnownEvent[] {
  const text = events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n')
  const read = readEvents(text, 'test.ndjson')
  if (read.problems.length > 0) throw new Error(read.problems.map(formatProblem).join('\n'))
  return read.events
}

/** The evaluation of `row` at an instant, or at `<instant> knowing <instant>`. */
export function evaluated(row: Omit<Row, 'at' | 'says'>, at: string): Evaluation {
  const [asOf = '', knownAt] = at.split(' knowing ')
  const rulebook = compiled(rulebookText(row.rules, row))
  const events = known(row.given ?? [])
  const viewpoint = {
    asOf: parseInstant(full(asOf)),
    knownAt: knownAt === undefined ? null : parseInstant(full(knownAt)),
  }
  const evaluation = evaluate(rulebook, events, viewpoint)
  // What is told, and corrected, one by one; or what of it is known by then.
  const told = viewpoint.knownAt === null ? events : knownEvents(events, viewpoint.knownAt)
  for (const steps of waysToTell(told, viewpoint.asOf, rulebook.where.zone)) {
    const kept = incrementally(rulebook, steps, viewpoint.asOf)
    if (!isDeepStrictEqual(kept.commitments, evaluation.commitments))
      throw new Error(`engine and reference differ at ${firstDifference(kept.commitments, evaluation.commitments)}`)
  }
  return evaluation
}

/** Where two answers part, and what each says there. */
export function firstDifference(a: unknown, b: unknown, path = ''): string | null {
  if (isDeepStrictEqual(a, b)) return null
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path}: ${JSON.stringify(a)} instead of ${JSON.stringify(b)}`
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[key as keyof typeof a], b[key as keyof typeof b], `${path}/${key}`)
    if (found !== null) return found
  }
  return path
}

/** What the engine is told, and at which instant it is then asked how things stand, if at all. */
interface Step {
  readonly tell: readonly KnownEvent[]
  readonly look: Instant | null
}

/** In order and backwards while it looks from `asOf`; each as it happens; and all beforehand, while time goes on. */
function waysToTell(events: readonly KnownEvent[], asOf: Instant, zone: string): readonly (readonly Step[])[] {
  const late = (told: readonly KnownEvent[]): readonly Step[] =>
    told.map((event, i) => ({ tell: [event], look: i % 2 === 0 ? asOf : null }))
  const inTime = events
    .map((event): Step => ({ tell: [event], look: occurrence(event, zone)?.from ?? null }))
    .filter(({ look }) => look === null || look <= asOf)
    .sort((a, b) => (a.look ?? 0) - (b.look ?? 0))
  const ahead = events.filter((event) => !inTime.some(({ tell }) => tell.includes(event)))
  return [
    late(events),
    late([...events].reverse()),
    [...inTime, { tell: ahead, look: null }],
    [{ tell: events, look: null }, ...inTime.map(({ look }) => ({ tell: [], look }))],
  ]
}

/** What the engine says, told step by step. */
function incrementally(rulebook: Rulebook, steps: readonly Step[], asOf: Instant): Evaluation {
  const engine = new Engine(rulebook)
  for (const { tell, look } of steps) {
    engine.take(tell)
    if (look !== null) engine.advance(look)
  }
  engine.advance(asOf)
  const kept = Object.fromEntries(
    [...engine.statuses()].map(({ commitment, part, status }) => [
      `${rulebook.id}/${commitment}@${part}`,
      { ...status },
    ]),
  )
  const evaluation = engine.evaluate(asOf)
  const printed = evaluation.commitments.flatMap((c) => c.cases).map(({ id, ...of }) => [id, of] as const)
  const wanted = Object.fromEntries(
    printed.map(([id, { phase, verdict, certainty, flags }]) => [id, { phase, verdict, certainty, flags }]),
  )
  if (!isDeepStrictEqual(kept, wanted)) throw new Error(`kept and printed differ at ${firstDifference(kept, wanted)}`)
  return evaluation
}

/** What is seen where the row says something, in the form in which it says it. */
export function seen(row: Row): Record<string, Seen> {
  const found: Record<string, Seen> = {}
  for (const [at, wanted] of Object.entries(row.at)) {
    const evaluation = evaluated(row, at)
    found[at] =
      typeof wanted === 'string'
        ? statusOf(theCase(evaluation, row.of))
        : Object.fromEntries(Object.entries(wanted).map(([name, fields]) => [name, seenOf(evaluation, name, fields)]))
  }
  return found
}

function theCase(evaluation: Evaluation, name: string | undefined): CaseResult | undefined {
  const cases = evaluation.commitments.flatMap((c) => c.cases)
  if (name !== undefined) return cases.find(({ id }) => id === `ag/${name}`)
  if (cases.length > 1) throw new Error(`say which case is meant: ${cases.map(({ id }) => id).join(', ')}`)
  return cases[0]
}

function seenOf(evaluation: Evaluation, name: string, wanted: unknown): unknown {
  if (!name.includes('@')) {
    const commitment = evaluation.commitments.find(({ id }) => id === name)
    if (commitment === undefined) throw new Error(`no commitment ${name}`)
    return seenAs(wanted, (field) => ofCommitment(commitment, field))
  }
  const found = theCase(evaluation, name)
  if (found === undefined || wanted === null) return found === undefined ? 'none' : statusOf(found)
  return seenAs(wanted, (field) => ofCase(found, field))
}

function seenAs(wanted: unknown, field: (name: string) => unknown): unknown {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return field('is')
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, field(name)]))
}

/** `is`: its indicator; `cases`: the ids of its cases after the `@`; else the output's own field. */
function ofCommitment(commitment: CommitmentResult, field: string): unknown {
  if (field === 'is') return commitment.indicator
  if (field === 'cases') return commitment.cases.map(({ id }) => id.slice(id.indexOf('@') + 1))
  return shortly(commitment[field as keyof CommitmentResult])
}

/**
 * `is`: its status; `roles`: `id role` of its evidence; `reasons`: `id role: reason` of it; `value`: `min..max unit of target`;
 * else the output's own field.
 */
function ofCase(found: CaseResult, field: string): unknown {
  if (field === 'is') return statusOf(found)
  if (field === 'roles') return found.evidence.map(({ event, role }) => `${event.id} ${role}`)
  if (field === 'reasons') return found.evidence.map(({ event, role, reason }) => `${event.id} ${role}: ${reason}`)
  if (field === 'expected') return found.value?.expected ?? null
  if (field === 'value' && found.value !== null) {
    const { min, max, unit, target } = found.value
    return `${min}..${max} ${unit} of ${target}`
  }
  return shortly(found[field as keyof CaseResult])
}

/** `phase verdict`, then `final` unless provisional, then the flags. */
export function statusOf(found: CaseResult | undefined): string {
  if (found === undefined) return 'none'
  const { phase, verdict, certainty, flags } = found
  return [phase, verdict, ...(certainty === 'final' ? ['final'] : []), ...flags].join(' ')
}

function shortly(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/(T\d\d:\d\d:\d\d)\.000Z$/, '$1Z').replace(/:00Z$/, 'Z')
  const span = value as TimeValue
  if (typeof span === 'object' && span !== null && 'from' in span) return `${shortly(span.from)} / ${shortly(span.to)}`
  return value
}

/** `2024-03-01T10:00Z` with its seconds. */
function full(when: string): string {
  return /T\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(when) && !when.includes('/') ? when.replace(/(T\d\d:\d\d)/, '$1:00') : when
}

/** An act that `go` opens and `done` performs; a deadline is added to it. */
export const DUTY = 'id: x, kind: act, when: {event: go}, counts: {event: done}'

/** Rows for `test.each(...)('%s', …)`, which, unlike `$says`, does not cut long names. */
export function titled<T extends { readonly says: string }>(
  rows: readonly T[],
  name: (row: T) => string = ({ says }) => says,
): [string, T][] {
  return rows.map((row) => [name(row), row])
}
