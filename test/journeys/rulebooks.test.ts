import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { lastSeq } from '../../services/ledger/index.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, ATTACKS, attack, call, INCLUDING_ACCORD, ndjson, talks, talksCase } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'

const FILE = 'accord/rulebook.yaml'

/** A breach a few minutes ago, a case kept too late, and one kept in time. */
const HISTORY = ndjson(
  attack('a1', '2025-01-01T00:00:00Z'),
  call('c1', '2025-01-01T01:00:00Z'),
  attack('a2', '2025-06-01T00:00:00Z'),
  call('c2', '2025-06-01T01:00:00Z'),
  talks('t2', '2025-06-01T09:00:00Z'),
  attack('a3', '2026-02-28T10:00:00Z'),
  call('c3', '2026-02-28T11:50:00Z'),
)

describeOnEachDatabase('rulebooks and the evidence beside them', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService | undefined

  async function start(text: string, evidence?: string): Promise<RunningService> {
    await running?.close()
    const file = { file: FILE, text, ...(evidence !== undefined && { evidence }) }
    running = await runService(server(), clock, [file])
    return running
  }

  beforeEach(() => {
    running = undefined
  })

  afterEach(async () => {
    await running?.close()
  })

  test('are history when they are first loaded: everything is shown and nobody is mailed', async () => {
    const { service, status, mails } = await start(ACCORD, HISTORY)
    const shown = commitmentIn(await status(), 'talks')
    expect(shown).toMatchObject({ indicator: 'breached', record: { breached: 1, met: 1, met_late: 1 } })
    expect(await lastSeq(service.store.db)).toBe(7)
    expect(await service.store.db.selectFrom('servanda.intents').select('number').execute()).toEqual([])
    expect(await mails()).toEqual([])
    const causes = await service.store.db.selectFrom('servanda.transitions').select('cause').distinct().execute()
    expect(causes).toEqual([{ cause: 'import' }])
  })

  test('stay what they are when they are loaded again', async () => {
    const { service, request } = await start(ACCORD, HISTORY)
    expect(await lastSeq(service.store.db)).toBe(7)
    const { body } = await request('GET', '/v1/agreements')
    expect(body.agreements).toMatchObject([{ id: 'accord', rulebook: { version: 1 } }])
  })

  test('gain what is new in the file, and refuse what would overwrite', async () => {
    const contradiction = { ...talks('t2', '2025-06-01T09:00:00Z'), data: { parties: ['JPN'] } }
    const added = ndjson(talks('t3', '2026-02-28T20:00:00Z'), contradiction)
    const { service, mails } = await start(ACCORD, HISTORY.replace(/^.*"t2".*\n/m, '') + added)
    expect(await lastSeq(service.store.db)).toBe(8)
    expect(await mails()).toEqual([])
    const [imported] = await service.store.db.selectFrom('servanda.imports').selectAll().execute()
    expect(JSON.stringify(imported?.problems)).toContain('t2')
  })

  test('with a mistake never replace good ones, and are shown as rejected', async () => {
    const { request, status } = await start(ACCORD.replace('within: 24h', 'withn: 24h'))
    const shown = await status()
    expect(shown.agreements[0]?.rulebook_version).toBe(1)
    const [rejected] = shown.rejected_rulebooks
    expect(rejected).toMatchObject({ file: FILE, agreement: 'accord' })
    const problems = rejected?.problems as { line: number; column: number; message: string }[]
    expect(problems[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) })
    expect(JSON.stringify(problems)).toContain('withn')
    const path = `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c1'))}`
    expect((await request('GET', path)).body.verdict).toBe('met_late')
  })

  test('in a new version decide the whole history anew, and quietly', async () => {
    const { request, status, mails } = await start(ACCORD.replace('within: 24h', 'within: 4h'))
    expect((await status()).agreements[0]?.rulebook_version).toBe(2)
    expect((await status()).rejected_rulebooks).toEqual([])
    const path = `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c2'))}`
    const { body } = await request('GET', path)
    expect(body.verdict).not.toBe('met')
    expect(body.transitions.at(-1)).toMatchObject({ cause: 'rule_change', rulebook_version: 2 })
    expect(await mails()).toEqual([])
  })
})

/** What the accord is expected to find: talks within the day are in time. */
const SCENARIOS = `tests:
  - name: talks on the same day
    given:
      - {at: 2026-03-01T00:00Z, event: attack, data: {scale: major}}
      - {at: 2026-03-01T01:00Z, event: consultation.requested}
      - {at: 2026-03-01T09:00Z, event: consultation.held, data: {parties: [JPN, UKR]}}
    expect:
      - {at: 2026-03-10T00:00Z, commitment: talks, verdict: met}
`

describeOnEachDatabase('rulebooks with scenarios', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService | undefined

  async function start(text: string): Promise<RunningService> {
    await running?.close()
    running = await runService(server(), clock, [{ file: FILE, text }])
    return running
  }

  afterAll(async () => {
    await running?.close()
  })

  test('are taken into use when these find what they expect', async () => {
    const { status } = await start(ACCORD + SCENARIOS)
    expect(await status()).toMatchObject({ agreements: [{ rulebook_version: 1 }], rejected_rulebooks: [] })
  })

  test.each(['are rejected when they do not', 'stay rejected at the next start'])('%s', async () => {
    const text = ACCORD.replace('within: 24h', 'within: 4h') + SCENARIOS
    const { agreements, rejected_rulebooks: rejected } = await (await start(text)).status()
    expect(agreements[0]?.rulebook_version).toBe(1)
    const expectation = '{at: 2026-03-10T00:00Z, commitment: talks, verdict: met}'
    const line = text.split('\n').findIndex((one) => one.includes(expectation)) + 1
    const message =
      'the scenario "talks on the same day" is not met: accord/talks@scenario#2 as of 2026-03-10T00:00:00.000Z: ' +
      'expected verdict: "met", found verdict: "met_late"'
    expect(rejected).toMatchObject([
      { file: FILE, agreement: 'accord', problems: [{ line, column: 9, code: 'scenario', message }] },
    ])
  })

  test('are adopted once, however many offer them', async () => {
    const { service, status } = await start(ACCORD + SCENARIOS)
    const rulebook = { file: FILE, text: `${ACCORD}${SCENARIOS}# read anew\n`, evidence: null }
    const load = () => service.loadRules({ rulebooks: [rulebook], shared: [], evidence: [] })
    const states = (await Promise.all([load(), load()])).flat().map(({ state }) => state)
    expect(states.sort()).toEqual(['adopted', 'unchanged'])
    await service.sweep()
    expect((await status()).agreements[0]?.rulebook_version).toBe(2)
  })

  test('are the next version when rule and scenario agree again', async () => {
    const text = ACCORD.replace('within: 24h', 'within: 4h') + SCENARIOS.replace('verdict: met', 'verdict: met_late')
    const { status } = await start(text)
    expect(await status()).toMatchObject({ agreements: [{ rulebook_version: 3 }], rejected_rulebooks: [] })
  })
})

describeOnEachDatabase('definitions and evidence that rulebooks share', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  const evidence = [{ file: 'shared/attacks.ndjson', text: ndjson(attack('a2', '2025-06-01T00:00:00Z')) }]
  let running: RunningService | undefined

  async function start(shared: readonly (typeof ATTACKS)[]): Promise<RunningService> {
    await running?.close()
    const own = ndjson(call('c2', '2025-06-01T01:00:00Z'), talks('t2', '2025-06-01T09:00:00Z'))
    running = await runService(
      server(),
      clock,
      [{ file: FILE, text: INCLUDING_ACCORD, evidence: own }],
      {},
      { shared, evidence },
    )
    return running
  }

  afterEach(async () => {
    await running?.close()
    running = undefined
  })

  test('are used, and kept with the version that was adopted', async () => {
    const { status, service } = await start([ATTACKS])
    expect(commitmentIn(await status(), 'talks')).toMatchObject({ record: { met: 1 } })
    expect(await lastSeq(service.store.db)).toBe(3)
    const [row] = await service.store.db.selectFrom('servanda.rulebooks').select('included').execute()
    expect(row?.included).toEqual([ATTACKS])
  })

  test('make a new version when they change', async () => {
    const { status } = await start([{ ...ATTACKS, text: ATTACKS.text.replace('72h', '71h') }])
    expect((await status()).agreements[0]?.rulebook_version).toBe(2)
  })

  test('that are gone do not take a good version away', async () => {
    const { status } = await start([])
    const shown = await status()
    expect(shown.agreements[0]?.rulebook_version).toBe(2)
    expect(commitmentIn(shown, 'talks')).toMatchObject({ record: { met: 1 } })
    expect(JSON.stringify(shown.rejected_rulebooks)).toContain('there are no shared definitions attacks to include')
  })
})
