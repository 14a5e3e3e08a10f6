import { sql, type Transaction } from 'kysely'
import type { Database } from '../store/index.ts'

/** Any number will do, as long as no other lock of ours uses it. */
const APPEND_LOCK = 7_215_001

/**
 * Keeps every append (and whatever decides who listens to one) waiting until `trx` ends. What is appended under it
 * becomes visible in the order of its numbers.
 */
export async function lockLedger(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${APPEND_LOCK}::bigint)`.execute(trx)
}
