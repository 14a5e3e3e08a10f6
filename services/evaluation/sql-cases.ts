import { type SqlBool, sql, type Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import {
  type CaseResult,
  caseIndicator,
  type Indicator,
  type Instant,
  parseInstant,
  type TimeValue,
} from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import type { AgreementState, CaseChanges, StoredCase, StoredCommitment, Tally, Transition } from './state.ts'

/** Rows a statement reads or writes at a time. */
const CHUNK = 500

/** What to do about an agreement that somebody else is at: wait until they are done, or leave it to them. */
export type IfBusy = 'wait' | 'leave'

/**
 * What is known of an agreement; nobody else evaluates it until `trx` ends.
 * @returns null when it is left to somebody else
 */
export async function lockAgreement(
  trx: Transaction<Database>,
  agreement: string,
  ifBusy: IfBusy,
): Promise<AgreementState | null> {
  const locking = trx.selectFrom('servanda.agreements').selectAll().where('id', '=', agreement).forUpdate()
  const row = await (ifBusy === 'leave' ? locking.skipLocked() : locking).executeTakeFirst()
  if (!row && ifBusy === 'leave') return null
  if (!row) throw new ServandaError('AGREEMENT_UNKNOWN', `No agreement ${agreement}`, { details: { agreement } })
  const commitments = await trx
    .selectFrom('servanda.commitments')
    .selectAll()
    .where('agreement', '=', agreement)
    .orderBy('position')
    .execute()
  return {
    agreement,
    evaluatedAt: row.evaluated_at,
    evaluatedSeq: row.evaluated_seq,
    commitments: commitments.map((one) => ({
      id: one.id,
      position: one.position,
      indicator: one.indicator as Indicator,
      nextCheck: one.next_check,
      record: one.record as StoredCommitment['record'],
      tally: one.tally as Tally,
    })),
  }
}

/** Notes how far `agreement` has come. */
export async function saveReached(
  trx: Transaction<Database>,
  agreement: string,
  { at, seq }: { readonly at: Instant; readonly seq: number },
): Promise<void> {
  await trx
    .updateTable('servanda.agreements')
    .set({ evaluated_at: timestamp(at), evaluated_seq: seq, failure: null, failed_at: null })
    .where('id', '=', agreement)
    .execute()
}

/** The stored cases of `agreement` with these ids; null: all of them. */
export async function storedCases(
  trx: Transaction<Database>,
  agreement: string,
  ids: readonly string[] | null,
): Promise<readonly StoredCase[]> {
  const all = trx
    .selectFrom('servanda.cases')
    .select(['id', 'commitment', 'verdict_version', 'is_gone', 'replaced_by', 'changed_at', 'result'])
    .where('agreement', '=', agreement)
  const rows = await (ids === null ? all : all.where(sql<SqlBool>`id = any(${ids}::text[])`)).execute()
  return rows.map((one) => ({
    id: one.id,
    commitment: one.commitment,
    verdictVersion: one.verdict_version,
    isGone: one.is_gone,
    replacedBy: one.replaced_by,
    since: one.changed_at,
    result: one.result as CaseResult,
  }))
}

/** On what occasion cases are saved. */
export interface Saving {
  readonly agreement: string
  readonly at: Instant
  readonly seq: number
  readonly rulebookVersion: number
}

/**
 * Saves the cases that changed, and how they did.
 * @returns the first and the last number of the transitions; null: there are none
 */
export async function saveCases(
  trx: Transaction<Database>,
  { cases, transitions }: { readonly cases: readonly StoredCase[] } & Pick<CaseChanges, 'transitions'>,
  saving: Saving,
): Promise<readonly [number, number] | null> {
  for (const part of chunks(cases)) await upsertCases(trx, saving, part)
  const numbers: number[] = []
  for (const part of chunks(transitions)) numbers.push(...(await insertTransitions(trx, saving, part)))
  const [first] = numbers
  return first === undefined ? null : [first, numbers.at(-1) ?? first]
}

async function upsertCases(
  trx: Transaction<Database>,
  { agreement, at }: Saving,
  cases: readonly StoredCase[],
): Promise<void> {
  const isMoved = sql<boolean>`(
    servanda.cases.result ->> 'due' is distinct from excluded.result ->> 'due'
    or servanda.cases.phase <> excluded.phase or servanda.cases.verdict <> excluded.verdict)`
  await trx
    .insertInto('servanda.cases')
    .values(
      cases.map(({ id, commitment, verdictVersion, isGone, replacedBy, since, result }) => ({
        id,
        agreement,
        commitment,
        opened_at: timestampOrNull(startOf(result.opened)),
        opened_to: timestampOrNull(endOf(result.opened)),
        due_at: timestampOrNull(endOf(result.due)),
        indicator: caseIndicator(result),
        is_gone: isGone,
        phase: result.phase,
        verdict: result.verdict,
        certainty: result.certainty,
        verdict_version: verdictVersion,
        next_check: timestampOrNull(result.next_check === null ? null : parseInstant(result.next_check)),
        replaced_by: replacedBy,
        changed_at: timestamp(since),
        result: JSON.stringify(result),
        calendar_version: 0,
        calendar_at: timestamp(at),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({
        opened_at: row.ref('excluded.opened_at'),
        opened_to: row.ref('excluded.opened_to'),
        due_at: row.ref('excluded.due_at'),
        indicator: row.ref('excluded.indicator'),
        is_gone: row.ref('excluded.is_gone'),
        phase: row.ref('excluded.phase'),
        verdict: row.ref('excluded.verdict'),
        certainty: row.ref('excluded.certainty'),
        verdict_version: row.ref('excluded.verdict_version'),
        next_check: row.ref('excluded.next_check'),
        replaced_by: row.ref('excluded.replaced_by'),
        changed_at: row.ref('excluded.changed_at'),
        result: row.ref('excluded.result'),
        calendar_version: sql`servanda.cases.calendar_version + ${isMoved}::integer`,
        calendar_at: sql<Instant>`case when ${isMoved} then excluded.calendar_at else servanda.cases.calendar_at end`,
      })),
    )
    .execute()
}

async function insertTransitions(
  trx: Transaction<Database>,
  { agreement, at, seq, rulebookVersion }: Saving,
  transitions: readonly Transition[],
): Promise<readonly number[]> {
  const rows = await trx
    .insertInto('servanda.transitions')
    .values(
      transitions.map((one) => ({
        case_id: one.caseId,
        agreement,
        commitment: one.commitment,
        verdict_version: one.verdictVersion,
        cause: one.cause,
        occurred_at: timestamp(one.occurredAt),
        recorded_at: timestamp(at),
        seq,
        rulebook_version: rulebookVersion,
        before: one.before === null ? null : JSON.stringify(one.before),
        after: JSON.stringify(one.after),
      })),
    )
    .returning('number')
    .execute()
  return rows.map(({ number }) => number).sort((a, b) => a - b)
}

/** The case of a commitment that opened last; null: it has none. */
export async function latestCase(
  trx: Transaction<Database>,
  agreement: string,
  commitment: string,
): Promise<CaseResult | null> {
  const row = await trx
    .selectFrom('servanda.cases')
    .select('result')
    .where('agreement', '=', agreement)
    .where('commitment', '=', commitment)
    .where('is_gone', '=', false)
    .orderBy('opened_at', (by) => by.desc().nullsFirst())
    .orderBy('opened_to', (by) => by.desc().nullsFirst())
    .orderBy(sql`id collate "C"`, 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? (row.result as CaseResult) : null
}

/**
 * The earliest instant at which a case of `commitment` may change, or one may open, without news; null: never.
 * @param grounds  the commitments that its cases follow from: whatever is looked at there may open one here
 */
export async function nextCheckOf(
  trx: Transaction<Database>,
  agreement: string,
  commitment: string,
  grounds: readonly string[],
): Promise<Instant | null> {
  const ofCases = await trx
    .selectFrom('servanda.cases')
    .select(({ fn }) => fn.min('next_check').as('at'))
    .where('agreement', '=', agreement)
    .where('commitment', '=', commitment)
    .executeTakeFirst()
  const expected = await trx
    .selectFrom('servanda.engine_cases')
    .select(({ fn }) => fn.min('wake').as('at'))
    .where('agreement', '=', agreement)
    .where('commitment', '=', commitment)
    .where('status', 'is', null)
    .executeTakeFirst()
  const before = await trx
    .selectFrom('servanda.engine_cases')
    .select(({ fn }) => fn.min('wake').as('at'))
    .where('agreement', '=', agreement)
    .where(sql<SqlBool>`commitment = any(${grounds}::text[])`)
    .executeTakeFirst()
  const found = [ofCases, expected, before].flatMap((row) => row?.at ?? [])
  return found.length === 0 ? null : (Math.min(...found) as Instant)
}

/** Saves commitments that changed. */
export async function saveCommitments(
  trx: Transaction<Database>,
  agreement: string,
  commitments: readonly StoredCommitment[],
): Promise<void> {
  if (commitments.length === 0) return
  await trx
    .insertInto('servanda.commitments')
    .values(
      commitments.map((one) => ({
        agreement,
        id: one.id,
        position: one.position,
        indicator: one.indicator,
        next_check: timestampOrNull(one.nextCheck),
        record: JSON.stringify(one.record),
        tally: JSON.stringify(one.tally),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['agreement', 'id']).doUpdateSet((row) => ({
        position: row.ref('excluded.position'),
        indicator: row.ref('excluded.indicator'),
        next_check: row.ref('excluded.next_check'),
        record: row.ref('excluded.record'),
        tally: row.ref('excluded.tally'),
      })),
    )
    .execute()
}

/** Forgets commitments that the rulebook no longer has. */
export async function dropCommitments(
  trx: Transaction<Database>,
  agreement: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await trx.deleteFrom('servanda.commitments').where('agreement', '=', agreement).where('id', 'in', ids).execute()
}

function startOf(time: TimeValue | null): Instant | null {
  return time === null ? null : parseInstant(typeof time === 'string' ? time : time.from)
}

function endOf(time: TimeValue | null): Instant | null {
  return time === null ? null : parseInstant(typeof time === 'string' ? time : time.to)
}

function timestampOrNull(at: Instant | null) {
  return at === null ? null : timestamp(at)
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, n) => items.slice(n * CHUNK, (n + 1) * CHUNK))
}
