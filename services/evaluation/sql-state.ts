import { type Expression, type SqlBool, sql, type Transaction } from 'kysely'
import type {
  AgreementRow,
  CaseKey,
  CaseRow,
  EventRow,
  Instant,
  Rulebook,
  SavedState,
  StateKeys,
} from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { type EngineState, requireSameRules } from './engine-state.ts'

/** Rows a statement reads or writes at a time. */
const CHUNK = 500

/** The hash of the rulebook under which something is kept of `agreement`; null: nothing is. */
export async function savedUnder(trx: Transaction<Database>, agreement: string): Promise<string | null> {
  const row = await trx
    .selectFrom('servanda.engine_agreements')
    .select('rulebook_hash')
    .where('agreement', '=', agreement)
    .executeTakeFirst()
  return row?.rulebook_hash ?? null
}

/** The state of the engine in the database, inside one transaction. The first look locks it until that ends. */
export function sqlState(trx: Transaction<Database>, rulebook: Rulebook): EngineState {
  const { id: agreement } = rulebook
  const reached = async (): Promise<AgreementRow | null> => {
    const row = await trx
      .selectFrom('servanda.engine_agreements')
      .selectAll()
      .where('agreement', '=', agreement)
      .forUpdate()
      .executeTakeFirst()
    if (!row) return null
    requireSameRules(rulebook, row.rulebook_hash)
    return { asOf: row.as_of, wake: row.wake }
  }
  return {
    reached,
    async load(keys) {
      await reached()
      const shares = await sharesNamed(trx, agreement, keys)
      return {
        shares,
        cases: await casesIn(trx, agreement, shares),
        events: await eventsFor(trx, agreement, shares, keys.events),
      }
    },
    async save({ agreement: { asOf, wake }, cases, events, gone }) {
      await reached()
      await trx
        .insertInto('servanda.engine_agreements')
        .values({ agreement, rulebook_hash: rulebook.hash, as_of: timestamp(asOf), wake: instantOrNull(wake) })
        .onConflict((conflict) =>
          conflict.column('agreement').doUpdateSet((row) => ({
            as_of: row.ref('excluded.as_of'),
            wake: row.ref('excluded.wake'),
          })),
        )
        .execute()
      for (const part of chunks(gone)) await deleteCases(trx, agreement, part)
      for (const part of chunks(cases)) await saveCases(trx, agreement, part)
      for (const part of chunks(events)) await saveEvents(trx, agreement, part)
    },
    async discard() {
      await trx.deleteFrom('servanda.engine_events').where('agreement', '=', agreement).execute()
      await trx.deleteFrom('servanda.engine_cases').where('agreement', '=', agreement).execute()
      await trx.deleteFrom('servanda.engine_agreements').where('agreement', '=', agreement).execute()
    },
  }
}

/** Null: all. */
async function sharesNamed(
  trx: Transaction<Database>,
  agreement: string,
  keys: StateKeys,
): Promise<readonly string[] | null> {
  if (keys.shares === null) return null
  const shares = new Set(keys.shares)
  for (const part of chunks(keys.events)) {
    const rows = await trx
      .selectFrom('servanda.engine_events')
      .select('shares')
      .where('agreement', '=', agreement)
      .where(
        isOneOf(
          ['source', 'id'],
          part.map(({ source, id }) => [source, id]),
        ),
      )
      .execute()
    for (const row of rows) {
      if (row.shares === null) return null
      for (const share of row.shares) shares.add(shareIn(agreement, share))
    }
  }
  const cases = trx.selectFrom('servanda.engine_cases').select('share').where('agreement', '=', agreement)
  const awake = cases.where('wake', '<=', timestamp(keys.wakeBy)).orderBy('wake')
  const waking = await (keys.mostWaking === null ? awake : awake.limit(keys.mostWaking)).execute()
  for (const { share } of waking) shares.add(share)
  for (const part of chunks(keys.cases)) {
    const named = await cases.where(isOneOf(['commitment', 'part'], part.map(nameOf))).execute()
    for (const { share } of named) shares.add(share)
  }
  return [...shares]
}

async function casesIn(
  trx: Transaction<Database>,
  agreement: string,
  shares: readonly string[] | null,
): Promise<SavedState['cases']> {
  const all = trx.selectFrom('servanda.engine_cases').selectAll().where('agreement', '=', agreement)
  const rows = await (shares === null ? all : all.where(sql<SqlBool>`share = any(${shares}::text[])`)).execute()
  return rows.map(({ commitment, part, share, status, wake }) => ({
    commitment,
    case: part,
    share,
    status: status as CaseRow['status'],
    wake,
  }))
}

async function eventsFor(
  trx: Transaction<Database>,
  agreement: string,
  shares: readonly string[] | null,
  named: StateKeys['events'],
): Promise<SavedState['events']> {
  const all = trx
    .selectFrom('servanda.engine_events')
    .select(['source', 'id', 'revision', 'recorded_at', 'shares', 'content'])
    .where('agreement', '=', agreement)
  if (shares === null) return (await all.execute()).map((row) => eventRow(agreement, row))
  const found = new Map<string, EventRow>()
  const add = (rows: readonly StoredEvent[]): void => {
    for (const row of rows) found.set(JSON.stringify([row.source, row.id]), eventRow(agreement, row))
  }
  add(await all.where('shares', 'is', null).execute())
  // Each share is looked up in the index: told all at once, the planner takes them for most of the table and reads it all.
  const { rows: shared } = await sql<StoredEvent>`
    select event.* from unnest(${shares.map((share) => qualified(agreement, share))}::text[]) as asked (share)
    cross join lateral (
      select source, id, revision, recorded_at, shares, content from servanda.engine_events
      where shares @> array[asked.share]
    ) as event`.execute(trx)
  add(shared)
  for (const part of chunks(named))
    add(
      await all
        .where(
          isOneOf(
            ['source', 'id'],
            part.map(({ source, id }) => [source, id]),
          ),
        )
        .execute(),
    )
  return [...found.values()]
}

interface StoredEvent {
  readonly source: string
  readonly id: string
  readonly revision: number
  readonly recorded_at: Instant | null
  readonly shares: readonly string[] | null
  readonly content: string
}

function eventRow(agreement: string, { source, id, revision, recorded_at, shares, content }: StoredEvent): EventRow {
  const named = shares?.map((share) => shareIn(agreement, share)) ?? null
  return { source, id, revision, recordedAt: recorded_at, shares: named, content }
}

/** A share as an event names it, which no other agreement does: the index of shares is one for all of them. */
function qualified(agreement: string, share: string): string {
  return `${agreement} ${share}`
}

function shareIn(agreement: string, named: string): string {
  return named.slice(agreement.length + 1)
}

async function deleteCases(trx: Transaction<Database>, agreement: string, keys: readonly CaseKey[]): Promise<void> {
  await trx
    .deleteFrom('servanda.engine_cases')
    .where('agreement', '=', agreement)
    .where(isOneOf(['commitment', 'part'], keys.map(nameOf)))
    .execute()
}

async function saveCases(trx: Transaction<Database>, agreement: string, rows: readonly CaseRow[]): Promise<void> {
  await trx
    .insertInto('servanda.engine_cases')
    .values(
      rows.map(({ commitment, case: part, share, status, wake }) => ({
        agreement,
        commitment,
        part,
        share,
        status: status && JSON.stringify(status),
        wake: instantOrNull(wake),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['agreement', 'commitment', 'part']).doUpdateSet((row) => ({
        share: row.ref('excluded.share'),
        status: row.ref('excluded.status'),
        wake: row.ref('excluded.wake'),
      })),
    )
    .execute()
}

async function saveEvents(trx: Transaction<Database>, agreement: string, rows: readonly EventRow[]): Promise<void> {
  await trx
    .insertInto('servanda.engine_events')
    .values(
      rows.map(({ source, id, revision, recordedAt, shares, content }) => ({
        agreement,
        source,
        id,
        revision,
        recorded_at: instantOrNull(recordedAt),
        shares: shares?.map((share) => qualified(agreement, share)) ?? null,
        content,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['agreement', 'source', 'id']).doUpdateSet((row) => ({
        revision: row.ref('excluded.revision'),
        recorded_at: row.ref('excluded.recorded_at'),
        shares: row.ref('excluded.shares'),
        content: row.ref('excluded.content'),
      })),
    )
    .execute()
}

function instantOrNull(at: Instant | null) {
  return at === null ? null : timestamp(at)
}

function nameOf({ commitment, case: part }: CaseKey): readonly [string, string] {
  return [commitment, part]
}

function isOneOf(
  [first, second]: readonly [string, string],
  pairs: readonly (readonly [string, string])[],
): Expression<SqlBool> {
  const [firsts, seconds] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
  return sql<SqlBool>`(${sql.ref(first)}, ${sql.ref(second)}) in (select * from unnest(${firsts}::text[], ${seconds}::text[]))`
}

function chunks<T>(rows: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = []
  for (let from = 0; from < rows.length; from += CHUNK) parts.push(rows.slice(from, from + CHUNK))
  return parts
}
