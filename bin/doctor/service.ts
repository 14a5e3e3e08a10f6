import { openClock } from '../../config/clock.ts'
import { isServandaError } from '../../config/error.ts'
import { openLog } from '../../config/log.ts'
import type { Settings } from '../../config/settings.ts'
import { degraded, down, Health, ok, type Part, reasonOf, sentence } from '../../services/health/index.ts'
import { RulebookShelf } from '../../services/rulebooks/index.ts'
import { holdsDatabase, openStore, type Store } from '../../services/store/index.ts'
import { askHolder } from '../call-api.ts'

/** Beside what runs: enough to look around. */
const CONNECTIONS = 2

/** The parts of the service: as the one tells that holds the data folder, else as they are found on its database. */
export async function lookAtService(settings: Settings): Promise<readonly Part[]> {
  const { databaseUrl, dataDir } = settings
  if (databaseUrl === undefined && !holdsDatabase(dataDir))
    return [ok('database', `There is none in ${dataDir} yet; the first start makes it.`)]
  const log = openLog({ logLevel: 'silent' })
  let store: Store
  try {
    store = await openStore({ databaseUrl, dataDir, log, connections: CONNECTIONS, beforeMigrating: 'leave' })
  } catch (error) {
    if (isServandaError(error, 'DATA_DIR_IN_USE')) return askService(settings, error)
    if (isServandaError(error, 'SCHEMA_NEWER')) return [down('schema', error.message)]
    const mend = databaseUrl === undefined ? undefined : 'See DATABASE_URL, and that the server runs.'
    return [down('database', sentence(reasonOf(error)), mend)]
  }
  try {
    const health = new Health({
      store,
      shelf: new RulebookShelf(),
      clock: openClock(settings),
      dataDir,
      queue: null,
      mail: null,
      status: null,
    })
    return [...(await health.parts()), ...(await ledgerParts(health)), ...(await serverParts(store))]
  } finally {
    await store.close()
  }
}

async function askService(settings: Settings, error: unknown): Promise<readonly Part[]> {
  try {
    const { body } = await askHolder(settings, error, 'GET', '/readyz?verbose')
    const { parts } = body as { readonly parts?: readonly Part[] }
    if (parts) return [ok('service', `One runs on ${settings.dataDir}, and says:`), ...parts]
    return [degraded('service', `The one that runs on ${settings.dataDir} does not tell how it is.`, 'See its log.')]
  } catch (cause) {
    return [
      degraded('service', sentence(`${reasonOf(cause)}, and cannot be asked`), 'It may still be starting; look again.'),
    ]
  }
}

async function ledgerParts(health: Health): Promise<readonly Part[]> {
  const work = await health.work()
  if (!work.ok) return []
  const { ledgerSeq, ledgerHash } = work.value
  if (ledgerHash === null) return [ok('ledger', 'It is empty.')]
  return [ok('ledger', `${ledgerSeq.toLocaleString('en')} rows; the last is ${ledgerSeq}:${ledgerHash}.`)]
}

/** What a process opens at most, and what others need beside (docs/operations.md). */
const CONNECTIONS_EACH = 12
const CONNECTIONS_BESIDE = 3

/** Two machines that agree on the time within this are fine: instants are ordered by one of them at a time. */
const CLOCK_APART_MS = 2_000

async function serverParts(store: Store): Promise<readonly Part[]> {
  if (store.mode === 'embedded') return []
  const clock = openClock({ clock: { kind: 'system' } })
  const began = clock.now().epochMilliseconds
  const { rows } = await store.pool.query<{ most: number; used: number; at: number }>(
    `select current_setting('max_connections')::int as most, (select count(*) from pg_stat_activity)::int as used,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as at`,
  )
  const { most = 0, used = 0, at = began } = rows[0] ?? {}
  const apartMs = Math.abs(at - (began + clock.now().epochMilliseconds) / 2)
  const processes = Math.floor((most - CONNECTIONS_BESIDE) / CONNECTIONS_EACH)
  const connections = `${used} of ${most} connections are open; ${most} are enough for ${processes} processes of Servanda.`
  return [
    processes < 2
      ? degraded('connections', connections, 'Raise max_connections of PostgreSQL: 12 for each process, and 15 more.')
      : ok('connections', connections),
    apartMs > CLOCK_APART_MS
      ? degraded(
          'database time',
          `The clock of the database is ${(apartMs / 1_000).toFixed(1)} s away from the one of this machine.`,
          'Let both follow a time server (NTP): the times on record are those of the machines Servanda runs on.',
        )
      : ok('database time', 'The clocks of the database and of this machine agree.'),
  ]
}
