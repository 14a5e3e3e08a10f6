import type { Transaction } from 'kysely'
import {
  compileRulebook,
  type IncludedText,
  type Instant,
  includeFrom,
  type Problem,
  type Rulebook,
} from '../../rules/index.ts'
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
  | { readonly state: 'rejected'; readonly problems: readonly Problem[] }

/**
 * Takes a rulebook into use as its agreement's next version, or, when it has problems, notes it as rejected
 * and leaves the version in use alone. A new version is evaluated, quietly, before any later event.
 * @param fileOf  the files that already stand for an agreement in this load: two files cannot stand for one
 */
export async function adoptRulebook(
  trx: Transaction<Database>,
  { file, text, shared }: OfferedRulebook,
  at: Instant,
  fileOf: ReadonlyMap<string, string> = new Map(),
): Promise<Adoption> {
  const compiled = compileRulebook(text, file, includeFrom(shared))
  if (!compiled.ok) return { state: 'rejected', problems: compiled.problems }
  const { rulebook } = compiled
  const other = fileOf.get(rulebook.id)
  if (other !== undefined && other !== file)
    return { state: 'rejected', problems: [sameAgreement(rulebook.id, file, other)] }
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

function sameAgreement(agreement: string, file: string, other: string): Problem {
  return {
    file,
    line: 1,
    column: 1,
    code: 'AGREEMENT_TWICE',
    message: `The agreement ${agreement} already has a rulebook, ${other}`,
    why: 'One file states what an agreement promises; two could contradict each other.',
    mend: 'Remove one of the two files, or give one agreement another id.',
    excerpt: '',
  }
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
