import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { openStore } from '../../services/store/index.ts'
import { adminKeyOf, postTo, type ServandaProcess, spawnServanda } from '../faults/servanda-process.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, attack, ndjson } from './accord.ts'
import { runService } from './running-service.ts'

describeOnEachDatabase('servanda verify', (server) => {
  let head: { seq: number; hash: string; recorded_at: string }

  beforeAll(async () => {
    const evidence = ndjson(attack('a1', '2026-02-01T10:00:00Z'), attack('a2', '2026-02-02T10:00:00Z'))
    const files = [{ file: 'accord/rulebook.yaml', text: ACCORD, evidence }]
    const running = await runService(server(), new TestClock('2026-03-01T12:00:00Z'), files)
    const empty = await running.request('GET', '/v1/ledger/verification?expect=1', {})
    expect(empty).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID', errors: [{ pointer: '/expect' }] } })
    await running.post(attack('a3', '2026-03-01T10:00:00Z'))
    head = (await running.request('GET', '/v1/ledger')).body
    expect(head).toEqual({
      seq: 3,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      recorded_at: '2026-03-01T12:00:00.000Z',
    })
    const found = await running.request('GET', `/v1/ledger/verification?expect=3:${head.hash}`)
    expect(found).toMatchObject({ status: 200, body: { rows: 3, head, expected: { seq: 3 }, findings: [] } })
    const reader = await running.key(['read'])
    expect((await running.request('GET', '/v1/ledger/verification', { key: reader })).status).toBe(403)
    await running.close()
  })

  async function run(...args: string[]): Promise<{ code: unknown; output: string }> {
    const process: ServandaProcess = spawnServanda(['verify', ...args], server())
    const code = await process.ended
    return { code, output: process.output() }
  }

  async function tamper(statement: string): Promise<void> {
    const { databaseUrl, dataDir } = server()
    const store = await openStore({ databaseUrl, dataDir, log: pino({ level: 'silent' }) })
    await sql`alter table servanda.events disable trigger append_only`.execute(store.db)
    await sql.raw(statement).execute(store.db)
    await sql`alter table servanda.events enable trigger append_only`.execute(store.db)
    await store.close()
  }

  test('of a whole ledger says so, with what to note elsewhere, and exits 0', async () => {
    expect(await run()).toMatchObject({ code: 0, output: expect.stringContaining(`3:${head.hash}`) })
  })

  test('with a row that was noted says that it is there still', async () => {
    const { code, output } = await run('--expect', `3:${head.hash}`, '--format', 'json')
    expect(code, output).toBe(0)
    const expected = { seq: 3, hash: head.hash }
    const audit = { rows: 0, head: null, expected: null, findings: [], findings_omitted: 0 }
    expect(JSON.parse(output)).toEqual({ rows: 3, head, expected, findings: [], findings_omitted: 0, audit })
  })

  test('with something else to expect exits 2', async () => {
    expect(await run('--expect', '3')).toMatchObject({ code: 2, output: expect.stringContaining('SEQ:HASH') })
  })

  test('names the row that was tampered with, and exits 1', async () => {
    await tamper(`update servanda.events set type = 'parade' where seq = 2`)
    const { code, output } = await run()
    expect(code).toBe(1)
    expect(output).toContain('row 2 (a2 from https://events.example/, revision 1) altered: its column type was changed')
    await tamper(`update servanda.events set type = 'attack' where seq = 2`)
  })

  test('finds an end that is gone against what was noted, and exits 1', async () => {
    await tamper('delete from servanda.events where seq = 3')
    const { code, output } = await run('--expect', `3:${head.hash}`, '--format', 'json')
    expect(code).toBe(1)
    expect(JSON.parse(output).findings).toMatchObject([{ kind: 'cut_off', seq: 3, through: 3, id: null }])
  })
})

describeOnEachDatabase('servanda verify beside a running service', (server) => {
  let service: ServandaProcess

  beforeAll(async () => {
    service = spawnServanda(['start'], server(), { RULES_DIR: server().dataDir })
    await postTo(await service.running, await adminKeyOf(server()), attack('a1', '2026-02-01T10:00:00Z'))
  })

  afterAll(async () => {
    service.child.kill('SIGTERM')
    await service.ended
  })

  test('verifies what the service holds, or asks it', async () => {
    const asked = spawnServanda(['verify', '--format', 'json'], server())
    expect(await asked.ended, asked.output()).toBe(0)
    expect(JSON.parse(asked.output())).toMatchObject({ rows: 1, head: { seq: 1 }, findings: [] })
  })

  test('says who has the data where it does not say where it answers', async () => {
    if (server().databaseUrl !== undefined) return
    const note = join(server().dataDir, 'service.json')
    const said = await readFile(note)
    await writeFile(note, '{}')
    const refused = spawnServanda(['verify'], server())
    expect(await refused.ended).toBe(2)
    expect(refused.output()).toContain(`in use by process ${service.child.pid}`)
    await writeFile(note, said)
  })
})

test('servanda verify without a ledger says so, makes none, and exits 2', async () => {
  const dataDir = join(tmpdir(), `servanda-nowhere-${process.pid}`)
  const refused = spawnServanda(['verify'], { mode: 'pglite', dataDir })
  expect(await refused.ended).toBe(2)
  expect(refused.output()).toContain(`there is no ledger in ${dataDir}`)
  expect(existsSync(dataDir)).toBe(false)
})
