import { ServandaError } from '../../config/error.ts'
import {
  type AgreementRow,
  type Increment,
  type Instant,
  increment,
  type KnownEvent,
  keysFor,
  type Rulebook,
  type SavedState,
  type StateChanges,
  type StateKeys,
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

/** What was loaded to bring an agreement up to date, and what became of it. */
export interface Advanced extends Increment {
  readonly saved: SavedState
}

/**
 * Brings the cases of an agreement up to `asOf` with `events`: only those that are touched are loaded and written.
 * @param mostWaking how many of the cases that time alone may change are looked at in one go; null: all
 */
export async function advanceState(
  state: EngineState,
  rulebook: Rulebook,
  events: readonly KnownEvent[],
  asOf: Instant,
  mostWaking: number | null = null,
): Promise<Advanced> {
  const saved = await state.load(keysFor(rulebook, await state.reached(), events, asOf, mostWaking))
  const advanced = increment(rulebook, saved, events, asOf)
  await state.save(advanced.save)
  return { ...advanced, saved }
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
