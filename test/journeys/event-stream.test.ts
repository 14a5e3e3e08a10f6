import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { lastSeq, verifyLedger } from '../../services/ledger/index.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, attack, call, ndjson, talksCase } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'

const NOON = '2026-03-01T12:00:00Z'
const PATIENCE = { timeout: 20_000, interval: 50 }

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a line
type Answered = any

/** A stream under way: lines go in, answers come out. */
interface Sending {
  readonly request: ClientRequest
  /** The next line of the answer; null: there are no more. */
  next(): Promise<Answered>
  rest(): Promise<Answered[]>
}

describeOnEachDatabase('a stream of events', (server) => {
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), new TestClock(NOON), [{ file: 'accord/rulebook.yaml', text: ACCORD }])
  })

  afterAll(async () => {
    await running.close()
  })

  function stream(body: string, options: { key?: string; headers?: Record<string, string | undefined> } = {}) {
    const { key = running.adminKey, headers } = options
    const type = 'application/x-ndjson'
    const authorization = `Bearer ${key}`
    return fetch(`${running.url}/v1/events`, {
      method: 'POST',
      headers: { authorization, 'content-type': type, ...headers } as Record<string, string>,
      body,
    })
  }

  async function answers(response: Response): Promise<Answered[]> {
    return (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  function open(key = running.adminKey): Sending {
    const request = httpRequest(`${running.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    })
    // A response that nobody asks for would be thrown away as it comes.
    const answered = once(request, 'response') as Promise<[IncomingMessage]>
    answered.catch(() => {})
    const lines = (async function* () {
      const [response] = await answered
      let text = ''
      for await (const piece of response.setEncoding('utf8')) {
        text += piece
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          yield JSON.parse(text.slice(0, end))
          text = text.slice(end + 1)
        }
      }
    })()
    const next = async () => (await lines.next()).value ?? null
    const rest = async () => {
      const all = []
      for (let line = await next(); line !== null; line = await next()) all.push(line)
      return all
    }
    return { request, next, rest }
  }

  test('is answered line by line: a receipt, or what is wrong with it and where', async () => {
    const body = [
      '\ufeff',
      JSON.stringify(attack('s1', NOON)),
      '',
      '{"a":',
      JSON.stringify({ ...attack('s2', NOON), standing: 'sure' }),
      `${JSON.stringify(attack('s1', NOON))}\r`,
      JSON.stringify({ ...attack('s1', NOON), data: { scale: 'minor' } }),
      JSON.stringify({ ...attack('s1', NOON), revision: 3 }),
      JSON.stringify({ ...attack('s1', NOON), revision: 2, data: { scale: 'minor' } }),
      '[1]',
      JSON.stringify(attack('s3', NOON)),
    ].join('\n')
    const response = await stream(body)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    const receipt = { source: 'https://events.example/', id: 's1', revision: 1, duplicate: false }
    expect(await answers(response)).toMatchObject([
      { line: 2, ok: true, receipt: { ...receipt, seq: expect.any(Number), recorded_at: '2026-03-01T12:00:00.000Z' } },
      { line: 4, ok: false, problem: { code: 'BODY_MALFORMED', status: 422 } },
      { line: 5, ok: false, problem: { code: 'EVENT_INVALID', errors: [{ pointer: '/standing' }] } },
      { line: 6, ok: true, receipt: { id: 's1', duplicate: true } },
      {
        line: 7,
        ok: false,
        problem: { code: 'EVENT_CONFLICT', status: 409, errors: [{ pointer: '/id', revision: 1 }] },
      },
      { line: 8, ok: false, problem: { code: 'REVISION_TOO_HIGH', errors: [{ pointer: '/revision' }] } },
      { line: 9, ok: true, receipt: { revision: 2 } },
      { line: 10, ok: false, problem: { code: 'EVENT_INVALID', errors: [{ pointer: '' }] } },
      { line: 11, ok: true, receipt: { id: 's3' } },
      { complete: true, lines: 9, recorded: 3, duplicates: 1, refused: 5 },
    ])
  })

  test('has the digests of both sides of a conflict, and no more of it than a single event has', async () => {
    const other = { ...attack('s3', NOON), data: { scale: 'minor' } }
    const [line] = await answers(await stream(JSON.stringify(other)))
    const single = await running.post(other)
    const { instance, request_id, ...facts } = single.body
    expect({ instance, request_id }).toEqual({ instance: '/v1/events', request_id: expect.any(String) })
    expect(line).toEqual({ line: 1, ok: false, problem: facts })
  })

  test('is taken under the rules of single events', async () => {
    const key = await running.key(['events'], { sources: ['https://events.example/'] })
    const judgement = { ...attack('j1', NOON), type: 'servanda.termination', data: { agreement: 'accord' } }
    const foreign = { ...attack('f1', NOON), source: 'https://other.example/' }
    const claim = { ...attack('c1', NOON), recordedtime: '2026-02-01T00:00:00Z' }
    const found = await answers(await stream(ndjson(judgement, foreign, claim, attack('own', NOON)), { key }))
    expect(found.map((line) => line.problem?.code ?? line.ok ?? line.complete)).toEqual([
      ...['EVENT_FORBIDDEN', 'EVENT_FORBIDDEN', 'EVENT_FORBIDDEN', true, true],
    ])
  })

  test.each([
    { why: 'without a key', headers: { authorization: '' }, status: 401 },
    { why: 'from a foreign page', headers: { origin: 'https://evil.example' }, status: 403 },
    { why: 'in another encoding', headers: { 'content-encoding': 'gzip' }, status: 415 },
  ])('is refused $why', async ({ headers, status }) => {
    const response = await stream(ndjson(attack('no', NOON)), { headers })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('problem+json')
  })

  test('is taken for events only', async () => {
    const answer = await running.request('POST', '/v1/keys', { type: 'application/x-ndjson', body: '{}' })
    expect(answer).toMatchObject({ status: 415, body: { code: 'CONTENT_TYPE_UNSUPPORTED' } })
  })

  test('without a line is complete', async () => {
    expect(await answers(await stream('\n \n'))).toEqual([
      { complete: true, lines: 0, recorded: 0, duplicates: 0, refused: 0 },
    ])
  })

  test('answers what was refused and the end alone, to whom that is enough', async () => {
    const response = await stream(`${ndjson(attack('m1', NOON))}x\n${ndjson(attack('m2', NOON))}`, {
      headers: { prefer: 'respond-async, return=minimal' },
    })
    expect(response.headers.get('preference-applied')).toBe('return=minimal')
    expect(await answers(response)).toMatchObject([
      { line: 2, ok: false },
      { complete: true, lines: 3, recorded: 2, refused: 1 },
    ])
  })

  test('refuses a line that is too long, and takes those beside it', async () => {
    const long = JSON.stringify({ ...attack('long', NOON), subject: 'x'.repeat(9_000_000) })
    const found = await answers(
      await stream([ndjson(attack('l1', NOON)), long, '\n', ndjson(attack('l2', NOON))].join('')),
    )
    expect(found).toMatchObject([
      { line: 1, ok: true },
      { line: 2, ok: false, problem: { code: 'LINE_TOO_LONG', status: 413 } },
      { line: 3, ok: true },
      { complete: true },
    ])
  })

  test('answers each line as it comes, while the sender waits with the next', async () => {
    const { request, next } = open()
    for (const id of ['w1', 'w2', 'w3']) {
      request.write(ndjson(attack(id, NOON)))
      expect(await next()).toMatchObject({ ok: true, receipt: { id } })
    }
    request.end()
    expect(await next()).toMatchObject({ complete: true, recorded: 3 })
    expect(await next()).toBeNull()
  })

  test('ends where its key ends', async () => {
    const key = await running.key(['events'])
    const { request, next } = open(key)
    request.on('error', () => {})
    request.write(ndjson(attack('k1', NOON)))
    expect(await next()).toMatchObject({ ok: true })
    expect((await running.request('DELETE', `/v1/keys/${key.split('_')[1]}`)).status).toBe(204)
    request.write(ndjson(attack('k2', NOON)))
    expect(await next()).toMatchObject({
      complete: false,
      recorded: 1,
      resume_at_line: 2,
      problem: { code: 'KEY_INVALID' },
    })
  })

  test('that breaks keeps what was answered, takes no half line, and goes on when it is sent again', async () => {
    const before = await lastSeq(running.service.store.db)
    const { request, next } = open()
    request.on('error', () => {})
    request.write(ndjson(attack('b1', NOON)))
    expect(await next()).toMatchObject({ ok: true, receipt: { id: 'b1' } })
    request.write(ndjson(attack('b2', NOON)).trimEnd())
    request.destroy()
    const again = await answers(await stream(ndjson(attack('b1', NOON), attack('b2', NOON))))
    expect(again).toMatchObject([
      { receipt: { duplicate: true } },
      { receipt: { duplicate: false } },
      { complete: true },
    ])
    expect(await lastSeq(running.service.store.db)).toBe(before + 2)
  })

  test('tells of an event that the database will not have, and takes those beside it', async () => {
    const { db } = running.service.store
    await sql`create function servanda.no_poison() returns trigger language plpgsql as
      $$ begin if new.id = 'poison' then raise 'poison'; end if; return new; end $$`.execute(db)
    await sql`create trigger no_poison before insert on servanda.events
      for each row execute function servanda.no_poison()`.execute(db)
    try {
      const body = ndjson(attack('p1', NOON), attack('poison', NOON), attack('p2', NOON))
      expect(await answers(await stream(body))).toMatchObject([
        { line: 1, ok: true },
        { line: 2, ok: false, problem: { code: 'INTERNAL', status: 500 } },
        { line: 3, ok: true },
        { complete: true, recorded: 2, refused: 1 },
      ])
    } finally {
      await sql`drop trigger no_poison on servanda.events`.execute(db)
    }
  })

  test('is held back while its answers are left lying, and loses none of them', async () => {
    const { request, rest } = open()
    const lines = 80_000
    const line = ndjson(attack('same', NOON))
    let written = 0
    const writing = (async () => {
      while (written < lines) {
        const count = Math.min(1_000, lines - written)
        const goesOn = request.write(line.repeat(count))
        written += count
        if (!goesOn) await once(request, 'drain')
      }
      request.end()
    })()
    // Nobody reads: the sender comes to a halt long before its last line.
    let last = -1
    await expect
      .poll(
        () => {
          const isStill = written === last
          last = written
          return isStill && written > 0
        },
        { timeout: 120_000, interval: 1_500 },
      )
      .toBe(true)
    expect(written).toBeLessThan(lines)
    const found = await rest()
    await writing
    expect(found).toHaveLength(lines + 1)
    expect(found.every((one, index) => index === lines || one.line === index + 1)).toBe(true)
    expect(found.at(-1)).toMatchObject({ complete: true, lines, recorded: 1, duplicates: lines - 1 })
  }, 300_000)

  test('is evaluated like any other events', async () => {
    await answers(await stream(ndjson(attack('e1', NOON), call('e2', NOON))))
    await expect
      .poll(async () => commitmentIn(await running.status(), 'talks').case?.id, PATIENCE)
      .toBe(talksCase('e2'))
    expect((await verifyLedger(running.service.store.db)).findings).toEqual([])
  })

  test('is told where to go on when the service stops', async () => {
    const { request, next, rest } = open()
    request.on('error', () => {})
    request.write(ndjson(attack('z1', NOON)))
    expect(await next()).toMatchObject({ ok: true })
    await running.close()
    expect(await rest()).toMatchObject([{ complete: false, resume_at_line: 2, problem: { code: 'NOT_READY' } }])
  })
})
