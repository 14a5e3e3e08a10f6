import type { Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import { type CaseResult, type Indicator, parseInstant, type Verdict } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import type { AgreementState, CaseStore, Changes, StoredCase, StoredCommitment, Transition } from './state.ts'

/** Rows a statement writes at a time. */
const CHUNK = 500

/** The engine's state in the database, inside one transaction. Loading locks the agreement's row until that ends. */
export function sqlCaseStore(trx: Transaction<Database>): CaseStore {
  return {
    load: (agreement) => loadState(trx, agreement),
    async save(changes) {
      await saveCommitments(trx, changes)
      for (const part of chunks(changes.cases)) await saveCases(trx, changes.agreement, part)
      for (const part of chunks(changes.transitions)) await saveTransitions(trx, changes, part)
      await trx
        .updateTable('servanda.agreements')
        .set({
          evaluated_at: timestamp(changes.evaluatedAt),
          evaluated_seq: changes.evaluatedSeq,
          failure: null,
          failed_at: null,
        })
        .where('id', '=', changes.agreement)
        .execute()
    },
  }
}

async function loadState(trx: Transaction<Database>, agreement: string): Promise<AgreementState> {
  const row = await trx
    .selectFrom('servanda.agreements')
    .selectAll()
    .where('id', '=', agreement)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new ServandaError('AGREEMENT_UNKNOWN', `No agreement ${agreement}`, { details: { agreement } })
  const commitments = await trx
    .selectFrom('servanda.commitments')
    .selectAll()
    .where('agreement', '=', agreement)
    .orderBy('position')
    .execute()
  const cases = await trx.selectFrom('servanda.cases').selectAll().where('agreement', '=', agreement).execute()
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
    })),
    cases: cases.map((one) => ({
      id: one.id,
      commitment: one.commitment,
      verdictVersion: one.verdict_version,
      replacedBy: one.replaced_by,
      since: one.changed_at,
      result: one.result as CaseResult,
    })),
  }
}

async function saveCommitments(trx: Transaction<Database>, { agreement, commitments, dropped }: Changes) {
  if (dropped.length > 0) {
    await trx.deleteFrom('servanda.commitments').where('agreement', '=', agreement).where('id', 'in', dropped).execute()
  }
  if (commitments.length === 0) return
  await trx
    .insertInto('servanda.commitments')
    .values(
      commitments.map((one) => ({
        agreement,
        id: one.id,
        position: one.position,
        indicator: one.indicator,
        next_check: one.nextCheck === null ? null : timestamp(one.nextCheck),
        record: JSON.stringify(one.record satisfies Partial<Record<Verdict, number>>),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['agreement', 'id']).doUpdateSet((row) => ({
        position: row.ref('excluded.position'),
        indicator: row.ref('excluded.indicator'),
        next_check: row.ref('excluded.next_check'),
        record: row.ref('excluded.record'),
      })),
    )
    .execute()
}

async function saveCases(trx: Transaction<Database>, agreement: string, cases: readonly StoredCase[]) {
  await trx
    .insertInto('servanda.cases')
    .values(
      cases.map(({ id, commitment, verdictVersion, replacedBy, since, result }) => ({
        id,
        agreement,
        commitment,
        opened_at: openedAt(result),
        phase: result.phase,
        verdict: result.verdict,
        certainty: result.certainty,
        verdict_version: verdictVersion,
        next_check: result.next_check === null ? null : timestamp(parseInstant(result.next_check)),
        replaced_by: replacedBy,
        changed_at: timestamp(since),
        result: JSON.stringify(result),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({
        opened_at: row.ref('excluded.opened_at'),
        phase: row.ref('excluded.phase'),
        verdict: row.ref('excluded.verdict'),
        certainty: row.ref('excluded.certainty'),
        verdict_version: row.ref('excluded.verdict_version'),
        next_check: row.ref('excluded.next_check'),
        replaced_by: row.ref('excluded.replaced_by'),
        changed_at: row.ref('excluded.changed_at'),
        result: row.ref('excluded.result'),
      })),
    )
    .execute()
}

function openedAt({ opened }: CaseResult) {
  if (opened === null) return null
  return timestamp(parseInstant(typeof opened === 'string' ? opened : opened.from))
}

async function saveTransitions(trx: Transaction<Database>, changes: Changes, transitions: readonly Transition[]) {
  await trx
    .insertInto('servanda.transitions')
    .values(
      transitions.map((one) => ({
        case_id: one.caseId,
        agreement: changes.agreement,
        commitment: one.commitment,
        verdict_version: one.verdictVersion,
        cause: one.cause,
        occurred_at: timestamp(one.occurredAt),
        recorded_at: timestamp(changes.evaluatedAt),
        seq: changes.evaluatedSeq,
        rulebook_version: changes.rulebookVersion,
        before: one.before === null ? null : JSON.stringify(one.before),
        after: JSON.stringify(one.after),
      })),
    )
    .execute()
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, n) => items.slice(n * CHUNK, (n + 1) * CHUNK))
}
