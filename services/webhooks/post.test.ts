import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../test/servers/process.ts'
import { type Answering, type Receiver, startReceiver } from '../../test/servers/receiver.ts'
import type { SendFailure } from '../delivery/index.ts'
import { postJson } from './post.ts'

const OPTIONS = { privateReceivers: ['127.0.0.0/8'], patienceMs: 10_000 }

let receiver: Receiver

beforeAll(async () => {
  receiver = await startReceiver()
})

beforeEach(() => {
  receiver.answerWith(204)
})

afterAll(() => receiver.close())

function post(url: string, options = OPTIONS): Promise<string> {
  return postJson(url, '{"a":1}', { 'webhook-id': 'd1' }, options)
}

function failureOf(url: string, options = OPTIONS): Promise<SendFailure> {
  return post(url, options).then(
    (answer) => expect.unreachable(`it was taken: ${answer}`),
    (failure) => failure,
  )
}

/** What nobody waits for: so much that it would never end. */
const endlessly: Answering = (response) => {
  const write = () => {
    while (response.write('x'.repeat(65_536)));
  }
  response.writeHead(200).on('drain', write)
  write()
}

test('a receiver is posted JSON, with the headers it was given', async () => {
  expect(await post(`${receiver.url}/hook?of=accord`)).toBe('204')
  const { path, headers, body } = receiver.received.at(-1) ?? {}
  expect({ path, body }).toEqual({ path: '/hook?of=accord', body: '{"a":1}' })
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'd1', 'user-agent': 'servanda' })
})

test.each([
  [410, 'gone', '410'],
  [301, 'later', '301 (redirects are not followed)'],
  [308, 'later', '308 (redirects are not followed)'],
  [400, 'later', '400'],
  [404, 'later', '404'],
  [429, 'later', '429'],
  [500, 'later', '500'],
  [503, 'later', '503'],
])('an answer of %d means %s', async (status, fate, message) => {
  receiver.answerWith(status)
  expect(await failureOf(receiver.url)).toMatchObject({ fate, message })
})

test('a redirect leads nowhere', async () => {
  const elsewhere = await startReceiver()
  receiver.answerWith((response) => response.writeHead(307, { location: elsewhere.url }).end('over there'))
  const failure = await failureOf(receiver.url)
  await elsewhere.close()
  expect(failure).toMatchObject({ fate: 'later', message: '307: over there (redirects are not followed)' })
  expect(elsewhere.received).toEqual([])
})

describe('without an answer', () => {
  test('nobody knows whether it has arrived', async () => {
    receiver.answerWith('hang')
    const failure = await failureOf(receiver.url, { ...OPTIONS, patienceMs: 50 })
    expect(failure).toMatchObject({ fate: 'uncertain', message: 'no answer in time' })
  })

  test('of a connection that breaks, neither', async () => {
    receiver.answerWith((response) => response.destroy())
    expect(await failureOf(receiver.url)).toMatchObject({ fate: 'uncertain', message: 'socket hang up' })
  })

  test('it has not arrived where nobody listens', async () => {
    expect(await failureOf(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({ fate: 'later' })
  })

  test('it has not arrived where the name is nobody’s', async () => {
    expect(await failureOf('http://receiver.invalid/')).toMatchObject({ fate: 'later' })
  })
})

describe('of an answer', () => {
  test('that never ends, the beginning is kept', async () => {
    receiver.answerWith(endlessly)
    expect(await post(receiver.url)).toBe(`200: ${'x'.repeat(2_000)}`)
  })

  test('that stops in the middle, what has come counts', async () => {
    receiver.answerWith((response) => void response.writeHead(200).write('taken, and'))
    expect(await post(receiver.url, { ...OPTIONS, patienceMs: 200 })).toBe('200: taken, and')
  })

  test('with endless headers, nobody knows', async () => {
    receiver.answerWith((response) => response.writeHead(200, { 'x-much': 'x'.repeat(60_000) }).end())
    expect(await failureOf(receiver.url)).toMatchObject({ fate: 'uncertain' })
  })
})

describe('an address inside a network', () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1'],
    ['127.0.0.1', 'http://2130706433'],
    ['127.0.0.1', 'http://0x7f.1'],
    ['169.254.169.254', 'http://169.254.169.254/latest/meta-data'],
    ['10.0.0.1', 'https://10.0.0.1'],
    ['192.168.1.1', 'http://192.168.1.1'],
    ['0.0.0.0', 'http://0.0.0.0'],
    ['::1', 'http://[::1]'],
    ['::ffff:7f00:1', 'http://[::ffff:127.0.0.1]'],
    ['fd00::1', 'http://[fd00::1]'],
  ])('%s, written as %s, is refused', async (address, url) => {
    expect(await failureOf(url, { ...OPTIONS, privateReceivers: [] })).toMatchObject({
      fate: 'refused',
      message: `${address} is a private address; to allow it, name it in PRIVATE_RECEIVERS`,
    })
  })

  test('is refused by its name, once that is looked up', async () => {
    const failure = await failureOf(`http://localhost:${receiver.port}`, { ...OPTIONS, privateReceivers: [] })
    expect(failure).toMatchObject({ fate: 'refused', message: expect.stringContaining('name it in PRIVATE_RECEIVERS') })
  })

  test.each([['127.0.0.1'], ['127.0.0.0/8']])('is reached where %s is allowed', async (allowed) => {
    expect(await post(receiver.url, { ...OPTIONS, privateReceivers: [allowed] })).toBe('204')
  })

  test('is reached by its name where all that it stands for is allowed', async () => {
    const options = { ...OPTIONS, privateReceivers: ['127.0.0.0/8', '::1'] }
    expect(await post(`http://localhost:${receiver.port}`, options)).toBe('204')
  })

  test('is refused where another is allowed', async () => {
    const failure = await failureOf(receiver.url, { ...OPTIONS, privateReceivers: ['10.0.0.0/8'] })
    expect(failure).toMatchObject({ fate: 'refused' })
  })
})
