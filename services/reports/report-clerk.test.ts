import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { openLog } from '../../config/log.ts'
import { type Instant, parseInstant } from '../../rules/index.ts'
import { ACCORD } from '../../test/journeys/accord.ts'
import { type RunningService, runService } from '../../test/journeys/running-service.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { readWork } from '../health/index.ts'
import { RulebookShelf } from '../rulebooks/index.ts'
import { ReportClerk } from './report-clerk.ts'
import { ReportDesk } from './report-desk.ts'
import { latestOfSchedule } from './report-records.ts'
import { saveSchedule, scheduleById } from './schedules.ts'

describeOnEachDatabase('a report that cannot be made', (server) => {
  // The service itself stays before it is due: the clerks of this test have a time of their own.
  const clock = new TestClock('2026-03-30T00:00:00Z')
  const due = parseInstant('2026-04-01T05:00:00Z')
  let now = due
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }])
    const author = { actor: 'service', at: parseInstant('2026-03-30T00:00:00Z'), requestId: null } as const
    const schedule = {
      id: 'monthly',
      title: null,
      timing: { every: 'month', zone: 'Europe/Kyiv', hour: 8, daysAfter: 0 },
      locale: 'en-GB',
      scope: { agreements: null, parties: null },
      tell: [],
      attach: [],
      state: 'active',
      createdAt: author.at,
    } as const
    await running.service.store.transaction((trx) => saveSchedule(trx, schedule, author))
  })

  afterAll(() => running.close())

  /** A clerk whose reports may take so long. */
  function clerkWith(ms: number): ReportClerk {
    const { store } = running.service
    const log = openLog({ logLevel: 'silent' })
    const limits = { atOnce: 1, memoryMb: 256, ms }
    const shelf = new RulebookShelf()
    const desk = new ReportDesk({ store, shelf, now: () => now, log, domain: 'watch.example', version: '1', limits })
    return new ReportClerk({ store, desk, now: () => now, log, alertWindowMs: 60_000 })
  }

  const schedule = () => scheduleById(running.service.store.db, 'monthly')
  const failing = async () => (await readWork(running.service.store, now)).failingReports

  test('says why, and is told of where people look', async () => {
    expect(await clerkWith(1).look()).toBe(0)
    expect(await schedule()).toMatchObject({ dueAt: due, failure: expect.stringContaining('within 0.001 seconds') })
    expect(await failing()).toMatchObject([{ schedule: 'monthly', dueAt: due }])
    expect(await latestOfSchedule(running.service.store.db, 'monthly')).toBeNull()
  })

  test('is tried again after ten minutes, and then all is well', async () => {
    now = (due + 9 * 60_000) as Instant
    expect(await clerkWith(60_000).look()).toBe(0)
    now = (due + 10 * 60_000) as Instant
    expect(await clerkWith(60_000).look()).toBe(1)
    expect(await schedule()).toMatchObject({ dueAt: parseInstant('2026-05-01T05:00:00Z'), failure: null })
    expect(await failing()).toEqual([])
    const made = await latestOfSchedule(running.service.store.db, 'monthly')
    expect(made?.request.period.name).toBe('2026-03')
  })
})
