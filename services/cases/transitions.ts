import { type Kysely, type SqlBool, sql } from 'kysely'
import { type CaseResult, formatInstant, type Instant, type Verdict } from '../../rules/index.ts'
import type { TransitionCause } from '../evaluation/index.ts'
import { type Database, isAmong, type Page, type PageOrder, pageOf, timestamp } from '../store/index.ts'
import { type ApiBase, caseLinks } from './links.ts'

/** A change of a case as it is stored. */
export interface TransitionRow {
  readonly number: number
  readonly case_id: string
  readonly agreement: string
  readonly commitment: string
  readonly cause: TransitionCause
  readonly occurred_at: Instant
  readonly recorded_at: Instant
  readonly seq: number
  readonly rulebook_version: number
  readonly before: unknown
  readonly after: unknown
}

/** A change of a case that is known, as it is answered. */
export function transitionBody({ number, cause, seq, rulebook_version, ...row }: TransitionRow) {
  return {
    number,
    cause,
    seq,
    rulebook_version,
    occurred_at: formatInstant(row.occurred_at),
    recorded_at: formatInstant(row.recorded_at),
    before: row.before === null ? null : standing(row.before as CaseResult),
    ...standing(row.after as CaseResult),
    explanation: (row.after as CaseResult).explanation,
  }
}

/** The same among the changes of others. */
export function transitionOfCase(row: TransitionRow, base: ApiBase) {
  const { agreement, commitment, case_id } = row
  return {
    agreement,
    commitment,
    case: case_id,
    ...transitionBody(row),
    links: { case: caseLinks(base, agreement, commitment, case_id).self },
  }
}

function standing({ phase, verdict, certainty, flags }: CaseResult) {
  return { phase, verdict, certainty, flags }
}

/** A page of the changes of one case, the first first: only one evaluates an agreement at a time, so none is late. */
export async function historyPage(
  db: Kysely<Database>,
  caseId: string,
  { after, limit }: PageOrder<number>,
): Promise<Page<TransitionRow, number>> {
  const rows = await db
    .selectFrom('servanda.transitions')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('number', '>', after ?? 0)
    .orderBy('number')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, ({ number }) => number)
}

/** The last changes of one case, the first of them first, and how many there were before. */
export async function latestHistory(
  db: Kysely<Database>,
  caseId: string,
  most: number,
): Promise<{ readonly transitions: readonly TransitionRow[]; readonly omitted: number }> {
  const ofCase = db.selectFrom('servanda.transitions').where('case_id', '=', caseId)
  const rows = await ofCase.selectAll().orderBy('number', 'desc').limit(most).execute()
  if (rows.length < most) return { transitions: rows.reverse(), omitted: 0 }
  const { count } = await ofCase.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return { transitions: rows.reverse(), omitted: count - rows.length }
}

/** Which changes are asked for; null, of anything: whatever it is. */
export interface TransitionChoice {
  readonly agreements: readonly string[]
  readonly commitments: readonly string[] | null
  readonly case: string | null
  readonly causes: readonly TransitionCause[] | null
  /** To any of these. */
  readonly verdicts: readonly Verdict[] | null
  /** Recorded from this on. */
  readonly since: Instant | null
}

/** The place of a change in the list, which begins with what was recorded last. */
export type TransitionKey = readonly [recordedAt: Instant, number: number]

/**
 * A page of the changes in `choice`. Each agreement is asked for its last ones: there are as many orders as agreements, and
 * one that has few changes is not to be searched for among all the others'.
 */
export async function transitionPage(
  db: Kysely<Database>,
  choice: TransitionChoice,
  { after, limit }: PageOrder<TransitionKey>,
): Promise<Page<TransitionRow, TransitionKey>> {
  const { commitments, causes, verdicts, since } = choice
  const ofOne = db
    .selectFrom('servanda.transitions as own')
    .select(['own.number', 'own.recorded_at'])
    .where(sql<SqlBool>`own.agreement = asked.agreement`)
    .where(isAmong(sql.ref('own.commitment'), commitments))
    .where(isAmong(sql.ref('own.cause'), causes))
    .where(isAmong(sql`(own.after ->> 'verdict')`, verdicts))
    .$if(choice.case !== null, (query) => query.where('own.case_id', '=', choice.case ?? ''))
    .$if(since !== null, (query) => query.where('own.recorded_at', '>=', timestamp(since as Instant)))
    .$if(after !== null, (query) =>
      query.where(sql<SqlBool>`(own.recorded_at, own.number) < (${timestamp(after?.[0] as Instant)}, ${after?.[1]})`),
    )
    .orderBy('own.recorded_at', 'desc')
    .orderBy('own.number', 'desc')
    .limit(limit + 1)
  const { rows: last } = await sql<{ number: number }>`
    select found.number from unnest(${choice.agreements}::text[]) as asked (agreement)
    cross join lateral (${ofOne}) as found
    order by found.recorded_at desc, found.number desc limit ${limit + 1}`.execute(db)
  const rows = await db
    .selectFrom('servanda.transitions')
    .selectAll()
    .where(sql<SqlBool>`number = any(${last.map(({ number }) => number)}::bigint[])`)
    .orderBy('recorded_at', 'desc')
    .orderBy('number', 'desc')
    .execute()
  return pageOf(rows, limit, ({ recorded_at, number }) => [recorded_at, number])
}
