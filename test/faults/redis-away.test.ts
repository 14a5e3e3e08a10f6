import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { reserveServer } from '../servers/modes.ts'
import { findRedis, startRedis } from '../servers/redis.ts'
import { spawnServanda } from './servanda-process.ts'

test('a service that is asked to end while Redis is away ends', { timeout: 60_000 }, async ({ skip }) => {
  const program = findRedis()
  if (program === null || inject('postgresUrl') === null) return skip('PostgreSQL or Redis is not installed')
  const redis = await startRedis(program)
  const { server, remove } = await reserveServer('postgresql')
  const rules = join(server.dataDir, 'rules')
  await mkdir(rules)
  const started = spawnServanda(['start'], { ...server, redisUrl: redis.url }, { RULES_DIR: rules })
  await started.running
  await redis.stop()
  await expect.poll(() => started.output(), { timeout: 10_000 }).toContain('Redis connection failed')
  const begun = performance.now()
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(0)
  // It waits for no job, as none is running, and not for a server that is not there.
  expect(performance.now() - begun).toBeLessThan(8_000)
  await remove()
})
