import { sql } from 'kysely'
import { expect } from 'vitest'
import { type CaseResult, evaluate } from '../../rules/index.ts'
import { KIND_OF_VERDICT } from '../../services/alerts/index.ts'
import { eventsBetween, lastSeq, verifyLedger } from '../../services/ledger/index.ts'
import { RulebookShelf } from '../../services/rulebooks/index.ts'
import type { Store } from '../../services/store/index.ts'

/**
 * Expects the ledger to hold, and what is on record to be what the reference evaluator finds on the ledger: its cases, and of
 * each what was told last, and of every new breach something.
 */
export async function expectTheReference({ db }: Store): Promise<void> {
  expect((await verifyLedger(db)).findings).toEqual([])
  expect(await db.selectFrom('servanda.outbox').selectAll().execute()).toEqual([])
  const to = await lastSeq(db)
  for (const { rulebook } of await new RulebookShelf().current(db)) {
    const { evaluated_at: asOf } = await db
      .selectFrom('servanda.agreements')
      .select('evaluated_at')
      .where('id', '=', rulebook.id)
      .executeTakeFirstOrThrow()
    if (asOf === null) throw new Error(`${rulebook.id} was never evaluated`)
    const events = await eventsBetween(db, rulebook, { from: 0, to })
    const { commitments } = evaluate(
      rulebook,
      events.map(({ event }) => event),
      { asOf },
    )
    const rows = await db
      .selectFrom('servanda.cases')
      .select('result')
      .where('agreement', '=', rulebook.id)
      .where('is_gone', '=', false)
      .execute()
    const found = rows.map(({ result }) => weighed(result as CaseResult))
    const expected = commitments.flatMap(({ cases }) => cases.map(weighed))
    expect(found.sort(byId)).toEqual(expected.sort(byId))
    const told = await lastTold(db, rulebook.id)
    const verdicts = new Map(expected.map(({ id, verdict }) => [id, verdict]))
    for (const [id, verdict] of told) expect(verdict, `what was last told of ${id}`).toBe(verdicts.get(id))
    const breaches = await newBreaches(db, rulebook.id)
    expect(breaches.filter((id) => !told.has(id))).toEqual([])
  }
}

/** The cases of which a breach came on record while it was news: within two days, the usual window for alerts. */
async function newBreaches(db: Store['db'], agreement: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct case_id as id from servanda.transitions
    where agreement = ${agreement} and after->>'verdict' = 'breached' and cause <> 'import' and cause <> 'rule_change'
      and recorded_at - occurred_at <= interval '48 hours'`.execute(db)
  return rows.map(({ id }) => id)
}

/** The verdict that the last alert about each case states. */
async function lastTold(db: Store['db'], agreement: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('servanda.intents')
    .select(['about', 'verdict'])
    .where('agreement', '=', agreement)
    .where('kind', 'in', [...Object.values(KIND_OF_VERDICT).filter((kind) => kind !== null), 'corrected'])
    .orderBy('number')
    .execute()
  return new Map(rows.map(({ about, verdict }) => [about, verdict ?? '']))
}

/** Without what was only looked at: whoever looks at one case alone does not come across it. */
function weighed(one: CaseResult): CaseResult {
  return { ...one, evidence: one.evidence.filter(({ role }) => role !== 'ignored') }
}

function byId(one: CaseResult, other: CaseResult): number {
  return one.id < other.id ? -1 : 1
}
