/** A row of the outbox: an event (or a new rulebook) that a commitment has not taken into account yet. */
export interface Pending {
  readonly commitment: string
  readonly seq: number
  readonly cause: 'evidence' | 'import' | 'rule_change'
}

/** What the next evaluation of an agreement takes into account. */
export interface Run {
  readonly cause: 'evidence' | 'import' | 'rule_change' | 'time'
  /** The last row of the ledger it sees. */
  readonly upTo: number
  /** The outbox rows it settles. */
  readonly settles: readonly Pending[]
}

/**
 * The next evaluation to do of an agreement that has taken the ledger into account up to `evaluatedSeq`; null: nothing is
 * waiting and nothing is due. What arrived as news and what an import or a new rulebook brought in are never evaluated
 * together, since only news is told. Pure.
 * @param pending  in the order of their `seq`
 * @param isDue  whether something changes by time alone
 */
export function nextRun(evaluatedSeq: number, pending: readonly Pending[], isDue: boolean): Run | null {
  const rules = pending.filter((row) => row.cause === 'rule_change')
  if (rules.length > 0) return { cause: 'rule_change', upTo: evaluatedSeq, settles: rules }
  const [first] = pending
  if (first) {
    const end = pending.findIndex((row) => row.cause !== first.cause)
    const settles = end < 0 ? pending : pending.slice(0, end)
    const upTo = settles.reduce((most, row) => Math.max(most, row.seq), evaluatedSeq)
    return { cause: first.cause, upTo, settles }
  }
  return isDue ? { cause: 'time', upTo: evaluatedSeq, settles: [] } : null
}
