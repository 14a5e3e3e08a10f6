import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../config/root.ts'
import { attack } from '../journeys/accord.ts'
import { type ModeServer, type Reserved, reserveEmpty, reserveServer } from '../servers/modes.ts'
import { adminKeyOf, postTo, type ServandaProcess, spawnServanda } from './servanda-process.ts'

let reserved: Reserved
let empty: Reserved
let rules: string
let file: string
let first: ServandaProcess

/** What a command says, and its exit code. */
async function run(args: readonly string[], server: ModeServer): Promise<{ code: unknown; said: string }> {
  const command = spawnServanda(args, server, { LOG_LEVEL: '' })
  return { code: await command.ended, said: command.output() }
}

beforeAll(async () => {
  reserved = await reserveServer('pglite')
  empty = await reserveEmpty('pglite')
  rules = join(reserved.server.dataDir, 'rules')
  file = join(reserved.server.dataDir, 'kept', 'b.ndjson.gz')
  await mkdir(rules)
  await mkdir(join(file, '..'))
  first = spawnServanda(['start'], reserved.server, { RULES_DIR: rules })
  const event = attack('a1', '2026-01-01T00:00:00Z')
  expect(await postTo(await first.running, await adminKeyOf(reserved.server), event)).toMatchObject({ status: 202 })
})

afterAll(async () => {
  first.child.kill('SIGTERM')
  await first.ended
  await Promise.all([reserved.remove(), empty.remove()])
})

test('beside a service that holds the data folder, a backup is asked of it, and lies where it was wanted', async () => {
  const made = await run(['backup', file, '--format', 'json'], reserved.server)
  expect(made.code, made.said).toBe(0)
  expect(JSON.parse(made.said)).toMatchObject({ file, events: 1 })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(reserved.server.dataDir, 'backups'))).toEqual([])
})

test('to standard output it is whole, or a failure', async () => {
  const env = { PATH: process.env.PATH, DATA_DIR: reserved.server.dataDir }
  const backup = `${process.execPath} dist/bin/servanda.js backup -`
  const shell = (script: string) => spawnSync('/bin/sh', ['-c', script], { cwd: packageRoot(), env })
  const lines = gunzipSync(shell(backup).stdout).toString('utf8').trimEnd().split('\n')
  expect(lines[0]).toContain('"servanda_backup":1')
  expect(lines.at(-1)).toMatch(/^\{"sha256":"[0-9a-f]{64}"\}$/)
  // Nobody is left to read when the first bytes come.
  const broken = shell(`{ ${backup}; echo $? >&2; } | true`)
  expect(broken.stderr.toString()).toMatch(/^servanda: standard output does not take it all .*\n2\n$/)
})

test('a file that is there is not overwritten', async () => {
  const { code, said } = await run(['backup', file], reserved.server)
  expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining('is there already') })
})

test('a folder without a database is not made into one by asking for its backup', async () => {
  const dataDir = join(reserved.server.dataDir, 'nowhere')
  const { code, said } = await run(['backup', `${file}.2`], { ...reserved.server, dataDir })
  expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining('there is no database in') })
  await expect(stat(dataDir)).rejects.toThrow('ENOENT')
})

test.each([
  { args: ['restore'], says: 'say either which file' },
  { args: ['restore', 'x', '--resume-alerts'], says: 'say either which file' },
  { args: ['restore', 'x', '--told-until', 'now'], says: 'belongs to --resume-alerts' },
  { args: ['restore', '/nowhere/x.gz'], says: 'cannot be read' },
])('$args is refused in a sentence', async ({ args, says }) => {
  const { code, said } = await run(args, empty.server)
  expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining(says) })
})

test('nothing is restored under a running service', async () => {
  const { code, said } = await run(['restore', file], reserved.server)
  expect({ code, said }).toMatchObject({
    code: 2,
    said: expect.stringContaining(`in use by process ${first.child.pid}`),
  })
})

test('a restored copy starts, says that it mails nothing, and is let go while it runs', {
  timeout: 120_000,
}, async () => {
  const restored = await run(['restore', file], empty.server)
  expect(restored.code, restored.said).toBe(0)
  expect(restored.said).toContain('Restored 1 events')
  expect(restored.said).toContain('The chain of the ledger holds.')
  expect((await run(['restore', file], empty.server)).said).toContain('only restored into an empty one')

  const copy = spawnServanda(['start'], empty.server, { RULES_DIR: rules })
  try {
    await copy.running
    expect(copy.output()).toMatch(/Alerts\s+HELD/)
    expect(copy.output()).toContain('alerts are held')
    expect(copy.output()).toContain('"servanda key create" makes one')
    const keyFile = 'admin-key'
    await copyFile(join(reserved.server.dataDir, keyFile), join(empty.server.dataDir, keyFile))
    const resumed = await run(['restore', '--resume-alerts'], empty.server)
    expect(resumed).toEqual({ code: 0, said: 'Alerts are sent again: 0 waiting now, 0 left out as told before.\n' })
    expect((await run(['restore', '--resume-alerts'], empty.server)).said).toContain('Alerts are not held here')
  } finally {
    copy.child.kill('SIGTERM')
    await copy.ended
  }
})
