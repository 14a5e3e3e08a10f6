import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pino } from 'pino'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../config/root.ts'
import { openStore } from '../../services/store/index.ts'
import { ACCORD, attack, call, dayEndingIn, talksCase } from '../journeys/accord.ts'
import { casesOf, mailsIn } from '../journeys/running-service.ts'
import { describeInModes, type ModeServer } from '../servers/modes.ts'
import { adminKeyOf, postTo, type ServandaProcess, spawnServanda } from './servanda-process.ts'
import { expectTheReference } from './the-reference.ts'

/** A point in the work of a process, as `die-at.mjs` takes it. */
interface DyingPoint {
  readonly statements: readonly string[]
  readonly when: 'before' | 'after'
}

const EVENTS = 'insert into servanda\\.events'
const OUTBOX = 'insert into servanda\\.outbox'
const TRANSITIONS = 'insert into "servanda"\\."transitions"'
const INTENTS = 'insert into "servanda"\\."intents"'
const SETTLED = 'delete from "servanda"\\."outbox"'
const EXPANDED = 'insert into servanda\\.told'
const GATHERED = 'insert into servanda\\.deliveries'
const CLAIMED = "set state = 'sending'"
const NOTED = 'update "servanda"\\."deliveries"'
const COMMIT = '^commit'

/** Where a process is killed: at statements to the database. The alert comes with the deadline, the transition before it with the call. */
const POINTS: readonly (readonly [string, DyingPoint])[] = [
  ['before an event is written', { statements: [EVENTS], when: 'before' }],
  ['between an event and the note to evaluate it', { statements: [EVENTS, OUTBOX], when: 'before' }],
  ['before an event is committed', { statements: [EVENTS, COMMIT], when: 'before' }],
  ['before an event is acknowledged', { statements: [EVENTS, COMMIT], when: 'after' }],
  ['before a change is written', { statements: [TRANSITIONS], when: 'before' }],
  ['before an evaluation is committed', { statements: [TRANSITIONS, SETTLED, COMMIT], when: 'before' }],
  ['after an evaluation is committed', { statements: [TRANSITIONS, SETTLED, COMMIT], when: 'after' }],
  ['before the alert of a deadline is written', { statements: [INTENTS], when: 'before' }],
  ['before a deadline is committed', { statements: [INTENTS, COMMIT], when: 'before' }],
  ['after a deadline is committed', { statements: [INTENTS, COMMIT], when: 'after' }],
  ['before it is settled who is mailed', { statements: [EXPANDED, COMMIT], when: 'before' }],
  ['after it is settled who is mailed', { statements: [EXPANDED, COMMIT], when: 'after' }],
  ['before it is settled what goes together', { statements: [GATHERED, COMMIT], when: 'before' }],
  ['before a mail is claimed', { statements: [CLAIMED], when: 'before' }],
  ['after a mail is claimed', { statements: [CLAIMED], when: 'after' }],
  ['after a mail is out', { statements: [NOTED], when: 'before' }],
  ['before it is committed that a mail is out', { statements: [NOTED, COMMIT], when: 'before' }],
]

const NAME = 'a service that is killed at every point of its work'

const PATIENCE = { timeout: 30_000, interval: 50 }

/** The points are shared out: a start takes seconds, and what a point means is the same on both. */
const SHARES = [
  ['pglite', POINTS.filter((_, n) => n % 2 === 0)],
  ['postgresql', POINTS.filter((_, n) => n % 2 === 1)],
] as const

for (const [mode, points] of SHARES) describeInModes([mode], NAME, (server) => killedAt(points, server))

function killedAt(points: typeof POINTS, server: () => ModeServer): void {
  const acknowledged: object[] = []
  const calls: object[] = []
  let running: ServandaProcess

  function spawn(point: DyingPoint | null): ServandaProcess {
    running = spawnServanda(['start'], server(), {
      RULES_DIR: join(server().dataDir, 'rules'),
      ...(point && {
        NODE_OPTIONS: `--import ${pathToFileURL(join(packageRoot(), 'test/faults/die-at.mjs')).href}`,
        DIE_AT: JSON.stringify(point),
      }),
    })
    return running
  }

  async function send(url: string, event: object): Promise<number | undefined> {
    const answer = await postTo(url, await adminKeyOf(server()), event)
    if (answer?.status === 202) acknowledged.push(event)
    return answer?.status
  }

  const caseOfMails = async () => {
    const mails = await mailsIn(join(server().dataDir, 'outbox'))
    return mails.flatMap(casesOf).sort()
  }

  beforeAll(async () => {
    const rules = join(server().dataDir, 'rules')
    await mkdir(rules)
    await writeFile(join(rules, 'accord.yaml'), ACCORD)
    const url = await spawn(null).running
    await send(url, attack('a1', Temporal.Now.instant().subtract({ hours: 30 }).toString()))
    running.child.kill('SIGTERM')
    await running.ended
  })

  afterAll(async () => {
    running.child.kill('SIGKILL')
    await running.ended
  })

  test.each(points)('%s', async (name, point) => {
    const event = call(`call-${calls.length}`, dayEndingIn(1_000))
    calls.push(event)
    const { ended, running: started } = spawn(point)
    // What it finds to do at its start may bring it there before it answers.
    const url = await Promise.race([started, ended.then(() => null)]).catch(() => null)
    if (url !== null) await send(url, event)
    expect(await ended, `killed ${name}`).toBe('SIGKILL')
  })

  test('in the end has every event it acknowledged, and has told of each breach once', async () => {
    const url = await spawn(null).running
    for (const event of acknowledged) expect(await send(url, event)).toBe(200)
    for (const event of calls) expect([200, 202]).toContain(await send(url, event))
    const cases = calls.map((_, n) => talksCase(`call-${n}`)).sort()
    // A mail that somebody had claimed who died waits until the claim has run out.
    await expect.poll(caseOfMails, { ...PATIENCE, timeout: 90_000 }).toEqual(cases)
    running.child.kill('SIGTERM')
    expect(await running.ended).toBe(0)
    const { databaseUrl, dataDir } = server()
    const store = await openStore({ databaseUrl, dataDir, log: pino({ level: 'silent' }) })
    try {
      await expectTheReference(store)
    } finally {
      await store.close()
    }
  }, 120_000)
}
