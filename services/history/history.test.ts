import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { openLog } from '../../config/log.ts'
import { parseInstant } from '../../rules/index.ts'
import { ACCORD, accordEvent, attack, call, talks } from '../../test/journeys/accord.ts'
import { type RunningService, runService } from '../../test/journeys/running-service.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { RulebookShelf } from '../rulebooks/index.ts'
import { History } from './history.ts'

describeOnEachDatabase('what was believed of an agreement', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }])
    await running.request('POST', '/v1/events', {
      type: 'application/cloudevents-batch+json',
      body: JSON.stringify([attack('a1', '2026-03-01T00:00:00Z'), call('c1', '2026-03-01T00:00:00Z')]),
    })
    clock.set('2026-03-05T00:00:00Z')
    await running.post(talks('t1', '2026-03-01T08:00:00Z'))
    await running.post(talks('t2', '2026-03-01T09:00:00Z'))
  })

  afterAll(() => running.close())

  const ask = async (query: string) => running.request('GET', `/v1/agreements/accord/evaluation?${query}`)
  const verdict = (body: { commitments: { id: string; cases: { verdict: string }[] }[] }) =>
    body.commitments.find(({ id }) => id === 'talks')?.cases[0]?.verdict

  test('is told for any instant, by what was known at any other', async () => {
    const late = await ask('as_of=2026-03-03T00:00:00Z&known_at=2026-03-03T00:00:00Z')
    expect(late).toMatchObject({
      status: 200,
      body: {
        as_of: '2026-03-03T00:00:00.000Z',
        known_at: '2026-03-03T00:00:00.000Z',
        known_basis: 'ledger',
        rulebook_version: 1,
      },
    })
    expect(verdict(late.body)).toBe('breached')
    expect(verdict((await ask('as_of=2026-03-03T00:00:00Z')).body)).toBe('met')
    expect(verdict((await ask('as_of=2026-03-01T12:00:00Z&known_at=2026-03-02T00:00:00Z')).body)).toBe('open')
  })

  test('says where it rests on what a sender claims to have known', async () => {
    const claimed = accordEvent('t3', 'consultation.held', '2026-03-01T10:00:00Z', { parties: ['JPN', 'UKR'] })
    await running.post({ ...claimed, recordedtime: '2026-03-02T00:00:00Z' })
    const then = await ask('as_of=2026-03-03T00:00:00Z&known_at=2026-03-03T00:00:00Z')
    expect([verdict(then.body), then.body.known_basis]).toEqual(['met', 'claimed'])
    const before = await ask('as_of=2026-03-03T00:00:00Z&known_at=2026-03-01T23:00:00Z')
    expect([verdict(before.body), before.body.known_basis]).toEqual(['breached', 'ledger'])
  })

  test.each([
    ['as_of=yesterday', 422, 'REQUEST_INVALID'],
    ['rulebook_version=9', 404, 'VERSION_UNKNOWN'],
    ['cases=some', 422, 'REQUEST_INVALID'],
    ['until=2026-01-01', 422, 'REQUEST_INVALID'],
  ])('refuses %s', async (query, status, code) => {
    expect(await ask(query)).toMatchObject({ status, body: { code } })
  })

  test('is not waited for without end, and leaves nothing behind', async () => {
    const { store } = running.service
    const limits = { atOnce: 1, memoryMb: 512, ms: 1 }
    const history = new History({
      store,
      shelf: new RulebookShelf(),
      log: openLog({ logLevel: 'silent' }),
      alertWindowMs: 0,
      limits,
    })
    const at = parseInstant('2026-03-03T00:00:00Z')
    const question = { agreement: 'accord', asOf: at, knownAt: null, rulebookVersion: null, cases: 'all' } as const
    const both = await Promise.allSettled([history.evaluation(question), history.evaluation(question)])
    // Whichever comes first is the one that is tried.
    const codes = both.map((one) => one.status === 'rejected' && one.reason.code)
    expect(codes.sort()).toEqual(['HISTORY_BUSY', 'HISTORY_TOO_LARGE'])
    await expect(history.evaluation(question)).rejects.toMatchObject({ code: 'HISTORY_TOO_LARGE' })
  })

  test('knows only agreements that there are', async () => {
    const answer = await running.request('GET', '/v1/agreements/other/evaluation')
    expect(answer).toMatchObject({ status: 404, body: { code: 'AGREEMENT_UNKNOWN' } })
  })
})
