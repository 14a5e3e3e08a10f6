import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql, type Transaction } from 'kysely'
import type { CaseResult, Instant, Kind, Rulebook, Verdict } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import type { Announced } from './alerts-for.ts'
import type { Severity } from './filter.ts'
import { ALERT_KINDS, type AlertKind, statesVerdict } from './kind.ts'

/** Everything a message about an alert says, as it was when the alert arose. */
export type IntentBody = CaseNews | SourceNews | EndingNews

/** How a case stands, and how it stood before. */
export interface CaseNews {
  readonly about: 'case'
  readonly agreement: AgreementFacts
  readonly commitment: CommitmentFacts
  readonly before: CaseResult | null
  readonly after: CaseResult
}

/** A source that was expected to report and has not. */
export interface SourceNews {
  readonly about: 'source'
  readonly agreement: AgreementFacts
  readonly source: {
    readonly id: string
    readonly title: string | null
    readonly url: string | null
    /** When anything was last heard of it; null: never. */
    readonly heardAt: Instant | null
    readonly expectedBy: Instant
  }
}

/** An agreement whose term comes to its end. */
export interface EndingNews {
  readonly about: 'agreement'
  readonly agreement: AgreementFacts
  /** Its last instant in force. */
  readonly endsAt: Instant
}

/** An agreement as messages name it. */
export interface AgreementFacts {
  readonly id: string
  readonly title: string
  readonly legalForce: string
  readonly zone: string
  readonly visibility: 'public' | 'internal'
  /** Names by code. */
  readonly parties: Readonly<Record<string, string>>
}

export function agreementFacts({ id, title, legalForce, where, visibility, parties }: Rulebook): AgreementFacts {
  return { id, title, legalForce, zone: where.zone, visibility, parties }
}

/** A commitment as messages name it. */
export interface CommitmentFacts {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly by: readonly string[]
  readonly to: readonly string[]
  readonly tags: readonly string[]
  readonly note: string | null
  readonly clause: Clause | null
}

/** The place in the agreement a commitment comes from. */
export interface Clause {
  readonly ref: string | null
  readonly quote: string | null
  readonly title: string | null
  readonly url: string | null
  readonly published: string | null
}

/** An alert on record, to be told to whoever subscribed. */
export interface Intent {
  readonly number: number
  /** The case, or what else it is about; one alert by this, kind, rung and verdict version. */
  readonly about: string
  readonly agreement: string
  /** Null: the agreement as a whole, or one of its sources. */
  readonly commitment: string | null
  readonly kind: AlertKind
  readonly rung: string
  readonly verdictVersion: number
  /** Null: it is about no case. */
  readonly verdict: Verdict | null
  readonly severity: Severity
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  readonly replaces: number | null
  readonly isNews: boolean
  readonly body: IntentBody
}

/** An alert that is not on record yet. */
export type NewIntent = Omit<Intent, 'number' | 'recordedAt'>

/**
 * Puts alerts on record; one that is on record already (about the same, same kind, rung, verdict version) is left alone.
 * @returns how many are new
 */
export async function recordIntents(
  trx: Transaction<Database>,
  intents: readonly NewIntent[],
  recordedAt: Instant,
): Promise<number> {
  if (intents.length === 0) return 0
  const rows = intents.map((intent) => ({
    about: intent.about,
    agreement: intent.agreement,
    commitment: intent.commitment,
    kind: intent.kind,
    rung: intent.rung,
    verdict_version: intent.verdictVersion,
    verdict: intent.verdict,
    severity: intent.severity,
    occurred_at: timestamp(intent.occurredAt),
    recorded_at: timestamp(recordedAt),
    replaces: intent.replaces,
    is_news: intent.isNews,
    body: JSON.stringify(intent.body),
  }))
  const written = await trx
    .insertInto('servanda.intents')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['about', 'kind', 'rung', 'verdict_version']).doNothing())
    .returning('number')
    .execute()
  return written.length
}

/** The last verdict of each of these cases that somebody was told, or is about to be. */
export async function announcedCases(
  trx: Transaction<Database>,
  cases: readonly string[],
): Promise<ReadonlyMap<string, Announced>> {
  return announced(trx, sql<SqlBool>`intent.about = any(${cases}::text[])`)
}

/** The same of every case of an agreement. */
export async function announcedIn(db: Kysely<Database>, agreement: string): Promise<ReadonlyMap<string, Announced>> {
  return announced(db, sql<SqlBool>`intent.agreement = ${agreement}`)
}

async function announced(db: Kysely<Database>, which: RawBuilder<SqlBool>): Promise<ReadonlyMap<string, Announced>> {
  const rows = await db
    .selectFrom('servanda.intents as intent')
    .distinctOn('intent.about')
    .select(['intent.about', 'intent.number', 'intent.kind', 'intent.verdict'])
    .where(which)
    .where('intent.kind', 'in', ALERT_KINDS.filter(statesVerdict))
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('intent.expanded_at', 'is', null),
        exists(
          selectFrom('servanda.told as told')
            .select('told.intent')
            .whereRef('told.intent', '=', 'intent.number')
            .where('told.silence', 'is', null),
        ),
      ]),
    )
    .orderBy('intent.about')
    .orderBy('intent.number', 'desc')
    .execute()
  return new Map(
    rows.map((row) => [
      row.about,
      { intent: row.number, kind: row.kind as AlertKind, verdict: row.verdict as Verdict },
    ]),
  )
}

/** The intents with these numbers. */
export async function intentsByNumber(
  db: Kysely<Database>,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Intent>> {
  if (numbers.length === 0) return new Map()
  const rows = await db
    .selectFrom('servanda.intents')
    .selectAll()
    .where('number', '=', sql<number>`any(${numbers}::bigint[])`)
    .execute()
  return new Map(rows.map((row) => [row.number, intentOf(row)]))
}

/** The intents nobody has looked at yet, oldest first; held for this transaction. */
export async function waitingIntents(trx: Transaction<Database>, limit: number): Promise<readonly Intent[]> {
  const rows = await trx
    .selectFrom('servanda.intents')
    .selectAll()
    .where('expanded_at', 'is', null)
    .orderBy('number')
    .limit(limit)
    .forUpdate()
    .execute()
  return rows.map(intentOf)
}

/** An intent as it is on record. */
export function intentOf(row: Selectable<Database['servanda.intents']>): Intent {
  return {
    number: row.number,
    about: row.about,
    agreement: row.agreement,
    commitment: row.commitment,
    kind: row.kind as AlertKind,
    rung: row.rung,
    verdictVersion: row.verdict_version,
    verdict: row.verdict as Verdict | null,
    severity: row.severity as Severity,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    replaces: row.replaces,
    isNews: row.is_news,
    body: bodyOf(row.body as IntentBody),
  }
}

/** Bodies of before alerts could be filtered by party, tag and visibility say nothing of these. */
function bodyOf(stored: IntentBody): IntentBody {
  const { parties = {}, visibility = 'internal', ...rest } = stored.agreement
  const agreement = { ...rest, visibility, parties }
  if (stored.about === 'source' || stored.about === 'agreement') return { ...stored, agreement }
  const { by = [], to = [], tags = [], ...commitment } = stored.commitment
  return { ...stored, about: 'case', agreement, commitment: { ...commitment, by, to, tags } }
}
