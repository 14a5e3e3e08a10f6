import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { lastSeq, verifyLedger } from '../../services/ledger/index.ts'
import { describeInEveryMode } from '../servers/modes.ts'
import { ACCORD, attack, call, talksCase } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'

const NOON = '2026-03-01T12:00:00Z'
const PATIENCE = { timeout: 20_000, interval: 50 }

describeInEveryMode('events', (server) => {
  const clock = new TestClock(NOON)
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }])
  })

  afterAll(async () => {
    await running.close()
  })

  test('come one at a time, in a batch, or in binary mode', async () => {
    const one = await running.post(attack('a1', NOON))
    expect(one).toMatchObject({ status: 202, body: { id: 'a1', revision: 1, seq: 1, duplicate: false } })
    const batch = await running.post([attack('a1', NOON), attack('a2', NOON)], {
      type: 'application/cloudevents-batch+json',
    })
    expect(batch).toMatchObject({
      status: 202,
      body: { events: [{ duplicate: true }, { id: 'a2', duplicate: false }] },
    })
    const binary = await running.request('POST', '/v1/events', {
      type: 'application/json',
      headers: {
        'ce-specversion': '1.0',
        'ce-source': 'https://events.example/%C3%A9',
        'ce-id': 'b1',
        'ce-type': 'attack',
        'ce-time': NOON,
      },
      body: '{"scale":"minor"}',
    })
    expect(binary).toMatchObject({ status: 202, body: { source: 'https://events.example/é', id: 'b1' } })
  })

  test('that many send at once are each taken once, in one order', async () => {
    const first = await lastSeq(running.service.store.db)
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, n) => running.post(attack(`many-${n % 100}`, '2026-03-01T11:00:00Z'))),
    )
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(100)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50)
    expect(await lastSeq(running.service.store.db)).toBe(first + 100)
    expect((await verifyLedger(running.service.store.db)).findings).toEqual([])
  })

  test('are corrected and taken back by later revisions', async () => {
    await running.post(call('c1', NOON))
    await expect
      .poll(async () => commitmentIn(await running.status(), 'talks').case?.id, PATIENCE)
      .toBe(talksCase('c1'))
    const retraction = { source: 'https://events.example/', id: 'c1', revision: 2, retracted: true }
    expect(await running.post(retraction)).toMatchObject({ status: 202 })
    await expect.poll(async () => commitmentIn(await running.status(), 'talks').case?.verdict, PATIENCE).toBe('void')
  })

  test('are acknowledged with their cases soon after, without anybody asking for it', async () => {
    await running.post(call('c2', NOON))
    await expect.poll(async () => commitmentIn(await running.status(), 'talks').case?.verdict, PATIENCE).toBe('open')
    const waiting = await running.service.store.db.selectFrom('servanda.outbox').select('seq').execute()
    expect(waiting).toEqual([])
  })

  test('of a deadline long past are recorded, and nobody is mailed about them', async () => {
    await running.post(attack('old', '2025-01-01T00:00:00Z'))
    await running.post(call('old-call', '2025-01-01T01:00:00Z'))
    const path = `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('old-call'))}`
    await expect.poll(async () => (await running.request('GET', path)).body.verdict, PATIENCE).toBe('breached')
    await running.service.sweep()
    expect(await running.mails()).toEqual([])
  })

  test('whose deadline passes while nothing runs are told after the next look, once', async () => {
    clock.advance({ hours: 24, milliseconds: 1 })
    await running.service.sweep()
    await running.service.sweep()
    expect(commitmentIn(await running.status(), 'talks').indicator).toBe('breached')
    expect((await running.mails()).map(({ subject }) => subject)).toEqual([
      '[Servanda] Talks within 24 hours of a call · Accord on consultations',
    ])
  })
})
