import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postTo, type ServandaProcess, spawnServanda } from '../faults/servanda-process.ts'
import { describeInEveryMode } from '../servers/modes.ts'
import { ACCORD, attack, call, talksCase } from './accord.ts'
import { mailsIn } from './running-service.ts'

const PATIENCE = { timeout: 25_000, interval: 100 }

describeInEveryMode('an api and two workers', (server) => {
  const processes: ServandaProcess[] = []

  /** The embedded database has room for one process; there the two commands say so. */
  const isEmbedded = () => server().databaseUrl === undefined

  function run(command: string): ServandaProcess {
    const started = spawnServanda([command], server(), {
      RULES_DIR: join(server().dataDir, 'rules'),
      LOG_LEVEL: 'info',
    })
    processes.push(started)
    return started
  }

  beforeAll(async () => {
    await mkdir(join(server().dataDir, 'rules', 'accord'), { recursive: true })
    await writeFile(join(server().dataDir, 'rules', 'accord', 'rulebook.yaml'), ACCORD)
  })

  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGTERM')
    const codes = await Promise.all(processes.map(({ ended }) => ended))
    if (!isEmbedded()) expect(codes).toEqual([0, 0, 0])
  })

  test('share one database and tell of a breach once', async () => {
    const [api, ...workers] = [run('api'), run('worker'), run('worker')] as const
    if (isEmbedded()) {
      expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([2, 2, 2])
      expect(api.output()).toContain('servanda start')
      return
    }
    await expect
      .poll(() => workers.map((one) => one.output().includes('worker is working')), PATIENCE)
      .toEqual([true, true])
    await expect.poll(() => api.output(), PATIENCE).toContain('api is answering')
    const url = /"url":"([^"]+)"/.exec(api.output())?.[1] ?? ''
    const made = spawnServanda(['key', 'create', '--name', 'feed', '--scopes', 'events', 'read'], server())
    expect(await made.ended, made.output()).toBe(0)
    const key = made.output().trim()

    const called = Temporal.Now.instant().subtract({ hours: 24 }).add({ milliseconds: 1_000 })
    expect(await postTo(url, key, attack('a1', called.subtract({ hours: 1 }).toString()))).toMatchObject({
      status: 202,
    })
    expect(await postTo(url, key, call('c1', called.toString()))).toMatchObject({ status: 202 })

    const authorization = { authorization: `Bearer ${key}` }
    const readStatus = async () => (await fetch(`${url}/v1/status/accord`, { headers: authorization })).text()
    await expect.poll(readStatus, PATIENCE).toContain('"indicator":"breached"')
    const outbox = join(server().dataDir, 'outbox')
    await expect.poll(async () => (await mailsIn(outbox)).length, PATIENCE).toBe(1)
    expect((await mailsIn(outbox))[0]?.text).toContain(talksCase('c1'))
    expect((await fetch(`${url}/v1/status`)).status, 'reading is not public unless it is said').toBe(401)
  })
})
