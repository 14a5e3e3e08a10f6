import { readdirSync, readFileSync } from 'node:fs'
import { composeService } from '../bin/compose.ts'
import { openLog } from '../config/log.ts'
import { readSettings } from '../config/settings.ts'
import { type Figure, megabytes, spreadOf } from './figures.ts'
import { type Shared, startMachine, withServers } from './machines.ts'
import type { Measured, Setting } from './setting.ts'
import { DAY, HOUR, line } from './told.ts'

const AGREEMENTS = 200
const COMMITMENTS = 20
const EVENTS = 100_000
const BATCH = 1_000
/** Milliseconds between two questions to the API meanwhile. */
const ASK_EVERY_MS = 20

const TARGETS = { seconds: 20, megabytes: 600, delayMs: 200 } as const

interface Round {
  readonly seconds: number
  /** The most that the process that made it held at once, in bytes. */
  readonly memory: number
  /** The slowest answer of `/livez` meanwhile. */
  readonly delayMs: number
  readonly bytes: Readonly<Record<string, number>>
}

/** How long a report over many agreements takes, what it needs, and what the API of a service feels of it. */
export async function measureStatusReport(setting: Setting): Promise<Measured> {
  const rounds = await withServers('postgresql', setting, async (shared) => {
    const key = await fill(shared, setting)
    const machine = await startMachine(shared, { roles: { api: true, worker: false }, waitMs: null })
    try {
      const api: Api = { url: (await machine.ask('start')) ?? '', key }
      // The service reads its rulebooks when it is first asked for one.
      await ask(api, '/v1/agreements')
      const found: Round[] = []
      for (let round = 0; round < setting.rounds; round++) {
        setting.say(`status-report: round ${round + 1}`)
        found.push(await measureRound(api))
      }
      return found
    } finally {
      await machine.stop()
    }
  })
  return { name: 'status-report', figures: figuresOf(rounds), details: { rounds } }
}

/** Records everything that is reported on; a key that may report. */
async function fill(shared: Shared, { say }: Setting): Promise<string> {
  const log = openLog({ logLevel: 'error' })
  const service = await composeService(readSettings(shared), { roles: { api: true, worker: false }, log })
  try {
    const rulebooks = Array.from({ length: AGREEMENTS }, (_, n) => ({
      file: `a${n}/rulebook.yaml`,
      text: rulebookNumbered(n),
      evidence: null,
    }))
    say('status-report: loading the rulebooks')
    await service.loadRules({ rulebooks, shared: [], evidence: [] })
    say('status-report: recording the events')
    for (let from = 0; from < EVENTS; from += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, n) => JSON.parse(eventNumbered(from + n)))
      const { status, body } = await service.ask('POST', '/v1/events', batch)
      if (status !== 202) throw new Error(`refused: ${JSON.stringify(body)}`)
    }
    const { body } = await service.ask('POST', '/v1/keys', { name: 'bench', scopes: ['read', 'reports'] })
    return (body as { readonly key: string }).key
  } finally {
    await service.close()
  }
}

/** Where a service answers, and with what. */
interface Api {
  readonly url: string
  readonly key: string
}

async function ask({ url, key }: Api, path: string, body?: object): Promise<unknown> {
  const asked = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}${path}`, { ...asked, headers })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${text}`)
  return JSON.parse(text)
}

async function measureRound(api: Api): Promise<Round> {
  const watch = watchChild()
  const poll = pollLiveness(api.url)
  const began = performance.now()
  const made = await ask(api, '/v1/reports', { period: '2025', zone: 'Europe/Kyiv' })
  const seconds = (performance.now() - began) / 1_000
  const { files } = made as { readonly files: readonly { readonly form: string; readonly length: number }[] }
  const bytes = Object.fromEntries(files.map(({ form, length }) => [form, length]))
  return { seconds, memory: watch.end(), delayMs: await poll.end(), bytes }
}

/** Looks now and then how much the process that makes a report holds. */
function watchChild(): { end(): number } {
  let most = 0
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (textOf(pid, 'cmdline').includes('report-child'))
        most = Math.max(most, Number(/VmHWM:\s+(\d+) kB/.exec(textOf(pid, 'status'))?.[1] ?? 0) * 1_024)
  }, 100)
  return {
    end() {
      clearInterval(timer)
      return most
    },
  }
}

function textOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // it has ended
  }
}

function pollLiveness(url: string): { end(): Promise<number> } {
  let isOver = false
  let slowest = 0
  const asking = (async () => {
    while (!isOver) {
      const began = performance.now()
      await (await fetch(`${url}/livez`)).arrayBuffer()
      slowest = Math.max(slowest, performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  })()
  return {
    async end() {
      isOver = true
      await asking
      return slowest
    },
  }
}

/** Acts, a sum a year, states, prohibitions: a commitment of each kind in turn, each with events of its own. */
function rulebookNumbered(n: number): string {
  const commitments = Array.from({ length: COMMITMENTS }, (_, k) => {
    const about = `id: c${k}, title: Promise ${k} of agreement ${n}, by: JPN, to: UKR`
    switch (k % 4) {
      case 0:
        return `  - {${about}, kind: act, when: {event: a${n}.call${k}}, within: 24h, counts: {event: a${n}.talks${k}, same: [call]}}`
      case 1:
        return `  - {${about}, kind: total, during: {calendar_year: 2025}, target: {at_least: 10 million, unit: USD}, counts: {event: a${n}.aid${k}, amount: amount, currency: currency}}`
      case 2:
        return `  - {${about}, kind: prohibit, what: {event: a${n}.sale${k}, where: {lethal: true}}}`
      default:
        return `  - {${about}, kind: act, by_date: 2025-10-31, counts: {event: a${n}.law${k}}}`
    }
  })
  return `servanda: 1
agreement:
  id: a${n}
  title: Agreement number ${n} on cooperation
  legal_force: political
  parties: {JPN: Japan, UKR: Ukraine}
  in_force: {from: 2025-01-01, until: 2026-12-31}
  zone: Europe/Kyiv
commitments:
${commitments.join('\n')}
`
}

const START = Date.parse('2025-01-01T00:00:00Z')

function eventNumbered(n: number): string {
  const agreement = n % AGREEMENTS
  const turn = Math.floor(n / AGREEMENTS)
  const commitment = turn % COMMITMENTS
  const at = START + ((turn * 17) % 365) * DAY + (n % 24) * HOUR
  const id = `e${n}`
  switch (commitment % 4) {
    case 0: {
      const isCall = Math.floor(turn / COMMITMENTS) % 2 === 0
      const type = `a${agreement}.${isCall ? 'call' : 'talks'}${commitment}`
      return line({ id, type, at, data: { call: `${Math.floor(turn / COMMITMENTS / 2)}` } })
    }
    case 1:
      return line({ id, type: `a${agreement}.aid${commitment}`, at, data: { amount: '400000.50', currency: 'USD' } })
    case 2:
      return line({ id, type: `a${agreement}.sale${commitment}`, at, data: { lethal: n % 40 === 0 } })
    default:
      return line({ id, type: `a${agreement}.law${commitment}`, at, data: {} })
  }
}

function figuresOf(rounds: readonly Round[]): readonly Figure[] {
  const figure = (
    name: string,
    of: (round: Round) => number,
    text: (value: number) => string,
    most: number,
  ): Figure => {
    const { min, median, max } = spreadOf(rounds.map(of))
    return { name, value: `${text(median)} (${text(min)}–${text(max)})`, target: `≤ ${text(most)}`, ok: median <= most }
  }
  const seconds = (value: number) => `${value.toFixed(1)} s`
  return [
    figure(
      `a report over ${AGREEMENTS} agreements × ${COMMITMENTS} commitments, ${EVENTS.toLocaleString('en')} events, in five forms`,
      (round) => round.seconds,
      seconds,
      TARGETS.seconds,
    ),
    figure('memory of the process that makes it', ({ memory }) => memory, megabytes, TARGETS.megabytes * 1e6),
    figure(
      'slowest answer of /livez meanwhile',
      ({ delayMs }) => delayMs,
      (ms) => `${ms.toFixed(0)} ms`,
      TARGETS.delayMs,
    ),
  ]
}
