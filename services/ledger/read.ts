import type { Kysely } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import {
  type Instant,
  type KnownEvent,
  knownEvent,
  parseEvent,
  parseJson,
  type ServandaEvent,
} from '../../rules/index.ts'
import type { Database } from '../store/index.ts'

/** The event a ledger row holds. */
export function eventOf(row: { readonly seq: number; readonly content: string }): ServandaEvent {
  const parsed = parseEvent(parseJson(row.content))
  if (parsed.ok) return parsed.event
  throw new ServandaError('LEDGER_ROW_UNREADABLE', `Row ${row.seq} of the ledger does not hold an event`, {
    details: { seq: row.seq, problems: parsed.problems },
  })
}

/** Rows a query of the ledger returns at a time. */
const PAGE = 2_000

/**
 * The ledger's events, read once and kept: the ledger only grows, so a reader that comes back asks for what is new.
 * A process that evaluates holds one.
 */
export class LedgerReader {
  readonly #events: KnownEvent[] = []

  /** Every event up to row `seq`, in the ledger's order; a `recordedtime` claim counts as its recording. */
  async eventsUpTo(db: Kysely<Database>, seq: number): Promise<readonly KnownEvent[]> {
    while (this.#events.length < seq) {
      const from = this.#events.length
      const rows = await db
        .selectFrom('servanda.events')
        .select(['seq', 'content', 'recorded_at', 'claimed_at'])
        .where('seq', '>', from)
        .where('seq', '<=', seq)
        .orderBy('seq')
        .limit(PAGE)
        .execute()
      if (rows.length === 0) throw new ServandaError('LEDGER_CUT_OFF', `The ledger has no row ${from + 1}`)
      // Two readers may have asked for the same page: only the rows that still continue the list are kept.
      for (const row of rows) if (row.seq === this.#events.length + 1) this.#events.push(knownOf(row))
    }
    return this.#events.length === seq ? this.#events : this.#events.slice(0, seq)
  }
}

/** The number of the ledger's last row; 0 when it is empty. */
export async function lastSeq(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('servanda.events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.seq ?? 0
}

/** The last instant the ledger recorded something at; null when it is empty. */
export async function lastRecordedAt(db: Kysely<Database>): Promise<Instant | null> {
  const row = await db
    .selectFrom('servanda.events')
    .select('recorded_at')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.recorded_at ?? null
}

function knownOf(row: {
  readonly seq: number
  readonly content: string
  readonly recorded_at: Instant
  readonly claimed_at: Instant | null
}): KnownEvent {
  return knownEvent(eventOf(row), row.claimed_at ?? row.recorded_at)
}
