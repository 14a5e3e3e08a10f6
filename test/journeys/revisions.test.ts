import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { eventOf, lastSeq, latestRevision, verifyLedger } from '../../services/ledger/index.ts'
import { describeInModes } from '../servers/modes.ts'
import { ACCORD, accordEvent, attack, call, talks, talksCase } from './accord.ts'
import { type RequestOptions, type RunningService, runService } from './running-service.ts'

const SOURCE = 'https://events.example/'
const NOON = '2026-03-01T12:00:00Z'

describeInModes(['postgresql'], 'revisions that nobody counts', (server) => {
  const clock = new TestClock(NOON)
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }])
    await running.post(attack('a1', NOON))
    await running.post(call('c1', NOON))
  })

  afterAll(() => running.close())

  const pathOf = (id: string, door: string) => `/v1/events/${encodeURIComponent(SOURCE)}/${id}/${door}`
  const send = (path: string, body: unknown, options: RequestOptions = {}) =>
    running.request('POST', path, { type: 'application/json', body: JSON.stringify(body), ...options })
  const correct = (id: string, patch: unknown, options?: RequestOptions) =>
    send(pathOf(id, 'corrections'), patch, options)
  const latest = async (id: string) => {
    const row = await latestRevision(running.service.store.db, { source: SOURCE, id })
    if (row === null) throw new Error(`no event ${id}`)
    return eventOf(row)
  }

  test('correct what is otherwise, and keep the rest to the digit', async () => {
    await running.post(
      accordEvent('aid', 'aid', NOON, { amount: '1', note: 'x' }, { subject: 'aid', zone: 'Europe/Kyiv' }),
    )
    const patch = '{"data":{"amount":12345678901234567.89,"note":null},"occurred":"2026-02"}'
    const type = 'application/merge-patch+json'
    const first = await running.request('POST', pathOf('aid', 'corrections'), { type, body: patch })
    expect(first).toMatchObject({ status: 202, body: { source: SOURCE, id: 'aid', revision: 2, duplicate: false } })
    expect(first.headers.get('etag')).toBe('"2"')
    expect((await latest('aid')).content).toBe(
      `{"data":{"amount":12345678901234567.89},"id":"aid","occurred":"2026-02","revision":2,"source":"${SOURCE}",` +
        '"specversion":"1.0","standing":"reported","subject":"aid","time":"2026-03-01T12:00:00.000Z","type":"aid",' +
        '"zone":"Europe/Kyiv"}',
    )
    // Sent again it changes nothing, so nothing is recorded.
    const again = await running.request('POST', pathOf('aid', 'corrections'), { type, body: patch })
    expect(again).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } })
  })

  test('once confirmed are not changed by whoever may not confirm', async () => {
    const told = call('c3', NOON)
    await running.post(told)
    const confirm = `/v1/candidates/${encodeURIComponent(SOURCE)}/c3/confirm`
    expect(await send(confirm, {})).toMatchObject({ status: 202, body: { revision: 2 } })
    const order = { name: 'reporter', scopes: ['events'], highest_standing: 'reported' }
    const { key } = (await send('/v1/keys', order)).body
    const refused = {
      status: 403,
      body: { code: 'EVENT_FORBIDDEN', detail: expect.stringContaining('may not change') },
    }
    expect(await correct('c3', { subject: 'x' }, { key })).toMatchObject(refused)
    expect(await send(pathOf('c3', 'retraction'), {}, { key })).toMatchObject(refused)
    const next = { ...told, revision: 3 }
    expect(await send('/v1/events', next, { key, type: 'application/cloudevents+json' })).toMatchObject(refused)
    // Its own report, sent again, is known.
    expect(await send('/v1/events', told, { key, type: 'application/cloudevents+json' })).toMatchObject({
      status: 200,
      body: { revision: 1, duplicate: true },
    })
  })

  test('that come at once are all taken, one after another', async () => {
    await running.post(accordEvent('many', 'note', NOON, {}))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => correct('many', { data: { [`from${n}`]: n } })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202))
    const revisions = answers.map(({ body }) => body.revision).sort((a, b) => a - b)
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, n) => n + 2))
    const { data } = await latest('many')
    expect(data).toEqual(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`from${n}`, n])))
    expect((await verifyLedger(running.service.store.db)).findings).toEqual([])
  })

  test('replace only what their sender has seen, where it says so', async () => {
    await running.post(accordEvent('seen', 'note', NOON, {}))
    const ifMatch = { headers: { 'if-match': '"1"' } }
    const answers = await Promise.all([1, 2, 3].map((n) => correct('seen', { data: { n } }, ifMatch)))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 412, 412])
    expect(answers.find(({ status }) => status === 412)?.body).toMatchObject({ code: 'REVISION_REPLACED' })
    const odd = await correct('seen', { data: {} }, { headers: { 'if-match': 'W/"x"' } })
    expect(odd).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID' } })
  })

  test('take back what was reported, and only once', async () => {
    await running.service.sweep()
    const path = `/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c1'))}`
    expect((await running.request('GET', path)).body.verdict).toBe('open')
    const taken = await send(pathOf('c1', 'retraction'), { why: 'It was another call.' })
    expect(taken).toMatchObject({ status: 202, body: { revision: 2 } })
    expect(await latest('c1')).toMatchObject({ retracted: true, data: { why: 'It was another call.' } })
    await running.service.sweep()
    expect((await running.request('GET', path)).body.verdict).toBe('void')
    for (const answer of [await send(pathOf('c1', 'retraction'), {}), await correct('c1', { subject: 'x' })])
      expect(answer).toMatchObject({ status: 409, body: { code: 'EVENT_RETRACTED' } })
  })

  test.each([
    [
      { source: 'https://other.example/', id: 'x', revision: 7, specversion: '2.0', retracted: true },
      ['/specversion', '/source', '/id', '/revision', '/retracted'],
    ],
    [{ time: 'noon', standing: 'certain' }, ['/standing', '/time']],
    [{ data_base64: 'AAAA' }, ['/data_base64']],
    [{ time: null }, ['/time']],
  ])('refuse %j', async (patch, pointers) => {
    const { status, body } = await correct('a1', patch)
    expect(status).toBe(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers)
    expect(await latest('a1')).toMatchObject({ revision: 1 })
  })

  test('refuse what is no patch, no event, or too large', async () => {
    for (const patch of [[], 'x', null]) expect(await correct('a1', patch)).toMatchObject({ status: 422 })
    expect(await correct('nobody', {})).toMatchObject({ status: 404, body: { code: 'EVENT_UNKNOWN' } })
    expect(await send(pathOf('nobody', 'retraction'), {})).toMatchObject({ status: 404 })
    expect(await correct('a1', {}, { type: 'application/cloudevents+json' })).toMatchObject({ status: 415 })
    const half = 'x'.repeat(3 * 1024 * 1024)
    expect(await correct('seen', { data: { half } })).toMatchObject({ status: 202 })
    expect(await correct('seen', { data: { other: half } })).toMatchObject({ status: 413 })
  })

  test('take what writing the event took', async () => {
    const judgement = { agreement: 'accord', case: talksCase('c1'), verdict: 'met' }
    await running.post(accordEvent('j1', 'servanda.judgement', NOON, judgement))
    const seq = await lastSeq(running.service.store.db)
    const events = await running.key(['events', 'read'])
    const foreign = await running.key(['events'], { sources: ['https://other.example/'] })
    const cases: [string, string, unknown, string][] = [
      ['j1', 'corrections', { data: { verdict: 'breached' } }, events],
      ['j1', 'corrections', { type: 'note', data: {} }, events],
      // Not even what would be wrong with it is told.
      ['j1', 'corrections', { data: { verdict: 'nonsense' } }, events],
      ['j1', 'retraction', {}, events],
      ['a1', 'corrections', { type: 'servanda.judgement', data: { ...judgement, scale: null } }, events],
      ['a1', 'corrections', { recordedtime: '2026-01-01T00:00:00Z', subject: 'x' }, events],
      ['a1', 'retraction', {}, foreign],
    ]
    for (const [id, door, body, key] of cases)
      expect(await send(pathOf(id, door), body, { key })).toMatchObject({
        status: 403,
        body: { code: 'EVENT_FORBIDDEN' },
      })
    expect(await send(pathOf('a1', 'retraction'), {}, { key: null })).toMatchObject({ status: 401 })
    expect(await lastSeq(running.service.store.db)).toBe(seq)
    const judge = await running.key(['judgement'])
    expect(await send(pathOf('j1', 'corrections'), { data: { verdict: 'breached' } }, { key: judge })).toMatchObject({
      status: 202,
    })
    expect((await latest('j1')).data).toMatchObject({ verdict: 'breached', by: `key:${judge.split('_')[1]}` })
  })
})

describeInModes(['postgresql'], 'reports that wait for a person', (server) => {
  const clock = new TestClock(NOON)
  let running: RunningService

  beforeAll(async () => {
    const files = [
      { file: 'accord/rulebook.yaml', text: ACCORD },
      {
        file: 'pact/rulebook.yaml',
        text: ACCORD.replace('id: accord', 'id: pact').replaceAll('consultation.held', 'talks.held'),
      },
    ]
    running = await runService(server(), clock, files)
    const events = [
      attack('a1', NOON),
      call('c1', NOON),
      talks('t1', NOON),
      { ...talks('t2', NOON), standing: 'confirmed' },
      { ...talks('t3', NOON), standing: 'disputed' },
      accordEvent('n1', 'note', NOON, { amount: 1 }),
      accordEvent('o1', 'servanda.termination', '2030-01-01T00:00:00Z', { agreement: 'pact' }),
      { ...accordEvent('t4', 'talks.held', NOON), source: 'https://desk.example/' },
      { source: SOURCE, id: 'a1', revision: 2, retracted: true },
    ]
    await running.post(events, { type: 'application/cloudevents-batch+json' })
  })

  afterAll(() => running.close())

  const list = async (query = '') => running.request('GET', `/v1/candidates${query}`)
  const idsOf = async (query = '') =>
    (await list(query)).body.candidates.map(({ event }: { event: { id: string } }) => event.id)
  const decide = (id: string, how: string, body: unknown, options: RequestOptions = {}) =>
    running.request('POST', `/v1/candidates/${encodeURIComponent(SOURCE)}/${id}/${how}`, {
      type: 'application/json',
      body: JSON.stringify(body),
      ...options,
    })

  test('are listed, newest first, where some rulebook listens to them', async () => {
    const { status, body } = await list()
    expect(status).toBe(200)
    expect(body.candidates).toMatchObject([
      { seq: 8, agreements: ['pact'], event: { id: 't4', standing: 'reported' } },
      { seq: 3, agreements: ['accord'], event: { id: 't1', revision: 1, data: { parties: ['JPN', 'UKR'] } } },
      { seq: 2, agreements: ['accord', 'pact'], event: { id: 'c1' } },
    ])
    expect(await idsOf('?type=note')).toEqual(['n1'])
    expect(await idsOf('?agreement=accord')).toEqual(['t1', 'c1'])
    expect(await idsOf('?agreement=accord&type=talks.held')).toEqual([])
    expect(await idsOf(`?source=${encodeURIComponent('https://desk.example/')}`)).toEqual(['t4'])
  })

  test('come page by page', async () => {
    const first = await list('?limit=2')
    const next = /<(.+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1]
    expect(next).toContain('limit=2')
    const second = await fetch(next ?? '', { headers: { authorization: `Bearer ${running.adminKey}` } })
    expect(((await second.json()) as typeof first.body).candidates).toMatchObject([{ event: { id: 'c1' } }])
    expect(second.headers.get('link')).toBeNull()
    for (const query of ['?limit=0', '?limit=x', '?after=x', '?kind=x', '?type='])
      expect(await list(query)).toMatchObject({ status: 422 })
    expect(await list('?agreement=none')).toMatchObject({ status: 404, body: { code: 'AGREEMENT_UNKNOWN' } })
  })

  test('are confirmed as they are, or edited', async () => {
    expect(await decide('c1', 'confirm', {})).toMatchObject({ status: 202, body: { revision: 2 } })
    expect(await decide('c1', 'confirm', {})).toMatchObject({ status: 200, body: { revision: 2, duplicate: true } })
    const edited = await decide('t1', 'confirm', { occurred: '2026-03-01' })
    expect(edited).toMatchObject({ status: 202, body: { revision: 2 } })
    const row = await latestRevision(running.service.store.db, { source: SOURCE, id: 't1' })
    expect(JSON.parse(row?.content ?? '')).toMatchObject({
      standing: 'confirmed',
      occurred: '2026-03-01',
      type: 'consultation.held',
    })
    expect(await idsOf()).toEqual(['t4'])
  })

  test('are rejected: what was reported is taken back', async () => {
    expect(await decide('n1', 'reject', { why: 'a rumour' })).toMatchObject({ status: 202, body: { revision: 2 } })
    expect(await idsOf('?type=note')).toEqual([])
    expect(await decide('n1', 'reject', {})).toMatchObject({ status: 409, body: { code: 'EVENT_RETRACTED' } })
  })

  test('are decided by whoever may, and once', async () => {
    for (const [id, code] of [
      ['t3', 'NOT_A_CANDIDATE'],
      ['o1', 'NOT_A_CANDIDATE'],
      ['t2', 'NOT_A_CANDIDATE'],
      ['a1', 'EVENT_RETRACTED'],
    ] as const) {
      expect(await decide(id, 'reject', {})).toMatchObject({ status: 409, body: { code } })
      const confirmed = await decide(id, 'confirm', { subject: 'x' })
      expect(confirmed).toMatchObject({ status: 409, body: { code } })
    }
    expect(await decide('none', 'confirm', {})).toMatchObject({ status: 404 })
    expect(await decide('t2', 'confirm', { standing: 'disputed' })).toMatchObject({ status: 422 })
    await running.post(call('c2', NOON))
    const desk = await running.key(['events', 'read'], { sources: ['https://desk.example/'] })
    const reporter = (
      await running.request('POST', '/v1/keys', {
        type: 'application/json',
        body: JSON.stringify({ name: 'reporter', scopes: ['events'] }),
      })
    ).body.key
    const reader = await running.key(['read'])
    for (const key of [desk, reporter, reader]) {
      expect(await decide('c2', 'confirm', {}, { key })).toMatchObject({ status: 403 })
    }
    expect(await decide('c2', 'reject', {}, { key: reader })).toMatchObject({ status: 403 })
    expect(await running.request('GET', '/v1/candidates', { key: reporter })).toMatchObject({ status: 403 })
    expect(await running.request('GET', '/v1/candidates', { key: null })).toMatchObject({ status: 401 })
  })

  test('are found behind any number that were decided, a bounded look at a time', async () => {
    const { db, pool } = running.service.store
    const seq = await lastSeq(db)
    const rows = (revision: number, standing: string, from: number) =>
      pool.query(
        `insert into servanda.events (seq, source, id, revision, type, retracted, standing, recorded_at, content, digest,
           origin, previous_hash, hash)
         select $1 + n, 'bulk', n::text, $2, 'bulk', false, $3, '2026-03-01T12:00:00Z', '{"id":"' || n || '"}', '', 'http', '', ''
         from generate_series(1, 10001) as n`,
        [from, revision, standing],
      )
    await rows(1, 'reported', seq)
    await rows(2, 'confirmed', seq + 10_001)
    const first = await list('?type=bulk')
    expect(first.body.candidates).toEqual([])
    const next = /[?]([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1]
    const second = await list(`?${next}`)
    expect([second.body.candidates, second.headers.get('link')]).toEqual([[], null])
  })
})
