import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, attack, call, talks } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'

/** A title that would be markup and a way out of an attribute, were it taken for either. */
const HOSTILE = '<script>alert(1)</script> & "pact"'

const PACT = ACCORD.replace('id: accord', 'id: pact')
  .replace('title: Accord on consultations', `title: '${HOSTILE}'`)
  .replaceAll('consultation', 'meeting')

describeOnEachDatabase('the forms of the status', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [
      { file: 'accord.yaml', text: ACCORD },
      { file: 'pact.yaml', text: PACT },
    ])
    await running.post(attack('a1', '2026-03-01T00:00:00Z'))
    await running.post(call('c1', '2026-03-01T11:00:00Z'))
    await running.service.sweep()
  })

  afterAll(() => running.close())

  const get = (path: string, headers: Record<string, string> = {}) =>
    running.request('GET', path, { key: null, headers })

  const text = async (path: string) => {
    const response = await fetch(`${running.url}${path}`)
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }

  test('one commitment is the same as within its agreement', async () => {
    const { body: agreement } = await get('/v1/status/accord')
    const { status, body } = await get('/v1/status/accord/talks')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      schema: 'servanda.status/1',
      stale: false,
      agreement: { id: 'accord', legal_force: 'political' },
      commitment: { id: 'talks', indicator: 'on_track', due: '2026-03-02T11:00:00.000Z' },
    })
    expect(agreement.agreement.commitments).toContainEqual(body.commitment)
  })

  test.each([
    ['/v1/status/treaty', 'AGREEMENT_UNKNOWN'],
    ['/v1/status/treaty/talks', 'COMMITMENT_UNKNOWN'],
    ['/v1/status/accord/walks', 'COMMITMENT_UNKNOWN'],
    ['/v1/badges/treaty.svg', 'AGREEMENT_UNKNOWN'],
    ['/v1/badges/accord/walks.json', 'COMMITMENT_UNKNOWN'],
    ['/v1/badges/accord.png', 'RESOURCE_UNKNOWN'],
    ['/v1/status/check?agreement=treaty', 'AGREEMENT_UNKNOWN'],
  ])('%s is not there', async (path, code) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { code } })
  })

  test('a check fails only for what it is asked to fail for', async () => {
    expect(await get('/v1/status/check')).toMatchObject({ status: 200, body: { ok: true, fail_on: ['breached'] } })
    expect(await get('/v1/status/check?fail_on=on_track,breached&agreement=accord')).toMatchObject({
      status: 503,
      body: {
        ok: false,
        indicator: 'on_track',
        failing: [{ agreement: 'accord', commitment: 'talks' }],
      },
    })
    expect(await get('/v1/status/check?fail_on=on_track&agreement=pact')).toMatchObject({ status: 503 })
    expect(await get('/v1/status/check?fail_on=broken')).toMatchObject({
      status: 422,
      body: { code: 'REQUEST_INVALID', errors: [{ pointer: '/fail_on' }] },
    })
  })

  test('the summary shows what is well as operational, and what is breached as an incident', async () => {
    const before = (await get('/v1/status/summary.json')).body
    expect(before).toMatchObject({
      page: { name: 'Servanda', url: running.url },
      incidents: [],
      status: { indicator: 'none' },
    })
    expect(before.components.map(({ id }: { id: string }) => id)).toEqual([
      ...['accord', 'accord/call', 'accord/talks'],
      ...['pact', 'pact/call', 'pact/talks'],
    ])
    clock.set('2026-03-02T12:00:00Z')
    await running.service.sweep()
    const { body } = await get('/v1/status/summary.json')
    expect(body.status).toEqual({ indicator: 'critical', description: 'A commitment is breached' })
    expect(body.incidents).toMatchObject([
      { name: 'Talks within 24 hours of a call: breached', impact: 'critical', started_at: '2026-03-02T11:00:00.000Z' },
    ])
    expect(body.components[2]).toMatchObject({ id: 'accord/talks', status: 'major_outage', group_id: 'accord' })
    expect(await get('/v1/status/check')).toMatchObject({ status: 503, body: { failing: [{ commitment: 'talks' }] } })
  })

  test('badges say the same as the status, as data and as a picture', async () => {
    expect(await get('/v1/badges/accord/talks.json')).toMatchObject({
      status: 200,
      body: { schemaVersion: 1, label: 'Talks within 24 hours of a call', message: 'breached', isError: true },
    })
    const { status, type, text: svg } = await text('/v1/badges/accord.svg')
    expect({ status, type }).toEqual({ status: 200, type: 'image/svg+xml; charset=utf-8' })
    expect(svg).toContain('Accord on consultations: breached')
  })

  test('a title in a badge stays text', async () => {
    const { text: svg } = await text('/v1/badges/pact.svg')
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;pact&quot;')
  })

  test('each has a tag that holds until something changes, and with it is not sent again', async () => {
    for (const path of ['/v1/status/accord/talks', '/v1/status/summary.json', '/v1/badges/accord.svg']) {
      const { headers } = await fetch(`${running.url}${path}`)
      const again = await fetch(`${running.url}${path}`, { headers: { 'if-none-match': headers.get('etag') ?? '' } })
      expect({ path, status: again.status, text: await again.text() }).toEqual({ path, status: 304, text: '' })
    }
    const before = (await get('/v1/status/accord/talks')).headers.get('etag')
    await running.post(talks('t1', '2026-03-02T11:30:00Z'))
    await running.service.sweep()
    const after = await get('/v1/status/accord/talks', { 'if-none-match': before ?? '' })
    expect(after).toMatchObject({ status: 200, body: { commitment: { case: { verdict: 'met_late' } } } })
  })
})
