import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { openLog } from '../../config/log.ts'
import { describeInEveryMode, reserveServer } from '../../test/servers/modes.ts'
import { findRedis, startRedis } from '../../test/servers/redis.ts'
import { openStore, type Store } from '../store/index.ts'
import { type JobData, NeverWillError, openQueues, QUEUES, type QueueName, type Queues } from './index.ts'

const log = openLog({ logLevel: 'silent' })
const RATE = 100

/** What a handler was called with, and a way to wait for the calls. */
function recorder(react: (call: number) => void | Promise<void> = () => {}) {
  const calls: { data: JobData; jobId: string }[] = []
  const waiting = new Set<() => void>()
  return {
    calls,
    async handler(data: JobData, { jobId }: { readonly jobId: string }) {
      calls.push({ data, jobId })
      for (const look of waiting) look()
      await react(calls.length)
    },
    called: (times: number) =>
      new Promise<void>((resolve) => {
        const look = () => calls.length >= times && resolve()
        waiting.add(look)
        look()
      }),
  }
}

/** So that no test sees what an earlier one left to be tried again. */
async function forgetJobs(store: Store, redisUrl: string | undefined): Promise<void> {
  if (redisUrl === undefined) return void (await store.pool.query('delete from bullmq.job'))
  const redis = new Redis(redisUrl)
  await redis.flushdb()
  redis.disconnect()
}

describeInEveryMode('the queues', (server) => {
  let store: Store
  let queues: Queues

  beforeAll(async () => {
    store = await openStore({ ...server(), log, connections: 7 })
  })
  afterAll(() => store?.close())

  beforeEach(async () => {
    const clock = new TestClock('2026-01-01T00:00:00Z', RATE)
    const { redisUrl } = server()
    queues = await openQueues({ store, redisUrl, clock, log })
    await forgetJobs(store, redisUrl)
  })
  afterEach(() => queues.close())

  test('a job reaches its handler with its data and id', async () => {
    const { handler, called, calls } = recorder()
    await queues.work('evaluate', handler)
    expect(await queues.enqueue('evaluate', { commitment: 'a:b', seq: 12 }, { jobId: 'evaluate-a-12' })).toBe(true)
    await called(1)
    expect(calls).toEqual([{ data: { commitment: 'a:b', seq: 12 }, jobId: 'evaluate-a-12' }])
  })

  test('jobs queued before there was a worker, and 200 at once, all arrive once', async () => {
    const { handler, called, calls } = recorder()
    await Promise.all(Array.from({ length: 100 }, (_, index) => queues.enqueue('deliver', { index })))
    await queues.work('deliver', handler)
    await Promise.all(Array.from({ length: 100 }, (_, index) => queues.enqueue('deliver', { index: index + 100 })))
    await called(200)
    const indexes = calls.map(({ data }) => Number(data.index)).sort((a, b) => a - b)
    expect(indexes).toEqual(Array.from({ length: 200 }, (_, index) => index))
  })

  test('with a worker on every queue and the smallest pool, adding does not hang', async () => {
    const { handler, called } = recorder()
    const names = Object.keys(QUEUES) as QueueName[]
    for (const name of names) await queues.work(name, handler)
    await Promise.all(names.flatMap((name) => Array.from({ length: 10 }, () => queues.enqueue(name, {}))))
    await called(names.length * 10)
  })

  test("a delay is in the clock's time", async () => {
    const { handler, called, calls } = recorder()
    await queues.work('deadlines', handler)
    const begun = performance.now()
    await queues.enqueue('deadlines', { late: true }, { delayMs: 500 * RATE })
    await queues.enqueue('deadlines', { late: false })
    await called(2)
    expect(calls.map(({ data }) => data.late)).toEqual([false, true])
    const waitedMs = performance.now() - begun
    expect(waitedMs).toBeGreaterThan(450)
    expect(waitedMs).toBeLessThan(10_000)
  })

  test('an id is queued once while its job waits, and again after it is done', async () => {
    const { handler, called, calls } = recorder()
    await queues.enqueue('deliver', { round: 1 }, { jobId: 'deliver-x' })
    await queues.enqueue('deliver', { round: 2 }, { jobId: 'deliver-x' })
    await queues.work('deliver', handler)
    await queues.enqueue('deliver', { last: true })
    await called(2)
    expect(calls.map(({ data }) => data)).toEqual([{ round: 1 }, { last: true }])
    await expect
      .poll(async () => {
        await queues.enqueue('deliver', { round: 3 }, { jobId: 'deliver-x' })
        return calls.map(({ data }) => data.round)
      })
      .toContain(3)
  })

  test('a failed job is tried again, one that never will is not, and leaves room for the next of its id', async () => {
    const again = recorder((call) => {
      if (call === 1) throw new Error('not this time')
    })
    const never = recorder((call) => {
      if (call === 1) throw new NeverWillError('UNUSABLE', 'this cannot work')
      if (call === 2) throw new TypeError('undefined is not a function')
    })
    await queues.work('evaluate', again.handler)
    await queues.work('deliver', never.handler)
    await queues.enqueue('evaluate', {}, { jobId: 'evaluate-once-more' })
    await queues.enqueue('deliver', { number: 1 }, { jobId: 'deliver-never' })
    await again.called(2)
    await expect
      .poll(async () => {
        await queues.enqueue('deliver', { number: 2 }, { jobId: 'deliver-never' })
        return never.calls.length
      })
      .toBeGreaterThanOrEqual(3)
    expect(again.calls).toHaveLength(2)
    expect(never.calls.filter(({ data }) => data.number === 1)).toHaveLength(1)
  })

  test('one broken job does not hold up the others', async () => {
    const seen = recorder()
    await queues.work('deliver', async (data, job) => {
      if (data.broken) throw new Error('again and again')
      await seen.handler(data, job)
    })
    await queues.enqueue('deliver', { broken: true })
    await Promise.all(Array.from({ length: 20 }, (_, index) => queues.enqueue('deliver', { index })))
    await seen.called(20)
  })

  test('what BullMQ would misread is refused as a job id', async () => {
    for (const jobId of ['evaluate:a', '12345', '', 'a b', 'x'.repeat(201)]) {
      await expect(queues.enqueue('evaluate', {}, { jobId })).rejects.toMatchObject({ code: 'JOB_ID_INVALID' })
    }
  })

  test('queueing inside a transaction is refused', async () => {
    const nested = store.transaction(async (trx) => {
      await sql`select 1`.execute(trx)
      await queues.enqueue('evaluate', {})
    })
    await expect(nested).rejects.toMatchObject({ code: 'NESTED_POOL_USE' })
  })

  test('a handler may use transactions, and queue after them', async () => {
    const { handler, called } = recorder()
    await queues.work('deliver', handler)
    await queues.work('evaluate', async () => {
      await store.transaction(async (trx) => void (await sql`select 1`.execute(trx)))
      await queues.enqueue('deliver', {})
    })
    await Promise.all(Array.from({ length: 20 }, () => queues.enqueue('evaluate', {})))
    await called(20)
  })

  test('closing lets the running job finish', async () => {
    let finished = false
    const { handler, called } = recorder(async () => {
      await store.transaction(async (trx) => void (await sql`select pg_sleep(0.2)`.execute(trx)))
      finished = true
    })
    await queues.work('evaluate', handler)
    await queues.enqueue('evaluate', {})
    await called(1)
    await queues.close()
    expect(finished).toBe(true)
  })

  test('a job that outlasts the grace is left behind, and closing goes on', async () => {
    let release = () => {}
    const { handler, called } = recorder(() => new Promise<void>((resolve) => (release = resolve)))
    await queues.work('evaluate', handler)
    await queues.enqueue('evaluate', {})
    await called(1)
    await queues.close(50)
    release()
  })
})

test('a pool too small for the workers is refused rather than hung', async ({ skip }) => {
  if (inject('postgresUrl') === null) return skip('PostgreSQL is not installed')
  const { server, remove } = await reserveServer('postgresql')
  const store = await openStore({ ...server, log, connections: 5 })
  const queues = await openQueues({ store, clock: new TestClock('2026-01-01T00:00:00Z'), log })
  await queues.work('evaluate', async () => {})
  await expect(queues.work('deliver', async () => {})).rejects.toMatchObject({ code: 'POOL_TOO_SMALL' })
  await queues.close()
  await store.close()
  await remove()
})

test('jobs still arrive after the server has dropped every connection', async ({ skip }) => {
  if (inject('postgresUrl') === null) return skip('PostgreSQL is not installed')
  const { server, remove } = await reserveServer('postgresql')
  const store = await openStore({ ...server, log })
  const queues = await openQueues({ store, clock: new TestClock('2026-01-01T00:00:00Z'), log })
  const { handler, called } = recorder()
  await queues.work('evaluate', handler)
  await queues.enqueue('evaluate', {})
  await called(1)
  const dropped = store.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()',
  )
  await expect(dropped).rejects.toMatchObject({ code: '57P01' })
  await expect.poll(() => queues.enqueue('evaluate', {})).toBe(true)
  await called(2)
  await queues.close()
  await store.close()
  await remove()
})

test('when Redis goes away, queueing says so at once and nothing hangs', async ({ skip }) => {
  const program = findRedis()
  if (program === null) return skip('Redis is not installed')
  const redis = await startRedis(program)
  const { server, remove } = await reserveServer('pglite')
  const store = await openStore({ ...server, log })
  const queues = await openQueues({ store, redisUrl: redis.url, clock: new TestClock('2026-01-01T00:00:00Z'), log })
  await queues.work('evaluate', async () => {})
  expect(await queues.enqueue('evaluate', {})).toBe(true)
  await redis.stop()
  await expect.poll(() => queues.enqueue('evaluate', {})).toBe(false)
  await queues.close(100)
  await store.close()
  await remove()
  await expect(
    openQueues({ store, redisUrl: redis.url, clock: new TestClock('2026-01-01T00:00:00Z'), log }),
  ).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' })
})
