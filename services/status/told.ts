import { type Kysely, type SqlBool, sql } from 'kysely'
import { type CaseResult, caseIndicator, formatInstant, type Indicator, type Instant } from '../../rules/index.ts'
import type { TransitionCause } from '../evaluation/index.ts'
import type { Database } from '../store/index.ts'

/** A change of a case, as it is told to whoever follows the status. */
export interface TransitionEvent {
  /** The number of the status with which it came, and its own: together its place among all that is told. */
  readonly seq: number
  readonly number: number
  readonly agreement: string
  readonly commitment: string
  readonly case: string
  readonly cause: TransitionCause
  readonly occurred_at: string
  readonly recorded_at: string
  readonly before: Standing | null
  readonly after: Standing
  /** What the case shows now. */
  readonly indicator: Indicator
  readonly explanation: string
}

/** A change of a case as it is on record. */
export interface TransitionRow {
  readonly number: number
  readonly agreement: string
  readonly commitment: string
  readonly case_id: string
  readonly cause: TransitionCause
  readonly occurred_at: Instant
  readonly recorded_at: Instant
  readonly before: CaseResult | null
  readonly after: CaseResult
}

type Standing = Pick<CaseResult, 'phase' | 'verdict' | 'certainty' | 'flags'>

/** How far somebody has been told: everything with `seq`, or of that only what has no higher number than `number`. */
export interface Cursor {
  readonly seq: number
  readonly number: number | null
}

/** Whether who has been told up to `one` has heard all that who has been told up to `other` has. */
export function reaches(one: Cursor, other: Cursor): boolean {
  if (one.seq !== other.seq) return one.seq > other.seq
  return one.number === null || (other.number !== null && one.number >= other.number)
}

/** `12` or `12-345`; null where it is neither. */
export function parseCursor(text: string): Cursor | null {
  const [, seq, number] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? []
  return seq === undefined ? null : { seq: Number(seq), number: number === undefined ? null : Number(number) }
}

/** Which of what was told is asked for. */
export interface ToldQuery {
  readonly after: Cursor
  readonly through: Cursor
  /** Null: of all. */
  readonly agreement: string | null
  readonly most: number
}

const LAST = Number.MAX_SAFE_INTEGER

/** What was told after `after`, in the order in which it was committed. */
export async function readTold(db: Kysely<Database>, query: ToldQuery): Promise<readonly TransitionEvent[]> {
  const { after, through, agreement, most } = query
  const { rows } = await sql<TransitionRow & { readonly seq: number }>`
    select change.seq, moved.number, moved.agreement, moved.commitment, moved.case_id, moved.cause,
      moved.occurred_at, moved.recorded_at, moved.before, moved.after
    from servanda.status_changes as change
    join servanda.transitions as moved
      on moved.agreement = change.agreement and moved.number between change.first_transition and change.last_transition
    where change.seq >= ${after.seq} and (change.seq > ${after.seq} or moved.number > ${after.number ?? LAST})
      and change.seq <= ${through.seq} and (change.seq < ${through.seq} or moved.number <= ${through.number ?? LAST})
      and ${agreement === null ? sql<SqlBool>`true` : sql<SqlBool>`change.agreement = ${agreement}`}
    order by change.seq, moved.number
    limit ${most}`.execute(db)
  return rows.map((row) => ({
    seq: row.seq,
    number: row.number,
    agreement: row.agreement,
    commitment: row.commitment,
    case: row.case_id,
    cause: row.cause,
    occurred_at: formatInstant(row.occurred_at),
    recorded_at: formatInstant(row.recorded_at),
    before: row.before && standingOf(row.before),
    after: standingOf(row.after),
    indicator: caseIndicator(row.after),
    explanation: row.after.explanation,
  }))
}

/** Why nobody can go on from a cursor. */
export type CursorRefusal = 'cursor_unknown' | 'cursor_too_old'

/** Whether what was told after `after` is there to be told again, and not more than `most`; null: it is. */
export async function refusedCursor(
  db: Kysely<Database>,
  { after, through, agreement, most }: ToldQuery,
): Promise<CursorRefusal | null> {
  if (after.seq > through.seq) return 'cursor_unknown'
  const { rows } = await sql<{ first: number | null; missed: number | null }>`
    select (select min(seq) from servanda.status_changes) as first,
      (select sum(last_transition - first_transition + 1) from (
        select first_transition, last_transition from servanda.status_changes
        where seq > ${after.seq} and first_transition is not null
          and ${agreement === null ? sql<SqlBool>`true` : sql<SqlBool>`agreement = ${agreement}`}
        order by seq limit ${most + 1}
      ) as change)::bigint as missed`.execute(db)
  const { first = null, missed = null } = rows[0] ?? {}
  return after.seq < (first ?? 0) - 1 || (missed ?? 0) > most ? 'cursor_too_old' : null
}

function standingOf({ phase, verdict, certainty, flags }: CaseResult): Standing {
  return { phase, verdict, certainty, flags }
}
