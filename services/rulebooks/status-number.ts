import { sql, type Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'

/** What looks different in the status after a transaction. */
export interface StatusChange {
  /** The one agreement that does; null: anything may. */
  readonly agreement: string | null
  /** Those of its commitments that do; null: all of them. */
  readonly commitments: readonly string[] | null
  /** The first and the last number of the transitions that it brought; null: none. */
  readonly transitions: readonly [number, number] | null
}

const ANYTHING: StatusChange = { agreement: null, commitments: null, transitions: null }

/**
 * Gives whoever shows the status a new number, because what it shows changes with this transaction, and notes under it what
 * does. The last thing a transaction does: until it ends, others that change the status wait. So the numbers are in the
 * order of the commits, without gaps.
 */
export async function bumpStatus(
  trx: Transaction<Database>,
  at: Instant,
  change: Partial<StatusChange> = ANYTHING,
): Promise<void> {
  const { agreement, commitments, transitions } = { ...ANYTHING, ...change }
  const [first, last] = transitions ?? [null, null]
  await sql`
    with status as (
      update servanda.projections set seq = seq + 1, changed_at = ${timestamp(at)} where name = 'status' returning seq
    )
    insert into servanda.status_changes (seq, agreement, commitments, first_transition, last_transition, changed_at)
    select seq, ${agreement}::text, ${commitments}::text[], ${first}::bigint, ${last}::bigint, ${timestamp(at)}
    from status`.execute(trx)
}
