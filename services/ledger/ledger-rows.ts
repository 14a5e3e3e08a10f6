import { parseEvent, parseJson, type ServandaEvent } from '../../rules/index.ts'
import { linkHashOver } from './chain.ts'
import type { ChainKind, ChainRow } from './chain-audit.ts'

/** A row of the ledger, every column of it. */
export interface LedgerRow extends ChainRow, EventRef {
  readonly type: string | null
  readonly retracted: boolean
  readonly standing: string
  readonly claimed_at: ChainRow['recorded_at'] | null
  readonly digest: string
  readonly origin: string
  readonly key_id: string | null
}

/** What names the event in a row. */
export interface EventRef {
  readonly source: string
  readonly id: string
  readonly revision: number
}

/** The rows of the ledger as a chain. */
export const LEDGER_ROWS: ChainKind<LedgerRow, EventRef> = {
  hashOf(row, contentHash, seq) {
    const { recorded_at: recordedAt, claimed_at: claimedAt, digest, origin, key_id: keyId } = row
    return linkHashOver(row.previous_hash, contentHash, { seq, recordedAt, claimedAt, digest, origin, keyId })
  },
  disagreementIn,
  unseen:
    'it does not match its hash: a fact of its recording (recorded_at, claimed_at, origin, key_id, previous_hash, hash) or a digit of its content was changed',
  aboutOf: ({ source, id, revision }) => ({ source, id, revision }),
}

/** What stands beside the content for looking up has to be what the content says. */
function disagreementIn(row: LedgerRow): string | null {
  const event = contentOf(row)
  if (event === null) return 'its content is no event any more'
  if (event.digest !== row.digest) return 'its content was changed: it does not have the digest that stands beside it'
  for (const column of ['source', 'id', 'revision', 'type', 'retracted', 'standing'] as const) {
    if (row[column] !== event[column]) {
      return `its column ${column} was changed: it says ${JSON.stringify(row[column])}, the content ${JSON.stringify(event[column])}`
    }
  }
  return null
}

function contentOf(row: LedgerRow): ServandaEvent | null {
  try {
    const parsed = parseEvent(parseJson(row.content))
    return parsed.ok ? parsed.event : null
  } catch {
    return null
  }
}
