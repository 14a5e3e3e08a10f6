import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeInModes, describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, accordEvent, call } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'

const SOURCES = `sources:
  - {id: ministry, is: [https://events.example/], title: The ministry, expected_every: 7d}
  - {id: press, expected_every: 14d}
`

describeOnEachDatabase('a source that is expected to report', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    const text = ACCORD.replace('term: 10y', 'term: 2y').replace('terms:', `${SOURCES}terms:`)
    running = await runService(server(), clock, [{ file: 'accord.yaml', text }])
    await running.post(call('c1', '2026-03-01T00:00:00Z'))
  })

  afterAll(() => running.close())

  const silentAt = async (instant: string) => {
    clock.set(instant)
    await running.service.sweep()
    return (await running.status()).agreements[0]?.silent_sources
  }

  test('and does is not mentioned', async () => {
    expect(await silentAt('2026-03-07T23:00:00Z')).toEqual([])
  })

  test('and does not is shown, with when it was heard of last', async () => {
    const ministry = {
      id: 'ministry',
      title: 'The ministry',
      last_heard_at: '2026-03-01T00:00:00.000Z',
      expected_by: '2026-03-08T00:00:00.000Z',
    }
    expect(await silentAt('2026-03-09T00:00:00Z')).toEqual([ministry])
    expect(await silentAt('2026-03-16T00:00:00Z')).toEqual([
      ministry,
      { id: 'press', title: null, last_heard_at: null, expected_by: '2026-03-15T00:00:00.000Z' },
    ])
  })

  test('is no longer when an event or a watermark of it comes', async () => {
    await running.post(call('c2', '2026-03-15T00:00:00Z'))
    const through = { source: 'press', through: '2026-03-16T00:00:00Z' }
    await running.post(
      accordEvent('w1', 'servanda.watermark', '2026-03-16T00:00:00Z', through, { source: 'https://desk.example/' }),
    )
    expect(await silentAt('2026-03-16T01:00:00Z')).toEqual([])
    expect(await silentAt('2026-03-23T01:00:00Z')).toMatchObject([{ id: 'ministry' }])
  })

  test('is no longer asked for when the agreement has ended', async () => {
    expect(await silentAt('2026-07-01T00:00:00Z')).toEqual([])
  })
})

describeInModes(['postgresql'], 'a source that another process is about to look at', (server) => {
  test('is looked at all the same when that one does not come to an end', async () => {
    const clock = new TestClock('2026-03-01T00:00:00Z')
    const text = ACCORD.replace('terms:', `${SOURCES}terms:`)
    const { service, status, close } = await runService(server(), clock, [{ file: 'accord.yaml', text }])
    const silent = async () => (await status()).agreements[0]?.silent_sources.map(({ id }) => id)
    const other = await service.store.pool.connect()
    try {
      // Before the time comes: the first sweep of the service itself may still be under way.
      await other.query("begin; select from servanda.projections where name = 'heard' for update")
      clock.set('2026-03-08T12:00:00Z')
      await service.sweep()
      expect(await silent()).toEqual([])
      await other.query('rollback')
      await service.sweep()
      expect(await silent()).toEqual(['ministry'])
    } finally {
      other.release()
      await close()
    }
  })
})
