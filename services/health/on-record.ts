import { type Kysely, sql } from 'kysely'
import { caseIndicator, type Indicator, type Instant, type Phase } from '../../rules/index.ts'
import { alertMute, type Mute } from '../alerts/index.ts'
import { DELIVERY_STATES, type DeliveryState } from '../delivery/index.ts'
import { type Database, pendingMigrations, type Store, timestamp } from '../store/index.ts'

/** Which server holds the data, and how its tables stand to this version. */
export interface ServerOnRecord {
  /** PostgreSQL's own name for its version. */
  readonly version: string
  /** Migrations that the tables have not had; null: there are no tables of ours. */
  readonly pendingMigrations: readonly string[] | null
}

/** What the tables say of how the work goes, whoever does it. */
export interface WorkOnRecord {
  readonly at: Instant
  readonly ledgerSeq: number
  readonly ledgerHash: string | null
  readonly statusSeq: number
  readonly evaluation: {
    /** Up to {@link MOST_COUNTED}. */
    readonly waiting: number
    /** Since when the first of what waits does; null: nothing does. */
    readonly waitingSince: Instant | null
    /** Since when an agreement for which something waits has not come any further. */
    readonly stuckSince: Instant | null
    readonly failing: number
    readonly setAside: number
  }
  readonly deadlines: {
    /** The earliest that has passed and was not looked at. */
    readonly overdueSince: Instant | null
    /** Since when an agreement with one has not come any further. */
    readonly stuckSince: Instant | null
  }
  readonly deliveries: {
    readonly byState: Readonly<Record<DeliveryState, number>>
    /** The earliest attempt that should have been made. */
    readonly dueSince: Instant | null
    /** Since when the oldest of those that were tried in vain waits. */
    readonly triedSince: Instant | null
    readonly lastSentAt: Instant | null
  }
  readonly alertsHeldSince: Instant | null
  readonly alertsMuted: Pick<Mute, 'reason' | 'until'> | null
  /** Reports that are due and could not be made, the one that has been due longest first. */
  readonly failingReports: readonly { readonly schedule: string; readonly dueAt: Instant; readonly failure: string }[]
  readonly casesByPhase: ReadonlyMap<Phase, number>
  readonly openCasesByIndicator: ReadonlyMap<Indicator, number>
  readonly commitmentsByIndicator: ReadonlyMap<Indicator, number>
  readonly rejectedRulebooks: number
  readonly silentSources: number
}

/** What waits is counted no further: that many is many. */
export const MOST_COUNTED = 100_000

/** A statement that takes longer says nothing that is worth it. */
const STATEMENT_MS = 2_000

/** @throws {ServandaError} `SCHEMA_NEWER` */
export async function readServer(store: Store): Promise<ServerOnRecord> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(store.db)
  return { version: rows[0]?.version ?? '', pendingMigrations: await pendingMigrations(store.db) }
}

/** How the work goes at `at`: a few statements over indexes and short tables, whatever the ledger's length. */
export async function readWork(store: Store, at: Instant): Promise<WorkOnRecord> {
  return store.transaction(async (trx) => {
    await sql`set transaction read only`.execute(trx)
    await sql.raw(`set local statement_timeout = ${STATEMENT_MS}`).execute(trx)
    const standings = await readStandings(trx)
    const { deadlines, ...agreements } = await readAgreements(trx, at)
    const counted = await readCounts(trx)
    return {
      at,
      ledgerSeq: counted.ledger_seq ?? 0,
      ledgerHash: counted.ledger_hash,
      statusSeq: counted.status_seq,
      evaluation: {
        ...agreements.evaluation,
        waiting: counted.waiting,
        failing: counted.failing,
        setAside: counted.set_aside,
      },
      deadlines,
      deliveries: await readDeliveries(trx, at),
      alertsHeldSince: counted.held_since,
      alertsMuted: await alertMute(trx),
      failingReports: await readFailingReports(trx),
      casesByPhase: summed(standings, ({ phase }) => phase),
      openCasesByIndicator: summed(
        standings.filter(({ phase }) => phase !== 'closed'),
        (standing) => caseIndicator(standing),
      ),
      commitmentsByIndicator: await readIndicators(trx),
      rejectedRulebooks: counted.rejected,
      silentSources: counted.silent,
    }
  })
}

async function readCounts(db: Kysely<Database>) {
  const { rows } = await sql<{
    ledger_seq: number | null
    ledger_hash: string | null
    status_seq: number
    waiting: number
    failing: number
    set_aside: number
    rejected: number
    silent: number
    held_since: Instant | null
  }>`
    select last.seq as ledger_seq, last.hash as ledger_hash, status.seq as status_seq,
      (select count(*) from (select from servanda.outbox limit ${MOST_COUNTED}) as counted) as waiting,
      (select count(*) from servanda.agreements where failure is not null) as failing,
      (select count(*) from servanda.set_aside) as set_aside,
      (select count(*) from servanda.rejections) as rejected,
      (select count(*) from servanda.silent_sources) as silent,
      (select since from servanda.alert_hold) as held_since
    from servanda.projections as status
    left join (select seq, hash from servanda.events order by seq desc limit 1) as last on true
    where status.name = 'status'`.execute(db)
  const [row] = rows
  if (!row) throw new Error('the status has no number')
  return row
}

/**
 * Since when the first event of each agreement waits, and since when its earliest deadline has passed. What waits because
 * of a new rulebook waits since that was taken up, whatever the last event was by then. An agreement that is worked through
 * is not stuck, however much is still before it.
 */
async function readAgreements(db: Kysely<Database>, at: Instant) {
  const { rows } = await sql<{
    waiting_since: Instant | null
    waiting_stuck: Instant | null
    overdue_since: Instant | null
    overdue_stuck: Instant | null
  }>`
    select min(waiting.since) as waiting_since, min(overdue.since) as overdue_since,
      min(case when waiting.since is not null then greatest(waiting.since, agreement.evaluated_at) end) as waiting_stuck,
      min(case when overdue.since is not null then greatest(overdue.since, agreement.evaluated_at) end) as overdue_stuck
    from servanda.agreements as agreement
    left join lateral (
      select greatest(
        event.recorded_at,
        (select max(adopted_at) from servanda.rulebooks where agreement = first.agreement)
      ) as since
      from (
        select agreement, seq from servanda.outbox where agreement = agreement.id order by seq limit 1
      ) as first
      left join servanda.events as event on event.seq = first.seq
    ) as waiting on true
    left join lateral (
      select min(wake) as since from (
        select min(wake) as wake from servanda.engine_cases where agreement = agreement.id and wake <= ${timestamp(at)}
        union all
        select wake from servanda.engine_agreements where agreement = agreement.id and wake <= ${timestamp(at)}
      ) as wakes
    ) as overdue on true`.execute(db)
  const [row] = rows
  return {
    evaluation: { waitingSince: row?.waiting_since ?? null, stuckSince: row?.waiting_stuck ?? null },
    deadlines: { overdueSince: row?.overdue_since ?? null, stuckSince: row?.overdue_stuck ?? null },
  }
}

async function readDeliveries(db: Kysely<Database>, at: Instant): Promise<WorkOnRecord['deliveries']> {
  const { rows: states } = await sql<{ state: DeliveryState; count: number }>`
    select state, count(*) as count from servanda.deliveries group by state`.execute(db)
  const { rows } = await sql<{ due: Instant | null; tried: Instant | null; sent: Instant | null }>`
    select
      (select min(next_attempt_at) from servanda.deliveries where next_attempt_at <= ${timestamp(at)}) as due,
      (select min(created_at) from servanda.deliveries where next_attempt_at is not null and attempts > 0) as tried,
      (select max(sent_at) from servanda.deliveries where state = 'sent') as sent`.execute(db)
  const counts = new Map(states.map(({ state, count }) => [state, count]))
  const byState = Object.fromEntries(DELIVERY_STATES.map((state) => [state, counts.get(state) ?? 0]))
  const [row] = rows
  return {
    byState: byState as Record<DeliveryState, number>,
    dueSince: row?.due ?? null,
    triedSince: row?.tried ?? null,
    lastSentAt: row?.sent ?? null,
  }
}

async function readFailingReports(db: Kysely<Database>): Promise<WorkOnRecord['failingReports']> {
  const { rows } = await sql<WorkOnRecord['failingReports'][number]>`
    select id as schedule, due_at as "dueAt", failure from servanda.report_schedules
    where failure is not null and due_at is not null order by due_at, id`.execute(db)
  return rows
}

async function readIndicators(db: Kysely<Database>): Promise<ReadonlyMap<Indicator, number>> {
  const { rows } = await sql<{ indicator: Indicator; count: number }>`
    select indicator, count(*) as count from servanda.commitments group by indicator`.execute(db)
  return new Map(rows.map(({ indicator, count }) => [indicator, count]))
}

type Standing = Parameters<typeof caseIndicator>[0] & { readonly phase: Phase; readonly count: number }

/** How many cases stand how, as each commitment keeps count of its own. */
async function readStandings(db: Kysely<Database>): Promise<readonly Standing[]> {
  const { rows } = await sql<{ standing: string; count: number }>`
    select standing.key as standing, sum(standing.value::bigint)::bigint as count
    from servanda.commitments cross join lateral json_each_text(tally) as standing group by standing.key`.execute(db)
  return rows.map(({ standing, count }) => ({ ...JSON.parse(standing), count }))
}

function summed<K>(standings: readonly Standing[], keyOf: (standing: Standing) => K): ReadonlyMap<K, number> {
  const sums = new Map<K, number>()
  for (const one of standings) {
    const key = keyOf(one)
    sums.set(key, (sums.get(key) ?? 0) + one.count)
  }
  return sums
}
