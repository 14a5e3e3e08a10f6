import { fork } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { composeService } from '../bin/compose.ts'
import { openLog } from '../config/log.ts'
import { readSettings } from '../config/settings.ts'
import { createKey } from '../services/access/index.ts'
import type { BareAnswer } from './bare-server.ts'
import { builtFile } from './child.ts'
import { type Figure, median, megabytes, p99, rate, spreadOf } from './figures.ts'
import { type Machine, type Mode, type Shared, startMachine, withServers } from './machines.ts'
import { Connection, rateOf, requestBytes } from './poller.ts'
import type { Measured, Setting } from './setting.ts'
import { HOUR, line } from './told.ts'

/** What polling the status costs, beside routes that do nothing but send the same bytes; and what following it costs. */

const AGREEMENTS = 200
const COMMITMENTS = 20
/** Events of one request. */
const BATCH = 1_000
const LEAST_RATIO = 0.85
const CONNECTIONS = 16
const MEASURE_MS = 1_500
const WARM_UP_MS = 1_000

const MOST_OF_BARE = 1.5
const MOST_EMBEDDED_MS = 25
const LOAD_MS = 8_000
const POLLS_PER_SECOND = 100
const MOST_WAITING = 16

const FOLLOWERS = 1_000
const CHANGES = 20

const EMBEDDED: Mode = 'embedded'
const SEPARATE: Mode = 'postgresql+redis'

export async function measureStatus(setting: Setting): Promise<Measured> {
  const found = {
    ...(await withLoaded(SEPARATE, setting, async (shared, key) => ({
      rates: await ratesOf(shared, setting),
      separate: await latencies(SEPARATE, shared, key, setting, 500),
      following: await follow(shared, key, setting),
    }))),
    embedded: await withLoaded(EMBEDDED, setting, (shared, key) => latencies(EMBEDDED, shared, key, setting, 50)),
  }
  return {
    name: 'status',
    figures: [...rateFigures(found.rates), ...latencyFigures(found), ...followFigures(found.following)],
    details: found,
  }
}

/** Runs `work` with everything loaded and evaluated, and a key. */
async function withLoaded<T>(
  mode: Mode,
  setting: Setting,
  work: (shared: Shared, key: string) => Promise<T>,
): Promise<T> {
  return withServers(mode, setting, async (servers) => {
    const shared = { ...servers, PUBLIC_READ: 'true' }
    setting.say(`status: ${mode}: loading ${AGREEMENTS} agreements of ${COMMITMENTS} commitments`)
    const log = openLog({ logLevel: 'error' })
    const service = await composeService(readSettings(shared), { roles: { api: false, worker: true }, log })
    let key: string
    try {
      const rulebooks = Array.from({ length: AGREEMENTS }, (_, n) => ({
        file: `part-${n}.yaml`,
        text: rulebook(n),
        evidence: null,
      }))
      await service.loadRules({ rulebooks, shared: [], evidence: [] })
      const at = service.now() - HOUR
      const events = Array.from({ length: AGREEMENTS * COMMITMENTS }, (_, n) =>
        JSON.parse(attack(n % AGREEMENTS, Math.floor(n / AGREEMENTS), 'first', at)),
      )
      for (let from = 0; from < events.length; from += BATCH) {
        const { status, body } = await service.ask('POST', '/v1/events', events.slice(from, from + BATCH))
        if (status !== 202) throw new Error(`refused: ${JSON.stringify(body)}`)
      }
      setting.say(`status: ${mode}: evaluating them`)
      await service.sweep()
      await service.store.pool.query('analyze')
      const order = { name: 'bench', scopes: ['admin'], sources: null, highestStanding: 'confirmed' } as const
      key = (await createKey(service.store.db, { ...order, expiresAt: null }, service.now())).token
    } finally {
      await service.close()
    }
    return work(shared, key)
  })
}

const NOTE = 'What the parties wrote about it, and how it is read here, in some more words than a line has. '

function rulebook(n: number): string {
  const commitments = Array.from(
    { length: COMMITMENTS },
    (
      _,
      c,
    ) => `  - {id: talks-${c}, title: Talks about matter ${c} within a day of an attack, kind: act, by: JPN, to: UKR,
     when: {event: attack.${n}.${c}}, within: 24h, counts: {event: consultation.${n}.${c}, same: [incident]},
     clause: {text: t, ref: Art. ${c}, quote: "${NOTE}"}, note: "${NOTE.repeat(c === 7 ? 26 : 1)}"}
`,
  )
  return `servanda: 1
agreement:
  id: part-${n}
  title: Agreement number ${n}
  visibility: public
  legal_force: political
  parties: {JPN: Japan, UKR: Ukraine}
  in_force: {from: 2023-12-01, until: 2099-12-31}
  zone: Europe/Kyiv
  texts: [{id: t, title: The text, url: "https://treaties.example/${n}", published: 2023-12-01}]
commitments:
${commitments.join('')}`
}

function attack(n: number, c: number, id: string, at: number): string {
  return line({ id: `${id}-${n}-${c}`, type: `attack.${n}.${c}`, at, data: { incident: id } })
}

/** What is asked for, in each kind of measurement. */
const VIEWS = [
  { name: '304 of everything', path: '/v1/status', isConditional: true, encoding: 'br' },
  { name: 'one commitment', path: '/v1/status/part-7/talks-7', isConditional: false, encoding: 'identity' },
  { name: 'summary, compressed', path: '/v1/status/summary.json', isConditional: false, encoding: 'br' },
] as const

interface RateRound {
  readonly view: string
  readonly bytes: number
  readonly ours: number
  readonly bare: number
  readonly bareAgain: number
}

/** How many requests a second are answered, by turns by a bare server and ours. */
async function ratesOf(shared: Shared, setting: Setting): Promise<readonly RateRound[]> {
  const api = await startMachine(shared, { roles: { api: true, worker: false }, waitMs: null })
  try {
    const url = (await api.ask('start')) ?? ''
    const asked = await Promise.all(VIEWS.map((view) => askOnce(url, view)))
    const bare = await startBare(asked.map(({ answer }) => answer))
    const rounds: RateRound[] = []
    for (let round = -1; round < setting.rounds; round++) {
      setting.say(round < 0 ? 'status: warming up' : `status: rates, round ${round + 1} of ${setting.rounds}`)
      const ms = round < 0 ? WARM_UP_MS : MEASURE_MS
      for (const [n, { headers, answer }] of asked.entries()) {
        const measure = (base: string) =>
          rateOf(base, requestBytes(`${base}${answer.path}`, headers), { connections: CONNECTIONS, ms })
        const found = { bare: await measure(bare.url), ours: await measure(url), bareAgain: await measure(bare.url) }
        const bytes = Buffer.from(answer.body, 'base64').length
        if (round >= 0) rounds.push({ view: VIEWS[n]?.name ?? '', bytes, ...found })
      }
    }
    bare.stop()
    return rounds
  } finally {
    await api.stop()
  }
}

/** What our service answers, so that the other can answer the same. */
async function askOnce(url: string, { path, isConditional, encoding }: (typeof VIEWS)[number]) {
  const connection = await Connection.open(url)
  const accept = { 'accept-encoding': encoding }
  const first = await connection.ask(requestBytes(`${url}${path}`, accept))
  const headers = isConditional ? { ...accept, 'if-none-match': first.headers.etag ?? '' } : accept
  const { status, headers: all, body } = await connection.ask(requestBytes(`${url}${path}`, headers))
  connection.close()
  // Both servers write these themselves.
  const { date: _, connection: __, 'keep-alive': ___, 'content-length': ____, ...equal } = all
  const answer: BareAnswer = { path, status, headers: equal, body: body.toString('base64') }
  return { headers, answer }
}

async function startBare(answers: readonly BareAnswer[]): Promise<{ readonly url: string; stop(): void }> {
  const child = fork(builtFile('bench/bare-server.ts'))
  child.send(answers)
  const [url] = await once(child, 'message')
  return { url: String(url), stop: () => void child.kill() }
}

interface Latencies {
  readonly ours: readonly number[]
  readonly bare: readonly number[]
  readonly posted: number
}

/** How long answers take while events come in: of ours, and of a bare server at the same time. */
async function latencies(
  mode: Mode,
  shared: Shared,
  key: string,
  setting: Setting,
  perSecond: number,
): Promise<readonly Latencies[]> {
  const isOne = mode === EMBEDDED
  const api = await startMachine(shared, { roles: { api: true, worker: isOne }, waitMs: null })
  const worker = isOne ? null : await startMachine(shared, { roles: { api: false, worker: true }, waitMs: null })
  try {
    await worker?.ask('start')
    const url = (await api.ask('start')) ?? ''
    const { answer } = await askOnce(url, VIEWS[1])
    const bare = await startBare([answer])
    const rounds: Latencies[] = []
    for (let round = -1; round < setting.rounds; round++) {
      setting.say(
        round < 0 ? 'status: warming up' : `status: ${mode}: latency, round ${round + 1} of ${setting.rounds}`,
      )
      const found = await underLoad(url, bare.url, key, { perSecond, ms: round < 0 ? WARM_UP_MS : LOAD_MS })
      if (round >= 0) rounds.push(found)
    }
    bare.stop()
    return rounds
  } finally {
    await worker?.stop()
    await api.stop()
  }
}

async function underLoad(
  url: string,
  bare: string,
  key: string,
  { perSecond, ms }: { readonly perSecond: number; readonly ms: number },
): Promise<Latencies> {
  const batch = Math.max(1, Math.round(perSecond / 50))
  const end = performance.now() + ms
  const run = crypto.randomUUID().slice(0, 8)
  let posted = 0
  let waiting = 0
  const posting = every(1_000 / (perSecond / batch), end, async (n) => {
    // A service that is behind is not given more and more to hold.
    if (waiting >= MOST_WAITING) return
    waiting++
    const events = Array.from({ length: batch }, (_, i) => {
      const which = n * batch + i
      const text = attack(
        which % AGREEMENTS,
        Math.floor(which / AGREEMENTS) % COMMITMENTS,
        `${run}-${which}`,
        Date.now(),
      )
      return JSON.parse(text)
    })
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    })
    await response.text()
    waiting--
    if (response.status === 202) posted += batch
  })
  const [ours, theirs] = await Promise.all([polled(url, end), polled(bare, end)])
  await posting
  return { ours, bare: theirs, posted }
}

/** Milliseconds of each answer, asked for at a steady pace. */
async function polled(url: string, end: number): Promise<readonly number[]> {
  const connection = await Connection.open(url)
  const request = requestBytes(`${url}${VIEWS[1].path}`)
  const times: number[] = []
  let last: Promise<unknown> = Promise.resolve()
  await every(1_000 / POLLS_PER_SECOND, end, async () => {
    // What waits for the one before it has waited too.
    const asked = performance.now()
    const turn = last.then(() => connection.ask(request)).then(() => times.push(performance.now() - asked))
    last = turn
    await turn
  })
  connection.close()
  return times
}

/** Does `work` each `ms` until `end`, whether the one before is done or not. */
async function every(ms: number, end: number, work: (n: number) => Promise<void>): Promise<void> {
  const started = performance.now()
  const going: Promise<void>[] = []
  for (let n = 0; performance.now() < end; n++) {
    going.push(work(n))
    const wait = started + (n + 1) * ms - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  }
  await Promise.all(going)
}

interface Following {
  readonly before: { readonly heap: number; readonly rss: number }
  readonly after: { readonly heap: number; readonly rss: number }
  /** Milliseconds from the answer to a POST until the first heard of it, and from then until the last did. */
  readonly first: readonly number[]
  readonly spread: readonly number[]
}

async function follow(shared: Shared, key: string, setting: Setting): Promise<Following> {
  setting.say(`status: ${FOLLOWERS} followers`)
  const api = await startMachine(shared, { roles: { api: true, worker: false }, waitMs: null })
  const worker = await startMachine(shared, { roles: { api: false, worker: true }, waitMs: null })
  try {
    // What was left lying by what was measured before is nobody's news.
    await worker.ask('sweep')
    await worker.ask('start')
    const url = (await api.ask('start')) ?? ''
    const before = await memoryOf(api)
    let heard: (name: string) => void = () => {}
    const followers = await Promise.all(
      Array.from({ length: FOLLOWERS }, () => openStream(`${url}/v1/stream`, (text) => heard(text))),
    )
    const after = await memoryOf(api)
    const [first, spread]: [number[], number[]] = [[], []]
    for (let n = 0; n < CHANGES; n++) {
      const id = `follow-${crypto.randomUUID()}`
      const times: number[] = []
      const all = new Promise<void>((resolve) => {
        heard = (text) => {
          if (!text.includes(id)) return
          times.push(performance.now())
          if (times.length === FOLLOWERS) resolve()
        }
      })
      const response = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: attack(n % AGREEMENTS, 3, id, Date.now()),
      })
      await response.text()
      const answered = performance.now()
      await all
      first.push((times[0] ?? Number.NaN) - answered)
      spread.push((times.at(-1) ?? Number.NaN) - (times[0] ?? Number.NaN))
    }
    for (const stop of followers) stop()
    return { before, after, first, spread }
  } finally {
    await worker.stop()
    await api.stop()
  }
}

function memoryOf(machine: Machine) {
  return machine.ask('memory')
}

function openStream(url: string, hear: (text: string) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response
        .setEncoding('utf8')
        .on('data', hear)
        .on('error', () => {})
      resolve(() => request.destroy())
    })
    request.on('error', reject)
  })
}

function rateFigures(rounds: readonly RateRound[]): readonly Figure[] {
  return VIEWS.flatMap(({ name }) => {
    const own = rounds.filter(({ view }) => view === name)
    const ratio = spreadOf(own.map(({ ours, bare, bareAgain }) => (2 * ours) / (bare + bareAgain)))
    const itself = spreadOf(own.map(({ bare, bareAgain }) => bareAgain / bare))
    const rates = `${rate(median(own.map(({ ours }) => ours)))}/s; ${rate(median(own.map(({ bare }) => bare)))}/s`
    return [
      {
        name: `${name} (${own[0]?.bytes ?? 0} bytes), to a bare route`,
        value: spreadText(ratio),
        target: `≥ ${LEAST_RATIO}`,
        ok: ratio.median >= LEAST_RATIO,
      },
      { name: `${name}: ours; bare`, value: rates, target: '', ok: null },
      { name: `${name}: bare to bare`, value: spreadText(itself), target: '', ok: null },
    ]
  })
}

function latencyFigures({
  separate,
  embedded,
}: {
  separate: readonly Latencies[]
  embedded: readonly Latencies[]
}): readonly Figure[] {
  const of = (rounds: readonly Latencies[]) => ({
    ours: median(rounds.map(({ ours }) => p99(ours))),
    bare: median(rounds.map(({ bare }) => p99(bare))),
    ratio: spreadOf(rounds.map(({ ours, bare }) => p99(ours) / p99(bare))),
    posted: median(rounds.map(({ posted }) => posted / (LOAD_MS / 1_000))),
  })
  const [apart, one] = [of(separate), of(embedded)]
  return [
    {
      name: `one commitment under ${apart.posted.toFixed(0)} events/s, separate processes: p99, to a bare server's`,
      value: spreadText(apart.ratio),
      target: `≤ ${MOST_OF_BARE}`,
      ok: apart.ratio.median <= MOST_OF_BARE,
    },
    {
      name: 'the same: p99 of ours; of the bare one',
      value: `${apart.ours.toFixed(1)} ms; ${apart.bare.toFixed(1)} ms`,
      target: '',
      ok: null,
    },
    {
      name: `embedded, under ${one.posted.toFixed(0)} events/s: p99 of ours; of a bare server`,
      value: `${one.ours.toFixed(1)} ms; ${one.bare.toFixed(1)} ms`,
      target: `≤ ${MOST_EMBEDDED_MS} ms`,
      ok: one.ours <= MOST_EMBEDDED_MS,
    },
  ]
}

function followFigures({ before, after, first, spread }: Following): readonly Figure[] {
  const each = (key: 'heap' | 'rss') => `${((after[key] - before[key]) / FOLLOWERS / 1_000).toFixed(0)} kB`
  const told = (name: string, value: string): Figure => ({ name, value, target: '', ok: null })
  return [
    told(`${FOLLOWERS} followers: memory of each, heap; of the process`, `${each('heap')}; ${each('rss')}`),
    told('the process with them', megabytes(after.rss)),
    told(
      'from the answer to a POST until the first hears of it',
      `median ${median(first).toFixed(0)} ms, p99 ${p99(first).toFixed(0)} ms`,
    ),
    told(
      'from the first until the last has heard',
      `median ${median(spread).toFixed(0)} ms, p99 ${p99(spread).toFixed(0)} ms`,
    ),
  ]
}

function spreadText({ min, median: middle, max }: { min: number; median: number; max: number }): string {
  return `${middle.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`
}
