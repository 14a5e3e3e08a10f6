import type { Kysely, Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { IncludedText, Instant, Problem, Rulebook } from '../../rules/index.ts'
import { lastSeq, lockLedger } from '../ledger/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { bumpStatus } from './status-number.ts'

/** The door a rulebook comes in by: the watched folder, or the HTTP interface. */
export type RulebookOrigin = 'folder' | 'http'

/** A rulebook that is offered, with the definitions that it may include. */
export interface OfferedRulebook {
  readonly origin: RulebookOrigin
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
 * quietly, before any later event. That it is known already is looked up under the lock: several may offer the same.
 * @param replaces  the hash of the version that is to be replaced; null: whichever is in use
 * @throws {ServandaError} `RULEBOOK_REPLACED` when another version than `replaces` is in use
 */
export async function adoptRulebook(
  trx: Transaction<Database>,
  rulebook: Rulebook,
  { origin, file, text }: Omit<OfferedRulebook, 'shared'>,
  at: Instant,
  replaces: string | null = null,
): Promise<Exclude<Adoption, { state: 'rejected' }>> {
  await lockLedger(trx)
  const latest = await newestVersion(trx, rulebook.id)
  if (replaces !== null && replaces !== latest?.hash) throw replacedAlready(rulebook.id, latest)
  const ended = await trx
    .deleteFrom('servanda.rejections')
    .where('origin', '=', origin)
    .where('file', '=', file)
    .executeTakeFirst()
  if (latest && (await isKnown(trx, rulebook, origin))) {
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
      origin,
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
  await bumpStatus(trx, at, { agreement: rulebook.id })
  return { state: 'adopted', agreement: rulebook.id, version }
}

/**
 * Whether nothing has changed at the door that `rulebook` comes in by: over HTTP, that it is in use; in the folder, that
 * the folder held it when it was last taken up, for what lies there unchanged does not undo what came over HTTP since.
 */
export async function isKnown(
  db: Kysely<Database>,
  { id, hash }: Pick<Rulebook, 'id' | 'hash'>,
  origin: RulebookOrigin,
): Promise<boolean> {
  return (await newestVersion(db, id, origin === 'folder' ? origin : null))?.hash === hash
}

/** The newest version of an agreement's rulebook, of those that came in by `origin` (null: by any door). */
async function newestVersion(db: Kysely<Database>, agreement: string, origin: RulebookOrigin | null = null) {
  return db
    .selectFrom('servanda.rulebooks')
    .select(['version', 'hash'])
    .where('agreement', '=', agreement)
    .$if(origin !== null, (query) => query.where('origin', '=', origin as RulebookOrigin))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function replacedAlready(agreement: string, latest: { readonly version: number } | undefined): ServandaError {
  const found = latest ? `is version ${latest.version} of it` : 'is none'
  return new ServandaError(
    'RULEBOOK_REPLACED',
    `What is in use for ${agreement} ${found}, which is not what this was to replace. Read it, and offer yours again.`,
  )
}

/** Notes that `file` was refused, with its problems, for everyone to see. */
export async function noteRejection(
  trx: Transaction<Database>,
  rejected: Pick<OfferedRulebook, 'origin' | 'file'> & {
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
    .values({ origin: rejected.origin, file: rejected.file, ...row })
    .onConflict((conflict) => conflict.columns(['origin', 'file']).doUpdateSet(row))
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
