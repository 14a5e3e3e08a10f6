import { type Kysely, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely'
import type { CaseResult, Instant, Kind, Verdict } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import type { Alert, Announced, Severity } from './alerts-for.ts'
import { ALERT_KINDS, type AlertKind, statesVerdict } from './kind.ts'

/** Everything a message about an alert says, as it was when the alert arose. */
export interface IntentBody {
  readonly agreement: {
    readonly id: string
    readonly title: string
    readonly legalForce: string
    readonly zone: string
  }
  readonly commitment: {
    readonly id: string
    readonly title: string
    readonly kind: Kind
    readonly note: string | null
    readonly clause: Clause | null
  }
  readonly before: CaseResult | null
  readonly after: CaseResult
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
  readonly caseId: string
  readonly agreement: string
  readonly commitment: string
  readonly kind: AlertKind
  readonly rung: string
  readonly verdictVersion: number
  readonly verdict: Verdict
  readonly severity: Severity
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  readonly replaces: number | null
  readonly isNews: boolean
  readonly body: IntentBody
}

/**
 * Puts alerts on record; one that is on record already (same case, kind, rung, verdict version) is left alone.
 * @returns how many are new
 */
export async function recordIntents(
  trx: Transaction<Database>,
  alerts: readonly Alert[],
  bodyOf: (alert: Alert) => IntentBody,
  recordedAt: Instant,
): Promise<number> {
  if (alerts.length === 0) return 0
  const rows = alerts.map((alert) => {
    const body = bodyOf(alert)
    return {
      case_id: alert.caseId,
      agreement: body.agreement.id,
      commitment: body.commitment.id,
      kind: alert.kind,
      rung: alert.rung,
      verdict_version: alert.verdictVersion,
      verdict: alert.after.verdict,
      severity: alert.severity,
      occurred_at: timestamp(alert.occurredAt),
      recorded_at: timestamp(recordedAt),
      replaces: alert.replaces,
      is_news: alert.isNews,
      body: JSON.stringify(body),
    }
  })
  const written = await trx
    .insertInto('servanda.intents')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['case_id', 'kind', 'rung', 'verdict_version']).doNothing())
    .returning('number')
    .execute()
  return written.length
}

/** The last verdict of each of these cases that somebody was told, or is about to be. */
export async function announcedCases(
  trx: Transaction<Database>,
  cases: readonly string[],
): Promise<ReadonlyMap<string, Announced>> {
  return announced(trx, sql<SqlBool>`intent.case_id = any(${cases}::text[])`)
}

/** The same of every case of an agreement. */
export async function announcedIn(db: Kysely<Database>, agreement: string): Promise<ReadonlyMap<string, Announced>> {
  return announced(db, sql<SqlBool>`intent.agreement = ${agreement}`)
}

async function announced(db: Kysely<Database>, which: RawBuilder<SqlBool>): Promise<ReadonlyMap<string, Announced>> {
  const rows = await db
    .selectFrom('servanda.intents as intent')
    .distinctOn('intent.case_id')
    .select(['intent.case_id', 'intent.number', 'intent.kind', 'intent.verdict'])
    .where(which)
    .where('intent.kind', 'in', ALERT_KINDS.filter(statesVerdict))
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('intent.expanded_at', 'is', null),
        exists(
          selectFrom('servanda.deliveries as delivery')
            .select('delivery.id')
            .whereRef('delivery.intent', '=', 'intent.number'),
        ),
      ]),
    )
    .orderBy('intent.case_id')
    .orderBy('intent.number', 'desc')
    .execute()
  return new Map(
    rows.map((row) => [
      row.case_id,
      { intent: row.number, kind: row.kind as AlertKind, verdict: row.verdict as Verdict },
    ]),
  )
}

/** The intent with this number; null when there is none. */
export async function intentByNumber(db: Kysely<Database>, number: number): Promise<Intent | null> {
  const row = await db.selectFrom('servanda.intents').selectAll().where('number', '=', number).executeTakeFirst()
  return row ? intentOf(row) : null
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

function intentOf(row: {
  readonly number: number
  readonly case_id: string
  readonly agreement: string
  readonly commitment: string
  readonly kind: string
  readonly rung: string
  readonly verdict_version: number
  readonly verdict: string
  readonly severity: string
  readonly occurred_at: Instant
  readonly recorded_at: Instant
  readonly replaces: number | null
  readonly is_news: boolean
  readonly body: unknown
}): Intent {
  return {
    number: row.number,
    caseId: row.case_id,
    agreement: row.agreement,
    commitment: row.commitment,
    kind: row.kind as AlertKind,
    rung: row.rung,
    verdictVersion: row.verdict_version,
    verdict: row.verdict as Verdict,
    severity: row.severity as Severity,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    replaces: row.replaces,
    isNews: row.is_news,
    body: row.body as IntentBody,
  }
}
