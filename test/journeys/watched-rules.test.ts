import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { lookAtRules } from '../../services/rulebooks/index.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { removeFolder, temporaryFolder } from '../servers/process.ts'
import { ACCORD, ATTACKS, attack, call, INCLUDING_ACCORD, ndjson, talks } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'

const RULEBOOK = 'accord/rulebook.yaml'
const HISTORY = ndjson(attack('a2', '2025-06-01T00:00:00Z'), call('c2', '2025-06-01T01:00:00Z'))

describeOnEachDatabase('a folder of rules that is watched', (server) => {
  let folder: string
  let running: RunningService

  beforeAll(async () => {
    folder = temporaryFolder('rules')
    await mkdir(join(folder, 'accord'))
    await mkdir(join(folder, 'shared'))
    running = await runService(server(), new TestClock('2026-03-01T12:00:00Z'), [])
    running.service.watchRules(folder, await lookAtRules(folder), () => {})
  })

  afterAll(async () => {
    await running.close()
    removeFolder(folder)
  })

  const write = (file: string, text: string) => writeFile(join(folder, file), text)

  /** Long enough for two looks and what follows from them. */
  const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 100 })

  const version = async () => (await running.status()).agreements.map(({ rulebook_version }) => rulebook_version)
  const rejected = async () => (await running.status()).rejected_rulebooks.map(({ file }) => file)

  test('brings in a rulebook and its evidence, quietly', async () => {
    await write('accord/evidence.ndjson', HISTORY)
    await write(RULEBOOK, ACCORD)
    await soon(async () => {
      expect(commitmentIn(await running.status(), 'talks')).toMatchObject({ record: { breached: 1 } })
    })
    expect(await running.mails()).toEqual([])
  })

  test('shows what is half-written as rejected, until its whole is there', async () => {
    const next = ACCORD.replace('within: 24h', 'within: 48h')
    await write(RULEBOOK, next.slice(0, -100))
    await soon(async () => expect(await rejected()).toEqual([RULEBOOK]))
    expect(await version()).toEqual([1])
    await write(RULEBOOK, next)
    await soon(async () => expect([await rejected(), await version()]).toEqual([[], [2]]))
  })

  test('brings in what is added to shared definitions and to evidence', async () => {
    await write('shared/attacks.yaml', ATTACKS.text)
    await write(RULEBOOK, INCLUDING_ACCORD)
    await soon(async () => expect(await version()).toEqual([3]))
    await write('shared/attacks.yaml', ATTACKS.text.replace('72h', '71h'))
    await soon(async () => expect(await version()).toEqual([4]))
    await write('accord/evidence.ndjson', HISTORY + ndjson(talks('t2', '2025-06-01T09:00:00Z')))
    await soon(async () => {
      expect(commitmentIn(await running.status(), 'talks')).toMatchObject({ record: { met: 1 } })
    })
    expect(await running.mails()).toEqual([])
  })

  test('takes nothing away, but the rejection of what is gone', async () => {
    await write('treaty.yaml', 'no rulebook')
    await soon(async () => expect(await rejected()).toEqual(['treaty.yaml']))
    await rm(join(folder, 'treaty.yaml'))
    await rm(join(folder, 'accord'), { recursive: true })
    await soon(async () => expect(await rejected()).toEqual([]))
    expect(await version()).toEqual([4])
  })
})
