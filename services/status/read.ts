import { type Kysely, type SqlBool, sql } from 'kysely'
import {
  type CaseResult,
  formatInstant,
  type Indicator,
  type Instant,
  mostUrgent,
  type Rulebook,
} from '../../rules/index.ts'
import { clauseOf } from '../evaluation/index.ts'
import type { AdoptedRulebook, RulebookShelf } from '../rulebooks/index.ts'
import type { Database } from '../store/index.ts'
import {
  type AgreementStatus,
  type CommitmentFacts,
  commitmentStatus,
  countsOf,
  type Deadline,
  isStale,
  type SilentSource,
  type StatusDocument,
} from './document.ts'

const SHOWN_DEADLINES = 20

/** Where the API is, for links: `http://127.0.0.1:8080/v1`. */
export type ApiBase = string

/** The status as the database has it now; all of it from one snapshot. */
export async function readStatus(
  db: Kysely<Database>,
  shelf: RulebookShelf,
  base: ApiBase,
  clock: string | null,
): Promise<StatusDocument> {
  const projection = await db
    .selectFrom('servanda.projections')
    .select(['seq', 'changed_at'])
    .where('name', '=', 'status')
    .executeTakeFirstOrThrow()
  const adopted = await shelf.current(db)
  const rows = new Map((await readAgreements(db)).map((row) => [row.id, row]))
  const facts = byAgreement(await readCommitments(db))
  const silent = byAgreement(await db.selectFrom('servanda.silent_sources').selectAll().orderBy('source').execute())
  const agreements = adopted.flatMap((one) => {
    const { id } = one.rulebook
    const row = rows.get(id)
    const found = {
      commitments: commitmentFacts(one.rulebook, facts.get(id) ?? []),
      silent: silentSources(one.rulebook, silent.get(id) ?? []),
    }
    return row ? [agreementStatus(one, { row, ...found }, base)] : []
  })
  const own = agreements.flatMap(({ commitments }) => commitments.filter((one) => one.reading_of === null))
  return {
    schema: 'servanda.status/1',
    seq: projection.seq,
    as_of: projection.changed_at === null ? null : formatInstant(projection.changed_at),
    evaluated_through: lowest(agreements.map(({ evaluated_at }) => evaluated_at)),
    stale: agreements.some(({ stale }) => stale),
    clock,
    indicator: mostUrgent(own.map(({ indicator }) => indicator)),
    counts: countsOf(own.map(({ indicator }) => indicator)),
    agreements,
    next_deadlines: await readDeadlines(db, adopted),
    rejected_rulebooks: await readRejections(db),
  }
}

/** How far each agreement has come, and what went wrong. */
function readAgreements(db: Kysely<Database>) {
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

function byAgreement<Row extends { readonly agreement: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const others = found.get(row.agreement)
    if (others) others.push(row)
    else found.set(row.agreement, [row])
  }
  return found
}

function lowest(times: readonly (string | null)[]): string | null {
  if (times.length === 0 || times.includes(null)) return null
  return times.reduce((least, one) => ((one ?? '') < (least ?? '') ? one : least), times[0] ?? null)
}

/** A commitment as it was last recorded, and the case behind its indicator. */
interface CommitmentRow {
  readonly agreement: string
  readonly id: string
  readonly indicator: string
  readonly next_check: Instant | null
  readonly record: unknown
  readonly shown: unknown
  readonly since: Instant | null
}

/** Every commitment, in the order of its rulebook. */
async function readCommitments(db: Kysely<Database>): Promise<readonly CommitmentRow[]> {
  const { rows } = await sql<CommitmentRow>`
    select commitment.agreement, commitment.id, commitment.indicator, commitment.next_check, commitment.record,
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
    order by commitment.agreement, commitment.position`.execute(db)
  return rows
}

function commitmentFacts(rulebook: Rulebook, rows: readonly CommitmentRow[]): readonly CommitmentFacts[] {
  const known = new Map(rulebook.commitments.map((one) => [one.id, one]))
  return rows.flatMap((row): CommitmentFacts[] => {
    const commitment = known.get(row.id)
    if (!commitment) return []
    const { id, title, kind, severity, readingOf, note } = commitment
    return [
      {
        id,
        title,
        kind,
        severity,
        readingOf,
        clause: clauseOf(rulebook, commitment.clause),
        note,
        indicator: row.indicator as Indicator,
        nextCheck: row.next_check,
        record: row.record as CommitmentFacts['record'],
        shown: row.since === null ? null : { result: row.shown as CaseResult, since: row.since },
      },
    ]
  })
}

function agreementStatus(
  { rulebook, version }: AdoptedRulebook,
  {
    row,
    commitments,
    silent,
  }: {
    readonly row: {
      readonly evaluated_at: Instant | null
      readonly failure: string | null
      readonly set_aside: number | null
    }
    readonly commitments: readonly CommitmentFacts[]
    readonly silent: readonly SilentSource[]
  },
  base: ApiBase,
): AgreementStatus {
  const cases = casesLink(rulebook, base)
  const shown = commitments.map((one) => commitmentStatus(one, (id) => `${cases}/${encodeURIComponent(id)}`))
  const own = shown.filter((one) => one.reading_of === null).map(({ indicator }) => indicator)
  return {
    id: rulebook.id,
    title: rulebook.title,
    legal_force: rulebook.legalForce,
    zone: rulebook.where.zone,
    rulebook_version: version,
    evaluated_at: row.evaluated_at === null ? null : formatInstant(row.evaluated_at),
    stale: isStale(row),
    failure: row.failure,
    set_aside: row.set_aside ?? 0,
    indicator: mostUrgent(own),
    counts: countsOf(own),
    commitments: shown,
    silent_sources: silent,
    links: { self: `${base}/status/${encodeURIComponent(rulebook.id)}`, cases },
  }
}

function silentSources(
  { sources }: Rulebook,
  rows: readonly {
    readonly source: string
    readonly heard_at: Instant | null
    readonly expected_by: Instant
  }[],
): readonly SilentSource[] {
  return rows.map(({ source, heard_at, expected_by }) => ({
    id: source,
    title: sources.find((one) => one.id === source)?.title ?? null,
    last_heard_at: heard_at && formatInstant(heard_at),
    expected_by: formatInstant(expected_by),
  }))
}

function casesLink(rulebook: Rulebook, base: ApiBase): string {
  return `${base}/agreements/${encodeURIComponent(rulebook.id)}/cases`
}

/** The deadlines that come next; a second reading of a promise has none of its own. */
async function readDeadlines(db: Kysely<Database>, adopted: readonly AdoptedRulebook[]): Promise<readonly Deadline[]> {
  const readings = adopted.flatMap(({ rulebook }) =>
    rulebook.commitments.filter(({ readingOf }) => readingOf !== null).map(({ id }) => `${rulebook.id}/${id}`),
  )
  const rows = await db
    .selectFrom('servanda.cases')
    .select(['agreement', 'commitment', 'result'])
    .where('phase', '=', 'running')
    .where('verdict', '=', 'open')
    .where('due_at', 'is not', null)
    .where(sql<SqlBool>`agreement || '/' || commitment <> all(${readings}::text[])`)
    .orderBy('due_at')
    .orderBy(sql`id collate "C"`)
    .limit(SHOWN_DEADLINES)
    .execute()
  return rows.flatMap(({ agreement, commitment, result }) => {
    const { id, due } = result as CaseResult
    return due === null ? [] : [{ agreement, commitment, case: id, due }]
  })
}

async function readRejections(db: Kysely<Database>) {
  const rows = await db.selectFrom('servanda.rejections').selectAll().orderBy('origin').orderBy('file').execute()
  return rows.map((row) => ({
    origin: row.origin,
    file: row.file,
    agreement: row.agreement,
    rejected_at: formatInstant(row.rejected_at),
    problems: row.problems,
  }))
}
