import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import type { Certainty, Flag, Indicator, Instant, Phase, Verdict } from '../../rules/index.ts'
import { type Database, isAmong, type Page, type PageOrder, pageOf, timestamp } from '../store/index.ts'
import { CASE_COLUMNS, type CaseRow } from './case-body.ts'

/** Which cases are asked for; null, of anything: whatever it is. */
export interface CaseChoice {
  readonly agreements: readonly string[]
  readonly commitments: readonly string[] | null
  readonly phases: readonly Phase[] | null
  readonly verdicts: readonly Verdict[] | null
  readonly certainties: readonly Certainty[] | null
  readonly indicators: readonly Indicator[] | null
  /** Any of these. */
  readonly flags: readonly Flag[] | null
  /** The last instant at which it can be due, from this on. */
  readonly dueFrom: Instant | null
  /** And before this. */
  readonly dueBefore: Instant | null
}

/** The place of a case in the list: by agreement, then id. Neither ever changes, so nothing moves while pages are turned. */
export type CaseKey = readonly [agreement: string, id: string]

/** A page of the cases in `choice`. */
export async function casePage(
  db: Kysely<Database>,
  choice: CaseChoice,
  { after, limit }: PageOrder<CaseKey>,
): Promise<Page<CaseRow, CaseKey>> {
  const rows = after === null ? await chosen(db, choice, limit + 1) : await chosenAfter(db, choice, after, limit + 1)
  return pageOf(rows, limit, ({ agreement, id }) => [agreement, id])
}

/** What is left of the agreement that the last page ended in, then the others: so each is looked up where it begins. */
async function chosenAfter(
  db: Kysely<Database>,
  choice: CaseChoice,
  [agreement, id]: CaseKey,
  most: number,
): Promise<readonly CaseRow[]> {
  const agreements = choice.agreements.filter((one) => one === agreement)
  const left = await chosen(db, { ...choice, agreements }, most, sql<SqlBool>`id collate "C" > ${id}`)
  if (left.length === most) return left
  return [...left, ...(await chosen(db, choice, most - left.length, sql<SqlBool>`agreement > ${agreement}`))]
}

async function chosen(
  db: Kysely<Database>,
  choice: CaseChoice,
  most: number,
  from: Expression<SqlBool> = sql<SqlBool>`true`,
): Promise<readonly CaseRow[]> {
  const { dueFrom, dueBefore, flags } = choice
  return db
    .selectFrom('servanda.cases')
    .select(CASE_COLUMNS)
    .where(isAmong(sql.ref('agreement'), choice.agreements))
    .where(from)
    .where(isAmong(sql.ref('commitment'), choice.commitments))
    .where(isAmong(sql.ref('phase'), choice.phases))
    .where(isAmong(sql.ref('verdict'), choice.verdicts))
    .where(isAmong(sql.ref('certainty'), choice.certainties))
    .where(isAmong(sql.ref('indicator'), choice.indicators))
    .$if(dueFrom !== null, (query) => query.where('due_at', '>=', timestamp(dueFrom as Instant)))
    .$if(dueBefore !== null, (query) => query.where('due_at', '<', timestamp(dueBefore as Instant)))
    .$if(flags !== null, (query) =>
      // Said twice: the first is what the index of those with flags knows.
      query.where(sql<SqlBool>`result ->> 'flags' <> '[]' and exists (
        select from json_array_elements_text(result -> 'flags') as flag where flag = any(${flags}::text[]))`),
    )
    .orderBy('agreement')
    .orderBy(sql`id collate "C"`)
    .limit(most)
    .execute()
}
