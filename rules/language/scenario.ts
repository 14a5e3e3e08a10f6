import { formatInstant, type Instant, instant } from '../engine/instant.ts'
import { CERTAINTIES, FLAGS, INDICATORS, KINDS, PHASES, VERDICTS } from '../engine/result.ts'
import { edtfSpan, isMoment, parseEdtf } from './edtf.ts'
import { parseEvent, type ServandaEvent } from './event.ts'
import { JsonNumber, parseJson } from './json.ts'
import type { Expectation, Scenario } from './rulebook.ts'
import { anything, list, may, need, oneOf, type Reading, record, shown, suggestion, text } from './shape.ts'
import { words } from './values.ts'
import type { YamlNode } from './yaml-tree.ts'

/** Reads `tests`: events that are given, and what is expected at an instant. */

const scenario = record('a scenario', {
  name: need(words, 'what it shows'),
  given: may(list(anything), 'the events'),
  expect: need(list(anything, { least: 1 }), 'the answers'),
})

const EXPECTED_OF_COMMITMENT = ['indicator', 'record', 'kind', 'cases']
const EXPECTED_OF_CASE = [
  'phase',
  'verdict',
  'certainty',
  'flags',
  'opened',
  'due',
  'close',
  'next_check',
  'value',
  'explanation',
  'evidence',
  'evidence_omitted',
  'id',
]

/** The scenarios under `tests`; `commitments` are the ids that may be named. */
export function readScenarios(
  nodes: readonly YamlNode[],
  zone: string,
  commitments: readonly string[],
  to: Reading,
): readonly Scenario[] {
  const found: Scenario[] = []
  for (const node of nodes) {
    const raw = scenario.read(node, to)
    if (!raw) continue
    const given = (raw.given ?? []).map((event, i) => readGiven(event, i + 1, zone, to))
    const expect = raw.expect.map((expected) => readExpectation(expected, zone, commitments, to))
    if (given.includes(undefined) || expect.includes(undefined)) continue
    found.push({ name: raw.name, at: raw.place, given: given as ServandaEvent[], expect: expect as Expectation[] })
  }
  return found
}

/** An event in short: `at` or `occurred`, `event` for its type; source and id are filled in when left out. */
function readGiven(node: YamlNode, number: number, zone: string, to: Reading): ServandaEvent | undefined {
  if (node.kind !== 'map')
    return to.complain(
      node.at,
      'wrong-type',
      'this is not an event',
      'write {at: 2024-06-13T10:00:00Z, event: attack, data: {…}}',
    )
  const { at, event, ...rest } = toJson(node) as Record<string, unknown>
  const moment =
    at === undefined
      ? {}
      : parseEdtf(String(at))?.kind === 'instant'
        ? { time: withSeconds(String(at)) }
        : { occurred: at }
  const told = {
    specversion: '1.0',
    source: 'scenario',
    id: String(number),
    ...(event === undefined ? {} : { type: event }),
    ...moment,
    zone: undefined,
    ...rest,
  }
  if (at !== undefined && (parseEdtf(String(at)) === null || !isMoment(parseEdtf(String(at)) as never))) {
    return to.complain(
      node.at,
      'wrong-form',
      `at: "${shown(String(at))}" is not a moment`,
      'write at: 2024-06-13T10:00:00Z, or occurred: for a day, month or range',
    )
  }
  const parsed = parseEvent(told)
  if (parsed.ok) {
    if (parsed.event.occurred !== null && edtfSpan(parsed.event.occurred, parsed.event.zone ?? zone) === null) {
      return to.complain(node.at, 'wrong-form', 'this event is dated on a day that the zone skipped', 'check the date')
    }
    return parsed.event
  }
  for (const problem of parsed.problems)
    to.complain(node.at, 'event', `${problem.pointer}: ${problem.message}`, problem.mend)
  return undefined
}

function withSeconds(text: string): string {
  const span = edtfSpan(parseEdtf(text) as never, 'UTC')
  return span === null ? text : formatInstant(span.from)
}

const expectation = record('an expectation', {
  at: need(text('a moment'), 'as of when'),
  known_at: may(text('a moment'), 'knowing what was recorded until then'),
  commitment: need(words, 'which commitment'),
  case: may(words, "part of the case's id"),
})

function readExpectation(
  node: YamlNode,
  zone: string,
  commitments: readonly string[],
  to: Reading,
): Expectation | undefined {
  if (node.kind !== 'map')
    return to.complain(
      node.at,
      'wrong-type',
      'this is not an expectation',
      'write {at: …, commitment: …, verdict: met}',
    )
  const own = ['at', 'known_at', 'commitment', 'case']
  const base = expectation.read({ ...node, entries: node.entries.filter((entry) => own.includes(entry.key)) }, to)
  const fields: Record<string, unknown> = {}
  for (const entry of node.entries) {
    if (own.includes(entry.key)) continue
    const known = [...EXPECTED_OF_CASE, ...EXPECTED_OF_COMMITMENT]
    if (!known.includes(entry.key)) {
      to.complain(
        entry.at,
        'unknown-key',
        `an expectation has no key ${shown(entry.key)}`,
        suggestion(entry.key, [...known, ...own]) ||
          `it has ${own.join(', ')}, and any output field: ${known.join(', ')}`,
      )
      return undefined
    }
    checkWords(entry.key, entry.value, to)
    fields[entry.key] = toJson(entry.value)
  }
  if (!base) return undefined
  if (Object.keys(fields).length === 0)
    return to.complain(node.at, 'empty', 'this expects nothing', 'add what should come out, such as verdict: met')
  if (!commitments.includes(base.commitment)) {
    return to.complain(
      node.at,
      'dangling-reference',
      `there is no commitment ${shown(base.commitment)}`,
      suggestion(base.commitment, commitments) || 'name one of this file',
    )
  }
  const asOf = moment(base.at, zone)
  const knownAt = base.known_at === undefined ? null : moment(base.known_at, zone)
  if (asOf === undefined || knownAt === undefined)
    return to.complain(
      node.at,
      'wrong-form',
      'at or known_at is not a moment',
      'write a time of day too, such as 2024-06-13T10:00:00Z',
    )
  return { at: base.place, asOf, knownAt, commitment: base.commitment, case: base.case ?? null, fields }
}

function moment(text: string, zone: string): Instant | undefined {
  const edtf = parseEdtf(text)
  const span = edtf && isMoment(edtf) ? edtfSpan(edtf, zone) : null
  return span ? instant(span.from) : undefined
}

/** A YAML value as JSON; numbers keep their digits. */
export function toJson(node: YamlNode): unknown {
  if (node.kind === 'list') return node.items.map(toJson)
  if (node.kind === 'map') {
    const result: Record<string, unknown> = Object.create(null)
    for (const entry of node.entries) result[entry.key] = toJson(entry.value)
    return { ...result }
  }
  if (typeof node.value !== 'number') return node.value
  try {
    const exact = parseJson(node.text)
    return typeof exact === 'number' || exact instanceof JsonNumber ? exact : node.value
  } catch {
    return node.value
  }
}

/** The output fields that take words of a list. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  phase: PHASES,
  verdict: VERDICTS,
  certainty: CERTAINTIES,
  flags: FLAGS,
  indicator: INDICATORS,
  kind: KINDS,
}

/** A misspelt verdict would fail every run without saying why. */
function checkWords(field: string, node: YamlNode, to: Reading): void {
  const words = WORDS[field]
  if (!words) return
  for (const item of node.kind === 'list' ? node.items : [node]) oneOf(words).read(item, to)
}
