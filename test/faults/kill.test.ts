import { existsSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyLedger } from '../../services/ledger/index.ts'
import { openStore } from '../../services/store/index.ts'
import { ACCORD, attack, call, dayEndingIn, talksCase } from '../journeys/accord.ts'
import { casesOf, mailsIn } from '../journeys/running-service.ts'
import { describeInEveryMode } from '../servers/modes.ts'
import { adminKeyOf, postTo, type ServandaProcess, spawnServanda } from './servanda-process.ts'

const PATIENCE = { timeout: 25_000, interval: 25 }

describeInEveryMode('a service that is killed', (server) => {
  const acknowledged: object[] = []
  let running: ServandaProcess
  let url: string
  let key: string

  async function start(): Promise<void> {
    running = spawnServanda(['start'], server(), { RULES_DIR: join(server().dataDir, 'rules') })
    url = await running.running
    key = await adminKeyOf(server())
  }

  async function kill(): Promise<void> {
    running.child.kill('SIGKILL')
    expect(await running.ended).toBe('SIGKILL')
  }

  /** Posts and remembers what was acknowledged. */
  async function post(event: object): Promise<boolean> {
    const answer = await postTo(url, key, event)
    if (answer?.status !== 202) return false
    acknowledged.push(event)
    return true
  }

  const outbox = () => join(server().dataDir, 'outbox')
  const subjects = async () => (await mailsIn(outbox())).flatMap(casesOf).sort()

  beforeAll(async () => {
    const rules = join(server().dataDir, 'rules', 'accord')
    await mkdir(rules, { recursive: true })
    await writeFile(join(rules, 'rulebook.yaml'), ACCORD)
    await start()
    await post(attack('a1', Temporal.Now.instant().subtract({ hours: 30 }).toString()))
  })

  afterAll(async () => {
    running.child.kill('SIGKILL')
    await running.ended
  })

  test('the moment its mail appears does not send it again', async () => {
    await post(call('c1', dayEndingIn(1_000)))
    await expect.poll(() => readdirSync(outbox()).length, { ...PATIENCE, interval: 1 }).toBeGreaterThan(0)
    await kill()
    await start()
    await expect.poll(subjects, PATIENCE).toEqual([talksCase('c1')])
  })

  test('in the middle of a hundred senders keeps every event it has acknowledged', async () => {
    const before = acknowledged.length
    const time = Temporal.Now.instant().toString()
    const sending = Array.from({ length: 300 }, (_, n) => post(attack(`storm-${n}`, time)))
    await expect.poll(() => acknowledged.length - before, { ...PATIENCE, interval: 1 }).toBeGreaterThan(30)
    await kill()
    await Promise.all(sending)
    await start()
    for (const event of acknowledged) {
      expect(await postTo(url, key, event)).toMatchObject({ status: 200, body: { duplicate: true } })
    }
  })

  test('while it starts starts the next time', async () => {
    await kill()
    for (const ms of [300, 1_200, 2_000]) {
      running = spawnServanda(['start'], server(), { RULES_DIR: join(server().dataDir, 'rules') })
      await Promise.race([running.ended, new Promise((resolve) => setTimeout(resolve, ms))])
      await kill()
    }
    await start()
  })

  test('ends with every event once, every alert told once, and nothing waiting', async () => {
    await post(call('c2', dayEndingIn(500)))
    await expect.poll(subjects, PATIENCE).toEqual(['c1', 'c2'].map(talksCase))
    running.child.kill('SIGTERM')
    expect(await running.ended).toBe(0)
    expect(existsSync(join(server().dataDir, 'service.json'))).toBe(false)
    const { databaseUrl, dataDir } = server()
    const store = await openStore({ databaseUrl, dataDir, log: pino({ level: 'silent' }) })
    try {
      expect((await verifyLedger(store.db)).findings).toEqual([])
      const deliveries = await store.db.selectFrom('servanda.deliveries').select(['message_id', 'state']).execute()
      const mails = await mailsIn(outbox())
      expect(mails.map(({ messageId }) => messageId).sort()).toEqual(deliveries.map((one) => one.message_id).sort())
      expect(await store.db.selectFrom('servanda.outbox').selectAll().execute()).toEqual([])
      expect(readdirSync(outbox()).filter((name) => !name.endsWith('.eml'))).toEqual([])
    } finally {
      await store.close()
    }
  })
})
