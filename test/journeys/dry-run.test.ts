import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeInModes } from '../servers/modes.ts'
import { ACCORD, attack, call, talks, talksCase } from './accord.ts'
import { type Answer, type RequestOptions, type RunningService, runService } from './running-service.ts'

const BATCH = 'application/cloudevents-batch+json'

const PACT = ACCORD.replace('id: accord', 'id: pact').replace('visibility: public', 'visibility: internal')

describeInModes(['postgresql'], 'events that are rehearsed', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    const files = [
      { file: 'accord/rulebook.yaml', text: ACCORD },
      { file: 'pact/rulebook.yaml', text: PACT },
    ]
    running = await runService(server(), clock, files)
    await running.post([attack('a1', '2026-02-28T23:00:00Z'), call('c1', '2026-02-28T23:00:00Z')], { type: BATCH })
    await running.service.sweep()
    clock.set('2026-03-02T05:00:00Z')
    await running.service.sweep()
  })

  afterAll(() => running.close())

  const rehearse = (event: unknown, options: RequestOptions = {}): Promise<Answer> =>
    running.request('POST', '/v1/events:dry-run', { body: JSON.stringify(event), ...options })

  /** Everything that recording an event would leave something in. */
  async function traces() {
    const { db } = running.service.store
    const tables = ['events', 'outbox', 'cases', 'transitions', 'intents', 'deliveries', 'engine_events'] as const
    const rows = await Promise.all(
      tables.map(async (table) => db.selectFrom(`servanda.${table}`).selectAll().execute()),
    )
    return { rows, mails: (await running.mails()).length, status: await running.status() }
  }

  const caseNow = async (id: string) =>
    (await running.request('GET', `/v1/agreements/accord/cases/${encodeURIComponent(id)}`)).body

  test('leave nothing behind, and what is said is what happens once they are recorded', async () => {
    const id = talksCase('c1')
    expect(await caseNow(id)).toMatchObject({ verdict: 'breached' })
    const event = talks('t1', '2026-03-01T09:00:00Z')
    const before = await traces()
    const { status, body } = await rehearse(event)
    expect(status).toBe(200)
    expect(await traces()).toEqual(before)
    expect(body.events).toEqual([
      {
        source: 'https://events.example/',
        id: 't1',
        revision: 1,
        digest: expect.any(String),
        duplicate: false,
        seq: null,
        recorded_at: null,
      },
    ])
    expect(body.agreements.map(({ agreement }: { agreement: string }) => agreement)).toEqual(['accord', 'pact'])
    const [accord] = body.agreements
    expect(accord).toMatchObject({
      as_of: '2026-03-02T05:00:00.000Z',
      verdicts: { before: { breached: 1 }, after: { met: 1 } },
      indicators: [{ commitment: 'talks', before: 'breached', after: 'fulfilled' }],
      changes: [{ case: id, before: { verdict: 'breached' }, after: { verdict: 'met' } }],
      alerts: [{ case: id, kind: 'corrected', told: 'breached', verdict: 'met' }],
    })
    expect(await running.post(event)).toMatchObject({ status: 202, body: { digest: body.events[0].digest } })
    await running.service.sweep()
    const { alert, ...after } = accord.changes[0].after
    expect(await caseNow(id)).toMatchObject(after)
    const told = (await running.mails()).slice(before.mails)
    expect(told.map(({ text }) => text?.includes('Correct'))).toEqual([true, true])
  })

  test('may be a batch: cases that would open, and alerts of news', async () => {
    const { body } = await rehearse(
      [attack('a2', '2026-03-02T01:00:00Z'), call('c2', '2026-03-02T02:00:00Z'), call('c1', '2026-02-28T23:00:00Z')],
      { type: BATCH },
    )
    expect(body.events).toMatchObject([{ seq: null }, { seq: null }, { duplicate: true, seq: 2 }])
    const [accord] = body.agreements
    expect(accord.changes).toMatchObject([
      { case: talksCase('c2'), before: null, after: { verdict: 'open', due: '2026-03-03T02:00:00.000Z' } },
    ])
    expect(accord.alerts).toEqual([{ case: talksCase('c2'), kind: 'opened', told: null, verdict: 'open' }])
  })

  test('may be taken back, whatever type they name', async () => {
    const { body } = await rehearse({ source: 'https://events.example/', id: 't1', revision: 2, retracted: true })
    expect(body.agreements[0]).toMatchObject({
      changes: [{ before: { verdict: 'met' }, after: { verdict: 'breached' } }],
      alerts: [{ kind: 'corrected', told: 'met', verdict: 'breached' }],
    })
  })

  test('are refused where recording them is', async () => {
    const eventsKey = await running.key(['events'], { sources: ['https://events.example/'] })
    const judgement = {
      ...attack('j1', '2026-03-02T04:00:00Z'),
      type: 'servanda.judgement',
      data: { agreement: 'accord', case: talksCase('c1'), verdict: 'met' },
    }
    const ordinary: [unknown, RequestOptions][] = [
      [judgement, { key: eventsKey }],
      [{ ...attack('x', '2026-03-02T04:00:00Z'), source: 'https://other.example/' }, { key: eventsKey }],
      [{ ...attack('x', '2026-03-02T04:00:00Z'), recordedtime: '2026-03-01T00:00:00Z' }, { key: eventsKey }],
      [{ ...attack('x', '2026-03-02T04:00:00Z'), recordedtime: '2027-03-01T00:00:00Z' }, {}],
      [attack('a1', '2026-02-28T22:00:00Z'), {}],
      [{ ...attack('a1', '2026-02-28T22:00:00Z'), revision: 3 }, {}],
      [[attack('x', '2026-03-02T04:00:00Z'), { id: 'y' }], { type: BATCH }],
      [attack('x', '2026-03-02T04:00:00Z'), { type: BATCH }],
      [attack('x', '2026-03-02T04:00:00Z'), { key: null }],
      [attack('x', '2026-03-02T04:00:00Z'), { key: await running.key(['read']) }],
    ]
    for (const [event, options] of ordinary) {
      const [dry, wet] = [await rehearse(event, options), await running.post(event, options)]
      expect(dry.status).toBeGreaterThanOrEqual(400)
      const told = ({ status, body: { instance, request_id, ...rest } }: Answer) => ({ status, ...rest })
      expect(told(dry)).toEqual(told(wet))
    }
    const lines = { type: 'application/x-ndjson', body: '{}\n' }
    expect(await running.request('POST', '/v1/events:dry-run', lines)).toMatchObject({ status: 415 })
  })

  test('tell of an agreement only whoever may read about it', async () => {
    const key = await running.key(['events'])
    const { body } = await rehearse(call('c3', '2026-03-02T04:00:00Z'), { key })
    expect(body.agreements.map(({ agreement }: { agreement: string }) => agreement)).toEqual(['accord'])
  })
})
