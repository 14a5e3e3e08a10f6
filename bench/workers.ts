import { Redis } from 'ioredis'
import { composeService, type Service } from '../bin/compose.ts'
import { openLog } from '../config/log.ts'
import { readSettings } from '../config/settings.ts'
import { againstItself, type Figure, rate, type Spread, spreadOf } from './figures.ts'
import { type Shared, startMachine, withServers } from './machines.ts'
import type { Measured, Setting } from './setting.ts'
import { HOUR, line, MINUTE } from './told.ts'
import { agreement } from './workload.ts'

/** How much more several workers do than one, by turns, on the same PostgreSQL and Redis and the same kind of backlog. */

const COUNTS = [1, 2, 4] as const
type Count = (typeof COUNTS)[number]

const LEAST_OF_TWO = 1.3
/** Four do as much as two; the rest is what two measurements of the same thing differ by. */
const LEAST_OF_FOUR = 0.95
const WAIT_MS = 20
const LEAST_OF_TWO_WAITING = 1.7
const LEAST_OF_FOUR_WAITING = 3

interface Backlog {
  readonly name: string
  readonly agreements: number
  /** Of each agreement. */
  readonly events: number
  readonly waitMs: number | null
}

/** What each worker does beforehand, so that none is measured while its machine code is still being made. */
const WARM_UP: Backlog = { name: 'warm-up', agreements: 200, events: 2, waitMs: null }

export async function measureWorkers(setting: Setting): Promise<Measured> {
  const events = Math.max(10, Math.round(setting.events / 10_000))
  const working: Backlog = { name: 'as they are', agreements: 100, events, waitMs: null }
  const waiting: Backlog = { name: `${WAIT_MS} ms more a job`, agreements: 200, events: 1, waitMs: WAIT_MS }
  return withServers('postgresql+redis', setting, async (shared) => {
    const settings = readSettings(shared)
    const log = openLog({ logLevel: 'error' })
    const api = await composeService(settings, { roles: { api: true, worker: false }, log })
    try {
      await adopt(api, Math.max(working.agreements, waiting.agreements))
      const found = { working: [] as Round[], waiting: [] as Round[] }
      for (let round = 0; round < setting.rounds; round++) {
        setting.say(`workers: round ${round + 1} of ${setting.rounds}`)
        found.working.push(await roundOf(api, shared, working))
        found.waiting.push(await roundOf(api, shared, waiting))
      }
      const figures = [
        ...figuresOf(working, found.working, { two: LEAST_OF_TWO, fourToTwo: LEAST_OF_FOUR, four: null }),
        ...figuresOf(waiting, found.waiting, {
          two: LEAST_OF_TWO_WAITING,
          fourToTwo: null,
          four: LEAST_OF_FOUR_WAITING,
        }),
      ]
      return { name: 'workers', figures, details: { working, waiting, found } }
    } finally {
      await api.close()
    }
  })
}

async function adopt(api: Service, count: number): Promise<void> {
  const rulebooks = Array.from({ length: count }, (_, n) => ({
    file: `${nameOf(n)}.yaml`,
    text: rulebook(n),
    evidence: null,
  }))
  await api.loadRules({ rulebooks, shared: [], evidence: [] })
}

function nameOf(n: number): string {
  return `part-${n}`
}

function rulebook(n: number): string {
  return `${agreement()
    .replace('id: bench', `id: ${nameOf(n)}`)
    .replace('2025-12-31', '2099-12-31')}commitments:
  - id: talks
    title: Talks after an attack
    kind: act
    by: JPN
    to: UKR
    when: {event: attack.${n}}
    within: 24h
    counts: {event: consultation.${n}, same: [incident]}
`
}

/** Milliseconds by the number of workers. */
type Round = Readonly<Record<Count, number>>

async function roundOf(api: Service, shared: Shared, backlog: Backlog): Promise<Round> {
  const times: Record<Count, number> = { 1: 0, 2: 0, 4: 0 }
  for (const count of COUNTS) times[count] = await timeOf(api, shared, backlog, count)
  return times
}

/** How long `count` workers take to evaluate a new backlog, from the moment they are let go. */
async function timeOf(api: Service, shared: Shared, backlog: Backlog, count: number): Promise<number> {
  const job = { roles: { api: false, worker: true }, waitMs: backlog.waitMs }
  const machines = await Promise.all(Array.from({ length: count }, () => startMachine(shared, job)))
  for (const machine of machines) {
    await fill(api, WARM_UP)
    await machine.ask('sweep')
  }
  await forgetHints(shared)
  await fill(api, backlog)
  const started = performance.now()
  const going = machines.map((machine) => machine.ask('start'))
  await untilEvaluated(api)
  const ms = performance.now() - started
  await Promise.all(going)
  await Promise.all(machines.map((machine) => machine.stop()))
  return ms
}

/** Hints at what was found in the database before they were read. */
async function forgetHints({ REDIS_URL = '' }: Shared): Promise<void> {
  const redis = new Redis(REDIS_URL)
  await redis.flushdb()
  redis.disconnect()
}

/** Attacks, and talks about every other one in time; one after the other for all agreements. */
async function fill(api: Service, { agreements, events }: Backlog): Promise<void> {
  const run = crypto.randomUUID().slice(0, 8)
  const now = api.now()
  const lines: string[] = []
  for (let n = 0; n < events; n++) {
    for (let which = 0; which < agreements; which++) {
      const at = now - HOUR + (n % 2) * MINUTE
      const incident = `${run}-${n >> 1}`
      const type = n % 2 === 0 ? 'attack' : 'consultation'
      lines.push(line({ id: `${run}-${which}-${n}`, type: `${type}.${which}`, at, data: { incident } }))
    }
  }
  for (let from = 0; from < lines.length; from += agreements) {
    const batch = lines.slice(from, from + agreements).map((text) => JSON.parse(text))
    const { status, body } = await api.ask('POST', '/v1/events', batch)
    if (status !== 202) throw new Error(`refused: ${JSON.stringify(body)}`)
  }
}

async function untilEvaluated({ store }: Service): Promise<void> {
  for (;;) {
    const { rows } = await store.pool.query('select from servanda.outbox limit 1')
    if (rows.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

interface Targets {
  readonly two: number
  readonly fourToTwo: number | null
  readonly four: number | null
}

function figuresOf(
  { name, agreements, events }: Backlog,
  rounds: readonly Round[],
  targets: Targets,
): readonly Figure[] {
  const times = (of: Count, than: Count) => spreadOf(rounds.map((round) => round[than] / round[of]))
  const perSecond = COUNTS.map((count) => {
    const { median } = spreadOf(rounds.map((round) => round[count]))
    return rate(((agreements * events) / median) * 1_000)
  })
  const itself = againstItself(rounds.map((round) => round[1]))
  return [
    figure(`${name}: two workers, to one`, times(2, 1), targets.two),
    figure(`${name}: four, to two`, times(4, 2), targets.fourToTwo),
    figure(`${name}: four, to one`, times(4, 1), targets.four),
    told(`${name}: events/s of one; two; four`, perSecond.join('; ')),
    told(`${name}: one against itself`, itself === null ? 'one round only' : itself.toFixed(2)),
  ]
}

function figure(name: string, { min, median, max }: Spread, target: number | null): Figure {
  const value = `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`
  return target === null ? told(name, value) : { name, value, target: `≥ ${target}`, ok: median >= target }
}

function told(name: string, value: string): Figure {
  return { name, value, target: '', ok: null }
}
