import { mkdir } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../services/store/index.ts'
import { attack } from '../journeys/accord.ts'
import { describeInModes } from '../servers/modes.ts'
import { adminKeyOf, spawnServanda } from './servanda-process.ts'

const SENDERS = 8

describeInModes(['postgresql'], 'a service that is asked to end while many write', (server) => {
  test('answers whatever it has taken, says that it stops, and keeps nobody’s connection', {
    timeout: 60_000,
  }, async () => {
    const rules = { RULES_DIR: `${server().dataDir}/rules` }
    await mkdir(rules.RULES_DIR)
    const started = spawnServanda(['start'], server(), rules)
    onTestFinished(() => void started.child.kill('SIGKILL'))
    const url = await started.running
    const key = await adminKeyOf(server())
    const taken: string[] = []
    const others = new Set<number>()
    const ready = new Set<string>()
    let sent = 0
    let lastAnswers = 0

    /** Posts over one connection after another until nobody listens. */
    async function send(): Promise<void> {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (;;) {
        const id = `load-${sent++}`
        const answer = await post(url, key, agent, attack(id, '2026-03-01T00:00:00Z'))
        if (answer === 'refused') break
        if (answer === 'broken') continue
        if (answer.status === 202) taken.push(id)
        else others.add(answer.status)
        if (answer.isLast) lastAnswers += 1
      }
      agent.destroy()
    }

    const senders = Array.from({ length: SENDERS }, send)
    await expect.poll(() => taken.length, { timeout: 20_000 }).toBeGreaterThan(100)
    started.child.kill('SIGTERM')
    const asking = (async () => {
      for (;;) {
        const response = await fetch(`${url}/readyz`).catch(() => null)
        if (response === null) return
        ready.add(`${response.status} ${response.headers.get('connection')}`)
      }
    })()
    await Promise.all([...senders, asking])
    expect(await started.ended).toBe(0)
    expect([...others]).toEqual([])
    expect(ready).toContain('503 close')
    expect(lastAnswers).toBeGreaterThan(0)
    const store = await openStore({ ...server(), log: pino({ level: 'silent' }) })
    const { rows } = await store.pool.query<{ id: string }>('select id from servanda.events')
    await store.close()
    // Nothing that was taken went without its answer.
    expect(rows.map(({ id }) => id).sort()).toEqual(taken.sort())
  })
})

type Answered = { readonly status: number; readonly isLast: boolean } | 'refused' | 'broken'

/** `broken`: the connection ended before an answer, as an idle one may; `refused`: nobody listens any more. */
function post(url: string, key: string, agent: Agent, event: object): Promise<Answered> {
  return new Promise((resolve) => {
    const asked = request(
      `${url}/v1/events`,
      {
        method: 'POST',
        agent,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
      },
      (response) => {
        response.resume()
        const answer = { status: response.statusCode ?? 0, isLast: response.headers.connection === 'close' }
        response.once('end', () => resolve(answer))
        response.once('error', () => resolve('broken'))
      },
    )
    asked.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED' ? 'refused' : 'broken'))
    asked.end(JSON.stringify(event))
  })
}
