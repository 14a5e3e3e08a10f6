import { request as httpRequest } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { lastSeq, verifyLedger } from '../../services/ledger/index.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, accordEvent, attack, call, ndjson, talksCase } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'

const NOON = '2026-03-01T12:00:00Z'

/** An agreement in a zone that had no 30 December 2011, and that an invitation brings into force. */
const SAMOA = ACCORD.replace('id: accord', 'id: samoa')
  .replace('in_force: {from: 2024-06-13, term: 10y}', 'in_force: {when: {event: invited}}')
  .replace('Europe/Kyiv', 'Pacific/Apia')

const { time: _time, ...SKIPPED } = { ...attack('skipped', NOON), occurred: '2011-12-30' }

describeOnEachDatabase('input that is wrong', (server) => {
  let running: RunningService
  let before: number

  beforeAll(async () => {
    running = await runService(server(), new TestClock(NOON), [
      { file: 'accord/rulebook.yaml', text: ACCORD },
      {
        file: 'samoa/rulebook.yaml',
        text: SAMOA,
        evidence: ndjson(SKIPPED, attack('history', '2026-02-01T10:00:00Z')),
      },
    ])
    await running.post(attack('known', '2026-03-01T10:00:00Z'))
    before = await lastSeq(running.service.store.db)
    expect(before, 'the line that Samoa cannot read is not taken from its file either').toBe(2)
  })

  afterEach(async () => {
    expect(await lastSeq(running.service.store.db), 'nothing is stored').toBe(before)
  })

  afterAll(async () => {
    await running.close()
  })

  describe('is answered with a problem document', () => {
    test('that names every problem of a malformed event at once', async () => {
      const answer = await running.post({ specversion: '1.0', id: '', type: 'attack', time: 'yesterday', Extra: {} })
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      expect(answer).toMatchObject({
        status: 422,
        body: { code: 'EVENT_INVALID', status: 422, instance: '/v1/events', request_id: expect.any(String) },
      })
      const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)
      expect(pointers).toEqual(expect.arrayContaining(['/source', '/id', '/time', '/Extra']))
      expect(answer.body.errors[0]).toMatchObject({ message: expect.any(String), mend: expect.any(String) })
    })

    test('that points into a batch, of which nothing is stored', async () => {
      const batch = [attack('fine', NOON), { ...attack('bad', NOON), data: 'x', standing: 'sure' }]
      const answer = await running.post(batch, { type: 'application/cloudevents-batch+json' })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/1/standing' }] } })
    })

    test.each([
      { why: 'no JSON', body: '{"a":' },
      { why: 'no text', body: '' },
      { why: 'an array where one event is expected', body: '3' },
      { why: 'JSON without end', body: `${'['.repeat(100_000)}` },
      { why: 'half a character', body: JSON.stringify(attack('\ud800', NOON)) },
      { why: 'a NUL', body: JSON.stringify({ ...attack('nul', NOON), data: { text: '\u0000' } }) },
    ])('of status 422 for $why', async ({ body }) => {
      const answer = await running.request('POST', '/v1/events', { body })
      expect(answer.status).toBe(422)
      expect(answer.body.detail).toEqual(expect.any(String))
    })

    test('with both digests, for the same id with other content', async () => {
      const other = { ...attack('known', '2026-03-01T10:00:00Z'), data: { scale: 'minor' } }
      const answer = await running.post(other)
      expect(answer).toMatchObject({ status: 409, body: { code: 'EVENT_CONFLICT' } })
      const [{ known_digest, sent_digest, message }] = answer.body.errors
      expect(known_digest).toMatch(/^[0-9a-f]{64}$/)
      expect(sent_digest).toMatch(/^[0-9a-f]{64}$/)
      expect(sent_digest).not.toBe(known_digest)
      expect(message).toContain('revision 2')
    })

    test('for a day that the agreement that listens never had', async () => {
      const answer = await running.post(SKIPPED)
      expect(answer).toMatchObject({ status: 422, body: { code: 'EVENT_INVALID' } })
      expect(answer.body.errors[0]).toMatchObject({ message: expect.stringContaining('Pacific/Apia'), id: 'skipped' })
      expect(answer.body.errors[0].mend).toEqual(expect.any(String))
    })

    test('which a file of evidence that holds such a line is told as well', async () => {
      const { db } = running.service.store
      const { problems } = await db.selectFrom('servanda.imports').select('problems').executeTakeFirstOrThrow()
      expect(problems).toMatchObject([{ code: 'EVENT_INVALID', message: expect.stringContaining('Pacific/Apia') }])
    })

    test('for an imprecise entry into force, pointing into the batch', async () => {
      const { time: _, ...imprecise } = { ...accordEvent('i', 'invited', NOON), occurred: '2024-06' }
      const answer = await running.post([attack('fine', NOON), imprecise], { type: 'application/json' })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/1', id: 'i' }] } })
    })

    test('for a claim that it will become known', async () => {
      const answer = await running.post({ ...attack('claim', NOON), recordedtime: '2026-03-01T12:00:01Z' })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/recordedtime' }] } })
    })

    test('that lists the scopes once, for a key with an unknown one', async () => {
      const body = JSON.stringify({ name: 'x', scopes: ['event', 'read'] })
      const answer = await running.request('POST', '/v1/keys', { body, type: 'application/json' })
      expect(answer).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID' } })
      expect(answer.body.errors).toEqual([
        {
          pointer: '/scopes/0',
          message:
            'must be one of events, judgement, control, watermark, indicator, recordedtime, rulebooks, alerts, reports, read, admin',
        },
      ])
    })

    test('for a revision that leaves a gap', async () => {
      const answer = await running.post({ ...attack('known', '2026-03-01T10:00:00Z'), revision: 3 })
      expect(answer).toMatchObject({ status: 422, body: { code: 'REVISION_TOO_HIGH' } })
    })

    test('but a duplicate is no mistake', async () => {
      const answer = await running.post(attack('known', '2026-03-01T10:00:00Z'))
      expect(answer).toMatchObject({ status: 200, body: { duplicate: true, seq: before } })
    })
  })

  describe('of somebody who may not', () => {
    const judgement = accordEvent('j1', 'servanda.judgement', NOON, {
      agreement: 'accord',
      case: talksCase('c1'),
      verdict: 'met',
    })

    test('is refused: a judgement with an events key, alone and in a batch', async () => {
      const key = await running.key(['events'])
      expect(await running.post(judgement, { key })).toMatchObject({ status: 403, body: { code: 'EVENT_FORBIDDEN' } })
      const batch = await running.post([call('c1', NOON), judgement], { key, type: 'application/json' })
      expect(batch).toMatchObject({ status: 403, body: { errors: [{ pointer: '/1' }] } })
    })

    test('is refused: another source, and a claim about the past', async () => {
      const elsewhere = await running.key(['events'], { sources: ['https://else.example/'] })
      expect(await running.post(call('c2', NOON), { key: elsewhere })).toMatchObject({ status: 403 })
      const key = await running.key(['events'])
      const claim = { ...call('c3', NOON), recordedtime: '2024-01-01T00:00:00Z' }
      expect(await running.post(claim, { key })).toMatchObject({ status: 403 })
    })

    test.each([
      { why: 'no key', key: null, status: 401 },
      { why: 'a wrong key', key: `svd_${'0'.repeat(12)}_${'a'.repeat(43)}`, status: 401 },
      { why: 'something that is no key', key: 'hunter2', status: 401 },
    ])('is refused with $status: $why', async ({ key, status }) => {
      const answer = await running.post(attack('x', NOON), { key })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('www-authenticate')).toContain('Bearer')
    })

    test('is refused: keys are an admin’s', async () => {
      const key = await running.key(['events', 'read'])
      expect(await running.request('GET', '/v1/keys', { key })).toMatchObject({ status: 403 })
    })

    test('is refused: a page of another origin, even with a key', async () => {
      const headers = { origin: 'https://evil.example' }
      expect(await running.post(attack('x', NOON), { headers })).toMatchObject({
        status: 403,
        body: { code: 'ORIGIN_FOREIGN' },
      })
    })

    test('is refused: another host name that points here', async () => {
      expect(await statusForHost(running.url, 'evil.example')).toBe(421)
      expect(await statusForHost(running.url, 'localhost')).toBe(200)
    })
  })

  describe('at the wrong door', () => {
    test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', null])(
      'is refused with 415: %s',
      async (type) => {
        const answer = await running.post(attack('x', NOON), { type: type ?? '' })
        expect(answer).toMatchObject({ status: 415, body: { code: 'CONTENT_TYPE_UNSUPPORTED' } })
      },
    )

    test('is refused with 413: a body without end', async () => {
      const answer = await running.post({ ...attack('x', NOON), data: { text: 'x'.repeat(5_000_000) } })
      expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
    })

    test('is refused with 405, which names the right ones', async () => {
      const answer = await running.request('DELETE', '/v1/events')
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
    })

    test.each(['/v1/status/%00', '/v1/agreements/accord/cases/%00', '/v1/status/%E0%A4%A', '/v1/keys/%00'])(
      'is refused: the path %s',
      async (path) => {
        const { status, body } = await running.request(path.includes('keys') ? 'DELETE' : 'GET', path)
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
        expect(body.code).toEqual(expect.any(String))
      },
    )

    test('is refused with 404', async () => {
      expect(await running.request('GET', '/v1/nothing')).toMatchObject({ status: 404 })
      expect(await running.request('GET', '/v1/status/nothing')).toMatchObject({ status: 404 })
      expect(await running.request('GET', '/v1/agreements/accord/cases/nothing')).toMatchObject({ status: 404 })
    })
  })

  test('that comes again and again says how long to wait, and locks nobody else out', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => running.post(attack('x', NOON), { key: 'guess' })),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    const seconds = refused[0]?.headers.get('retry-after')
    expect(Number(seconds)).toBeGreaterThan(30)
    expect(refused[0]?.body.detail).toContain(`in ${seconds} s`)
    expect((await running.request('GET', '/v1/keys')).status).toBe(200)
  })

  test('leaves the chain of the ledger whole', async () => {
    expect((await verifyLedger(running.service.store.db)).findings).toEqual([])
  })
})

/** `fetch` sets the Host itself. */
function statusForHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(`${url}/v1/status`, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
