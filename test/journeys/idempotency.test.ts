import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { instant, parseInstant } from '../../rules/index.ts'
import { beginAttempt, suspendAttempt } from '../../services/http/kept-answers.ts'
import { lastSeq } from '../../services/ledger/index.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, accordEvent, attack } from './accord.ts'
import { type RequestOptions, type RunningService, runService } from './running-service.ts'

const ORDER = { series: 'fx.EUR.USD', period: '2026-03-01', value: '1.1', unit: 'USD' }

describeOnEachDatabase('a request that is sent again', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }])
  })

  afterAll(() => running.close())

  const send = (name: string, path: string, body: unknown, options: RequestOptions = {}) =>
    running.request('POST', path, {
      type: 'application/json',
      body: JSON.stringify(body),
      ...options,
      headers: { 'idempotency-key': name, ...options.headers },
    })
  const rows = () => running.service.store.db.selectFrom('servanda.idempotency_keys').selectAll().execute()
  const seq = () => lastSeq(running.service.store.db)

  test('is answered as the first time, and nothing is made twice', async () => {
    const first = await send('"a-1"', '/v1/indicators', ORDER)
    expect(first).toMatchObject({ status: 202, body: { duplicate: false } })
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    clock.advance({ hours: 1 })
    // In quotes or not it is the same name.
    const again = await send('a-1', '/v1/indicators', ORDER)
    expect({ status: again.status, body: again.body }).toEqual({ status: 202, body: first.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    for (const name of ['content-type', 'location', 'etag', 'x-content-type-options'])
      expect(again.headers.get(name)).toBe(first.headers.get(name))
    expect(await seq()).toBe(1)
  })

  test('by somebody else, or without the header, is another one', async () => {
    const key = await running.key(['indicator'])
    expect(await send('a-1', '/v1/indicators', ORDER, { key })).toMatchObject({ status: 202, body: { seq: 2 } })
    const without = await running.request('POST', '/v1/indicators', {
      type: 'application/json',
      body: JSON.stringify(ORDER),
    })
    expect(without).toMatchObject({ status: 202, body: { seq: 3 } })
  })

  test('under a name that another request had is refused', async () => {
    const at = await seq()
    const other = await send('a-1', '/v1/indicators', { ...ORDER, value: '1.2' })
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    expect(await send('a-1', '/v1/waivers', { agreement: 'accord', commitment: 'talks' })).toMatchObject({
      status: 422,
    })
    for (const name of ['', '"', 'a b', 'a'.repeat(256), 'ä'])
      expect(await send(name, '/v1/indicators', ORDER)).toMatchObject({
        status: 422,
        body: { code: 'REQUEST_INVALID' },
      })
    expect(await seq()).toBe(at)
  })

  test('many times at once is carried out once', async () => {
    const at = await seq()
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('many', '/v1/indicators', ORDER)))
    const done = answers.filter(({ status }) => status === 202)
    const busy = answers.filter(({ status }) => status === 409)
    expect(done.length + busy.length).toBe(20)
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1)
    for (const { body, headers } of busy) {
      expect(body.code).toBe('REQUEST_UNDER_WAY')
      expect(headers.get('retry-after')).toBe('1')
    }
    expect(await seq()).toBe(at + 1)
  })

  test('after it was refused is tried again, mended or not', async () => {
    const wrong = { ...ORDER, value: 'much' }
    expect(await send('mended', '/v1/indicators', wrong)).toMatchObject({ status: 422 })
    expect(await send('mended', '/v1/indicators', wrong)).toMatchObject({
      status: 422,
      body: { code: 'REQUEST_INVALID' },
    })
    expect(await send('mended', '/v1/indicators', ORDER)).toMatchObject({ status: 202 })
  })

  test('whose first attempt died is taken up after a minute, and still made once', async () => {
    const { db } = running.service.store
    const first = await send('died', '/v1/indicators', ORDER)
    const at = await seq()
    // The process ended after the event was committed, before its answer was kept.
    await db
      .updateTable('servanda.idempotency_keys')
      .set({ status: null, headers: null, body: null })
      .where('name', '=', 'died')
      .execute()
    clock.advance({ seconds: 59 })
    expect(await send('died', '/v1/indicators', ORDER)).toMatchObject({
      status: 409,
      body: { code: 'REQUEST_UNDER_WAY' },
    })
    clock.advance({ seconds: 1 })
    const answers = await Promise.all([1, 2, 3].map(() => send('died', '/v1/indicators', ORDER)))
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
    for (const { status, body } of answers)
      if (status === 200) expect(body).toEqual({ ...first.body, duplicate: true })
      else expect(body.code).toBe('REQUEST_UNDER_WAY')
    expect(await seq()).toBe(at)
  })

  test('of which nobody knows whether it was carried out is the same attempt when it comes again', async () => {
    const { db } = running.service.store
    const asked = { sender: 'key:x', name: 'lost', digest: 'd' }
    const pace = { now: parseInstant('2026-03-01T00:00:00Z'), rate: 1 }
    const first = await beginAttempt(db, asked, pace)
    if (first.state !== 'begun') throw new Error(first.state)
    expect((await beginAttempt(db, asked, pace)).state).toBe('under way')
    await suspendAttempt(db, first.attempt)
    const second = await beginAttempt(db, asked, { ...pace, now: instant(pace.now + 1_000) })
    expect(second).toMatchObject({ state: 'begun', attempt: { id: first.attempt.id, firstAt: first.attempt.firstAt } })
  })

  test('for a key makes no second one, and the secret is kept nowhere', async () => {
    const order = { name: 'desk', scopes: ['events'] }
    const made = await send('key', '/v1/keys', order)
    expect(made.status).toBe(201)
    const again = await send('key', '/v1/keys', order)
    expect(again).toMatchObject({ status: 409, body: { code: 'ANSWER_NOT_KEPT' } })
    const listed = (await running.request('GET', '/v1/keys')).body.keys
    expect(listed.filter(({ name }: { name: string }) => name === 'desk')).toHaveLength(1)
    expect(JSON.stringify(await rows())).not.toContain(made.body.key.split('_')[2])
  })

  test('works for every door through which something is made', async () => {
    await running.post(attack('a1', '2026-03-01T00:00:00Z'))
    const own = `${encodeURIComponent('https://events.example/')}/a1`
    const requests: [string, unknown][] = [
      ['/v1/events', accordEvent('n1', 'note', '2026-03-01T00:00:00Z')],
      [`/v1/events/${own}/corrections`, { subject: 'x' }],
      [`/v1/candidates/${own}/confirm`, {}],
      [`/v1/events/${own}/retraction`, {}],
      ['/v1/waivers', { agreement: 'accord', commitment: 'talks' }],
    ]
    for (const [path, body] of requests) {
      const [first, again] = [await send(path, path, body), await send(path, path, body)]
      expect(first.status).toBe(202)
      expect({ status: again.status, body: again.body }).toEqual({ status: 202, body: first.body })
      expect(again.headers.get('idempotency-replayed')).toBe('true')
    }
    // Each line of a stream is what it is by itself, and a rehearsal makes nothing.
    for (const [path, type] of [
      ['/v1/events', 'application/x-ndjson'],
      ['/v1/events:dry-run', 'application/json'],
    ] as const) {
      const event = JSON.stringify(accordEvent('n1', 'note', '2026-03-01T00:00:00Z'))
      const options = { type, headers: { 'idempotency-key': 'a-1' }, body: `${event}\n` }
      const response = await fetch(`${running.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${running.adminKey}`, 'content-type': type, ...options.headers },
        body: options.body,
      })
      expect([response.status, response.headers.get('idempotency-replayed')]).toEqual([200, null])
      await response.text()
    }
  })

  test('a day later is a new one', async () => {
    clock.advance({ hours: 23 })
    await running.service.sweep()
    expect((await rows()).length).toBeGreaterThan(0)
    clock.advance({ hours: 2 })
    await running.service.sweep()
    expect(await rows()).toEqual([])
    const at = await seq()
    expect(await send('a-1', '/v1/indicators', ORDER)).toMatchObject({ status: 202, body: { seq: at + 1 } })
  })
})
