import { PassThrough, Readable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import type { AccessKey } from '../access/index.ts'
import type { Batch, Outcome } from '../ledger/index.ts'
import { answerLines, type EventStreamDeps } from './event-stream.ts'

const KEY: AccessKey = {
  id: 'k',
  name: 'k',
  scopes: ['events'],
  sources: null,
  highestStanding: 'confirmed',
  expiresAt: null,
}

function line(id: string): string {
  return `${JSON.stringify({ specversion: '1.0', source: 's', id, type: 't', time: '2026-03-01T00:00:00Z' })}\n`
}

async function taken(batches: readonly Batch[]): Promise<readonly Outcome[]> {
  return batches.map(({ events: [event] }) => {
    const { source = '', id = '', revision = 1, digest = '' } = event ?? {}
    const recordedAt = parseInstant('2026-03-01T00:00:00Z')
    return { ok: true, receipts: [{ source, id, revision, seq: 1, recordedAt, digest, duplicate: false }] }
  })
}

function answers(body: Readable, deps: Partial<EventStreamDeps>): AsyncGenerator<string> {
  const log = pino({ level: 'silent' })
  const stopping = new AbortController().signal
  return answerLines(body, {
    ...{ append: taken, key: async () => KEY, isMinimal: false, patienceMs: 10_000, stopping, log },
    ...deps,
  })
}

async function linesOf(texts: AsyncIterable<string>): Promise<{ readonly [name: string]: unknown }[]> {
  let all = ''
  for await (const text of texts) all += text
  return all
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text))
}

function bodyOf(...ids: string[]): Readable {
  return Readable.from([Buffer.from(ids.map(line).join(''))])
}

const away = Object.assign(new Error('terminating connection'), { code: '57P01' })

test('that brings nothing any more is ended, and what came is answered', async () => {
  const body = new PassThrough()
  body.write(line('a'))
  expect(await linesOf(answers(body, { patienceMs: 20 }))).toMatchObject([
    { line: 1, ok: true },
    { complete: false, recorded: 1, resume_at_line: 2, problem: { code: 'STREAM_STALLED', status: 408 } },
  ])
})

test('stops when the service does', async () => {
  const stopping = new AbortController()
  const body = new PassThrough()
  body.write(line('a'))
  const found = answers(body, { stopping: stopping.signal })
  expect(JSON.parse((await found.next()).value)).toMatchObject({ line: 1, ok: true })
  stopping.abort()
  expect(await linesOf(found)).toMatchObject([{ complete: false, resume_at_line: 2, problem: { code: 'NOT_READY' } }])
})

test('says where to go on when the data cannot be reached, and recorded none of the lines it has not answered', async () => {
  const append = async () => {
    throw away
  }
  expect(await linesOf(answers(bodyOf('a', 'b'), { append }))).toMatchObject([
    { complete: false, lines: 0, resume_at_line: 1, problem: { code: 'STORE_UNAVAILABLE', status: 503 } },
  ])
})

test('answers what was recorded before the data went away, where lines are tried one by one', async () => {
  let calls = 0
  const append = async (batches: readonly Batch[]) => {
    calls += 1
    if (calls === 1) throw new Error('one of them cannot be written')
    if (calls === 3) throw away
    return taken(batches)
  }
  expect(await linesOf(answers(bodyOf('a', 'b', 'c'), { append }))).toMatchObject([
    { line: 1, ok: true },
    { complete: false, lines: 1, resume_at_line: 2, problem: { code: 'STORE_UNAVAILABLE' } },
  ])
})

test('says nothing of what failed inside', async () => {
  const append = async () => {
    throw new Error('a secret of the database')
  }
  const found = await linesOf(answers(bodyOf('a'), { append }))
  expect(found).toMatchObject([
    { line: 1, problem: { code: 'INTERNAL' } },
    { complete: true, refused: 1 },
  ])
  expect(JSON.stringify(found)).not.toContain('secret')
})

test('reads no further than its bound while nobody takes the answers off', async () => {
  let pulled = 0
  const body = Readable.from(
    (function* () {
      for (;;) {
        pulled += 1
        yield Buffer.from(line(String(pulled)))
      }
    })(),
  )
  const found = answers(body, {})
  await found.next()
  await new Promise((resolve) => setImmediate(resolve))
  expect(pulled).toBeLessThan(3_000)
  body.destroy()
  await found.return(undefined)
})
