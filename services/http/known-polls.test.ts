import { get, type IncomingHttpHeaders } from 'node:http'
import Fastify from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLimits } from '../access/index.ts'
import { type Prepared, preparedText } from '../status/index.ts'
import { KnownPolls } from './known-polls.ts'
import { preparedAnswers } from './prepared-answer.ts'

const PER_MINUTE = 5

let shown: Prepared | null
let longWay: number
let server: Awaited<ReturnType<typeof serve>>

async function serve() {
  const measured: (readonly unknown[])[] = []
  const metrics = { requestAnswered: (...what: readonly unknown[]) => void measured.push(what) }
  const stopping = new AbortController()
  const limits = openLimits(PER_MINUTE)
  const deps = { metrics, limits, log: pino({ level: 'silent' }), trustProxy: true, stopping: stopping.signal }
  const polls = new KnownPolls(deps)
  const app = Fastify({ serverFactory: polls.serve, trustProxy: true })
  app.decorateRequest('polled', null).decorateRequest('readsAll', false)
  app.addHook('onRequest', (_request, reply, done) => {
    longWay += 1
    reply.header('X-Request-Id', 'long').header('X-Content-Type-Options', 'nosniff')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    polls.note(request, reply)
    done()
  })
  const { poll } = preparedAnswers({ seq: 1, isPublic: () => true }, { publicRead: true })
  app.get('/v1/status', (request, reply) => poll(request, reply, () => shown, { type: 'text/plain' }))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, app, stopping, limits, measured }
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function ask(headers: Record<string, string> = {}, path = '/v1/status', method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(`${server.url}${path}`, { headers, method }, async (response) => {
      let body = ''
      for await (const piece of response.setEncoding('latin1')) body += piece
      resolve({ status: response.statusCode, headers: response.headers, body })
    }).on('error', reject)
  })
}

beforeEach(async () => {
  shown = preparedText('how it stands')
  longWay = 0
  server = await serve()
})

afterEach(async () => {
  await server.app.close()
  server.limits.stop()
})

test('a question that comes again is answered the same, under another id, without going the long way', async () => {
  const first = await ask()
  const again = await ask()
  expect(longWay).toBe(1)
  expect(again).toMatchObject({ status: 200, body: 'how it stands' })
  const { 'x-request-id': id, date: _, ...same } = again.headers
  const { 'x-request-id': __, date: ___, ...before } = first.headers
  expect(same).toEqual(before)
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
})

test('it gets what is shown by then', async () => {
  const { headers } = await ask()
  shown = preparedText('otherwise')
  const changed = await ask({ 'if-none-match': String(headers.etag) })
  expect(changed).toMatchObject({ status: 200, body: 'otherwise' })
  expect(changed.headers.etag).not.toBe(headers.etag)
  expect(longWay).toBe(1)
})

test('who has it already is told so, the first time the long way', async () => {
  const { headers } = await ask()
  const had = { 'if-none-match': String(headers.etag) }
  const answers = [await ask(had), await ask(had)]
  expect(longWay).toBe(2)
  for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 304, body: '' })
  expect(answers[1]?.headers.etag).toBe(headers.etag)
  expect(answers[1]?.headers).not.toHaveProperty('content-type')
})

test('compressed bytes are sent as such once they are there', async () => {
  const brotli = { 'accept-encoding': 'br' }
  const [first, again] = [await ask(brotli), await ask(brotli)]
  expect(longWay).toBe(1)
  expect(again?.headers).toMatchObject({ 'content-encoding': 'br', etag: first?.headers.etag })
  expect(again?.body).toBe(first?.body)
  expect((await ask()).headers).not.toHaveProperty('content-encoding')
})

test.each<[string, Record<string, string>, string?, string?]>([
  ['a key', { authorization: 'Bearer x' }],
  ['a cookie', { cookie: 'servanda_session=x' }],
  ['an origin', { origin: 'https://page.example' }],
  ['another host', { host: 'elsewhere.example' }],
  ['another encoding', { 'accept-encoding': 'gzip' }],
  ['a proxy', { 'x-forwarded-for': '192.0.2.7' }],
  ['a parameter', {}, '/v1/status?x=1'],
  ['another method', {}, '/v1/status', 'HEAD'],
])('with %s it goes the long way', async (_, headers, path, method) => {
  await ask()
  await ask(headers, path, method)
  expect(longWay).toBe(2)
})

test('the headers of two questions are never taken for one another', async () => {
  await ask({ host: 'a.example', 'accept-encoding': 'x y' })
  await ask({ host: 'a.example x', 'accept-encoding': 'y' })
  expect(longWay).toBe(2)
})

test('what is not there any more, and what comes while the service stops, goes the long way', async () => {
  await ask()
  const before = shown
  shown = null
  await ask()
  expect(longWay).toBe(2)
  shown = before
  server.stopping.abort()
  await ask()
  expect(longWay).toBe(3)
})

test('it is counted as any other, by the address that a proxy tells, until there were too many', async () => {
  const from = { 'x-forwarded-for': '192.0.2.7, 198.51.100.1' }
  for (let n = 0; n <= PER_MINUTE + 1; n++) await ask(from)
  // The first was not counted here: in the service the long way counts it. One too many goes the long way to hear that.
  expect(longWay).toBe(2)
  expect(server.limits.address.waitSeconds('192.0.2.7')).toBeGreaterThan(0)
})

test('how long it took is measured', async () => {
  await ask()
  await ask()
  expect(server.measured).toEqual([['GET', '/v1/status', 200, expect.any(Number)]])
})
