import type { Transaction } from 'kysely'
import type { IncludedText, Instant, Problem, Rulebook } from '../../rules/index.ts'
import { lastSeq, lockLedger } from '../ledger/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { bumpStatus } from './status-number.ts'

/** A rulebook that is offered, with the definitions that lie beside it. */
export interface OfferedRulebook {
  readonly file: string
  readonly text: string
  readonly shared: readonly IncludedText[]
}

/** What became of a rulebook that was offered. */
export type Adoption =
  | { readonly state: 'adopted'; readonly agreement: string; readonly version: number }
  | { readonly state: 'unchanged'; readonly agreement: string; readonly version: number }
  /** `agreement`: the one that its file stood for before; null when it stood for none. */
  | { readonly state: 'rejected'; readonly agreement: string | null; readonly problems: readonly Problem[] }

/**
 * Takes a checked rulebook into use as its agreement's next version, whole or not at all. A new version is evaluated,
 * quietly, before any later event. That it is in use already is looked up under the lock: several may offer the same.
 */
export async function adoptRulebook(
  trx: Transaction<Database>,
  rulebook: Rulebook,
  { file, text }: Pick<OfferedRulebook, 'file' | 'text'>,
  at: Instant,
): Promise<Exclude<Adoption, { state: 'rejected' }>> {
  await lockLedger(trx)
  const ended = await trx.deleteFrom('servanda.rejections').where('file', '=', file).executeTakeFirst()
  const latest = await trx
    .selectFrom('servanda.rulebooks')
    .select(['version', 'hash'])
    .where('agreement', '=', rulebook.id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (latest?.hash === rulebook.hash) {
    if (ended.numDeletedRows > 0n) await bumpStatus(trx, at)
    return { state: 'unchanged', agreement: rulebook.id, version: latest.version }
  }
  const version = (latest?.version ?? 0) + 1
  await trx
    .insertInto('servanda.rulebooks')
    .values({
      agreement: rulebook.id,
      version,
      hash: rulebook.hash,
      title: rulebook.title,
      file,
      text,
      included: JSON.stringify(rulebook.included),
      adopted_at: timestamp(at),
    })
    .execute()
  await trx
    .insertInto('servanda.agreements')
    .values({ id: rulebook.id, evaluated_seq: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  await trx
    .updateTable('servanda.projections')
    .set((old) => ({ seq: old('seq', '+', 1), changed_at: timestamp(at) }))
    .where('name', '=', 'rulebooks')
    .execute()
  await requestEvaluation(trx, rulebook, version === 1 ? 'import' : 'rule_change')
  await bumpStatus(trx, at)
  return { state: 'adopted', agreement: rulebook.id, version }
}

/** Notes that `file` was refused, with its problems, for everyone to see. */
export async function noteRejection(
  trx: Transaction<Database>,
  rejected: {
    readonly file: string
    readonly agreement: string | null
    readonly hash: string
    readonly problems: readonly Problem[]
  },
  at: Instant,
): Promise<void> {
  const row = {
    agreement: rejected.agreement,
    hash: rejected.hash,
    problems: JSON.stringify(rejected.problems),
    rejected_at: timestamp(at),
  }
  await trx
    .insertInto('servanda.rejections')
    .values({ file: rejected.file, ...row })
    .onConflict((conflict) => conflict.column('file').doUpdateSet(row))
    .execute()
  await bumpStatus(trx, at)
}

async function requestEvaluation(
  trx: Transaction<Database>,
  rulebook: Rulebook,
  cause: 'import' | 'rule_change',
): Promise<void> {
  if (rulebook.commitments.length === 0) return
  const seq = await lastSeq(trx)
  await trx
    .insertInto('servanda.outbox')
    .values(rulebook.commitments.map(({ id }) => ({ agreement: rulebook.id, commitment: id, seq, cause })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
