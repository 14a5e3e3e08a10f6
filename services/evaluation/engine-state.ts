import { ServandaError } from '../../config/error.ts'
import {
  type AgreementRow,
  type Instant,
  increment,
  type KnownEvent,
  keysFor,
  type Rulebook,
  type SavedState,
  type StateChanges,
  type StateKeys,
  type StatusChange,
} from '../../rules/index.ts'

/**
 * Where the engine keeps what it knows of one agreement between two looks: rows addressed by (commitment, case). What was
 * saved under a rulebook is of use to that rulebook only, and is refused to every other.
 */
export interface EngineState {
  /**
   * How far the agreement has come; null: nothing has been saved.
   * @throws {ServandaError} `STATE_OF_OTHER_RULES` as everything else here, too
   */
  reached(): Promise<AgreementRow | null>
  /** The cases in the shares that `keys` names, whichever way, and every event that bears on one of them. */
  load(keys: StateKeys): Promise<SavedState>
  /** All of it or nothing. */
  save(changes: StateChanges): Promise<void>
  /** Forgets all of it, under whatever rules it was saved: it follows from the ledger. */
  discard(): Promise<void>
}

/**
 * Brings the cases of an agreement up to `asOf` with `events`: only those that are touched are loaded and written.
 * @returns the cases whose status is not what it was
 */
export async function advanceState(
  state: EngineState,
  rulebook: Rulebook,
  events: readonly KnownEvent[],
  asOf: Instant,
): Promise<readonly StatusChange[]> {
  const saved = await state.load(keysFor(rulebook, await state.reached(), events, asOf))
  const { changes, save } = increment(rulebook, saved, events, asOf)
  await state.save(save)
  return changes
}

/** Refuses what was saved under other rules than `rulebook`. */
export function requireSameRules({ id, hash }: Rulebook, savedUnder: string): void {
  if (savedUnder === hash) return
  throw new ServandaError(
    'STATE_OF_OTHER_RULES',
    `What is kept of ${id} was worked out under another version of its rulebook. It has to be worked out anew from the ledger.`,
    { details: { agreement: id, savedUnder, asked: hash } },
  )
}
