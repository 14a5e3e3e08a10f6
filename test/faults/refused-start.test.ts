import { existsSync, statSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type ModeServer, reserveServer } from '../servers/modes.ts'
import { freePort } from '../servers/process.ts'
import { spawnServanda } from './servanda-process.ts'

type Reserved = Awaited<ReturnType<typeof reserveServer>>

const SECRET = 'x'.repeat(32)

let reserved: Reserved
let server: ModeServer
let rules: string
let taken: Server
let takenPort: number

beforeAll(async () => {
  reserved = await reserveServer('pglite')
  server = reserved.server
  rules = join(server.dataDir, 'rules')
  await mkdir(rules)
  taken = createServer()
  takenPort = await freePort()
  await new Promise<void>((resolve) => taken.listen(takenPort, '127.0.0.1', resolve))
})

afterAll(async () => {
  taken.close()
  await reserved.remove()
})

/** What a start says that is refused: one sentence, no stack, exit 2. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  const started = spawnServanda(['start'], server, { RULES_DIR: rules, ...env })
  expect(await started.ended, started.output()).toBe(2)
  expect(started.output()).not.toMatch(/\n\s+at |"stack"/)
  const lines = started.output().split('\n')
  return lines.filter((line) => line.startsWith('servanda: ')).join('\n')
}

describe('a start that cannot be says why in a sentence', () => {
  test('when the port is taken', async () => {
    expect(await refusal({ PORT: String(takenPort) })).toMatch(
      new RegExp(`^servanda: port ${takenPort} on 127.0.0.1 is in use.*PORT.*$`),
    )
    expect(existsSync(join(server.dataDir, 'service.json'))).toBe(false)
  })

  test('when the machine does not have the address', async () => {
    expect(await refusal({ HOST: '192.0.2.1' })).toMatch(/^servanda: this machine has no address 192\.0\.2\.1.*HOST$/)
  })

  test('when nothing can be written to the data folder', async () => {
    const file = join(server.dataDir, 'a-file')
    writeFileSync(file, '')
    expect(await refusal({ DATA_DIR: join(file, 'data') })).toMatch(
      /^servanda: the data folder \S+ cannot be .*DATA_DIR$/,
    )
  })

  test('when the database cannot be reached', async () => {
    const url = `postgres://postgres:hidden@127.0.0.1:${await freePort()}/x`
    const said = await refusal({ DATABASE_URL: url, SECRET })
    expect(said).toMatch(/^servanda: the database of DATABASE_URL cannot be reached \(.+\)$/)
    expect(said).not.toContain('hidden')
  })

  test('when Redis cannot be reached', async ({ skip }) => {
    if (inject('postgresUrl') === null) return skip('PostgreSQL is not installed')
    const { server: withDatabase, remove } = await reserveServer('postgresql')
    const redisUrl = `redis://127.0.0.1:${await freePort()}`
    const said = await refusal({ DATABASE_URL: withDatabase.databaseUrl ?? '', SECRET, REDIS_URL: redisUrl })
    expect(said).toMatch(/^servanda: the Redis of REDIS_URL cannot be reached \(.+\)$/)
    await remove()
  })
})

test('a start with a database server makes its data folder, for its owner alone', async ({ skip }) => {
  if (inject('postgresUrl') === null) return skip('PostgreSQL is not installed')
  const { server: withDatabase, remove } = await reserveServer('postgresql')
  const dataDir = join(server.dataDir, 'not', 'yet')
  const started = spawnServanda(['start'], withDatabase, { DATA_DIR: dataDir, RULES_DIR: rules })
  await started.running
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(existsSync(join(dataDir, 'admin-key'))).toBe(true)
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(0)
  await remove()
})

describe('keys without a running service', () => {
  test('are listed without one for the question itself', async () => {
    const listed = spawnServanda(['key', 'list', '--format', 'json'], server)
    expect(await listed.ended, listed.output()).toBe(0)
    expect(listed.output()).not.toContain('command line')
  })

  test('may confirm when they are an admin’s', async () => {
    const command = ['key', 'create', '--name', 'a', '--scopes', 'admin', '--format', 'json']
    const made = spawnServanda(command, server, { LOG_LEVEL: '' })
    expect(await made.ended, made.output()).toBe(0)
    expect(JSON.parse(made.output())).toMatchObject({ highest_standing: 'confirmed' })
  })

  test('with an unknown scope are refused with the list of those there are', async () => {
    const refused = spawnServanda(['key', 'create', '--name', 'a', '--scopes', 'event'], server)
    expect(await refused.ended).toBe(2)
    expect(refused.output().match(/recordedtime/g)).toHaveLength(1)
  })
})
