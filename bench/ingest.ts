import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findPostgres, startPostgres } from '../test/servers/postgres.ts'
import { ingestRounds } from './child.ts'
import { againstItself, type Figure, median, rate, type Spread, spreadOf } from './figures.ts'
import type { IngestRound } from './ingest-round.ts'
import { hotspots } from './profile.ts'
import { fileOf, type Measured, type Setting } from './setting.ts'
import type { Workload } from './workload.ts'

/** What appending is allowed to cost beside a bare insert: the lookup of what is known, the plan and the hashes. */
const LEAST_SHARE = 0.4

const FEWEST = 5_000

/** How fast events come into the ledger, by turns with a bare insert, on each database there is. */
export async function measureIngest(workload: Workload, setting: Setting): Promise<Measured> {
  const size = sizeOf(setting)
  const found = await onEachDatabase(workload, setting, null)
  const figures = found.flatMap(({ database, rounds }) => figuresOf(database, size, rounds))
  return { name: 'ingest', figures, details: { size, found } }
}

/** In which functions the process that ingests spends its time, the bare insert and the sender among them. */
export async function profileIngest(workload: Workload, setting: Setting): Promise<readonly string[]> {
  const found = await onEachDatabase(workload, { ...setting, rounds: 1 }, setting.folder)
  return found.flatMap(({ database, profile }) => [`ingest, ${database}`, ...hotspots(profile ?? '')])
}

interface Found {
  readonly database: string
  readonly rounds: readonly IngestRound[]
  readonly profile: string | null
}

function sizeOf({ events }: Setting): number {
  return Math.max(FEWEST, Math.ceil(events / 50))
}

async function onEachDatabase(
  workload: Workload,
  setting: Setting,
  profiles: string | null,
): Promise<readonly Found[]> {
  const size = sizeOf(setting)
  const file = fileOf(workload, size * 3 * (setting.rounds + 1) + FEWEST, setting)
  const on = (database: string, databaseUrl: string | null): Found => {
    setting.say(`ingest: ${database}`)
    const dataDir = join(setting.folder, `ingest-${database}`)
    mkdirSync(dataDir, { recursive: true })
    const profile = profiles === null ? null : join(profiles, `ingest-${database}.cpuprofile`)
    const rounds = ingestRounds({ dataDir, databaseUrl, file, rounds: setting.rounds, size, profile })
    return { database, rounds, profile }
  }
  const embedded = on('embedded', null)
  const programs = findPostgres()
  if (programs === null) return [embedded]
  const server = await startPostgres(programs)
  try {
    return [embedded, on('postgresql', server.url)]
  } finally {
    await server.stop()
  }
}

function figuresOf(database: string, size: number, rounds: readonly IngestRound[]): readonly Figure[] {
  const share = (what: 'append' | 'stream') => spreadOf(rounds.map((round) => round.bare / round[what]))
  const perSecond = (what: keyof IngestRound) => rate((size / median(rounds.map((round) => round[what]))) * 1_000)
  const append = share('append')
  const stream = share('stream')
  const itself = againstItself(rounds.map(({ bare }) => bare))
  const told = (name: string, value: string): Figure => ({ name: `${database}: ${name}`, value, target: '', ok: null })
  const figure = (name: string, found: Spread): Figure => ({
    name: `${database}: ${name}, of a bare insert`,
    value: percentages(found),
    target: `≥ ${LEAST_SHARE * 100}%`,
    ok: found.median >= LEAST_SHARE,
  })
  return [
    figure('events appended', append),
    figure('lines over HTTP', stream),
    told('events/s appended; as lines; bare', `${perSecond('append')}; ${perSecond('stream')}; ${perSecond('bare')}`),
    told('the bare insert against itself', itself === null ? 'one round only' : itself.toFixed(2)),
  ]
}

function percentages({ min, median: middle, max }: Spread): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)}%`
  return `${percent(middle)} (${percent(min)} to ${percent(max)})`
}
