import type { Kysely } from 'kysely'
import {
  type CaseResult,
  formatInstant,
  type Indicator,
  mostUrgent,
  parseInstant,
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
  const agreements: AgreementStatus[] = []
  const deadlines: Deadline[] = []
  for (const adopted of await shelf.current(db)) {
    const { row, commitments } = await readAgreement(db, adopted)
    agreements.push(agreementStatus(adopted, row, commitments, base))
    deadlines.push(...openDeadlines(adopted.rulebook.id, commitments))
  }
  const own = agreements.flatMap(({ commitments }) => commitments.filter((one) => one.reading_of === null))
  return {
    schema: 'servanda.status/1',
    seq: projection.seq,
    as_of: projection.changed_at === null ? null : formatInstant(projection.changed_at),
    evaluated_through: lowest(agreements.map(({ evaluated_at }) => evaluated_at)),
    stale: agreements.some(({ failure, evaluated_at }) => failure !== null || evaluated_at === null),
    clock,
    indicator: mostUrgent(own.map(({ indicator }) => indicator)),
    counts: countsOf(own.map(({ indicator }) => indicator)),
    agreements,
    next_deadlines: deadlines.sort(byDue).slice(0, SHOWN_DEADLINES),
    rejected_rulebooks: await readRejections(db),
  }
}

function lowest(times: readonly (string | null)[]): string | null {
  if (times.length === 0 || times.includes(null)) return null
  return times.reduce((least, one) => ((one ?? '') < (least ?? '') ? one : least), times[0] ?? null)
}

async function readAgreement(db: Kysely<Database>, { rulebook }: AdoptedRulebook) {
  const row = await db
    .selectFrom('servanda.agreements')
    .select(['evaluated_at', 'failure'])
    .where('id', '=', rulebook.id)
    .executeTakeFirstOrThrow()
  const stored = await db
    .selectFrom('servanda.commitments')
    .selectAll()
    .where('agreement', '=', rulebook.id)
    .orderBy('position')
    .execute()
  const cases = await db
    .selectFrom('servanda.cases')
    .select(['commitment', 'changed_at', 'result'])
    .where('agreement', '=', rulebook.id)
    .orderBy('opened_at')
    .orderBy('id')
    .execute()
  const commitments = stored.flatMap((one): CommitmentFacts[] => {
    const commitment = rulebook.commitments.find(({ id }) => id === one.id)
    if (!commitment) return []
    return [
      {
        id: one.id,
        title: commitment.title,
        kind: commitment.kind,
        severity: commitment.severity,
        readingOf: commitment.readingOf,
        clause: clauseOf(rulebook, commitment.clause),
        note: commitment.note,
        indicator: one.indicator as Indicator,
        nextCheck: one.next_check,
        record: one.record as CommitmentFacts['record'],
        cases: cases
          .filter(({ commitment }) => commitment === one.id)
          .map(({ result, changed_at }) => ({ result: result as CaseResult, since: changed_at })),
      },
    ]
  })
  return { row, commitments }
}

function agreementStatus(
  { rulebook, version }: AdoptedRulebook,
  row: Awaited<ReturnType<typeof readAgreement>>['row'],
  commitments: readonly CommitmentFacts[],
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
    failure: row.failure,
    indicator: mostUrgent(own),
    counts: countsOf(own),
    commitments: shown,
    links: { self: `${base}/status/${encodeURIComponent(rulebook.id)}`, cases },
  }
}

function casesLink(rulebook: Rulebook, base: ApiBase): string {
  return `${base}/agreements/${encodeURIComponent(rulebook.id)}/cases`
}

function openDeadlines(agreement: string, commitments: readonly CommitmentFacts[]): Deadline[] {
  return commitments.flatMap(({ id, readingOf, cases }) =>
    cases.flatMap(({ result }) =>
      readingOf === null && result.phase === 'running' && result.verdict === 'open' && result.due !== null
        ? [{ agreement, commitment: id, case: result.id, due: result.due }]
        : [],
    ),
  )
}

function byDue(a: Deadline, b: Deadline): number {
  const [one, other] = [a, b].map(({ due }) => parseInstant(typeof due === 'string' ? due : due.to))
  return (one ?? 0) - (other ?? 0) || (a.case < b.case ? -1 : 1)
}

async function readRejections(db: Kysely<Database>) {
  const rows = await db.selectFrom('servanda.rejections').selectAll().orderBy('file').execute()
  return rows.map((row) => ({
    file: row.file,
    agreement: row.agreement,
    rejected_at: formatInstant(row.rejected_at),
    problems: row.problems,
  }))
}
