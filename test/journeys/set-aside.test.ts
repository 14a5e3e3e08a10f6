import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, attack, call, talksCase } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'

describeOnEachDatabase('an event that an evaluation cannot get past', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }])
    await running.post(attack('a1', '2026-03-01T10:00:00Z'))
    await running.service.sweep()
  })

  afterAll(async () => {
    await running.close()
  })

  const query = (text: string) => running.service.store.pool.query(text)
  const aside = async () => (await running.request('GET', '/v1/agreements/accord/set-aside')).body
  const retry = (seq: number) => running.request('DELETE', `/v1/agreements/accord/set-aside/${seq}`)

  test('is set aside, and those before and after it are taken in', async () => {
    // What a newer version wrote, or somebody with the database's own tools: no sender could get it in.
    await query(`insert into servanda.events
      select 2, source, 'c1', 1, 'consultation.requested', false, standing, recorded_at, null, '{"id":"c1"}', digest, origin,
        key_id, hash, hash from servanda.events where seq = 1`)
    await query(`insert into servanda.outbox values ('accord', 'talks', 2, 'evidence')`)
    await running.post(call('c2', '2026-03-01T11:00:00Z'))
    await running.service.sweep()
    const status = await running.status()
    expect(status).toMatchObject({ stale: true, agreements: [{ set_aside: 1, failure: null }] })
    expect(commitmentIn(status, 'talks').case?.id).toBe(talksCase('c2'))
    expect(await aside()).toEqual({
      events: [
        {
          ...{ seq: 2, source: 'https://events.example/', id: 'c1', revision: 1 },
          failure: 'Row 2 of the ledger does not hold an event',
          set_aside_at: '2026-03-01T12:00:00.000Z',
        },
      ],
    })
  })

  test('stays there when it is tried again and nothing has been mended', async () => {
    clock.advance({ minutes: 1 })
    expect((await retry(2)).status).toBe(204)
    await running.service.sweep()
    expect((await aside()).events).toMatchObject([{ seq: 2, set_aside_at: '2026-03-01T12:01:00.000Z' }])
  })

  test('is taken in when it can be', async () => {
    const content = JSON.stringify(call('c1', '2026-03-01T10:30:00Z'))
    await query('alter table servanda.events disable trigger append_only')
    await running.service.store.pool.query('update servanda.events set content = $1 where seq = 2', [content])
    await query('alter table servanda.events enable trigger append_only')
    expect((await retry(2)).status).toBe(204)
    await running.service.sweep()
    const status = await running.status()
    expect(status).toMatchObject({ stale: false, agreements: [{ set_aside: 0 }] })
    expect(commitmentIn(status, 'talks').cases).toBe(2)
    expect(await aside()).toEqual({ events: [] })
  })

  test('is asked for under its own name, by who may', async () => {
    expect(await retry(2)).toMatchObject({ status: 404, body: { code: 'NOT_SET_ASIDE' } })
    const reader = await running.key(['read'])
    const asked = await running.request('DELETE', '/v1/agreements/accord/set-aside/2', { key: reader })
    expect(asked.status).toBe(403)
    const other = await running.request('GET', '/v1/agreements/other/set-aside')
    expect(other).toMatchObject({ status: 404, body: { code: 'AGREEMENT_UNKNOWN' } })
  })
})
