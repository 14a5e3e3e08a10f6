import type { Kysely } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'

/** One thing that was done. */
export interface AuditEntry {
  readonly number: number
  readonly at: Instant
  readonly actor: string
  readonly action: string
  readonly subject: string | null
  readonly details: Readonly<Record<string, unknown>>
  readonly requestId: string | null
  readonly hash: string
}

/** Which entries, newest first. */
export interface AuditQuery {
  readonly action: string | null
  readonly actor: string | null
  /** Only those with a lower number. */
  readonly before: number | null
  readonly limit: number
}

export async function auditEntries(db: Kysely<Database>, query: AuditQuery): Promise<readonly AuditEntry[]> {
  const { action, actor, before, limit } = query
  const rows = await db
    .selectFrom('servanda.audit')
    .select(['number', 'at', 'actor', 'action', 'subject', 'details', 'request_id', 'hash'])
    .$if(action !== null, (rows) => rows.where('action', '=', action))
    .$if(actor !== null, (rows) => rows.where('actor', '=', actor))
    .$if(before !== null, (rows) => rows.where('number', '<', before))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ request_id, details, ...rest }) => ({
    ...rest,
    details: JSON.parse(details) as Record<string, unknown>,
    requestId: request_id,
  }))
}
