import { chown, cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { ACCORD, accordEvent, attack, call, talksCase } from '../journeys/accord.ts'
import { type RunningService, runService } from '../journeys/running-service.ts'
import { needsServers } from '../servers/modes.ts'
import { findPostgres, startPostgres } from '../servers/postgres.ts'
import { type OwnServer, removeFolder, temporaryFolder, unprivileged } from '../servers/process.ts'
import { mountSmallDisk, type SmallDisk } from '../servers/small-disk.ts'
import { expectTheReference } from './the-reference.ts'

const PATIENCE = { timeout: 30_000, interval: 50 }

/** What has filled a disk would be some kilobytes an event. */
const PADDING = 'x'.repeat(4_000)

describe.each(['pglite', 'postgresql'] as const)('a disk that is full under %s', (mode) => {
  const disk = mountSmallDisk(mode === 'pglite' ? 300 : 120)
  if (!needsServers({ 'the right to mount a disk': disk, PostgreSQL: findPostgres() }) || disk === null) return
  const clock = new TestClock('2026-03-01T12:00:00Z')
  const ownFolder = temporaryFolder('data')
  let postgres: OwnServer | undefined
  let running: RunningService
  const acknowledged: object[] = []

  beforeAll(async () => {
    const dataDir = mode === 'pglite' ? join(disk.folder, 'data') : ownFolder
    if (mode === 'pglite') await cp(inject('embeddedTemplate'), dataDir, { recursive: true })
    else postgres = await startPostgres(findPostgres() ?? '')
    const server = { mode, dataDir, ...(postgres && { databaseUrl: await databaseOn(postgres, disk) }) }
    running = await runService(server, clock, [{ file: 'accord.yaml', text: ACCORD }])
    await post(attack('a1', '2026-03-01T00:00:00Z'))
    await post(call('c1', '2026-03-01T11:00:00Z'))
    await running.service.sweep()
  })

  afterAll(async () => {
    disk.free()
    await running?.close()
    await postgres?.stop()
    disk.remove()
    removeFolder(ownFolder)
  })

  async function post(event: object): Promise<number> {
    const { status } = await running.post(event)
    if (status === 202) acknowledged.push(event)
    return status
  }

  const padded = (n: number) => accordEvent(`padded-${n}`, 'note', '2026-03-01T12:00:00Z', { text: `${PADDING}${n}` })

  test('stops writing, which is said as such, and not reading', async () => {
    disk.fill()
    let refused = 0
    for (let n = 0; n < 20_000 && refused < 5; n++) {
      const status = await post(padded(n))
      if (status === 202) continue
      expect(status).toBe(503)
      refused += 1
    }
    expect(refused).toBe(5)
    expect((await running.request('GET', '/v1/status')).status).toBe(200)
    if (mode === 'postgresql') {
      const path = `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c1'))}`
      expect(await running.request('GET', path)).toMatchObject({ status: 200, body: { verdict: 'open' } })
    }
  }, 90_000)

  test('is written to again when there is room, with nothing lost and nothing half-done', async () => {
    clock.set('2026-03-02T12:00:00Z')
    disk.free()
    await vi.waitFor(async () => expect(await post(call('c2', '2026-03-02T11:00:00Z'))).toBe(202), PATIENCE)
    for (const event of acknowledged.slice(-200)) expect((await running.post(event)).status).toBe(200)
    await vi.waitFor(async () => {
      await running.service.sweep()
      await expectTheReference(running.service.store)
    }, PATIENCE)
    const path = `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c1'))}`
    expect((await running.request('GET', path)).body.verdict).toBe('breached')
  }, 90_000)
})

/** A database whose tables lie on `disk`; the log of the server lies elsewhere. */
async function databaseOn(postgres: OwnServer, disk: SmallDisk): Promise<string> {
  const folder = join(disk.folder, 'tables')
  await mkdir(folder)
  const owner = unprivileged()
  if (owner !== null) await chown(folder, owner.uid, owner.gid)
  const client = new Client(postgres.url)
  await client.connect()
  await client.query(`create tablespace small location '${folder}'`)
  await client.query('create database small tablespace small')
  await client.end()
  const url = new URL(postgres.url)
  url.pathname = '/small'
  return url.href
}
