import { type Kysely, sql } from 'kysely'
import { formatInstant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import type { Finding } from './chain-audit.ts'
import { type EventRef, LEDGER_ROWS, type LedgerRow } from './ledger-rows.ts'
import { cutOff, type Noted, type Verification, type VerifyOptions, verifyChain } from './verify-chain.ts'

/** The last row of the ledger; null when it is empty. */
export async function ledgerHead(db: Kysely<Database>): Promise<Verification<EventRef>['head']> {
  const row = await db
    .selectFrom('servanda.events')
    .select(['seq', 'hash', 'recorded_at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { seq: row.seq, hash: row.hash, recordedAt: row.recorded_at } : null
}

/** Recomputes the chain from the first row to the one that is last when it begins, and looks whether each row holds. */
export async function verifyLedger(db: Kysely<Database>, options: VerifyOptions = {}): Promise<Verification<EventRef>> {
  const head = await ledgerHead(db)
  const pageAfter = (seq: number, last: number) => pageOf(db, seq, last)
  const found = await verifyChain({ ...LEDGER_ROWS, name: 'the ledger', head, pageAfter }, options)
  const said = found.findings.filter(({ kind }) => kind === 'cut_off').map(({ through }) => through)
  const last = head?.seq ?? 0
  const behind = cutOffBehind(await lastSeenByTransitions(db), Math.max(last, ...said), last)
  return { ...found, findings: [...found.findings, ...behind] }
}

const PAGE_ROWS = 500
const PAGE_BYTES = 4 * 1024 * 1024

async function pageOf(db: Kysely<Database>, seq: number, last: number): Promise<readonly LedgerRow[]> {
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

function cutOffBehind(seen: number, said: number, last: number): readonly Finding<EventRef>[] {
  if (seen <= said) return []
  return [cutOff(last + 1, seen, `the ledger ends with row ${last}, and transitions rest on row ${seen}`)]
}

/** What was found, as the API and the command line say it. */
export interface VerificationDocument {
  readonly rows: number
  readonly head: { readonly seq: number; readonly hash: string; readonly recorded_at: string } | null
  readonly expected: Noted | null
  readonly findings: {
    readonly kind: Finding<EventRef>['kind']
    readonly seq: number
    readonly through: number
    readonly source: string | null
    readonly id: string | null
    readonly revision: number | null
    readonly message: string
  }[]
  readonly findings_omitted: number
}

export function verificationDocument({
  rows,
  head,
  expected,
  findings,
  omitted,
}: Verification<EventRef>): VerificationDocument {
  return {
    rows,
    head: head && { seq: head.seq, hash: head.hash, recorded_at: formatInstant(head.recordedAt) },
    expected,
    findings: findings.map(({ kind, seq, through, about, message }) => {
      const { source = null, id = null, revision = null } = about ?? {}
      return { kind, seq, through, source, id, revision, message }
    }),
    findings_omitted: omitted,
  }
}
