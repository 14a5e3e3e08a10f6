import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClock } from '../../config/clock.ts'
import { describeInEveryMode } from '../servers/modes.ts'
import { ACCORD, attack, call, talks, talksCase } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'

/** A day in 4.3 seconds. */
const RATE = 20_000
const PATIENCE = { timeout: 25_000, interval: 50 }

describeInEveryMode('an accord, watched from an event to an email and a status', (server) => {
  let running: RunningService
  let called: Temporal.Instant

  beforeAll(async () => {
    const start = Temporal.Instant.from('2026-03-01T00:00:00Z')
    const clock = openClock({ clock: { kind: 'simulated', start, rate: RATE } })
    // A slow machine must not turn news into history: a minute of it is two weeks here.
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }], {
      ALERT_WINDOW: '60d',
    })
  })

  afterAll(async () => {
    await running.close()
  })

  test('a case opens when talks are called for after an attack', async () => {
    const now = running.service.clock.now()
    called = now
    expect(await running.post(attack('a1', now.subtract({ hours: 1 }).toString()))).toMatchObject({ status: 202 })
    expect(await running.post(call('c1', now.toString()))).toMatchObject({ status: 202 })
    await expect
      .poll(async () => commitmentIn(await running.status(), 'talks').case?.id, PATIENCE)
      .toBe(talksCase('c1'))
    expect(commitmentIn(await running.status(), 'call').indicator).toBe('fulfilled')
  })

  test('nothing more arrives: the case is breached, one mail lands, the status and its ETag change', async () => {
    const before = await running.request('GET', '/v1/status')
    await expect.poll(async () => commitmentIn(await running.status(), 'talks').indicator, PATIENCE).toBe('breached')
    await expect.poll(async () => (await running.mails()).length, PATIENCE).toBe(1)
    const after = await running.request('GET', '/v1/status')
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
    const [mail] = await running.mails()
    expect(mail?.text).toContain('Breached: Talks within 24 hours of a call')
    expect(mail?.text).toContain('talks to be held within 24 hours')
    expect(mail?.text).toContain('These times are not real')
    const unchanged = { headers: { 'if-none-match': after.headers.get('etag') ?? '' } }
    await expect.poll(async () => (await running.request('GET', '/v1/status', unchanged)).status, PATIENCE).toBe(304)
  })

  test('talks in time but reported late: the case is met, and one correction goes out', async () => {
    const late = talks('t1', called.add({ hours: 10 }).toString())
    expect(await running.post(late)).toMatchObject({ status: 202 })
    await expect.poll(async () => commitmentIn(await running.status(), 'talks').indicator, PATIENCE).toBe('fulfilled')
    await expect.poll(async () => (await running.mails()).length, PATIENCE).toBe(2)
    const [breach, correction] = await running.mails()
    expect(correction?.inReplyTo).toBe(breach?.messageId)
    expect(correction?.text).toContain('which said “breached”')
  })

  test('the same news again changes and tells nothing', async () => {
    const again = await running.post(talks('t1', called.add({ hours: 10 }).toString()))
    expect(again).toMatchObject({ status: 200, body: { duplicate: true } })
    await running.service.sweep()
    expect(await running.mails()).toHaveLength(2)
  })

  test('every change is kept with its cause, and every mail with what the carrier said', async () => {
    const answer = await running.request('GET', `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c1'))}`)
    const causes = answer.body.transitions.map((one: { cause: string; verdict: string }) => [one.cause, one.verdict])
    expect(causes[0]).toEqual(['evidence', 'open'])
    expect(causes).toContainEqual(['time', 'breached'])
    expect(causes.at(-1)).toEqual(['correction', 'met'])
    const deliveries = await running.service.store.db.selectFrom('servanda.deliveries').selectAll().execute()
    expect(deliveries.map(({ state }) => state)).toEqual(['sent', 'sent'])
  })
})
