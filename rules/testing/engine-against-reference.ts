import { isDeepStrictEqual } from 'node:util'
import { historyOf, knownEvents } from '../engine/history.ts'
import type { Engine } from '../engine/incremental/engine.ts'
import { Outlook } from '../engine/reference.ts'
import { type CaseStatus, statusCode, statusOfCode } from '../engine/status-code.ts'
import { evaluate, formatInstant, type Instant, type KnownEvent, type Rulebook } from '../index.ts'
import { firstDifference } from './worlds.ts'

/** How the cases stand, by `commitment@part`. */
type Statuses = Readonly<Record<string, CaseStatus>>

/** The statuses of all cases by the reference. */
export function referenceStatuses(rulebook: Rulebook, events: readonly KnownEvent[], asOf: Instant): Statuses {
  const outlook = new Outlook(historyOf(rulebook, events, null))
  const found: Record<string, CaseStatus> = {}
  for (const commitment of rulebook.commitments)
    for (const state of outlook.statesAt(commitment, asOf).states)
      found[`${commitment.id}@${state.occasion.part}`] = statusOfCode(statusCode(state))
  return found
}

/** The statuses of all cases as the engine keeps them. */
export function engineStatuses(engine: Engine): Statuses {
  const found: Record<string, CaseStatus> = {}
  for (const { commitment, part, status } of engine.statuses()) found[`${commitment}@${part}`] = status
  return found
}

/** Throws where the engine, brought to `asOf`, keeps other statuses than the reference finds for `events`. */
export function expectSameStatuses(engine: Engine, events: readonly KnownEvent[], asOf: Instant): void {
  engine.advance(asOf)
  const kept = engineStatuses(engine)
  const wanted = referenceStatuses(engine.rulebook, events, asOf)
  if (!isDeepStrictEqual(kept, wanted))
    throw new Error(`at ${formatInstant(asOf)} after ${events.length} events: ${firstDifference(kept, wanted)}`)
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

/** What is known of `events` at `knownAt`, to be told to an engine. */
export function toldBy(events: readonly KnownEvent[], knownAt: Instant): readonly KnownEvent[] {
  return knownEvents(events, knownAt)
}
