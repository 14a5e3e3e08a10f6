import { cp } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { openLog } from '../../config/log.ts'
import { openStore } from '../../services/store/index.ts'
import { removeFolder, temporaryFolder } from './process.ts'

/** The three ways the service runs. */
export const MODES = ['pglite', 'postgresql', 'postgresql+redis'] as const
export type Mode = (typeof MODES)[number]

/** What a suite runs against; the URLs are absent where the mode has none, as in the settings. */
export interface ModeServer {
  readonly mode: Mode
  readonly databaseUrl?: string
  readonly redisUrl?: string
  readonly dataDir: string
}

export interface Reserved {
  readonly server: ModeServer
  remove(): Promise<void>
}

/**
 * Runs one suite in each mode, with a database and a folder of its own.
 * A mode whose server is not installed is skipped with a warning, and fails where `CI` is set.
 * @param suite  calls its argument inside hooks and tests, not while the suite is collected
 */
export function describeInEveryMode(name: string, suite: (server: () => ModeServer) => void): void {
  describeInModes(MODES, name, suite)
}

/** Like `describeInEveryMode`, for what no queue has a part in: with Redis it would be the same again. */
export function describeOnEachDatabase(name: string, suite: (server: () => ModeServer) => void): void {
  describeInModes(['pglite', 'postgresql'], name, suite)
}

/** Like `describeInEveryMode`, for what exists in some modes only. */
export function describeInModes(modes: readonly Mode[], name: string, suite: (server: () => ModeServer) => void): void {
  describe.each(modes)(`${name} on %s`, (mode) => {
    const missing = missingServer(mode)
    if (missing !== null) return withoutServer(missing)
    let reserved: Reserved | undefined
    beforeAll(async () => {
      reserved = await reserveServer(mode)
    })
    afterAll(async () => {
      await reserved?.remove()
    })
    suite(() => {
      if (reserved === undefined) throw new Error('the server is there in hooks and tests only')
      return reserved.server
    })
  })
}

/** Makes a fresh database, and Redis database, and data folder for `mode`. */
export async function reserveServer(mode: Mode): Promise<Reserved> {
  const dataDir = temporaryFolder('data')
  if (mode === 'pglite') {
    await cp(inject('embeddedTemplate'), dataDir, { recursive: true })
    return { server: { mode, dataDir }, remove: async () => removeFolder(dataDir) }
  }
  const { url: databaseUrl, drop } = await createDatabase()
  const redisUrl = mode === 'postgresql+redis' ? await nextRedisDatabase() : undefined
  return {
    server: { mode, dataDir, databaseUrl, ...(redisUrl !== undefined && { redisUrl }) },
    async remove() {
      await drop()
      removeFolder(dataDir)
    },
  }
}

/** An empty database of the kind of `mode`, in which nothing of ours has ever been. */
export async function reserveEmpty(mode: Mode): Promise<Reserved> {
  const reserved = await reserveServer(mode)
  if (mode !== 'pglite') return reserved
  // Emptying a copy takes a moment, making a new database many seconds.
  const store = await openStore({ dataDir: reserved.server.dataDir, log: openLog({ logLevel: 'warn' }) })
  await store.pool.query('drop schema servanda cascade')
  await store.close()
  return reserved
}

/** An empty PostgreSQL database of its own. */
async function createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const admin = inject('postgresUrl')
  if (admin === null) throw new Error('PostgreSQL is not installed')
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await onServer(admin, `create database ${name} template template0`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(admin, `drop database ${name} with (force)`) }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Numbers are handed out by the server itself, since test files run in several processes. */
async function nextRedisDatabase(): Promise<string> {
  const url = inject('redisUrl')
  if (url === null) throw new Error('Redis is not installed')
  const client = new Redis(url)
  const number = await client.incr('tests:databases')
  client.disconnect()
  return `${url}/${number}`
}

function missingServer(mode: Mode): string | null {
  if (mode !== 'pglite' && inject('postgresUrl') === null) return 'PostgreSQL'
  if (mode === 'postgresql+redis' && inject('redisUrl') === null) return 'Redis'
  return null
}

/** Whether every one of `programs` is there; where one is not, the suite has a test that says so instead of its own. */
export function needsServers(programs: Readonly<Record<string, unknown>>): boolean {
  const missing = Object.keys(programs).find((name) => programs[name] === null)
  if (missing !== undefined) withoutServer(missing)
  return missing === undefined
}

function withoutServer(missing: string): void {
  const why = `${missing} is not installed`
  if (process.env.CI) {
    test(`needs ${missing}`, () => {
      throw new Error(`${why}, and CI must run everything`)
    })
    return
  }
  console.warn(`\n!!! SKIPPED: ${why}; these tests did not run !!!\n`)
  test.skip(`skipped: ${why}`, () => {})
}
