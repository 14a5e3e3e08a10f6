import type { Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'

/**
 * Gives whoever shows the status a new number, because what it shows changes with this transaction. The last thing a
 * transaction does: until it ends, others that change the status wait.
 */
export async function bumpStatus(trx: Transaction<Database>, at: Instant): Promise<void> {
  await trx
    .updateTable('servanda.projections')
    .set((old) => ({ seq: old('seq', '+', 1), changed_at: timestamp(at) }))
    .where('name', '=', 'status')
    .execute()
}
