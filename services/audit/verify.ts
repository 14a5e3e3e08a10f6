import { type Kysely, sql } from 'kysely'
import { formatInstant } from '../../rules/index.ts'
import {
  type ChainKind,
  type ChainRow,
  type Finding,
  type Noted,
  type Verification,
  type VerifyOptions,
  verifyChain,
} from '../ledger/index.ts'
import type { Database } from '../store/index.ts'
import { entryHashOver } from './entry-hash.ts'

/** An entry as a row of a chain: its number is `seq`, its instant `recorded_at`, its details the content. */
interface AuditRow extends ChainRow {
  readonly actor: string
  readonly action: string
  readonly subject: string | null
  readonly request_id: string | null
}

const AUDIT_ROWS: ChainKind<AuditRow, string> = {
  hashOf(row, details, number) {
    const { recorded_at: at, actor, action, subject, request_id: requestId } = row
    return entryHashOver(row.previous_hash, details, { number, at, actor, action, subject, requestId })
  },
  disagreementIn: () => null,
  unseen: 'it does not match its hash: what it says, or one of its two hashes, was changed',
  aboutOf: ({ action }) => action,
}

const PAGE_ROWS = 1_000

/** Recomputes the chain of the audit log, and looks whether each entry holds. */
export async function verifyAudit(db: Kysely<Database>, options: VerifyOptions = {}): Promise<Verification<string>> {
  const last = await db
    .selectFrom('servanda.audit')
    .select(['number', 'hash', 'at'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  const head = last ? { seq: last.number, hash: last.hash, recordedAt: last.at } : null
  const pageAfter = (seq: number, through: number) => pageOf(db, seq, through)
  return verifyChain({ ...AUDIT_ROWS, name: 'the audit log', head, pageAfter }, options)
}

async function pageOf(db: Kysely<Database>, seq: number, last: number): Promise<readonly AuditRow[]> {
  const { rows } = await sql<AuditRow>`
    select number as seq, at as recorded_at, actor, action, subject, details as content, request_id, previous_hash, hash
    from servanda.audit where number > ${seq} and number <= ${last} order by number limit ${PAGE_ROWS}
  `.execute(db)
  return rows
}

/** What was found, as the API and the command line say it. */
export interface AuditVerificationDocument {
  readonly rows: number
  readonly head: { readonly number: number; readonly hash: string; readonly at: string } | null
  readonly expected: { readonly number: number; readonly hash: string } | null
  readonly findings: {
    readonly kind: Finding<string>['kind']
    readonly number: number
    readonly through: number
    readonly action: string | null
    readonly message: string
  }[]
  readonly findings_omitted: number
}

export function auditVerificationDocument(found: Verification<string>): AuditVerificationDocument {
  const { rows, head, expected, findings, omitted } = found
  return {
    rows,
    head: head && { number: head.seq, hash: head.hash, at: formatInstant(head.recordedAt) },
    expected: expected && numbered(expected),
    findings: findings.map(({ kind, seq, through, about, message }) => {
      return { kind, number: seq, through, action: about, message }
    }),
    findings_omitted: omitted,
  }
}

function numbered({ seq, hash }: Noted) {
  return { number: seq, hash }
}
