import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { EventSource } from 'eventsource'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { ResetEventSchema, StatusEventSchema, TransitionEventSchema } from '../../services/status/schema.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, attack, call, talks, talksCase } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'

const PACT = ACCORD.replace('id: accord', 'id: pact').replaceAll('consultation', 'meeting')

/** A client comes back within four seconds. */
const PATIENCE = { timeout: 20_000, interval: 20 }

const SCHEMAS: Readonly<Record<string, TSchema>> = {
  transition: TransitionEventSchema,
  status: StatusEventSchema,
  reset: ResetEventSchema,
}

interface Heard {
  readonly name: string
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the data
  readonly data: any
}

describeOnEachDatabase('whoever follows the status', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  const sources: EventSource[] = []
  const doors: Server[] = []
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [
      { file: 'accord.yaml', text: ACCORD },
      { file: 'pact.yaml', text: PACT },
    ])
  })

  afterAll(async () => {
    for (const source of sources) source.close()
    for (const door of doors) door.close()
    await running.close()
  })

  /** Follows the status through `door`, or directly. @returns what is heard */
  function follow(query = '', door = running.url): Heard[] {
    const source = new EventSource(`${door}/v1/stream${query}`)
    const heard: Heard[] = []
    for (const name of Object.keys(SCHEMAS)) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        heard.push({ name, id: lastEventId, data: JSON.parse(data) })
      })
    }
    sources.push(source)
    return heard
  }

  /** A way to the service that can be broken under those who use it. */
  async function openDoor(): Promise<{ readonly url: string; sever(): void }> {
    const connections = new Set<Socket>()
    const door = createServer((inner) => {
      const outer = connect(Number(new URL(running.url).port), '127.0.0.1')
      for (const [one, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        connections.add(one)
        one.on('error', () => {}).on('close', () => other.destroy())
        one.pipe(other)
      }
    })
    await once(door.listen(0, '127.0.0.1'), 'listening')
    doors.push(door)
    const sever = () => {
      for (const one of connections) one.destroy()
    }
    return { url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`, sever }
  }

  const changes = (heard: readonly Heard[]) => heard.filter(({ name }) => name === 'transition')

  /** Everything that is on record of the cases. */
  async function numbers(agreement?: string): Promise<number[]> {
    const rows = await running.service.store.db
      .selectFrom('servanda.transitions')
      .select('number')
      .$if(agreement !== undefined, (query) => query.where('agreement', '=', String(agreement)))
      .orderBy('number')
      .execute()
    return rows.map(({ number }) => number)
  }

  test('hears of each change as it comes, and after its connection broke, of each that it missed', async () => {
    const door = await openDoor()
    const all = follow('', door.url)
    const pact = follow('?agreement=pact')
    await expect.poll(() => [all[0]?.name, pact[0]?.name], PATIENCE).toEqual(['status', 'status'])
    await running.post(attack('a1', '2026-03-01T10:00:00Z'))
    await running.post(call('c1', '2026-03-01T11:00:00Z'))
    await expect.poll(() => all.map(({ data }) => data.case), PATIENCE).toContain(talksCase('c1'))
    expect(all.find(({ data }) => data.case === talksCase('c1'))?.data).toMatchObject({
      agreement: 'accord',
      commitment: 'talks',
      cause: 'evidence',
      occurred_at: '2026-03-01T11:00:00.000Z',
      before: null,
      after: { phase: 'running', verdict: 'open', certainty: 'provisional', flags: [] },
      indicator: 'on_track',
    })
    door.sever()
    await running.post(talks('t1', '2026-03-01T11:30:00Z'))
    await expect.poll(async () => (await running.status()).agreements[0]?.indicator, PATIENCE).toBe('fulfilled')
    const status = await running.status()
    await expect.poll(() => all.at(-1)?.data.counts, PATIENCE).toEqual(status.counts)
    expect(changes(all).map(({ data }) => data.number)).toEqual(await numbers())
    expect(changes(all).at(-1)?.data).toMatchObject({ before: { verdict: 'open' }, after: { verdict: 'met' } })
    await expect.poll(() => changes(pact).map(({ data }) => data.number), PATIENCE).toEqual(await numbers('pact'))
  })

  test('hears all that happens at once in several agreements once, in one order', async () => {
    const heard = follow('?last_event_id=0')
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const time = `2026-03-01T11:${String(n + 10)}:00Z`
        return running.post(
          n % 2 === 0 ? call(`many-${n}`, time) : { ...call(`many-${n}`, time), type: 'meeting.requested' },
        )
      }),
    )
    const opened = () => changes(heard).filter(({ data }) => data.commitment === 'talks' && data.before === null)
    await expect.poll(() => opened().length, PATIENCE).toBe(13)
    const inOrder = () =>
      changes(heard)
        .map(({ data }) => data.number)
        .sort((a, b) => a - b)
    await expect.poll(async () => inOrder().length === (await numbers()).length, PATIENCE).toBe(true)
    expect(inOrder()).toEqual(await numbers())
    const places = changes(heard).map(({ data }) => [data.seq, data.number] as const)
    expect(places).toEqual([...places].sort(([a, b], [c, d]) => a - c || b - d))
  })

  test('hears what the schemas say, under ids from which it can go on', async () => {
    const heard = follow('?last_event_id=0')
    await expect.poll(() => heard.at(-1)?.name, PATIENCE).toBe('status')
    const half = heard[Math.floor(heard.length / 2)]
    const rest = follow(`?last_event_id=${half?.id}`)
    await expect.poll(() => rest.length, PATIENCE).toBe(heard.length - heard.indexOf(half as Heard) - 1)
    expect(rest).toEqual(heard.slice(heard.indexOf(half as Heard) + 1))
    const lost = follow('?last_event_id=nonsense')
    await expect.poll(() => lost.map(({ name }) => name), PATIENCE).toEqual(['reset', 'status'])
    for (const { name, data } of [...heard, ...lost]) {
      const problems = Value.Errors(SCHEMAS[name] ?? {}, data).map(
        ({ instancePath, message }) => `${instancePath} ${message}`,
      )
      expect({ name, problems }).toEqual({ name, problems: [] })
    }
  })

  test('asks for what is there, and with the headers that proxies need', async () => {
    expect(await running.request('GET', '/v1/stream?agreement=treaty')).toMatchObject({
      status: 404,
      body: { code: 'AGREEMENT_UNKNOWN' },
    })
    expect((await running.request('GET', '/v1/stream?from=1')).status).toBe(422)
    const head = await fetch(`${running.url}/v1/stream`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    const ending = new AbortController()
    const { headers } = await fetch(`${running.url}/v1/stream`, { signal: ending.signal })
    ending.abort()
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    })
  })
})
