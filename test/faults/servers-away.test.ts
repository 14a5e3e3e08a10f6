import { Redis } from 'ioredis'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openClock } from '../../config/clock.ts'
import { ACCORD, attack, call, dayEndingIn, talksCase } from '../journeys/accord.ts'
import { casesOf, type RunningService, runService } from '../journeys/running-service.ts'
import { needsServers } from '../servers/modes.ts'
import { findPostgres, startPostgres } from '../servers/postgres.ts'
import { type OwnServer, removeFolder, temporaryFolder } from '../servers/process.ts'
import { findRedis, startRedis } from '../servers/redis.ts'
import { expectTheReference } from './the-reference.ts'

const PATIENCE = { timeout: 25_000, interval: 50 }

const programs = { postgres: findPostgres(), redis: findRedis() }

describe.each(['postgresql', 'postgresql+redis'] as const)('with the servers of %s of its own', (mode) => {
  if (!needsServers({ PostgreSQL: programs.postgres, Redis: programs.redis })) return
  const dataDir = temporaryFolder('data')
  let postgres: OwnServer
  let redis: OwnServer
  let running: RunningService
  let sent = 0
  let calls = 0

  beforeAll(async () => {
    postgres = await startPostgres(programs.postgres ?? '')
    redis = await startRedis(programs.redis ?? '')
    const server = { mode, dataDir, databaseUrl: postgres.url, ...(mode !== 'postgresql' && { redisUrl: redis.url }) }
    running = await runService(server, openClock({ clock: { kind: 'system' } }), [
      { file: 'accord.yaml', text: ACCORD },
    ])
    await running.post(attack('a1', Temporal.Now.instant().subtract({ hours: 30 }).toString()))
  })

  afterAll(async () => {
    await running?.close()
    await redis?.stop()
    await postgres?.stop()
    removeFolder(dataDir)
  })

  /** Posts until it is told that the event is recorded. */
  const post = async (event: object) => {
    let status = 0
    await vi.waitFor(async () => {
      status = (await running.post(event)).status
      expect([200, 202]).toContain(status)
    }, PATIENCE)
    return status
  }

  /** What the service says of itself, to whoever may know. */
  const looked = async () => {
    const ready = await running.request('GET', '/readyz?verbose')
    const response = await fetch(`${running.url}/metrics`, { headers: { authorization: `Bearer ${running.adminKey}` } })
    const unwell = (ready.body.parts ?? []).filter(({ state }: { state: string }) => state !== 'ok')
    return {
      ready: [ready.status, ready.body.state],
      unwell: unwell.map(({ part, state }: { part: string; state: string }) => `${part} ${state}`),
      metrics: response.status,
      up: (await response.text()).match(/^servanda_(database|queue)_up [01]$/gm),
    }
  }

  /** A call whose day ends in `ms`. @returns its case */
  const callEndingIn = async (ms: number) => {
    const id = `c${calls++}`
    await post(call(id, dayEndingIn(ms)))
    return talksCase(id)
  }

  const told = async () => (await running.mails()).flatMap(casesOf).sort()

  /** Everything there is to do is done, and nothing was lost or done twice. */
  const settles = async (cases: readonly string[]) => {
    await expect.poll(told, PATIENCE).toEqual([...cases].sort())
    await vi.waitFor(() => expectTheReference(running.service.store), PATIENCE)
  }

  const cases: string[] = []

  test('a PostgreSQL that is restarted is waited for: what is sent meanwhile is refused or kept, and deadlines are made up for', async () => {
    cases.push(await callEndingIn(1_500))
    const time = Temporal.Now.instant().subtract({ hours: 1 }).toString()
    let stop = false
    const acknowledged: object[] = []
    const refusals = new Set<number>()
    expect(await looked()).toEqual({
      ...{ ready: [200, 'ready'], unwell: [], metrics: 200 },
      up: ['servanda_database_up 1', 'servanda_queue_up 1'],
    })
    const senders = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const event = attack(`storm-${sent++}`, time)
        const { status } = await running.post(event)
        if (status === 202) acknowledged.push(event)
        else refusals.add(status)
      }
    })
    try {
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(20), PATIENCE)
      await postgres.halt()
      await vi.waitFor(() => expect([...refusals]).toEqual([503]), PATIENCE)
      const away = await running.post(attack('away', time))
      expect(away).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } })
      expect(away.headers.get('retry-after')).not.toBeNull()
      await vi.waitFor(async () => {
        const { unwell, ...rest } = await looked()
        expect(rest).toMatchObject({ ready: [503, 'not_ready'], metrics: 200 })
        expect(rest.up).toContain('servanda_database_up 0')
        expect(unwell).toContain('database down')
      }, PATIENCE)
      // With a key that nobody can look up, too.
      for (const key of [null, running.adminKey])
        expect(await running.request('GET', '/v1/status', { key })).toMatchObject({
          status: 200,
          body: { stale: true },
        })
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const before = acknowledged.length
      await postgres.resume()
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 20), PATIENCE)
      await vi.waitFor(async () => expect((await running.status()).stale).toBe(false), PATIENCE)
    } finally {
      stop = true
      await Promise.all(senders)
    }
    for (const event of acknowledged) expect((await running.post(event)).status).toBe(200)
    await settles(cases)
  }, 90_000)

  if (mode === 'postgresql') return

  test('a Redis that is flushed, stopped and started again loses nothing', async () => {
    const client = new Redis(redis.url)
    cases.push(await callEndingIn(500))
    await client.flushall()
    cases.push(await callEndingIn(1_000))
    await client.flushall()
    client.disconnect()
    await settles(cases)
    await redis.halt()
    await vi.waitFor(async () => {
      expect(await looked()).toEqual({
        ...{ ready: [200, 'degraded'], unwell: ['queue degraded'], metrics: 200 },
        up: ['servanda_database_up 1', 'servanda_queue_up 0'],
      })
    }, PATIENCE)
    cases.push(await callEndingIn(500))
    await settles(cases)
    cases.push(await callEndingIn(500))
    await redis.resume()
    await settles(cases)
    cases.push(await callEndingIn(500))
    await settles(cases)
  }, 120_000)
})
