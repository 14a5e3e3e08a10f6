import { type Kysely, sql } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import { ChainAudit, type Finding, type LedgerRow } from './audit.ts'

/** A row and its hash: whoever noted the last one of a ledger can see later whether it still stands. */
export interface Noted {
  readonly seq: number
  readonly hash: string
}

/** What an inspection of the whole ledger found. */
export interface Verification {
  readonly rows: number
  /** The last row; null when there is none. */
  readonly head: (Noted & { readonly recordedAt: Instant }) | null
  /** The row that was expected; null when none was. Without one, rows cut off at the end need not show. */
  readonly expected: Noted | null
  readonly findings: readonly Finding[]
  /** How many more findings there are. */
  readonly omitted: number
}

/** The number of a row and its hash, as `SEQ:HASH`; null when `text` is something else. */
export function parseNoted(text: string): Noted | null {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? []
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash }
}

/** The last row of the ledger; null when it is empty. */
export async function ledgerHead(db: Kysely<Database>): Promise<Verification['head']> {
  const row = await db
    .selectFrom('servanda.events')
    .select(['seq', 'hash', 'recorded_at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { seq: row.seq, hash: row.hash, recordedAt: row.recorded_at } : null
}

/**
 * Recomputes the chain from the first row to the one that is last when it begins, and looks whether each row holds.
 * @param progress  told how many rows are done, of how many
 */
export async function verifyLedger(
  db: Kysely<Database>,
  {
    expected = null,
    progress = () => {},
  }: { readonly expected?: Noted | null; readonly progress?: (done: number, of: number) => void } = {},
): Promise<Verification> {
  const head = await ledgerHead(db)
  const last = head?.seq ?? 0
  const audit = new ChainAudit()
  let noted: LedgerRow | null = null
  let seq = Number.MIN_SAFE_INTEGER
  while (seq < last) {
    const page = await pageAfter(db, seq, last)
    for (const row of page) {
      audit.take(row)
      if (row.seq === expected?.seq) noted = row
    }
    seq = page.at(-1)?.seq ?? last
    progress(audit.rows, last)
  }
  audit.end()
  const seen = await lastSeenByTransitions(db)
  const unlike = unexpected(expected, noted, last)
  const findings = [...audit.findings, ...unlike, ...cutOffBehind(seen, Math.max(last, unlike[0]?.through ?? 0), last)]
  return { rows: audit.rows, head, expected, findings, omitted: audit.omitted }
}

const PAGE_ROWS = 500
const PAGE_BYTES = 4 * 1024 * 1024

/** Rows after `seq`, as many as are read at once: one at least, whatever its size. */
async function pageAfter(db: Kysely<Database>, seq: number, last: number): Promise<readonly LedgerRow[]> {
  const { rows } = await sql<LedgerRow & { place: number; size: number }>`
    select * from (
      select *, row_number() over (order by seq) as place, sum(octet_length(content)) over (order by seq) as size
      from (select * from servanda.events where seq > ${seq} and seq <= ${last} order by seq limit ${PAGE_ROWS}) as ahead
    ) as sized
    where place = 1 or size <= ${PAGE_BYTES} order by seq`.execute(db)
  return rows
}

/** Every transition says which row of the ledger was the last taken into account: such a row was there. */
async function lastSeenByTransitions(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('servanda.transitions')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst()
  return row?.seq ?? 0
}

function cutOffBehind(seen: number, said: number, last: number): readonly Finding[] {
  if (seen <= said) return []
  return [cutOff(last + 1, seen, `the ledger ends with row ${last}, and transitions rest on row ${seen}`)]
}

function unexpected(expected: Noted | null, row: LedgerRow | null, last: number): readonly Finding[] {
  if (expected === null || row?.hash === expected.hash) return []
  const { seq, hash } = expected
  if (seq > last) return [cutOff(last + 1, seq, `the ledger ends with row ${last}, and row ${seq} was noted`)]
  if (row === null) return []
  const event = { source: row.source, id: row.id, revision: row.revision }
  const message = `its hash is ${row.hash}, and ${hash} was noted: it, or a row before it, was changed and the chain made anew`
  return [{ kind: 'replaced', seq, through: seq, event, message }]
}

function cutOff(seq: number, through: number, message: string): Finding {
  return { kind: 'cut_off', seq, through, event: null, message }
}

/** What was found, as the API and the command line say it. */
export interface VerificationDocument {
  readonly rows: number
  readonly head: { readonly seq: number; readonly hash: string; readonly recorded_at: string } | null
  readonly expected: Noted | null
  readonly findings: {
    readonly kind: Finding['kind']
    readonly seq: number
    readonly through: number
    readonly source: string | null
    readonly id: string | null
    readonly revision: number | null
    readonly message: string
  }[]
  readonly findings_omitted: number
}

export function verificationDocument({ rows, head, expected, findings, omitted }: Verification): VerificationDocument {
  return {
    rows,
    head: head && { seq: head.seq, hash: head.hash, recorded_at: formatInstant(head.recordedAt) },
    expected,
    findings: findings.map(({ kind, seq, through, event, message }) => {
      const { source = null, id = null, revision = null } = event ?? {}
      return { kind, seq, through, source, id, revision, message }
    }),
    findings_omitted: omitted,
  }
}
