import { type Kysely, type SqlBool, sql } from 'kysely'
import { type CaseResult, formatInstant, type Indicator, type Instant, type TimeValue } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import type { CommitmentFacts, RejectedRulebook } from './document.ts'
import type { ShownDay } from './strip.ts'

/** What the status is made of, as the database has it. */

/** How far an agreement has come, and what went wrong. */
export interface AgreementRow {
  readonly id: string
  readonly evaluated_at: Instant | null
  readonly failure: string | null
  readonly set_aside: number | null
}

export function readAgreements(db: Kysely<Database>): Promise<readonly AgreementRow[]> {
  return db
    .selectFrom('servanda.agreements')
    .select(['id', 'evaluated_at', 'failure'])
    .select(({ selectFrom }) =>
      selectFrom('servanda.set_aside')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('servanda.set_aside.agreement', '=', 'servanda.agreements.id')
        .as('set_aside'),
    )
    .execute()
}

/** What looks different under the numbers of the status after `from`; null for the agreement: anything may. */
export async function readChanges(db: Kysely<Database>, from: number) {
  return db
    .selectFrom('servanda.status_changes')
    .select(['seq', 'agreement', 'commitments', 'changed_at'])
    .where('seq', '>', from)
    .orderBy('seq')
    .execute()
}

/** The number under which an agreement changed last, and when that was. */
export interface LastChange {
  readonly seq: number
  readonly changedAt: Instant
}

export async function readLastChanges(db: Kysely<Database>): Promise<ReadonlyMap<string, LastChange>> {
  const { rows } = await sql<{ agreement: string; seq: number; changed_at: Instant }>`
    select agreement.id as agreement, last.seq, last.changed_at
    from servanda.agreements as agreement
    cross join lateral (
      select * from (select seq, changed_at from servanda.status_changes
        where agreement = agreement.id order by seq desc limit 1) as own
      union all
      select * from (select seq, changed_at from servanda.status_changes
        where agreement is null order by seq desc limit 1) as all_of_them
      order by seq desc limit 1
    ) as last`.execute(db)
  return new Map(rows.map(({ agreement, seq, changed_at }) => [agreement, { seq, changedAt: changed_at }]))
}

/** Which commitments are meant: of each agreement these, or all (null). */
export type Named = ReadonlyMap<string, readonly string[] | null>

export interface CommitmentRow extends Pick<CommitmentFacts, 'indicator' | 'nextCheck' | 'record' | 'shown'> {
  readonly agreement: string
  readonly id: string
  readonly position: number
}

/** Commitments, and the case behind the indicator of each. */
export async function readCommitments(db: Kysely<Database>, named: Named): Promise<readonly CommitmentRow[]> {
  const { rows } = await sql<{
    readonly agreement: string
    readonly id: string
    readonly position: number
    readonly indicator: string
    readonly next_check: Instant | null
    readonly record: unknown
    readonly shown: unknown
    readonly since: Instant | null
  }>`
    select commitment.agreement, commitment.id, position, commitment.indicator, commitment.next_check, commitment.record,
      coalesce(behind.result, latest.result) as shown, coalesce(behind.changed_at, latest.changed_at) as since
    from servanda.commitments as commitment
    left join lateral (
      select result, changed_at from servanda.cases
      where agreement = commitment.agreement and commitment = commitment.id
        and indicator = commitment.indicator and not is_gone
      order by opened_at desc, opened_to desc, id collate "C" desc
      limit 1
    ) as behind on true
    left join lateral (
      select result, changed_at from servanda.cases
      where agreement = commitment.agreement and commitment = commitment.id
      order by opened_at desc, opened_to desc, id collate "C" desc
      limit 1
    ) as latest on behind.result is null
    where ${isNamed(named, 'commitment.agreement', 'commitment.id')}`.execute(db)
  return rows.map(({ agreement, id, position, indicator, next_check, record, shown, since }) => ({
    agreement,
    id,
    position,
    indicator: indicator as Indicator,
    nextCheck: next_check,
    record: record as CommitmentFacts['record'],
    shown: since === null ? null : { result: shown as CaseResult, since },
  }))
}

/**
 * The days on which commitments came to show something else, in their order: those from `since` on, and the last before.
 * @returns by agreement and commitment, as {@link keyOf} names them
 */
export async function readShownDays(
  db: Kysely<Database>,
  named: Named,
  since: string,
): Promise<ReadonlyMap<string, readonly ShownDay[]>> {
  const { rows } = await sql<{
    agreement: string
    commitment: string
    day: string
    worst: string
    last: string | null
  }>`
    select shown.* from servanda.commitments as commitment
    cross join lateral (
      select * from servanda.shown_days
      where agreement = commitment.agreement and commitment = commitment.id and day >= coalesce((
        select max(day) from servanda.shown_days
        where agreement = commitment.agreement and commitment = commitment.id and day < ${since}::date
      ), ${since}::date)
      order by day
    ) as shown
    where ${isNamed(named, 'commitment.agreement', 'commitment.id')}`.execute(db)
  const found = new Map<string, ShownDay[]>()
  for (const { agreement, commitment, day, worst, last } of rows) {
    const one = { day, worst: worst as Indicator, last: last as Indicator | null }
    const key = keyOf(agreement, commitment)
    const others = found.get(key)
    if (others) others.push(one)
    else found.set(key, [one])
  }
  return found
}

export function keyOf(agreement: string, commitment: string): string {
  return `${agreement}/${commitment}`
}

/** A case that can still be kept. */
export interface RunningCase {
  readonly agreement: string
  readonly commitment: string
  readonly id: string
  readonly due_at: Instant
  readonly due: TimeValue
  readonly close: TimeValue | null
}

/** The `most` deadlines of each of `agreements` that come next, but for those of the commitments `without`. */
export async function readDeadlines(
  db: Kysely<Database>,
  agreements: readonly string[],
  { without, most }: { readonly without: readonly string[]; readonly most: number },
): Promise<readonly RunningCase[]> {
  const { rows } = await sql<RunningCase>`
    select next.* from unnest(${agreements}::text[]) as asked (agreement)
    cross join lateral (
      select agreement, commitment, id, due_at, result -> 'due' as due, result -> 'close' as close from servanda.cases
      where agreement = asked.agreement and phase = 'running' and verdict = 'open' and due_at is not null
        and agreement || '/' || commitment <> all(${without}::text[])
      order by due_at, id collate "C"
      limit ${most}
    ) as next`.execute(db)
  return rows
}

export function readSilentSources(db: Kysely<Database>) {
  return db.selectFrom('servanda.silent_sources').selectAll().orderBy('source').execute()
}

export async function readRejections(db: Kysely<Database>): Promise<readonly RejectedRulebook[]> {
  const rows = await db.selectFrom('servanda.rejections').selectAll().orderBy('origin').orderBy('file').execute()
  return rows.map((row) => ({
    origin: row.origin,
    file: row.file,
    agreement: row.agreement,
    rejected_at: formatInstant(row.rejected_at),
    problems: row.problems,
  }))
}

function isNamed(named: Named, agreement: string, commitment: string) {
  const whole = [...named].flatMap(([id, commitments]) => (commitments === null ? [id] : []))
  const parts = [...named].flatMap(([id, commitments]) => (commitments ?? []).map((one) => [id, one] as const))
  return sql<SqlBool>`(${sql.ref(agreement)} = any(${whole}::text[])
    or (${sql.ref(agreement)}, ${sql.ref(commitment)}) in (
      select * from unnest(${parts.map(([id]) => id)}::text[], ${parts.map(([, one]) => one)}::text[])))`
}
