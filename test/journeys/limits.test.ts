import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeInModes, needsServers } from '../servers/modes.ts'
import type { OwnServer } from '../servers/process.ts'
import { findRedis, startRedis } from '../servers/redis.ts'
import { ACCORD } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'

/** Of an address without a key; a key may ten times as much. */
const LIMIT = 2

describeInModes(['postgresql'], 'limits of two processes that share a Redis', (server) => {
  const program = findRedis()
  if (!needsServers({ Redis: program })) return
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let redis: OwnServer
  let one: RunningService
  let other: RunningService

  beforeAll(async () => {
    redis = await startRedis(program as string)
    const env = { RATE_LIMIT: `${LIMIT}`, TRUST_PROXY: 'true', REDIS_URL: redis.url }
    const files = [{ file: 'accord/rulebook.yaml', text: ACCORD }]
    one = await runService(server(), clock, files, env)
    other = await runService(server(), clock, files, env)
  })

  afterAll(async () => {
    await Promise.all([one?.close(), other?.close()])
    await redis?.stop()
  })

  const from = (service: RunningService, address: string) =>
    service.request('GET', '/v1/status', { key: null, headers: { 'x-forwarded-for': address } })
  const withKey = (service: RunningService, key: string) => service.request('GET', '/v1/session', { key })

  /** How many of `count` requests, one after another, are let in. */
  async function letIn(count: number, ask: () => Promise<{ status: number }>): Promise<number> {
    let n = 0
    for (let tried = 0; tried < count; tried++) if ((await ask()).status !== 429) n += 1
    return n
  }

  test('are told to whoever is refused, with how long to wait', async () => {
    expect(await letIn(LIMIT, () => from(one, '192.0.2.1'))).toBe(LIMIT)
    const refused = await from(one, '192.0.2.1')
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(refused.headers.get('ratelimit')).toMatch(/^"address";r=0;t=\d+$/)
    expect((await from(one, '192.0.2.2')).status).toBe(200)
    expect((await one.request('GET', '/livez', { headers: { 'x-forwarded-for': '192.0.2.1' } })).status).toBe(200)
  })

  test('are those of both together', async () => {
    const key = await one.key(['read'])
    expect(await letIn(25, () => withKey(one, key))).toBe(10 * LIMIT)
    await expect.poll(async () => (await withKey(other, key)).status, { timeout: 10_000 }).toBe(429)
    await expect.poll(async () => (await from(other, '192.0.2.1')).status, { timeout: 10_000 }).toBe(429)
  })

  test('are shared by wrong keys too', async () => {
    const guess = (service: RunningService) =>
      service.request('GET', '/v1/keys', { key: 'guess', headers: { 'x-forwarded-for': '192.0.2.9' } })
    expect(await letIn(40, () => guess(one))).toBe(30)
    await expect.poll(async () => (await guess(other)).status, { timeout: 10_000 }).toBe(429)
  })

  test('are each process’s own while Redis is away, and nobody waits or is refused for that', async () => {
    await redis.halt()
    for (const service of [one, other]) {
      const key = await service.key(['read'])
      expect(await letIn(25, () => withKey(service, key))).toBe(10 * LIMIT)
    }
    await redis.resume()
    const key = await one.key(['read'])
    expect(await letIn(25, () => withKey(one, key))).toBe(10 * LIMIT)
    await expect.poll(async () => (await withKey(other, key)).status, { timeout: 15_000 }).toBe(429)
  })
})
