import type { Kysely } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import { GENESIS, linkHash } from './chain.ts'

/** The first row at which the chain does not hold, and why; null when every row holds. */
export interface Break {
  readonly seq: number
  readonly reason: string
}

/** Recomputes the chain from the first row to the last, page by page. */
export async function verifyChain(db: Kysely<Database>): Promise<{ rows: number; hash: string; broken: Break | null }> {
  let seq = 0
  let hash = GENESIS
  for (;;) {
    const page = await db
      .selectFrom('servanda.events')
      .selectAll()
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(2_000)
      .execute()
    if (page.length === 0) return { rows: seq, hash, broken: null }
    for (const row of page) {
      const reason = reasonOf(row, seq, hash)
      if (reason) return { rows: seq, hash, broken: { seq: row.seq, reason } }
      seq = row.seq
      hash = row.hash
    }
  }
}

function reasonOf(
  row: {
    readonly seq: number
    readonly recorded_at: Instant
    readonly claimed_at: Instant | null
    readonly content: string
    readonly digest: string
    readonly origin: string
    readonly key_id: string | null
    readonly previous_hash: string
    readonly hash: string
  },
  seq: number,
  hash: string,
): string | null {
  if (row.seq !== seq + 1) return `row ${seq + 1} is missing`
  if (row.previous_hash !== hash) return 'it does not follow the row before it'
  const link = { ...row, recordedAt: row.recorded_at, claimedAt: row.claimed_at, keyId: row.key_id }
  return linkHash(hash, link) === row.hash ? null : 'what it holds does not match its hash'
}
