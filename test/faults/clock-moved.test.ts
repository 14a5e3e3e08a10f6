import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { ACCORD, attack, call, talks, talksCase } from '../journeys/accord.ts'
import { type RunningService, runService } from '../journeys/running-service.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { expectTheReference } from './the-reference.ts'

describeOnEachDatabase('when the clock of the machine is moved', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord.yaml', text: ACCORD }])
    await running.post(attack('a1', '2026-03-01T00:00:00Z'))
    await running.post(call('c1', '2026-03-01T10:00:00Z'))
    await running.post(call('c2', '2026-03-01T11:59:59Z'))
    await running.service.sweep()
  })

  afterAll(() => running.close())

  const verdicts = async () => {
    const { body } = await running.request('GET', '/v1/agreements/accord/cases')
    const cases = body.cases.filter(({ commitment }: { commitment: string }) => commitment === 'talks')
    return Object.fromEntries(cases.map(({ id, verdict }: { id: string; verdict: string }) => [id, verdict]))
  }

  const moveTo = async (instant: string) => {
    clock.set(instant)
    await running.service.sweep()
    await expectTheReference(running.service.store)
  }

  test('an hour back, nothing is undone and what comes is taken', async () => {
    await moveTo('2026-03-02T11:30:00Z')
    const before = await verdicts()
    expect(before).toMatchObject({ [talksCase('c1')]: 'breached', [talksCase('c2')]: 'open' })
    await moveTo('2026-03-02T10:30:00Z')
    expect(await verdicts()).toEqual(before)
    expect(await running.post(talks('t2', '2026-03-02T10:20:00Z'))).toMatchObject({ status: 202 })
    await moveTo('2026-03-02T10:31:00Z')
    expect(await verdicts()).toMatchObject({ [talksCase('c1')]: 'met_late', [talksCase('c2')]: 'met' })
    const rows = await running.service.store.db
      .selectFrom('servanda.events')
      .select('recorded_at')
      .orderBy('seq')
      .execute()
    const recorded = rows.map(({ recorded_at: at }) => at)
    expect(recorded).toEqual([...recorded].sort((a, b) => a - b))
  })

  test('an hour forward, deadlines that it passes are decided', async () => {
    await running.post(call('c3', '2026-03-02T10:25:00Z'))
    await moveTo('2026-03-03T09:30:00Z')
    expect(await verdicts()).toMatchObject({ [talksCase('c3')]: 'open' })
    await moveTo('2026-03-03T10:30:00Z')
    expect(await verdicts()).toMatchObject({ [talksCase('c3')]: 'breached' })
  })

  test('forty days forward, everything that became due has its verdict', async () => {
    await running.post(call('c4', '2026-03-03T10:00:00Z'))
    await moveTo('2026-04-12T10:30:00Z')
    expect(await verdicts()).toMatchObject({ [talksCase('c4')]: 'breached' })
    const { body } = await running.request('GET', `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c4'))}`)
    expect(body).toMatchObject({ verdict: 'breached', certainty: 'final' })
  })

  test('forty days back, it waits for the time to come again, and takes events', async () => {
    await moveTo('2026-03-03T10:30:00Z')
    expect(await running.post(call('c5', '2026-03-03T10:20:00Z'))).toMatchObject({ status: 202 })
    await moveTo('2026-03-03T10:31:00Z')
    await moveTo('2026-04-12T11:00:00Z')
    expect(Object.values(await verdicts())).not.toContain('open')
  })
})
