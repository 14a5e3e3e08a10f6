import { isDeepStrictEqual } from 'node:util'
import { historyOf, knownEvents } from '../engine/history.ts'
import type { Engine } from '../engine/incremental/engine.ts'
import { Outlook } from '../engine/reference.ts'
import {
  type CaseStatus,
  NO_CASE,
  rungOfCode,
  type StatusCode,
  statusCode,
  statusOfCode,
} from '../engine/status-code.ts'
import { evaluate, formatInstant, type Instant, type KnownEvent, type Rulebook } from '../index.ts'
import { firstDifference } from './worlds.ts'

/** How the cases stand and how many reminders are due, by `commitment@part`. */
type Statuses = Readonly<Record<string, CaseStatus & { readonly rung: number }>>

/** The statuses of all cases by the reference. */
export function referenceStatuses(rulebook: Rulebook, events: readonly KnownEvent[], asOf: Instant): Statuses {
  const outlook = new Outlook(historyOf(rulebook, events, null))
  const found: Record<string, Statuses[string]> = {}
  for (const commitment of rulebook.commitments)
    for (const state of outlook.statesAt(commitment, asOf).states)
      found[`${commitment.id}@${state.occasion.part}`] = inWords(statusCode(state))
  return found
}

/** The statuses of all cases as the engine keeps them. */
export function engineStatuses(engine: Engine): Statuses {
  const found: Record<string, Statuses[string]> = {}
  for (const { commitment, entries } of engine.commitments)
    for (const { part, code } of entries) if (code !== NO_CASE) found[`${commitment.id}@${part}`] = inWords(code)
  return found
}

function inWords(code: StatusCode): Statuses[string] {
  return { ...statusOfCode(code), rung: rungOfCode(code) }
}

/** What somebody knows of the cases of an engine who only hears of changes, by `commitment@part`. */
export type Hearsay = Map<string, CaseStatus>

/**
 * Throws where the engine, brought to `asOf`, keeps other statuses than the reference finds for `events`.
 * @param heard what was heard of the changes before; then it has to be the same, too
 */
export function expectSameStatuses(
  engine: Engine,
  events: readonly KnownEvent[],
  asOf: Instant,
  heard: Hearsay | null = null,
): void {
  const changes = engine.advance(asOf)
  const kept = engineStatuses(engine)
  const wanted = referenceStatuses(engine.rulebook, events, asOf)
  const when = `at ${formatInstant(asOf)} after ${events.length} events`
  if (!isDeepStrictEqual(kept, wanted)) throw new Error(`${when}: ${firstDifference(kept, wanted)}`)
  if (heard === null) return
  for (const { commitment, part, status } of changes) {
    const name = `${commitment}@${part}`
    if (status === (heard.get(name) ?? null)) throw new Error(`${when}: ${name} is said to change and does not`)
    if (status) heard.set(name, status)
    else heard.delete(name)
  }
  const stands = Object.fromEntries([...engine.statuses()].map((c) => [`${c.commitment}@${c.part}`, c.status]))
  const told = firstDifference(Object.fromEntries(heard), stands)
  if (told !== null) throw new Error(`${when}, as heard: ${told}`)
}

/** Throws where the engine prints anything else at `asOf` than the reference. */
export function expectSameEvaluation(
  engine: Engine,
  events: readonly KnownEvent[],
  asOf: Instant,
  knownAt: Instant | null = null,
): void {
  const printed = engine.evaluate(asOf).commitments
  const wanted = evaluate(engine.rulebook, events, { asOf, knownAt }).commitments
  if (!isDeepStrictEqual(printed, wanted))
    throw new Error(`printed at ${formatInstant(asOf)}: ${firstDifference(printed, wanted)}`)
}

/** A glance shows the same, but when anything changes next. */
export function expectSameGlance(engine: Engine, asOf: Instant): void {
  const seen = engine.glance(asOf).map((report) => ({ ...report.head, cases: [...report.cases()] }))
  const printed = engine.evaluate(asOf).commitments.map((commitment) => ({
    ...commitment,
    next_check: null,
    cases: commitment.cases.map((found) => ({ ...found, next_check: null })),
  }))
  if (!isDeepStrictEqual(seen, printed))
    throw new Error(`at a glance, ${formatInstant(asOf)}: ${firstDifference(seen, printed)}`)
}

/** What is known of `events` at `knownAt`, to be told to an engine. */
export function toldBy(events: readonly KnownEvent[], knownAt: Instant): readonly KnownEvent[] {
  return knownEvents(events, knownAt)
}
