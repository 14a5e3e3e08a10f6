import { knownEvent } from '../language/event.ts'
import { isJsonObject, JsonNumber } from '../language/json.ts'
import type { Expectation, Rulebook, Scenario } from '../language/rulebook.ts'
import { formatInstant, parseInstant } from './instant.ts'
import { evaluate } from './reference.ts'
import type { CaseResult, CommitmentResult } from './result.ts'

/** An expectation that was not met. */
export interface Mismatch {
  readonly scenario: string
  readonly line: number
  readonly column: number
  readonly commitment: string
  readonly case: string | null
  readonly asOf: string
  readonly field: string
  readonly expected: unknown
  readonly found: unknown
  /** Why the case stands as it does; null when no single case is meant. */
  readonly explanation: string | null
}

/** What the scenarios of one rulebook showed. */
export interface ScenarioReport {
  readonly scenarios: number
  readonly expectations: number
  readonly mismatches: readonly Mismatch[]
  /** Commitments that no expectation names. */
  readonly untouched: readonly string[]
}

const OF_COMMITMENT = new Set(['indicator', 'record', 'kind', 'cases'])

/** Runs the `tests` of `rulebook`: each expectation against an evaluation of the events given. */
export function runScenarios(rulebook: Rulebook): ScenarioReport {
  const mismatches = rulebook.tests.flatMap((scenario) =>
    scenario.expect.flatMap((expected) => check(rulebook, scenario, expected)),
  )
  const touched = new Set(rulebook.tests.flatMap((scenario) => scenario.expect.map((e) => e.commitment)))
  return {
    scenarios: rulebook.tests.length,
    expectations: rulebook.tests.reduce((n, scenario) => n + scenario.expect.length, 0),
    mismatches,
    untouched: rulebook.commitments.map((c) => c.id).filter((id) => !touched.has(id)),
  }
}

function check(rulebook: Rulebook, scenario: Scenario, expected: Expectation): readonly Mismatch[] {
  const events = scenario.given.map((event) => knownEvent(event, event.recordedTime))
  const { commitments } = evaluate(rulebook, events, { asOf: expected.asOf, knownAt: expected.knownAt })
  const commitment = commitments.find((c) => c.id === expected.commitment)
  if (!commitment) return []
  const meant = commitment.cases.filter((c) => expected.case === null || c.id.includes(expected.case))
  const [only] = meant.length === 1 ? meant : []
  const mismatch = (field: string, want: unknown, found: unknown): Mismatch => ({
    scenario: scenario.name,
    line: expected.at.line,
    column: expected.at.column,
    commitment: expected.commitment,
    case: only?.id ?? expected.case,
    asOf: formatInstant(expected.asOf),
    field,
    expected: want,
    found,
    explanation: only?.explanation ?? null,
  })
  return Object.entries(expected.fields).flatMap(([field, want]) => {
    const ofCommitment = OF_COMMITMENT.has(field)
    if (!ofCommitment && !only) return [mismatch(field, want, noSingleCase(meant, commitment))]
    const found = ofCommitment ? ofWhole(commitment, field) : only?.[field as keyof CaseResult]
    return agrees(want, found) ? [] : [mismatch(field, want, found)]
  })
}

function ofWhole(commitment: CommitmentResult, field: string): unknown {
  return field === 'cases' ? commitment.cases.length : commitment[field as keyof CommitmentResult]
}

function noSingleCase(meant: readonly CaseResult[], commitment: CommitmentResult): string {
  if (commitment.cases.length === 0) return 'no case'
  if (meant.length === 0) return `no such case; there is ${commitment.cases.map((c) => c.id).join(', ')}`
  return `${meant.length} cases: name one with case: (${meant.map((c) => c.id).join(', ')})`
}

/** Whether what was found is what was wanted: objects by the keys that are wanted, instants and figures by what they mean. */
function agrees(want: unknown, found: unknown): boolean {
  if (Array.isArray(want))
    return Array.isArray(found) && want.length === found.length && want.every((part, i) => agrees(part, found[i]))
  if (isJsonObject(want))
    return isJsonObject(found) && Object.entries(want).every(([key, part]) => agrees(part, found[key] ?? null))
  if (typeof found !== 'string') return want === found
  const said = want instanceof JsonNumber ? want.text : String(want)
  return said === found || sameInstant(said, found)
}

function sameInstant(a: string, b: string): boolean {
  try {
    return parseInstant(a) === parseInstant(b)
  } catch {
    return false
  }
}
