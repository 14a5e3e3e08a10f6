import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import type { Scope } from '../../services/access/index.ts'
import { lastSeq } from '../../services/ledger/index.ts'
import { describeInModes } from '../servers/modes.ts'
import { ACCORD, accordEvent } from './accord.ts'
import { commitmentIn, type RequestOptions, type RunningService, runService } from './running-service.ts'

const NOON = '2026-03-01T12:00:00Z'
const SOURCE = 'https://events.example/'

const PACT = `servanda: 1
agreement:
  id: pact
  title: Pact
  legal_force: binding
  visibility: internal
  parties: {JPN: Japan, UKR: Ukraine}
  signed: 2024-06-13
  in_force: {from: 2024-06-13, term: 10y}
  zone: Europe/Kyiv
sources:
  - {id: desk, is: [${SOURCE}]}
commitments:
  - {id: talks, title: Talks, kind: act, by: JPN, when: {event: request}, within: 24h, counts: {event: held}, settle: 14d}
  - {id: strikes, title: No strikes, kind: prohibit, by: JPN, what: {event: strike}, unclear: {event: blast}}
  - {id: visit, title: A visit, kind: act, by: JPN, by_date: 2026-02-27, counts: {event: visit}, reported_by: [desk]}
  - {id: budget, title: A budget, kind: maintain, by: JPN, state: {indicator: budget.JPN, at_least: 2}}
`

describeInModes(['postgresql'], 'decisions', (server) => {
  const clock = new TestClock(NOON)
  let running: RunningService

  beforeAll(async () => {
    const files = [
      { file: 'pact/rulebook.yaml', text: PACT },
      { file: 'accord/rulebook.yaml', text: ACCORD },
    ]
    running = await runService(server(), clock, files)
    const request = (id: string, time: string) => accordEvent(id, 'request', time)
    const events = [request('r1', '2026-02-25T00:00:00Z'), request('r2', NOON), accordEvent('b1', 'blast', NOON)]
    await running.post(events, { type: 'application/cloudevents-batch+json' })
    await running.service.sweep()
  })

  afterAll(() => running.close())

  const send = (method: string, path: string, body: unknown, options: RequestOptions = {}) =>
    running.request(method, path, { type: 'application/json', body: JSON.stringify(body), ...options })
  const post = (name: string, body: object, options?: RequestOptions) => send('POST', `/v1/${name}`, body, options)
  const list = async (name: string, query = '') => (await running.request('GET', `/v1/${name}${query}`)).body[name]
  const requestCase = (id: string) => `pact/talks@${SOURCE}#${id}`
  const now = async (commitment: string, id?: string) => {
    await running.service.sweep()
    if (id === undefined) return commitmentIn(await running.status(), commitment).case
    return (await running.request('GET', `/v1/agreements/pact/cases/${encodeURIComponent(id)}`)).body
  }

  test('are judged, listed with who did it, and taken back', async () => {
    const id = requestCase('r1')
    expect(await now('talks', id)).toMatchObject({ verdict: 'breached' })
    const made = await post('judgements', { agreement: 'pact', case: id, verdict: 'met', why: 'They met in secret.' })
    expect(made).toMatchObject({ status: 202, body: { source: `${running.url}/v1/judgements`, revision: 1 } })
    expect(await now('talks', id)).toMatchObject({ verdict: 'met', flags: ['overridden'] })
    const shown = {
      event: { source: made.body.source, id: made.body.id, revision: 1 },
      seq: made.body.seq,
      recorded_at: '2026-03-01T12:00:00.000Z',
      at: '2026-03-01T12:00:00.000Z',
      why: 'They met in secret.',
      by: `key:${running.adminKey.split('_')[1]}`,
      agreement: 'pact',
      case: id,
      verdict: 'met',
      about: null,
    }
    expect(await list('judgements')).toEqual([shown])
    const at = made.headers.get('location') ?? ''
    expect(await running.request('GET', at)).toMatchObject({ status: 200, body: shown })
    expect(await running.request('DELETE', at)).toMatchObject({ status: 202, body: { revision: 2 } })
    expect(await now('talks', id)).toMatchObject({ verdict: 'breached', flags: [] })
    expect(await list('judgements')).toEqual([])
    for (const method of ['GET', 'DELETE']) {
      const status = method === 'GET' ? 404 : 409
      expect(await running.request(method, at)).toMatchObject({ status })
    }
    expect(await running.request('DELETE', at.replace('judgements', 'waivers'))).toMatchObject({ status: 404 })
  })

  test('may be about one unclear event', async () => {
    expect(await now('strikes')).toMatchObject({ verdict: 'needs_judgement' })
    const about = { source: SOURCE, id: 'b1' }
    await post('judgements', { agreement: 'pact', case: 'pact/strikes@term', verdict: 'breached', about })
    expect(await now('strikes')).toMatchObject({ verdict: 'breached' })
    expect(await list('judgements', '?agreement=pact')).toMatchObject([{ about, verdict: 'breached' }])
    expect(await list('judgements', '?agreement=accord')).toEqual([])
  })

  test('waive what is overdue and discharge what is owed', async () => {
    await post('waivers', { agreement: 'pact', case: requestCase('r1') })
    expect(await now('talks', requestCase('r1'))).toMatchObject({ verdict: 'excused' })
    await post('discharges', { agreement: 'pact', commitment: 'talks' })
    expect(await now('talks', requestCase('r2'))).toMatchObject({ verdict: 'void' })
    const [discharge] = await list('discharges')
    expect(discharge).toMatchObject({ case: null, commitment: 'talks' })
    const { source, id } = discharge.event
    await running.request('DELETE', `/v1/discharges/${encodeURIComponent(source)}/${id}`)
    expect(await now('talks', requestCase('r2'))).toMatchObject({ verdict: 'open' })
  })

  test('suspend and resume, from an instant that may be named', async () => {
    await post('suspensions', { agreement: 'pact', commitments: ['talks'] })
    expect(await now('talks', requestCase('r2'))).toMatchObject({ phase: 'suspended', due: null })
    clock.set('2026-03-02T00:00:00Z')
    await post('resumptions', { agreement: 'pact', at: '2026-03-01T18:00:00+02:00' })
    // Four hours were suspended.
    expect(await now('talks', requestCase('r2'))).toMatchObject({ phase: 'running', due: '2026-03-02T16:00:00.000Z' })
    expect(await list('resumptions')).toMatchObject([{ at: '2026-03-01T16:00:00.000Z', commitments: null }])
  })

  test('say up to when a source has reported everything', async () => {
    expect(await now('visit')).toMatchObject({ verdict: 'unknown', flags: ['awaiting_reports'] })
    await post('watermarks', { source: 'desk', through: '2026-03-01T00:00:00+02:00' })
    expect(await now('visit')).toMatchObject({ verdict: 'breached' })
    expect(await list('watermarks', '?source=desk')).toMatchObject([
      { source: 'desk', through: '2026-02-28T22:00:00.000Z', types: null },
    ])
    expect(await list('watermarks', '?source=other')).toEqual([])
  })

  test('publish indicators', async () => {
    expect(await now('budget')).toMatchObject({ verdict: 'unknown' })
    await post('indicators', { series: 'budget.JPN', period: '2025', value: '1.50', unit: '%' })
    expect(await now('budget')).toMatchObject({ verdict: 'breached' })
    expect(await list('indicators', '?series=budget.JPN')).toMatchObject([{ period: '2025', value: '1.5', unit: '%' }])
  })

  test('come page by page, newest first, the latest revision of each', async () => {
    for (const period of ['2022', '2023', '2024'])
      await post('indicators', {
        series: 'fx.EUR.USD',
        period,
        value: '1.1',
        unit: 'USD',
        event: { id: `fx-${period}` },
      })
    const source = encodeURIComponent(`${running.url}/v1/indicators`)
    await send('POST', `/v1/events/${source}/fx-2023/corrections`, { data: { value: '1.2' } })
    const page = await running.request('GET', '/v1/indicators?series=fx.EUR.USD&limit=2')
    expect(page.body.indicators).toMatchObject([{ value: '1.2', event: { revision: 2 } }, { period: '2024' }])
    const next = /<(.+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? ''
    expect((await running.request('GET', next.replace(running.url, ''))).body.indicators).toMatchObject([
      { period: '2022' },
    ])
  })

  test.each<[string, object, string, RegExp]>([
    ['judgements', { agreement: 'pacct', case: 'x', verdict: 'met' }, '/agreement', /did you mean pact\?/],
    [
      'judgements',
      { agreement: 'pact', case: requestCase('r9'), verdict: 'met' },
      '/case',
      /did you mean pact\/talks@/,
    ],
    ['judgements', { agreement: 'pact', case: 'pact/talk@x', verdict: 'met' }, '/case', /cases lists them/],
    ['judgements', { agreement: 'pact', case: requestCase('r1'), verdict: 'void' }, '/verdict', /one of met, met_late/],
    [
      'judgements',
      { agreement: 'pact', case: requestCase('r1'), verdict: 'lapsed', about: { source: SOURCE, id: 'b1' } },
      '/verdict',
      /breached, met/,
    ],
    [
      'judgements',
      { agreement: 'pact', case: requestCase('r1'), verdict: 'met', about: { source: SOURCE, id: 'b9' } },
      '/about',
      /no event b9/,
    ],
    [
      'judgements',
      { agreement: 'pact', case: requestCase('r1'), verdict: 'met', by: 'Jane Doe' },
      '',
      /unknown property .+by/,
    ],
    ['judgements', { agreement: 'pact', case: requestCase('r1'), verdict: 'met', at: 'now' }, '/at', /RFC 3339/],
    ['waivers', { agreement: 'pact' }, '', /exactly one of case and commitment/],
    ['waivers', { agreement: 'pact', commitment: 'talk' }, '/commitment', /did you mean talks\?/],
    [
      'suspensions',
      { agreement: 'pact', commitments: ['talks', 'strike'] },
      '/commitments/1',
      /did you mean strikes\?/,
    ],
    ['suspensions', { agreement: 'pact', commitments: [] }, '/commitments', /fewer than 1/],
    ['terminations', {}, '', /agreement/],
    ['watermarks', { source: 'desk ', through: NOON }, '/source', /did you mean desk\?/],
    ['watermarks', { source: 'desk', through: 'yesterday' }, '/through', /RFC 3339/],
    ['indicators', { series: 's', period: 'once', value: '1', unit: 'x' }, '/period', /year, month or day/],
    ['indicators', { series: 's', period: '2024', value: 'much', unit: 'x' }, '/value', /decimal/],
    ['indicators', { series: 's', period: '2024', value: '1', unit: 'x', event: { id: '\n' } }, '/event/id', /control/],
  ])('are refused: %s with %j', async (name, body, pointer, said) => {
    const seq = await lastSeq(running.service.store.db)
    const answer = await post(name, body)
    expect(answer).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID' } })
    expect(answer.body.errors[0].pointer).toBe(pointer)
    expect(JSON.stringify(answer.body.errors)).toMatch(said)
    expect(await lastSeq(running.service.store.db)).toBe(seq)
  })

  test('are taken from whoever may decide, through whatever door', async () => {
    const doors: [string, object, Scope][] = [
      ['judgements', { agreement: 'pact', case: requestCase('r1'), verdict: 'breached' }, 'judgement'],
      ['waivers', { agreement: 'pact', case: requestCase('r1') }, 'control'],
      ['discharges', { agreement: 'pact', case: requestCase('r1') }, 'control'],
      ['suspensions', { agreement: 'pact' }, 'control'],
      ['resumptions', { agreement: 'pact' }, 'control'],
      ['terminations', { agreement: 'pact' }, 'control'],
      ['watermarks', { source: 'desk', through: NOON }, 'watermark'],
      ['indicators', { series: 's', period: '2024', value: '1', unit: 'x' }, 'indicator'],
    ]
    const others: Scope[] = ['events', 'read', 'rulebooks', 'recordedtime']
    const keys = new Map<Scope, string>()
    for (const scope of [...others, ...new Set(doors.map(([, , needed]) => needed))])
      keys.set(scope, await running.key([scope]))
    const judgement = accordEvent('j', 'servanda.judgement', NOON, doors[0]?.[1])
    const key = keys.get('events') ?? null
    for (const path of ['/v1/events', '/v1/events:dry-run'])
      for (const body of [judgement, [judgement]]) {
        expect(await send('POST', path, body, { key })).toMatchObject({
          status: 403,
          body: { code: 'EVENT_FORBIDDEN' },
        })
      }
    const [{ event }] = await list('judgements')
    const own = `${encodeURIComponent(event.source)}/${event.id}`
    expect(await send('POST', `/v1/candidates/${own}/confirm`, {}, { key })).toMatchObject({ status: 403 })
    expect(await send('POST', `/v1/candidates/${own}/reject`, {}, { key })).toMatchObject({ status: 403 })
    for (const [name, body, needed] of doors) {
      for (const [scope, other] of keys) {
        if (scope === needed) continue
        expect(await post(name, body, { key: other })).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING' } })
        const gone = await running.request('DELETE', `/v1/${name}/${own}`, { key: other })
        expect(gone).toMatchObject({ status: 403 })
        if (scope !== 'read')
          expect(await running.request('GET', `/v1/${name}`, { key: other })).toMatchObject({ status: 403 })
      }
      // The agreement may be decided about, and is not told of.
      const deciding = { key: keys.get(needed) ?? null }
      const near = await post(name, { ...body, ...('agreement' in body && { agreement: 'pacts' }) }, deciding)
      expect(JSON.stringify(near.body)).not.toContain('mean pact?')
      if (name !== 'terminations') expect(await post(name, body, deciding)).toMatchObject({ status: 202 })
    }
    expect(await post('judgements', doors[0]?.[1] ?? {}, { key: null })).toMatchObject({ status: 401 })
  })

  test('carry a source that their key may write', async () => {
    const desk = await running.key(['judgement'], { sources: ['https://desk.example/'] })
    const body = { agreement: 'pact', case: requestCase('r1'), verdict: 'breached' }
    const refused = await post('judgements', body, { key: desk })
    expect(refused).toMatchObject({ status: 403, body: { code: 'EVENT_FORBIDDEN' } })
    expect(refused.body.detail).toContain('it writes those of https://desk.example/.')
    const event = { source: 'https://desk.example/', id: 'j/1' }
    const at = NOON
    expect(await post('judgements', { ...body, event, at }, { key: desk })).toMatchObject({ status: 202, body: event })
    expect(await post('judgements', { ...body, event, at }, { key: desk })).toMatchObject({ status: 200 })
    const other = await post('judgements', { ...body, event, at, verdict: 'met' }, { key: desk })
    expect(other).toMatchObject({ status: 409, body: { code: 'EVENT_CONFLICT' } })
  })

  test('end an agreement', async () => {
    clock.set('2026-03-02T10:00:00Z')
    const made = await post('terminations', { agreement: 'pact', why: 'denounced' })
    expect(made.status).toBe(202)
    expect(await now('talks', requestCase('r2'))).toMatchObject({ verdict: 'void', close: '2026-03-02T10:00:00.000Z' })
    await running.request('DELETE', made.headers.get('location') ?? '')
    expect(await now('talks', requestCase('r2'))).toMatchObject({ verdict: 'open' })
  })
})
