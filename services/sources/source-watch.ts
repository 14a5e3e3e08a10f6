import { type Kysely, sql, type Transaction } from 'kysely'
import type { Log } from '../../config/log.ts'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { recordIntents } from '../alerts/index.ts'
import { eventOf, lastSeq } from '../ledger/index.ts'
import { bumpStatus, type RulebookShelf } from '../rulebooks/index.ts'
import { type Database, type Store, timestamp } from '../store/index.ts'
import { type ExpectedSource, expectedSources, type LastHeard } from './silence.ts'
import { staleSources } from './stale-sources.ts'

export interface SourceWatchDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly now: () => Instant
  /** A silence that was noticed later than this is history. */
  readonly alertWindowMs: number
  readonly log: Log
}

/** Agreements end without a word: after this long everything is looked at again. */
const LONGEST_REST_MS = 3_600_000

/** Notices when a source that is expected to report has not done so, and when it is heard of again. */
export class SourceWatch {
  readonly #deps: SourceWatchDeps
  /** What was found at the last look, while which there is nothing to look for. */
  #rest: { readonly seq: number; readonly adopted: unknown; readonly until: number } | null = null

  constructor(deps: SourceWatchDeps) {
    this.#deps = deps
  }

  /** Looks once, if anything can have changed. One that another process is at is left to that one. */
  async look(): Promise<void> {
    const { store, shelf, now, log } = this.#deps
    const [seq, adopted, at] = [await lastSeq(store.db), await shelf.current(store.db), now()]
    const rest = this.#rest
    if (rest && rest.seq === seq && rest.adopted === adopted && at < rest.until) return
    let until = at + LONGEST_REST_MS
    let hasLooked = false
    const found = await store.transaction(async (trx) => {
      const projection = await trx
        .selectFrom('servanda.projections')
        .select('seq')
        .where('name', '=', 'heard')
        .forUpdate()
        .skipLocked()
        .executeTakeFirst()
      if (!projection) return []
      hasLooked = true
      await listen(trx, projection.seq)
      const sources = await expected(trx, shelf)
      const silent = sources.filter(({ expectedBy }) => expectedBy < at)
      const next = sources.filter(({ expectedBy }) => expectedBy >= at).map(({ expectedBy }) => expectedBy + 1)
      until = Math.min(until, ...next)
      const noticed = await replaceSilent(trx, silent, at)
      const news = noticed.filter(({ change }) => change === 'silent')
      await recordIntents(trx, staleSources(await shelf.current(trx), news, at, this.#deps.alertWindowMs), at)
      return noticed
    })
    // Whoever was at it may not have come to an end.
    if (hasLooked) this.#rest = { seq, adopted, until }
    for (const { change, agreement, source, heardAt } of found) {
      const facts = { agreement, source, heard_at: heardAt && formatInstant(heardAt) }
      if (change === 'silent') log.warn(facts, 'a source has fallen silent')
      else log.info(facts, 'a source is no longer silent')
    }
  }
}

/** Reads what the ledger has after row `from`, and notes when each source was heard of. */
async function listen(trx: Transaction<Database>, from: number): Promise<void> {
  const to = await lastSeq(trx)
  if (to <= from) return
  await sql`
    insert into servanda.heard (kind, name, heard_at)
    select 'event', source, max(recorded_at) from servanda.events where seq > ${from} and seq <= ${to} group by source
    on conflict (kind, name) do update set heard_at = excluded.heard_at`.execute(trx)
  const watermarks = await trx
    .selectFrom('servanda.events')
    .select(['seq', 'content', 'recorded_at'])
    .where('seq', '>', from)
    .where('seq', '<=', to)
    .where('type', '=', 'servanda.watermark')
    .orderBy('seq')
    .execute()
  const heard = new Map<string, Instant>()
  for (const row of watermarks) {
    const { control } = eventOf(row)
    if (control?.kind === 'watermark') heard.set(control.source, row.recorded_at)
  }
  for (const [name, at] of heard)
    await trx
      .insertInto('servanda.heard')
      .values({ kind: 'watermark', name, heard_at: timestamp(at) })
      .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet({ heard_at: timestamp(at) }))
      .execute()
  await trx.updateTable('servanda.projections').set({ seq: to }).where('name', '=', 'heard').execute()
}

/** Every source that is expected to report, of the agreements that still bind. */
async function expected(trx: Transaction<Database>, shelf: RulebookShelf): Promise<readonly ExpectedSource[]> {
  const adopted = (await shelf.current(trx)).filter(({ rulebook }) =>
    rulebook.sources.some(({ expectedEvery }) => expectedEvery !== null),
  )
  if (adopted.length === 0) return []
  const heard = await lastHeard(trx)
  const since = await listeningSince(trx)
  return adopted.flatMap(({ rulebook }) => {
    const from = since.get(rulebook.id)
    return from === undefined ? [] : expectedSources(rulebook, heard, from)
  })
}

/** What is noted of when each source was heard of. */
export async function lastHeard(db: Kysely<Database>): Promise<LastHeard> {
  const rows = await db.selectFrom('servanda.heard').selectAll().execute()
  const at = new Map(rows.map(({ kind, name, heard_at }) => [`${kind} ${name}`, heard_at]))
  return { event: (source) => at.get(`event ${source}`) ?? null, watermark: (id) => at.get(`watermark ${id}`) ?? null }
}

/** When the first version of each agreement was taken into use, of those with a commitment that has not ended. */
async function listeningSince(db: Kysely<Database>): Promise<ReadonlyMap<string, Instant>> {
  const rows = await db
    .selectFrom('servanda.rulebooks as rulebook')
    .select(['rulebook.agreement', ({ fn }) => fn.min('rulebook.adopted_at').as('since')])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('servanda.commitments as commitment')
          .select('commitment.id')
          .whereRef('commitment.agreement', '=', 'rulebook.agreement')
          .where('commitment.indicator', '<>', 'ended'),
      ),
    )
    .groupBy('rulebook.agreement')
    .execute()
  return new Map(rows.map(({ agreement, since }) => [agreement, since]))
}

type Noticed = ExpectedSource & { readonly change: 'silent' | 'heard' }

/** Notes which sources are silent now. @returns those that were not before, and those that no longer are */
async function replaceSilent(
  trx: Transaction<Database>,
  silent: readonly ExpectedSource[],
  at: Instant,
): Promise<readonly Noticed[]> {
  const before = await trx.selectFrom('servanda.silent_sources').selectAll().execute()
  const nameOf = (one: { readonly agreement: string; readonly source: string }) => `${one.agreement} ${one.source}`
  const [were, are] = [new Set(before.map(nameOf)), new Set(silent.map(nameOf))]
  const ended = before.filter((one) => !are.has(nameOf(one)))
  const fresh = silent.filter((one) => !were.has(nameOf(one)))
  for (const { agreement, source } of ended)
    await trx
      .deleteFrom('servanda.silent_sources')
      .where('agreement', '=', agreement)
      .where('source', '=', source)
      .execute()
  if (fresh.length > 0)
    await trx
      .insertInto('servanda.silent_sources')
      .values(
        fresh.map(({ agreement, source, heardAt, expectedBy }) => ({
          agreement,
          source,
          heard_at: heardAt === null ? null : timestamp(heardAt),
          expected_by: timestamp(expectedBy),
        })),
      )
      .execute()
  if (ended.length + fresh.length > 0) await bumpStatus(trx, at)
  return [
    ...ended.map(({ agreement, source, heard_at: heardAt, expected_by: expectedBy }) => ({
      change: 'heard' as const,
      agreement,
      source,
      heardAt,
      expectedBy,
    })),
    ...fresh.map((one) => ({ change: 'silent' as const, ...one })),
  ]
}
