import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Client } from 'pg'
import { pino } from 'pino'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { instant } from '../../rules/index.ts'
import { createKey } from '../../services/access/index.ts'
import { verifyLedger } from '../../services/ledger/index.ts'
import { openStore, type Store } from '../../services/store/index.ts'
import { describeInModes, type ModeServer } from '../servers/modes.ts'
import { freePort } from '../servers/process.ts'
import { type SmtpSink, startSmtpSink } from '../servers/smtp.ts'
import { postTo, type ServandaProcess, spawnServanda } from './servanda-process.ts'

const PATIENCE = { timeout: 30_000, interval: 50 }

const REGIONS = ['north', 'east', 'south', 'west']
const ATTACKS = 30
const SENDERS = 8
const SOURCE = 'https://events.example/'
const FEED = { name: 'feed', scopes: ['admin'], sources: null, highestStanding: 'confirmed', expiresAt: null } as const

/** Attacks of its own, and the talks that every region hears of. */
function rulebook(region: string): string {
  return `servanda: 1
agreement:
  id: ${region}
  title: Talks about the ${region}
  legal_force: political
  parties: {JPN: Japan, UKR: Ukraine}
  in_force: {from: 2024-06-13}
  zone: Europe/Kyiv
commitments:
  - {id: talks, title: Talks within 24 hours of an attack, kind: act, by: JPN, to: UKR, when: {event: attack.${region}},
     within: 24h, counts: {event: talks, same: [incident]}, severity: critical}
`
}

interface Told {
  readonly id: string
  readonly [field: string]: unknown
}

/** A case as the API gives it. */
interface Read {
  readonly id: string
  readonly verdict: string
  readonly evidence: readonly { readonly role: string }[]
  readonly [field: string]: unknown
}

function told(id: string, type: string, at: Temporal.Instant, incident: string): Told {
  return { specversion: '1.0', source: SOURCE, id, type, time: at.toString(), data: { incident } }
}

/**
 * What happens in a region, in two parts of which the second corrects the first. Of every five attacks the first is talked
 * about in time, the second never, the deadline of the third passes in a moment, the talks after the fourth become known
 * late, and those after the fifth are taken back.
 */
function eventsOf(region: string, now: Temporal.Instant): { readonly first: Told[]; readonly second: Told[] } {
  const first: Told[] = []
  const second: Told[] = []
  for (let n = 0; n < ATTACKS; n++) {
    const incident = `${region}-${n}`
    const passing = now.subtract({ hours: 24 }).add({ seconds: 4, milliseconds: 200 * n })
    const at = n % 5 === 2 ? passing : now.subtract({ hours: 25, minutes: n })
    const talks = told(`talks-${incident}`, 'talks', at.add({ hours: 3 }), incident)
    first.push(told(`attack-${incident}`, `attack.${region}`, at, incident))
    if (n % 5 === 0 || n % 5 === 4) first.push(talks)
    if (n % 5 === 3) second.push(talks)
    if (n % 5 === 4) second.push({ specversion: '1.0', source: SOURCE, id: talks.id, revision: 2, retracted: true })
  }
  return { first, second }
}

/** The cases of the attacks about which, once all is known, nobody has talked in time. */
function breachedIn(region: string): readonly string[] {
  const attacks = Array.from({ length: ATTACKS }, (_, n) => n).filter((n) => [1, 2, 4].includes(n % 5))
  return attacks.map((n) => `${region}/talks@${SOURCE}#attack-${region}-${n}`).sort()
}

/** Of a case's status, what a change is a change of. */
function standing(result: string): string {
  const { phase, verdict, certainty, flags } = JSON.parse(result)
  return [phase, verdict, certainty, flags].join()
}

/** Without the talks about other attacks: whoever looks at one case alone does not come across them. */
function weighed(one: Read): Read {
  return { ...one, evidence: one.evidence.filter(({ role }) => role !== 'ignored') }
}

function byId(one: Read, other: Read): number {
  return one.id < other.id ? -1 : 1
}

/** An address of its own for each machine where the system has several on the loopback interface. */
async function loopback(n: number): Promise<string> {
  const address = `127.0.0.${n}`
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve('127.0.0.1'))
    server.listen(0, address, () => server.close(() => resolve(address)))
  })
}

describeInModes(['postgresql', 'postgresql+redis'], 'two apis and three workers', (server) => {
  const processes = new Map<string, ServandaProcess>()
  const urls: string[] = []
  let smtp: SmtpSink
  let store: Store
  let key: string

  /** A machine has a folder of its own, and a name by which the database knows it. */
  async function run(command: 'api' | 'worker', name: string, env: Readonly<Record<string, string>> = {}) {
    const { databaseUrl = '', dataDir } = server()
    const url = new URL(databaseUrl)
    url.searchParams.set('application_name', name)
    const own: ModeServer = { ...server(), dataDir: join(dataDir, name), databaseUrl: url.href }
    const started = spawnServanda([command], own, {
      RULES_DIR: join(dataDir, 'rules'),
      PUBLIC_URL: 'https://monitor.example',
      SMTP_URL: smtp.url,
      MAIL_FROM: 'monitor@monitor.example',
      LOG_LEVEL: 'info',
      ...env,
    })
    processes.set(name, started)
    await vi.waitFor(() => expect(started.output()).toMatch(/is answering|is working/), PATIENCE)
  }

  async function runApi(name: string, host: string): Promise<void> {
    const port = await freePort()
    urls.push(`http://${host}:${port}`)
    await run('api', name, { HOST: host, PORT: String(port) })
  }

  /** Sends every event to both apis at once: one records it, and the other has to know it. */
  async function post(events: readonly Told[]): Promise<void> {
    const rest = [...events]
    const sender = async () => {
      for (let event = rest.shift(); event; event = rest.shift()) {
        const answers = await Promise.all(urls.map((url) => postTo(url, key, event)))
        expect(answers.map((answer) => answer?.status).sort(), JSON.stringify([event, answers])).toEqual([200, 202])
      }
    }
    await Promise.all(Array.from({ length: SENDERS }, sender))
  }

  async function read(path: string) {
    const response = await fetch(`${urls[1]}${path}`, { headers: { authorization: `Bearer ${key}` } })
    return JSON.parse(await response.text())
  }

  /** The workers that are about to write what has changed. */
  async function writingWorkers(): Promise<readonly string[]> {
    const { rows } = await sql<{ name: string }>`
      select distinct application_name as name from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like 'insert into "servanda"."transitions"%'
        and application_name like 'worker-%'`.execute(store.db)
    return rows.map(({ name }) => name)
  }

  /** Kills a worker in the middle of an evaluation, which another is then to do. */
  async function killWhileBusy(): Promise<string> {
    const holding = new Client(server().databaseUrl)
    await holding.connect()
    try {
      // Whoever has found a change waits with it until we are gone.
      await holding.query('begin')
      await holding.query('lock table servanda.transitions in share mode')
      await expect.poll(writingWorkers, PATIENCE).not.toEqual([])
      const [name = ''] = await writingWorkers()
      processes.get(name)?.child.kill('SIGKILL')
      expect(await processes.get(name)?.ended).toBe('SIGKILL')
      return name
    } finally {
      await holding.end()
    }
  }

  /** What is still to be done. */
  async function waiting() {
    const { rows } = await sql<{ evidence: number; deadlines: number; mails: number }>`
      select (select count(*)::int from servanda.outbox) as evidence,
        (select count(*)::int from servanda.cases where verdict = 'open') as deadlines,
        (select count(*)::int from servanda.intents where expanded_at is null)
          + (select count(*)::int from servanda.deliveries where state <> 'sent') as mails`.execute(store.db)
    return rows[0]
  }

  async function recorded(): Promise<number> {
    return (await store.db.selectFrom('servanda.events').select('seq').execute()).length
  }

  beforeAll(async () => {
    smtp = await startSmtpSink()
    for (const region of REGIONS) {
      const folder = join(server().dataDir, 'rules', region)
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'rulebook.yaml'), rulebook(region))
    }
    const { databaseUrl, dataDir } = server()
    store = await openStore({ databaseUrl, dataDir, log: pino({ level: 'silent' }) })
    key = (await createKey(store.db, FEED, instant(Temporal.Now.instant().epochMilliseconds))).token
    await Promise.all([
      runApi('api-1', await loopback(2)),
      runApi('api-2', await loopback(3)),
      ...['worker-1', 'worker-2', 'worker-3'].map((name) => run('worker', name)),
    ])
  })

  afterAll(async () => {
    for (const { child } of processes.values()) child.kill('SIGTERM')
    await Promise.all([...processes.values()].map(({ ended }) => ended))
    await store?.close()
    await smtp?.close()
  })

  test('share the work, one of them killed in the middle of it, and everything is done once', async () => {
    const told = REGIONS.map((region) => eventsOf(region, Temporal.Now.instant()))
    const [first, second] = [told.flatMap((one) => one.first), told.flatMap((one) => one.second)]
    const posting = post(first)

    const killed = await killWhileBusy()
    await posting
    await post(second)
    expect(killed).toMatch(/^worker-/)

    await expect.poll(waiting, PATIENCE).toEqual({ evidence: 0, deadlines: 0, mails: 0 })
    expect(await recorded()).toBe(first.length + second.length)
    expect((await verifyLedger(store.db)).findings).toEqual([])
  }, 90_000)

  test('the cases are those of an evaluation of the whole ledger', async () => {
    for (const region of REGIONS) {
      const { cases } = await read(`/v1/agreements/${region}/cases?limit=500&evidence=true`)
      const { commitments } = await read(`/v1/agreements/${region}/evaluation`)
      const found = (cases as Read[]).map(weighed)
      const expected = (commitments as { cases: Read[] }[]).flatMap((one) => one.cases.map(weighed))
      expect(found.sort(byId)).toEqual(expected.sort(byId).map((one) => expect.objectContaining(one)))
      const breached = found.flatMap(({ id, verdict }) => (verdict === 'breached' ? [id] : [])).sort()
      expect(breached).toEqual(breachedIn(region))
    }
  })

  test('each change follows from the one before it, and none is there twice', async () => {
    const { rows } = await sql<{ id: string; before: string | null; after: string }>`
      select case_id as id, before::text as before, after::text as after
      from servanda.transitions order by case_id, number`.execute(store.db)
    const last = new Map<string, string>()
    for (const { id, before, after } of rows) {
      expect(before === null ? undefined : standing(before), id).toBe(last.get(id))
      expect(standing(after), id).not.toBe(last.get(id))
      last.set(id, standing(after))
    }
    expect(last.size).toBe(REGIONS.length * ATTACKS)
  })

  test('each alert exists once and was mailed once', async () => {
    const intents = await store.db
      .selectFrom('servanda.intents')
      .select(['number', 'about', 'verdict'])
      .orderBy('number')
      .execute()
    const deliveries = await store.db.selectFrom('servanda.deliveries').selectAll().execute()
    const told = await store.db.selectFrom('servanda.told').selectAll().execute()
    const mailed = new Set(told.map(({ intent }) => intent))
    const last = new Map<string, string | null>()
    for (const { number, about, verdict } of intents.filter((one) => mailed.has(one.number))) {
      expect(last.get(about), `${about}, ${number}`).not.toBe(verdict)
      last.set(about, verdict)
    }
    const breached = [...last].flatMap(([id, verdict]) => (verdict === 'breached' ? [id] : [])).sort()
    expect(breached).toEqual(REGIONS.flatMap(breachedIn).sort())
    // What came up together went together; nothing went twice, and nothing was left.
    expect(new Set(told.map(({ delivery }) => delivery))).toEqual(new Set(deliveries.map(({ id }) => id)))
    expect(deliveries.filter(({ state }) => state !== 'sent')).toEqual([])
    const mails = smtp.received.map(({ mail }) => mail.messageId)
    expect([...new Set(mails)].sort()).toEqual(deliveries.map(({ message_id }) => message_id).sort())
    // A mail that the killed worker was at may come again, under the same Message-ID.
    expect(mails.length - deliveries.length).toBeLessThanOrEqual(1)
  })
})
