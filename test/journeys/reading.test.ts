import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, accordEvent, attack, call, talks, talksCase } from './accord.ts'
import { type Answer, type RunningService, runService } from './running-service.ts'

/** The accord with the text that a clause is quoted from, and a source. */
const WHOLE = ACCORD.replace('clause: {', 'clause: {text: text, ').replace(
  'terms:',
  `  texts:
    - {id: text, title: The text, url: https://events.example/text, published: 2024-06-13}
sources:
  - {id: ministry, title: The ministry, is: [https://events.example/], covers: [attack], expected_every: 7d}
terms:`,
)

/** The accord again, for readers only, about meetings rather than consultations. */
const PACT = ACCORD.replace('id: accord', 'id: pact')
  .replace('visibility: public', 'visibility: internal')
  .replaceAll('consultation', 'meeting')

const CASES = '/v1/agreements/accord/cases'
const oneCase = (id: string) => `${CASES}/${encodeURIComponent(id)}`
const [C1, C3, C5, C7] = ['c1', 'c3', 'c5', 'c7'].map(talksCase) as [string, string, string, string]
const CALLS = 'accord/call@https://events.example/#a1'
const PACT_CASE = 'pact/talks@https://events.example/#m1'

/** As from another machine, without a key. */
const STRANGER = { key: null, headers: { 'x-forwarded-for': '203.0.113.7' } }

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an entry
type Entry = any

describeOnEachDatabase('what can be read', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [
      { file: 'accord.yaml', text: WHOLE },
      { file: 'pact.yaml', text: PACT },
    ])
    expect((await running.status()).rejected_rulebooks).toEqual([])
    await post([
      attack('a1', '2026-03-01T00:00:00Z'),
      ...[1, 3, 5, 7].map((hour) => call(`c${hour}`, `2026-03-01T0${hour}:00:00Z`)),
      accordEvent('m1', 'meeting.requested', '2026-03-01T01:00:00Z'),
    ])
    await moveTo('2026-03-01T12:00:00Z')
    await post([talks('t1', '2026-03-01T06:00:00Z')])
    for (const instant of ['2026-03-01T12:01:00Z', '2026-03-02T02:00:00Z', '2026-03-02T12:00:00Z'])
      await moveTo(instant)
  })

  afterAll(() => running.close())

  async function moveTo(instant: string) {
    clock.set(instant)
    await running.service.sweep()
  }

  async function post(events: object[]) {
    const answer = await running.post(events, { type: 'application/cloudevents-batch+json' })
    expect(answer).toMatchObject({ status: 202 })
  }

  const get = (path: string, options = {}) => running.request('GET', path, options)

  function nextOf({ headers }: Answer): string | null {
    const [, url] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? []
    if (url === undefined) return null
    expect(url.startsWith(`${running.url}/v1/`)).toBe(true)
    return url.slice(running.url.length)
  }

  /** Every entry of the list at `path`, page after page. */
  async function turned(path: string, list: string, between = async () => {}): Promise<Entry[]> {
    const found: Entry[] = []
    for (let next: string | null = path; next !== null; await between()) {
      const answer: Answer = await get(next)
      expect(answer).toMatchObject({ status: 200 })
      expect(answer.body[list].length).toBeLessThanOrEqual(2)
      found.push(...answer.body[list])
      next = nextOf(answer)
    }
    return found
  }

  const ids = (entries: Entry[]): string[] => entries.map(({ id }) => id)

  test.each([
    ['', [CALLS, C1, C3, C5, C7, 'pact/call@https://events.example/#a1', PACT_CASE]],
    ['agreement=accord&commitment=talks&verdict=met', [C1, C3, C5]],
    ['commitment=nothing', []],
    ['verdict=breached,%20unknown', [C7, PACT_CASE]],
    ['indicator=breached&agreement=accord', [C7]],
    ['certainty=final', []],
    ['phase=closed&agreement=pact&commitment=call', ['pact/call@https://events.example/#a1']],
    ['flag=contested,imprecise', []],
    ['due_from=2026-03-02T03:00:00Z&due_to=2026-03-02T07:00:00Z', [C3, C5]],
    ['due_from=2026-03-02T07:00:00%2B00:00&due_to=2026-03-02T07:00:00.001Z', [C7]],
  ])('of all cases those with %s', async (query, expected) => {
    expect(ids((await get(`/v1/cases?${query}`)).body.cases)).toEqual(expected)
  })

  test('a case in a list leaves out its evidence, and says where the rest is', async () => {
    const { body } = await get(`${CASES}?verdict=breached`)
    const [first] = body.cases
    const { body: whole } = await get(first.links.self.slice(running.url.length))
    const { evidence, evidence_omitted, transitions, transitions_omitted, links, ...rest } = whole
    const brief = { ...rest, links: { self: links.self } }
    expect(first).toEqual(brief)
    expect(brief).toMatchObject({ agreement: 'accord', commitment: 'talks', indicator: 'breached' })
    expect(evidence).toContainEqual(expect.objectContaining({ role: 'trigger' }))
    expect({ evidence_omitted, transitions_omitted }).toEqual({ evidence_omitted: 0, transitions_omitted: 0 })
    expect(transitions.at(-1)).toMatchObject({ before: { verdict: 'open' }, verdict: 'breached' })
    const { body: withEvidence } = await get(`${CASES}?verdict=breached&evidence=true`)
    expect(withEvidence.cases).toEqual([{ ...brief, evidence, evidence_omitted }])
  })

  test('the history of a case comes in pages, the first change first', async () => {
    const { body } = await get(oneCase(C7))
    expect(body.transitions.length).toBeGreaterThan(2)
    const { pathname } = new URL(body.links.history)
    expect(await turned(`${pathname}?limit=2`, 'transitions')).toEqual(body.transitions)
  })

  test('the changes of all cases come in pages, the last first', async () => {
    const found = await turned('/v1/transitions?limit=2', 'transitions')
    const numbers = found.map(({ number }) => number)
    expect(numbers).toHaveLength(new Set(numbers).size)
    const times = found.map(({ recorded_at }) => recorded_at)
    expect(times).toEqual([...times].sort().reverse())
    const { body } = await get(oneCase(C7))
    expect(found.filter((one) => one.case === C7).map(({ number }) => number)).toEqual(
      body.transitions.map(({ number }: Entry) => number).reverse(),
    )
    const chosen = async (query: string) =>
      (await get(`/v1/transitions?${query}`)).body.transitions.map((one: Entry) => one.case)
    expect(await chosen('verdict=breached&cause=time&agreement=accord')).toEqual([C7])
    expect(await chosen(`case=${encodeURIComponent(C7)}&verdict=breached,met`)).toEqual([C7])
    expect(await chosen('commitment=talks&since=2026-03-02T12:00:00Z')).toEqual([C7])
    expect(await chosen('cause=judgement')).toEqual([])
  })

  test('an agreement and its commitments are described, and how they stand', async () => {
    const { body } = await get('/v1/agreements/accord')
    expect(body).toMatchObject({
      title: 'Accord on consultations',
      visibility: 'public',
      parties: [
        { id: 'JPN', name: 'Japan' },
        { id: 'UKR', name: 'Ukraine' },
      ],
      signed: '2024-06-13',
      in_force: { from: '2024-06-13', on_event: [], until: null, term: '10y' },
      texts: [{ id: 'text', published: '2024-06-13' }],
      sources: [{ id: 'ministry', expected_every: '7d' }],
      commitments: [{ id: 'call' }, { id: 'talks', indicator: 'breached' }],
    })
    const { body: listed } = await get(new URL(body.links.commitments).pathname)
    const { body: one } = await get(new URL(body.commitments[1].links.self).pathname)
    expect(listed.commitments[1]).toEqual(one)
    expect(one).toMatchObject({
      agreement: 'accord',
      by: ['JPN', 'UKR'],
      severity: 'critical',
      clause: { quote: 'talks to be held within 24 hours', title: 'The text', published: '2024-06-13' },
      indicator: 'breached',
      cases: 4,
      record: { met: 3, breached: 1 },
    })
    const { body: cases } = await get(one.links.cases.slice(running.url.length))
    expect(ids(cases.cases)).toEqual([C1, C3, C5, C7])
  })

  test('an explanation is told as JSON or as text, for any instant', { timeout: 60_000 }, async () => {
    const path = `${oneCase(C1)}/explanation`
    const { body } = await get(path)
    expect(body).toMatchObject({ known_at: null, known_basis: 'ledger', case: { id: C1, verdict: 'met' } })
    expect(body.timeline).toContainEqual(expect.objectContaining({ role: 'performed', type: 'consultation.held' }))
    const then = '?as_of=2026-03-01T12:00:00Z&known_at=2026-03-01T12:00:00Z'
    const told = await fetch(`${running.url}${path}${then}`, { headers: { accept: 'text/plain' } })
    expect(told.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const lines = (await told.text()).split('\n')
    expect(lines[0]).toBe(C1)
    expect(lines).toContain('What would change it')
    expect(await get(`${path}?as_of=2026-03-01T00:59:59Z`)).toMatchObject({
      status: 404,
      body: { code: 'CASE_UNKNOWN', detail: expect.stringContaining('At 2026-03-01T00:59:59.000Z') },
    })
  })

  test('events come in the order of the ledger, as they were sent, and go on where the last page ended', async () => {
    const all = await turned('/v1/events?limit=2', 'events')
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
    const newest = await turned('/v1/events?limit=2&order=newest', 'events')
    expect(newest).toEqual([...all].reverse())
    const { body } = await get('/v1/events?limit=500')
    const amount = '{"amount":12345678901234567.89,"none":[]}'
    const text = `{"specversion":"1.0","source":"urn:bank","id":"p,1","type":"paid","time":"2026-03-02T00:00:00Z","data":${amount}}`
    expect(await running.request('POST', '/v1/events', { body: text })).toMatchObject({ status: 202 })
    const since = await fetch(`${running.url}/v1/events?after=${body.cursor}`, {
      headers: { authorization: `Bearer ${running.adminKey}` },
    })
    const answered = await since.text()
    expect(answered).toContain(`"data":${amount}`)
    const { events, cursor } = JSON.parse(answered)
    expect(events).toMatchObject([{ event: { source: 'urn:bank', id: 'p,1', type: 'paid', standing: 'reported' } }])
    expect((await get(`/v1/events?after=${cursor}`)).body).toEqual({ events: [], cursor })
  })

  test('an event is told with every revision, who wrote it, and what rests on it', async () => {
    const path = `/v1/events/${encodeURIComponent('https://events.example/')}`
    const key = await running.key(['events'])
    await running.post({ ...call('c7', '2026-03-01T07:30:00Z'), revision: 2 }, { key })
    await running.service.sweep()
    const { body } = await get(`${path}/c7`)
    expect(body.agreements).toEqual([{ id: 'accord', cases: [CALLS, C7] }])
    expect(body.revisions).toMatchObject([
      { event: { revision: 1, time: '2026-03-01T07:00:00.000Z' } },
      { key_id: key.split('_')[1], event: { revision: 2, time: '2026-03-01T07:30:00.000Z' } },
    ])
    expect((await get(`${path}/t1`)).body.agreements).toEqual([{ id: 'accord', cases: [C1, C3, C5] }])
    expect(await get(`${path}/t2`)).toMatchObject({ status: 404, body: { code: 'EVENT_UNKNOWN' } })
  })

  test.each([
    ['type=consultation.requested&latest=true', ['c1', 'c3', 'c5', 'c7']],
    ['agreement=pact', ['a1', 'm1']],
    ['source=https://events.example/&id=c7', ['c7', 'c7']],
    ['source=https://events.example&standing=reported', []],
    ['retracted=true', []],
    ['recorded_from=2026-03-01T12:00:00Z&recorded_to=2026-03-01T12:00:00Z', []],
    ['recorded_to=2026-03-02T12:00:00Z&type=consultation.held', ['t1']],
    ['recorded_from=2026-03-02T12:00:00Z&order=newest', ['c7', 'p,1']],
    ['recorded_from=2027-01-01T00:00:00Z', []],
  ])('of all events those with %s', async (query, expected) => {
    const { body } = await get(`/v1/events?${query}`)
    expect(body.events.map(({ event }: Entry) => event.id)).toEqual(expected)
  })

  test('sources tell when they were heard of, and up to when they vouch', async () => {
    const watermark = (id: string, through: string, more = {}) =>
      accordEvent(id, 'servanda.watermark', '2026-03-02T11:00:00Z', { source: 'ministry', through, ...more })
    await post([
      watermark('w1', '2026-02-01T00:00:00Z'),
      watermark('w2', '2026-02-28T23:59:59.999+02:00'),
      watermark('w3', '2026-03-01T00:00:00Z', { types: ['talk', 'attack'] }),
      watermark('w4', '2027-01-01T00:00:00Z'),
    ])
    await post([{ source: 'https://events.example/', id: 'w4', revision: 2, retracted: true }])
    await running.service.sweep()
    const { body } = await get('/v1/sources')
    expect(body.sources).toMatchObject([
      {
        agreement: 'accord',
        id: 'ministry',
        is: ['https://events.example/'],
        last_heard_at: '2026-03-02T12:00:00.000Z',
        silent_since: null,
        watermarks: [
          { types: null, through: '2026-02-28T21:59:59.999Z' },
          { types: ['attack', 'talk'], through: '2026-03-01T00:00:00.000Z' },
        ],
      },
    ])
    expect(body.undeclared).toEqual([{ source: 'urn:bank', last_heard_at: '2026-03-02T12:00:00.000Z' }])
  })

  test('what is not public is not there for everybody', async () => {
    const lists = ['/v1/agreements', '/v1/cases', '/v1/transitions', '/v1/sources']
    for (const path of lists) expect(JSON.stringify((await get(path, STRANGER)).body)).not.toContain('pact')
    expect((await get('/v1/cases', STRANGER)).body.cases).toHaveLength(5)
    expect((await get('/v1/sources', STRANGER)).body).not.toHaveProperty('undeclared')
    for (const path of [
      '',
      '/commitments',
      '/commitments/talks',
      '/cases',
      ...['', '/history', '/explanation'].map((part) => `/cases/${encodeURIComponent(PACT_CASE)}${part}`),
    ]) {
      const unknown = { status: 404, body: { code: 'AGREEMENT_UNKNOWN' } }
      expect(await get(`/v1/agreements/pact${path}`, STRANGER), path).toMatchObject(unknown)
      expect(await get(`/v1/agreements/pact${path}`), path).toMatchObject({ status: 200 })
    }
    for (const path of ['/v1/cases?agreement=pact', '/v1/transitions?agreement=accord,pact'])
      expect(await get(path, STRANGER)).toMatchObject({ status: 404, body: { code: 'AGREEMENT_UNKNOWN' } })
    // Where a page of a reader ended, nobody else learns more than from the beginning.
    const next = nextOf(await get('/v1/cases?limit=5')) ?? ''
    expect((await get(next, STRANGER)).body.cases).toEqual([])
    const writer = await running.key(['events'])
    for (const path of ['/v1/events', '/v1/events/a/b']) {
      expect(await get(path, STRANGER)).toMatchObject({ status: 401 })
      expect(await get(path, { key: writer })).toMatchObject({ status: 403 })
    }
  })

  const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url')

  test.each([
    ['/v1/cases?after=nonsense', 'after'],
    ['/v1/cases?after=', 'after'],
    [`/v1/cases?after=${cursor(['accord'])}`, 'after'],
    [`/v1/cases?after=${cursor({ 0: 'accord', 1: C1, length: 2 })}`, 'after'],
    [`/v1/transitions?after=${cursor([8.64e15, 1])}`, 'after'],
    [`/v1/transitions?after=${cursor([0, 1e300])}`, 'after'],
    [`/v1/events?after=${cursor('1; drop table events')}`, 'after'],
    [`${oneCase(C1)}/history?after=${cursor(-1)}`, 'after'],
    ['/v1/cases?limit=0', 'limit'],
    ['/v1/cases?limit=501', 'limit'],
    ['/v1/events?limit=1e2', 'limit'],
    ['/v1/cases?verdict=kept', 'verdict'],
    ['/v1/cases?verdict=', 'verdict'],
    ['/v1/cases?phase=open&phase=closed', 'phase'],
    ['/v1/transitions?cause=chance', 'cause'],
    ['/v1/cases?due_from=2026-03-01', 'due_from'],
    ['/v1/transitions?since=0000-01-01T00:00:00Z', 'since'],
    ['/v1/events?recorded_to=9999-12-31T23:59:59-01:00', 'recorded_to'],
    ['/v1/events?latest=yes', 'latest'],
  ])('%s is refused, and it is said how to mend it', async (path, parameter) => {
    const { status, body } = await get(path)
    expect({ status, code: body.code, at: body.errors[0].pointer }).toEqual({
      status: 422,
      code: 'REQUEST_INVALID',
      at: `/${parameter}`,
    })
  })

  test.each(['/v1/agreements', '/v1/agreements/accord', '/v1/cases', CASES, oneCase(C1), '/v1/events', '/v1/sources'])(
    '%s takes no parameter that it does not know',
    async (path) => {
      expect(await get(`${path}?page=2`)).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID' } })
    },
  )

  test.each([
    ['/v1/agreements/accord/commitments/walks', 'COMMITMENT_UNKNOWN'],
    [`${oneCase('accord/talks@nothing')}/history`, 'CASE_UNKNOWN'],
    [`${oneCase('accord/walks@nothing')}/explanation`, 'CASE_UNKNOWN'],
    ['/v1/events?agreement=treaty', 'AGREEMENT_UNKNOWN'],
  ])('%s is not there', async (path, code) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { code } })
  })

  // Last, since the others count what there is.
  test('cases come in pages, each of them once, whatever is added while they are turned', async () => {
    const before = ids((await get(CASES)).body.cases)
    const added = ['c9', 'c0', 'c2'].values()
    const found = await turned(`${CASES}?limit=2`, 'cases', async () => {
      const { value } = added.next()
      if (value === undefined) return
      await post([call(value, '2026-03-02T10:00:00Z')])
      await running.service.sweep()
    })
    expect(ids(found)).toEqual([...new Set(ids(found))].sort())
    expect(ids(found)).toEqual(expect.arrayContaining(before))
    expect(ids(found)).toContain(talksCase('c9'))
    expect(await turned('/v1/cases?limit=2', 'cases')).toHaveLength(10)
  })
})
