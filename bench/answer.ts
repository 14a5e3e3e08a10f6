import { composeService } from '../bin/compose.ts'
import { openLog } from '../config/log.ts'
import { readSettings } from '../config/settings.ts'
import { createKey } from '../services/access/index.ts'
import { type Figure, median, p99 } from './figures.ts'
import { type Mode, type Shared, startMachine, withServers } from './machines.ts'
import type { Measured, Setting } from './setting.ts'
import { HOUR, line, MINUTE } from './told.ts'
import { talksRulebook } from './workloads/response.ts'

/** How long it takes from the answer to one POST until its verdict can be read, by turns in each mode. */

const MODES: readonly Mode[] = ['postgresql+redis', 'embedded', 'postgresql']
const TARGETS: Readonly<Record<Mode, number | null>> = { 'postgresql+redis': 250, embedded: 1_000, postgresql: null }

/** Posts of a round, and those before them that are not counted. */
const POSTS = 100
const WARM_UP = 30
/** Between two posts: nothing of the one before is still under way. */
const PAUSE_MS = 20
const PATIENCE_MS = 30_000

/** Milliseconds from the answer until the case says it, and until the status does. */
interface Seen {
  readonly verdict: number
  readonly status: number
}

export async function measureAnswer(setting: Setting): Promise<Measured> {
  const found: Record<Mode, Seen[]> = { 'postgresql+redis': [], embedded: [], postgresql: [] }
  for (let round = 0; round < setting.rounds; round++) {
    for (const mode of MODES) {
      setting.say(`answer: ${mode}, round ${round + 1} of ${setting.rounds}`)
      found[mode].push(...(await withServers(mode, setting, (shared) => seenOn(mode, shared))))
    }
  }
  return { name: 'answer', figures: MODES.flatMap((mode) => figuresOf(mode, found[mode])), details: found }
}

/** With a server: one api and one worker; embedded there is one process. */
async function seenOn(mode: Mode, shared: Shared): Promise<readonly Seen[]> {
  const isOne = mode === 'embedded'
  const token = await prepare(shared)
  const api = await startMachine(shared, { roles: { api: true, worker: isOne }, waitMs: null })
  const worker = isOne ? null : await startMachine(shared, { roles: { api: false, worker: true }, waitMs: null })
  try {
    await worker?.ask('start')
    const url = (await api.ask('start')) ?? ''
    const seen: Seen[] = []
    for (let n = 0; n < WARM_UP + POSTS; n++) {
      seen.push(await seeOne(url, token, n))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    return seen.slice(WARM_UP)
  } finally {
    await worker?.stop()
    await api.stop()
  }
}

/** Loads the rulebook, and makes a key. */
async function prepare(shared: Shared): Promise<string> {
  const log = openLog({ logLevel: 'error' })
  const service = await composeService(readSettings(shared), { roles: { api: false, worker: true }, log })
  try {
    const text = talksRulebook({ days: 274, withinHours: 24 }).replace('2025-12-31', '2099-12-31')
    await service.loadRules({ rulebooks: [{ file: 'rulebook.yaml', text, evidence: null }], shared: [], evidence: [] })
    await service.sweep()
    const order = { name: 'bench', scopes: ['admin'], sources: null, highestStanding: 'confirmed' } as const
    return (await createKey(service.store.db, { ...order, expiresAt: null }, service.now())).token
  } finally {
    await service.close()
  }
}

/** Posts an attack long enough ago for its deadline to have passed in silence: breached, as soon as it is evaluated. */
async function seeOne(url: string, token: string, n: number): Promise<Seen> {
  const headers = { authorization: `Bearer ${token}` }
  const at = Date.now() - 72 * HOUR + n * MINUTE
  const before = await etagOf(`${url}/v1/status/bench`, headers)
  const posted = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/cloudevents+json' },
    body: line({ id: `a${n}`, type: 'attack', at, data: { incident: `i${n}` } }),
  })
  if (posted.status !== 202) throw new Error(`refused: ${await posted.text()}`)
  await posted.text()
  const answered = performance.now()
  const name = encodeURIComponent(`bench/talks@https://watch.example/#a${n}`)
  const verdict = until(answered, async () => {
    const response = await fetch(`${url}/v1/agreements/bench/cases/${name}`, { headers })
    return (await response.text()).includes('"verdict":"breached"')
  })
  const status = until(answered, async () => (await etagOf(`${url}/v1/status/bench`, headers)) !== before)
  return { verdict: await verdict, status: await status }
}

async function etagOf(url: string, headers: Readonly<Record<string, string>>): Promise<string | null> {
  const response = await fetch(url, { headers })
  await response.text()
  return response.headers.get('etag')
}

/** Asks until the answer is yes; tells how long after `since` that was. */
async function until(since: number, ask: () => Promise<boolean>): Promise<number> {
  while (!(await ask())) {
    if (performance.now() - since > PATIENCE_MS) throw new Error('nothing was seen of an event')
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  return performance.now() - since
}

function figuresOf(mode: Mode, seen: readonly Seen[]): readonly Figure[] {
  const target = TARGETS[mode]
  const figure = (name: string, times: readonly number[], most: number | null): Figure => ({
    name: `${mode}: ${name}`,
    value: `p99 ${p99(times).toFixed(0)} ms, median ${median(times).toFixed(0)} ms`,
    target: most === null ? '' : `p99 ≤ ${most.toLocaleString('en')} ms`,
    ok: most === null ? null : p99(times) <= most,
  })
  const verdicts = seen.map(({ verdict }) => verdict)
  const statuses = seen.map(({ status }) => status)
  return [
    figure(`until the verdict can be read, of ${seen.length}`, verdicts, target),
    figure('until the status shows it', statuses, target),
  ]
}
