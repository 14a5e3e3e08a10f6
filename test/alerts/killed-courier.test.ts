import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../config/root.ts'
import { changeState } from '../../services/alerts/index.ts'
import { describeInModes } from '../servers/modes.ts'
import { openRig, type Rig } from './rig.ts'

const NOTED = 'update "servanda"\\."deliveries" set "state" = \\$1, "answer"'

/** Where a process that sends is killed: what is loaded before it, and what that is told. */
const POINTS = [
  ['in the middle of the first mail', 'die-in-data.mjs', { DIE_IN_DATA: '1' }],
  ['in the middle of a later mail', 'die-in-data.mjs', { DIE_IN_DATA: '3' }],
  ['after a mail is taken, and before that is noted', 'die-at.mjs', dieAt([NOTED], 'before')],
  ['after that is noted, and before it is committed', 'die-at.mjs', dieAt([NOTED, '^commit'], 'before')],
  ['after that is committed', 'die-at.mjs', dieAt([NOTED, '^commit'], 'after')],
] as const

function dieAt(statements: readonly string[], when: 'before' | 'after') {
  return { DIE_AT: JSON.stringify({ statements, when }) }
}

/** Several processes start, one after another. */
const LONG = { timeout: 90_000 }

// On the embedded database the whole service is killed at these points: test/faults/named-points.test.ts.
describeInModes(['postgresql'], 'a courier that is killed while it sends', (server) => {
  let at = Temporal.Instant.from('2026-03-02T12:00:00Z')
  let smtp: ChildProcess
  let smtpUrl = ''
  const taken: string[] = []

  beforeAll(async () => {
    smtp = run('test/servers/smtp-process.ts', [], {})
    const lines = createInterface({ input: smtp.stdout as NodeJS.ReadableStream })
    const [port] = await once(lines, 'line')
    smtpUrl = `smtp://127.0.0.1:${port}`
    lines.on('line', (id: string) => taken.push(id))
    await meanwhile(async (rig) => {
      await rig.subscribe()
      for (const agreement of ['a', 'b', 'c', 'd']) {
        const { about, number } = await rig.alert({ agreement })
        await rig.alert({ agreement, about, kind: 'corrected', verdict: 'met', replaces: number })
      }
    })
  })

  afterAll(async () => {
    smtp.stdin?.end()
    await once(smtp, 'exit')
  })

  /** What is done while no other process has the database. */
  async function meanwhile(change: (rig: Rig) => Promise<unknown>): Promise<void> {
    const rig = await openRig(server(), at.toString())
    await change(rig)
    await rig.close()
  }

  /** @returns how the process ended that sends what is due a day after the one before */
  async function send(preload: string | null, env: Readonly<Record<string, string>>): Promise<unknown> {
    at = at.add({ hours: 24 })
    const { dataDir, databaseUrl } = server()
    const args = [smtpUrl, at.toString(), dataDir, ...(databaseUrl === undefined ? [] : [databaseUrl])]
    const before = preload === null ? [] : ['--import', pathToFileURL(join(packageRoot(), 'test/faults', preload)).href]
    const child = run('test/alerts/courier-process.ts', args, env, before)
    const [code, signal] = await once(child, 'exit')
    return signal ?? code
  }

  test.each(POINTS)('%s', async (name, preload, env) => {
    expect(await send(preload, env), `killed ${name}`).toBe('SIGKILL')
  })

  test('in the end has told everything that it was to tell, and given up or withheld the rest', LONG, async () => {
    await meanwhile(async (rig) => {
      await rig.subscribe({ id: 'gone', name: 'Nobody', address: 'nobody@gone.example' })
      await rig.subscribe({ id: 'paused', name: 'Somebody', address: 'somebody@later.example' })
      await rig.alert({ agreement: 'e', about: 'e/talks@s#1' })
    })
    expect(await send(null, {})).toBe(0)
    await meanwhile(({ store, now }) =>
      store.transaction((trx) => changeState(trx, 'paused', 'paused', 'for a test', now())),
    )
    expect(await send(null, {})).toBe(0)
    const { store, close } = await openRig(server(), at.toString())
    const told = await store.db
      .selectFrom('servanda.told as told')
      .leftJoin('servanda.deliveries as delivery', 'delivery.id', 'told.delivery')
      .select(['told.subscription', 'delivery.state', 'delivery.message_id'])
      .execute()
    const deliveries = await store.db.selectFrom('servanda.deliveries').select(['state', 'message_id']).execute()
    const intents = await store.db.selectFrom('servanda.intents').select(['number', 'expanded_at']).execute()
    await close()
    expect(intents.filter(({ expanded_at }) => expanded_at === null)).toEqual([])
    expect(new Set(told.map(({ state }) => state))).toEqual(new Set(['sent', 'failed', 'withheld']))
    expect(told.filter(({ subscription }) => subscription === 'gone').map(({ state }) => state)).not.toContain('sent')
    const sent = deliveries.filter(({ state }) => state === 'sent').map(({ message_id }) => message_id)
    expect([...new Set(taken)].toSorted()).toEqual(sent.toSorted())
    expect(taken.length, 'a mail of which nobody knew was sent again').toBeGreaterThan(sent.length)
  })
})

/** Runs one of our own programs, which dies with this process at the latest. */
function run(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  before: readonly string[] = [],
): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', ...before, join(packageRoot(), file), ...args], {
    cwd: packageRoot(),
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  })
}
