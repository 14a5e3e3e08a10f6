import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeInModes } from '../servers/modes.ts'
import { ACCORD, attack } from './accord.ts'
import { type RequestOptions, type RunningService, runService } from './running-service.ts'

const JSON_TYPE = 'application/json'
const BOARD = 'https://board.example'

describeInModes(['postgresql'], 'access', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    const files = [{ file: 'accord/rulebook.yaml', text: ACCORD }]
    running = await runService(server(), clock, files, { CORS_ORIGINS: BOARD })
  })

  afterAll(async () => {
    await running.close()
  })

  const send = (method: string, path: string, body?: object, options: RequestOptions = {}) =>
    running.request(method, path, {
      type: JSON_TYPE,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...options,
    })
  const audit = async (query = '') => (await send('GET', `/v1/audit${query}`)).body.entries
  const adminId = () => running.adminKey.split('_')[1] ?? ''

  describe('by a key', () => {
    test('is made, used, rotated and ended, and each change is on record with who made it', async () => {
      const made = await send('POST', '/v1/keys', { name: 'desk', scopes: ['read', 'events'] })
      const { id, key: old } = made.body
      expect(made.body.secrets).toEqual([
        { created_at: '2026-03-01T12:00:00.000Z', expires_at: null, last_used_at: null },
      ])
      const listed = async () => (await send('GET', '/v1/keys')).body.keys.find((one: { id: string }) => one.id === id)

      clock.advance({ minutes: 5 })
      expect(await running.post(attack('a1', '2026-03-01T10:00:00Z'), { key: old })).toMatchObject({ status: 202 })
      await running.service.sweep()
      expect((await listed()).secrets).toMatchObject([{ last_used_at: '2026-03-01T12:05:00.000Z' }])

      const rotated = await send('POST', `/v1/keys/${id}/rotate`, {})
      expect(rotated).toMatchObject({ status: 200, body: { id, name: 'desk', scopes: ['read', 'events'] } })
      expect(rotated.headers.get('cache-control')).toBe('no-store')
      const fresh = rotated.body.key
      const status = async (key: string) => (await send('GET', '/v1/status', undefined, { key })).status
      expect([await status(old), await status(fresh)]).toEqual([200, 200])
      expect((await listed()).secrets).toMatchObject([{ expires_at: null }, { expires_at: '2026-03-02T12:05:00.000Z' }])
      const third = await send('POST', `/v1/keys/${id}/rotate`, {})
      expect(third).toMatchObject({ status: 409, body: { code: 'KEY_ROTATING' } })
      clock.advance({ hours: 24 })
      expect([await status(old), await status(fresh)]).toEqual([401, 200])

      expect((await send('DELETE', `/v1/keys/${id}`)).status).toBe(204)
      expect(await status(fresh)).toBe(401)
      const entries = await audit()
      expect(entries.map(({ action }: { action: string }) => action)).toEqual([
        'key.revoked',
        'key.rotated',
        'key.created',
      ])
      for (const entry of entries) expect(entry).toMatchObject({ subject: id, actor: `key:${adminId()}` })
      expect(entries[1].details).toEqual({ old_until: '2026-03-02T12:05:00.000Z' })
      expect(entries[2].request_id).toBe(made.headers.get('x-request-id'))
      expect(JSON.stringify(entries)).not.toContain('desk')
    })

    test.each([
      [{ old_until: 'tomorrow' }, 422, 'REQUEST_INVALID', '/old_until'],
      [{ old_until: '2020-01-01T00:00:00Z' }, 422, 'REQUEST_INVALID', '/old_until'],
      [{ until: 'now' }, 422, 'REQUEST_INVALID', ''],
    ])('is not rotated with %j', async (body, status, code, pointer) => {
      const refused = await send('POST', `/v1/keys/${adminId()}/rotate`, body)
      expect(refused).toMatchObject({ status, body: { code, errors: [{ pointer }] } })
    })

    test('is not rotated, listed or held to account by whoever may not', async () => {
      const key = await running.key(['read', 'events', 'rulebooks'])
      for (const [method, path, body] of [
        ['POST', `/v1/keys/${adminId()}/rotate`, {}],
        ['GET', '/v1/audit'],
        ['GET', '/v1/persons'],
        ['POST', '/v1/persons', { name: 'x' }],
        ['POST', '/v1/forget', { who: 'x@example.org' }],
      ] as const) {
        expect([path, (await send(method, path, body, { key })).status]).toEqual([path, 403])
        expect([path, (await send(method, path, body, { key: null })).status]).toEqual([path, 401])
      }
      expect(await send('POST', '/v1/keys/nothing/rotate', {})).toMatchObject({ status: 404 })
      for (const expires_at of ['0000-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'never']) {
        const ended = await send('POST', '/v1/keys', { name: 'x', scopes: ['read'], expires_at })
        expect(ended).toMatchObject({ status: 422, body: { errors: [{ pointer: '/expires_at' }] } })
      }
      const somebodys = { name: 'x', scopes: ['read'], person: 'nobody' }
      expect(await send('POST', '/v1/keys', somebodys)).toMatchObject({
        status: 404,
        body: { code: 'PERSON_UNKNOWN', errors: [{ pointer: '/person' }] },
      })
    })
  })

  describe('on record', () => {
    test('is read a page at a time, by links, and only what is asked for', async () => {
      for (const name of ['a', 'b', 'c']) await send('POST', '/v1/persons', { name })
      const numbers: number[] = []
      let path: string | undefined = '/v1/audit?action=person.created&limit=2'
      while (path !== undefined) {
        const { body, headers } = await send('GET', path)
        numbers.push(...body.entries.map(({ number }: { number: number }) => number))
        path = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]?.replace(running.url, '')
      }
      expect(numbers).toHaveLength(3)
      expect(numbers).toEqual([...numbers].sort((a, b) => b - a))
      expect(await audit('?actor=key:nobody')).toEqual([])
      for (const query of ['limit=0', 'limit=x', 'after=0', 'action=nothing', 'page=2'])
        expect(await send('GET', `/v1/audit?${query}`)).toMatchObject({ status: 422 })
    })

    test('are a rulebook and a judgement of who may, and the chain over it all', async () => {
      const key = await running.key(['rulebooks'])
      const text = ACCORD.replace('within: 24h', 'within: 36h')
      const put = await send('PUT', '/v1/rulebooks/accord', undefined, { body: text, type: 'application/yaml', key })
      expect(put.status).toBe(201)
      const [entry] = await audit()
      expect(entry).toMatchObject({ action: 'rulebook.adopted', subject: 'accord', details: { version: 2 } })
      expect(entry.actor).toBe(`key:${key.split('_')[1]}`)
      const path = `/v1/ledger/verification?expect_audit=${entry.number}:${entry.hash}`
      expect(await send('GET', path)).toMatchObject({
        body: { findings: [], audit: { head: { number: entry.number }, findings: [] } },
      })
      const other = await send('GET', `/v1/ledger/verification?expect_audit=${entry.number + 1}:${entry.hash}`)
      expect(other.body.audit.findings).toMatchObject([{ kind: 'cut_off', number: entry.number + 1 }])
      const wrong = await send('GET', '/v1/ledger/verification?expect_audit=1')
      expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/expect_audit' }] } })
    })
  })

  describe('by a session', () => {
    let personId: string
    let key: string
    let cookie: string
    let csrf: string

    /** As a browser would: with the cookie, and no key. */
    const browse = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
      send(method, path, body, { key: null, headers: { cookie, ...headers } })

    async function signIn(): Promise<void> {
      const { status, headers, body } = await send('POST', '/v1/session', {}, { key })
      expect(status).toBe(201)
      const set = headers.get('set-cookie') ?? ''
      expect(set).toMatch(/^servanda_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
      cookie = set.split(';')[0] ?? ''
      csrf = body.csrf_token
    }

    beforeAll(async () => {
      personId = (await send('POST', '/v1/persons', { name: 'Ann', address: 'ann@example.org' })).body.id
      const made = await send('POST', '/v1/keys', { name: 'Ann', scopes: ['admin'], person: personId })
      key = made.body.key
    })

    test('knows who signed in, and may what the key may', async () => {
      await signIn()
      const { body } = await browse('GET', '/v1/session')
      expect(body).toMatchObject({
        person: { id: personId, name: 'Ann' },
        key: { scopes: ['admin'] },
        csrf_token: csrf,
      })
      expect(Object.keys(body)).toEqual(['key', 'person', 'csrf_token', 'expires_at'])
      expect((await browse('GET', '/v1/keys')).status).toBe(200)
      const made = await browse('POST', '/v1/persons', { name: 'Bob' }, { 'x-csrf-token': csrf })
      expect(made.status).toBe(201)
      const [entry] = await audit()
      expect(entry).toMatchObject({ actor: `person:${personId}`, subject: made.body.id })
      const stored = await running.service.store.db.selectFrom('servanda.sessions').selectAll().execute()
      expect(JSON.stringify(stored)).not.toContain(cookie.split('=')[1])
    })

    test.each([
      ['without the token', {}],
      ['with another token', { 'x-csrf-token': 'x'.repeat(43) }],
      ['with an empty token', { 'x-csrf-token': '' }],
    ])('writes nothing %s', async (_, headers) => {
      const refused = await browse('POST', '/v1/persons', { name: 'Eve' }, headers as Record<string, string>)
      expect(refused).toMatchObject({ status: 403, body: { code: 'CSRF_TOKEN_WRONG' } })
      const gone = await browse('DELETE', `/v1/keys/${adminId()}`, undefined, headers as Record<string, string>)
      expect(gone.status).toBe(403)
    })

    test('writes nothing for a page of another origin, and nothing comes of the cookie beside a key', async () => {
      const headers = { 'x-csrf-token': csrf, origin: 'https://evil.example' }
      expect(await browse('POST', '/v1/persons', { name: 'Eve' }, headers)).toMatchObject({
        status: 403,
        body: { code: 'ORIGIN_FOREIGN' },
      })
      const reader = await running.key(['read'])
      expect((await send('GET', '/v1/keys', undefined, { key: reader, headers: { cookie } })).status).toBe(403)
      expect((await send('GET', '/v1/session', undefined, { headers: { cookie } })).status).toBe(404)
      expect((await send('GET', '/v1/keys', undefined, { key: 'svd_wrong', headers: { cookie } })).status).toBe(401)
    })

    test('begins by a key alone', async () => {
      expect((await send('POST', '/v1/session', {}, { key: null })).status).toBe(401)
      expect((await browse('POST', '/v1/session', {}, { 'x-csrf-token': csrf })).status).toBe(401)
      expect((await send('POST', '/v1/session', { remember: true }, { key })).status).toBe(422)
    })

    test('ends when it is signed out, and what is public is still shown', async () => {
      const { status, headers } = await browse('DELETE', '/v1/session', undefined, { 'x-csrf-token': csrf })
      expect(status).toBe(204)
      expect(headers.get('set-cookie')).toMatch(/^servanda_session=; Max-Age=0; Path=\/;/)
      expect(await browse('GET', '/v1/session')).toMatchObject({ status: 401, body: { code: 'SESSION_ENDED' } })
      expect((await browse('GET', '/v1/status')).status).toBe(200)
      const [ended, ...before] = await audit(`?actor=person:${personId}`)
      expect([ended.action, before.length]).toEqual(['session.ended', 1])
    })

    test('ends after twelve hours, with its secret, with its key', async () => {
      const signedIn = async () => (await browse('GET', '/v1/session')).status === 200
      await signIn()
      clock.advance({ hours: 12 })
      expect(await signedIn()).toBe(false)
      await signIn()
      const [, id] = key.split('_')
      const { body } = await send('POST', `/v1/keys/${id}/rotate`, { old_until: 'now' })
      expect(await signedIn()).toBe(false)
      key = body.key
      await signIn()
      expect(await signedIn()).toBe(true)
      expect((await send('POST', '/v1/forget', { who: 'ANN@example.org' })).body).toMatchObject({
        persons: [personId],
        keys: 1,
        sessions: 1,
      })
      expect(await signedIn()).toBe(false)
      const { persons } = (await send('GET', '/v1/persons')).body
      expect(persons.find((one: { id: string }) => one.id === personId)).toMatchObject({ name: null, address: null })
      expect(await send('POST', '/v1/forget', { who: 'ann@example.org' })).toMatchObject({ status: 404 })
    })
  })

  describe('from a page of a listed origin', () => {
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,ce-id' }
    const preflight = (origin: string, headers: Record<string, string> = asked) =>
      fetch(`${running.url}/v1/events`, { method: 'OPTIONS', headers: { origin, ...headers } })

    test('is allowed, and the answer may be read', async () => {
      const allowed = await preflight(BOARD)
      expect(allowed.status).toBe(204)
      expect(Object.fromEntries(allowed.headers)).toMatchObject({
        'access-control-allow-origin': BOARD,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'authorization,ce-id',
        vary: 'Access-Control-Request-Headers, Origin',
      })
      const headers = { origin: BOARD }
      for (const path of ['/v1/status', '/v1/keys', '/v1/nothing', '/v1/status/nothing']) {
        const answer = await send('GET', path, undefined, { headers })
        expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, BOARD])
        expect(answer.headers.get('access-control-expose-headers')).toContain('ETag')
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
        expect(answer.headers.get('vary')).toContain('Origin')
      }
      expect((await running.post(attack('a2', '2026-03-01T10:00:00Z'), { headers })).status).toBe(202)
    })

    test('is not, from any other, and headers are not repeated that are none', async () => {
      for (const refused of [await preflight('https://evil.example'), await preflight(BOARD, {})]) {
        expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
      }
      const odd = await preflight(BOARD, { ...asked, 'access-control-request-headers': 'a; b' })
      expect(odd.headers.get('access-control-allow-headers')).toBeNull()
      const read = await send('GET', '/v1/status', undefined, { headers: { origin: 'https://evil.example' } })
      expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, null])
      expect(read.headers.get('vary')).toContain('Origin')
    })
  })
})
