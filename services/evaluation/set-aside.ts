import type { Kysely, Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { bumpStatus, type RulebookShelf } from '../rulebooks/index.ts'
import { type Database, timestamp } from '../store/index.ts'

/** An event without which an agreement is evaluated, because with it that failed. */
export interface SetAside {
  readonly seq: number
  readonly source: string
  readonly id: string
  readonly revision: number
  readonly failure: string
  readonly at: Instant
}

/** The first event that waits for `agreement`; null when none does. */
export async function firstWaiting(db: Kysely<Database>, agreement: string): Promise<number | null> {
  const row = await db
    .selectFrom('servanda.outbox')
    .select(({ fn }) => fn.min('seq').as('seq'))
    .where('agreement', '=', agreement)
    .where('cause', '<>', 'rule_change')
    .executeTakeFirst()
  return row?.seq ?? null
}

/** From now on `agreement` is evaluated without the event in row `seq` of the ledger. */
export async function setAside(
  trx: Transaction<Database>,
  agreement: string,
  { seq, failure, at }: { readonly seq: number; readonly failure: string; readonly at: Instant },
): Promise<void> {
  const waiting = await trx
    .deleteFrom('servanda.outbox')
    .where('agreement', '=', agreement)
    .where('seq', '=', seq)
    .where('cause', '<>', 'rule_change')
    .returning('cause')
    .execute()
  const cause = waiting.some((row) => row.cause === 'import') ? 'import' : 'evidence'
  const row = { failure: failure.slice(0, 2_000), set_aside_at: timestamp(at) }
  await trx
    .insertInto('servanda.set_aside')
    .values({ agreement, seq, cause, ...row })
    .onConflict((conflict) => conflict.columns(['agreement', 'seq']).doUpdateSet(row))
    .execute()
  await bumpStatus(trx, at, { agreement, commitments: [] })
}

/** What was set aside of `agreement`, in the order of the ledger. */
export async function listSetAside(db: Kysely<Database>, agreement: string): Promise<readonly SetAside[]> {
  const rows = await db
    .selectFrom('servanda.set_aside as aside')
    .innerJoin('servanda.events as event', 'event.seq', 'aside.seq')
    .select(['aside.seq', 'event.source', 'event.id', 'event.revision', 'aside.failure', 'aside.set_aside_at'])
    .where('aside.agreement', '=', agreement)
    .orderBy('aside.seq')
    .execute()
  return rows.map(({ set_aside_at, ...rest }) => ({ ...rest, at: set_aside_at }))
}

/**
 * Lets the event in row `seq` wait for its evaluation again, which `author` has asked for.
 * @throws {ServandaError} `NOT_SET_ASIDE`
 */
export async function takeUpAgain(
  trx: Transaction<Database>,
  shelf: RulebookShelf,
  { agreement, seq }: { readonly agreement: string; readonly seq: number },
  author: Author,
): Promise<void> {
  const row = await trx
    .deleteFrom('servanda.set_aside')
    .where('agreement', '=', agreement)
    .where('seq', '=', seq)
    .returning('cause')
    .executeTakeFirst()
  if (!row) throw new ServandaError('NOT_SET_ASIDE', `Row ${seq} of the ledger is not set aside in ${agreement}.`)
  const adopted = (await shelf.current(trx)).find(({ rulebook }) => rulebook.id === agreement)
  const commitments = adopted?.rulebook.commitments ?? []
  if (commitments.length > 0)
    await trx
      .insertInto('servanda.outbox')
      .values(commitments.map(({ id }) => ({ agreement, commitment: id, seq, cause: row.cause })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  await bumpStatus(trx, author.at, { agreement, commitments: [] })
  await note(trx, author, 'set_aside.taken_up', { subject: agreement, details: { seq } })
}
