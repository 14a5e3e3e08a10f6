import type { AgreementRow, CaseKey, CaseRow, EventRow, Rulebook, StateKeys } from '../../rules/index.ts'
import { type EngineState, requireSameRules } from './engine-state.ts'

/** What is kept of one agreement. */
interface Kept {
  readonly hash: string
  agreement: AgreementRow
  readonly cases: Map<string, CaseRow>
  readonly events: Map<string, EventRow>
}

/** The state of engines in this process's memory: for one that works alone and starts anew from the ledger. */
export class MemoryStates {
  private readonly agreements = new Map<string, Kept>()

  /** The state of the agreement of `rulebook`. */
  of(rulebook: Rulebook): EngineState {
    const { agreements } = this
    const kept = (): Kept | undefined => {
      const found = agreements.get(rulebook.id)
      if (found) requireSameRules(rulebook, found.hash)
      return found
    }
    return {
      async reached() {
        return kept()?.agreement ?? null
      },
      async load(keys) {
        const { cases, events } = kept() ?? EMPTY
        const shares = sharesNamed(keys, cases, events)
        const isWanted = (row: { readonly shares: EventRow['shares'] }): boolean =>
          shares === null || row.shares === null || row.shares.some((share) => shares.has(share))
        const named = new Set(keys.events.map(nameOfEvent))
        return {
          shares: shares && [...shares],
          cases: [...cases.values()].filter(({ share }) => shares === null || shares.has(share)),
          events: [...events.values()].filter((row) => isWanted(row) || named.has(nameOfEvent(row))),
        }
      },
      async save({ agreement, cases, events, gone }) {
        const found = kept() ?? { hash: rulebook.hash, agreement, cases: new Map(), events: new Map() }
        agreements.set(rulebook.id, found)
        found.agreement = agreement
        for (const row of events) found.events.set(nameOfEvent(row), row)
        for (const row of cases) found.cases.set(nameOfCase(row), row)
        for (const key of gone) found.cases.delete(nameOfCase(key))
      },
      async discard() {
        agreements.delete(rulebook.id)
      },
    }
  }
}

const EMPTY = { cases: new Map<string, CaseRow>(), events: new Map<string, EventRow>() }

/** Null: all. */
function sharesNamed(
  keys: StateKeys,
  cases: ReadonlyMap<string, CaseRow>,
  events: ReadonlyMap<string, EventRow>,
): ReadonlySet<string> | null {
  if (keys.shares === null) return null
  const shares = new Set(keys.shares)
  for (const key of keys.events) {
    const row = events.get(nameOfEvent(key))
    if (row?.shares === null) return null
    for (const share of row?.shares ?? []) shares.add(share)
  }
  const named = keys.cases.flatMap((key) => cases.get(nameOfCase(key)) ?? [])
  const waking = [...cases.values()]
    .filter(({ wake }) => wake !== null && wake <= keys.wakeBy)
    .sort((a, b) => (a.wake ?? 0) - (b.wake ?? 0))
    .slice(0, keys.mostWaking ?? undefined)
  for (const { share } of [...named, ...waking]) shares.add(share)
  return shares
}

function nameOfCase({ commitment, case: part }: CaseKey): string {
  return `${commitment}@${part}`
}

function nameOfEvent({ source, id }: { readonly source: string; readonly id: string }): string {
  return JSON.stringify([source, id])
}
