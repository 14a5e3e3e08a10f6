import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, ATTACKS, attack, call, INCLUDING_ACCORD, ndjson, talks, talksCase } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'

const FILE = 'accord/rulebook.yaml'
const PATH = '/v1/rulebooks/accord'

const SLOWER = INCLUDING_ACCORD.replace('within: 24h', 'within: 48h')

/** One kept in time, one after 30 hours. */
const HISTORY = ndjson(
  attack('a1', '2025-01-01T00:00:00Z'),
  call('c1', '2025-01-01T01:00:00Z'),
  talks('t1', '2025-01-01T09:00:00Z'),
)

describeOnEachDatabase('a rulebook over HTTP', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let running: RunningService

  const start = async (text: string) => {
    running = await runService(server(), clock, [{ file: FILE, text, evidence: HISTORY }], {}, { shared: [ATTACKS] })
  }

  beforeAll(async () => {
    await start(INCLUDING_ACCORD)
    await running.post(attack('a2', '2026-02-28T23:00:00Z'))
    await running.post(call('c2', '2026-02-28T23:00:00Z'))
    clock.set('2026-03-02T05:00:00Z')
    await running.service.sweep()
    await running.post(talks('t2', '2026-03-02T05:00:00Z'))
    await running.service.sweep()
  })

  afterAll(() => running.close())

  const send = (method: string, text: string, path = PATH, headers: Record<string, string> = {}) =>
    running.request(method, path, { type: 'application/yaml', body: text, headers })
  const version = async () => (await running.status()).agreements[0]?.rulebook_version

  test('is read with its definitions and its versions', async () => {
    const { status, body, headers } = await running.request('GET', PATH)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        agreement: 'accord',
        version: 1,
        origin: 'folder',
        file: FILE,
        text: INCLUDING_ACCORD,
        included: [ATTACKS],
      },
    })
    expect(headers.get('etag')).toBe(`"${body.hash}"`)
    expect(body.versions).toMatchObject([{ version: 1, origin: 'folder' }])
    expect(await running.request('GET', `${PATH}?version=2`)).toMatchObject({ status: 404 })
    expect(await running.request('GET', '/v1/rulebooks/other')).toMatchObject({
      status: 404,
      body: { code: 'AGREEMENT_UNKNOWN' },
    })
  })

  test('is previewed: which verdicts it would change, and whom that would correct', async () => {
    expect(await running.mails()).toHaveLength(2)
    const { status, body } = await send('POST', SLOWER, `${PATH}/preview`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      agreement: 'accord',
      rulebook_version: 1,
      as_of: '2026-03-02T05:00:00.000Z',
      verdicts: { before: { met: 1, met_late: 1 }, after: { met: 2 } },
      changes_omitted: 0,
      alerts: [{ case: talksCase('c2'), kind: 'corrected', told: 'met_late', verdict: 'met' }],
    })
    expect(body.changes.find(({ case: id }: { case: string }) => id === talksCase('c2'))).toMatchObject({
      commitment: 'talks',
      before: { verdict: 'met_late', alert: 'met_late', due: '2026-03-01T23:00:00.000Z' },
      after: { verdict: 'met', alert: 'met', due: '2026-03-02T23:00:00.000Z' },
      replaced_by: null,
    })
    expect(await version()).toBe(1)
  })

  test('previewed for an agreement that is not there yet changes everything and tells nobody', async () => {
    const text = ACCORD.replace('id: accord', 'id: pact')
    const { status, body } = await send('POST', text, '/v1/rulebooks/pact/preview')
    expect(status).toBe(200)
    expect(body).toMatchObject({ rulebook_version: null, verdicts: { before: {} }, alerts: [] })
    expect(body.changes[0]).toMatchObject({ before: null, after: { verdict: expect.any(String) } })
  })

  test.each([
    ['withn: 24h', 'within: 24h', 'withn'],
    ['id: treaty', 'id: accord', 'was sent for accord'],
  ])('with %s is rejected, shown, and changes nothing', async (wrong, right, said) => {
    const text = INCLUDING_ACCORD.replace(right, wrong)
    for (const [method, path] of [
      ['POST', `${PATH}/preview`],
      ['PUT', PATH],
    ] as const) {
      const { status, body } = await send(method, text, path)
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'RULEBOOK_REJECTED' })
      expect(body.errors[0]).toMatchObject({ file: 'accord.yaml', line: expect.any(Number), mend: expect.any(String) })
      expect(JSON.stringify(body.errors)).toContain(said)
    }
    await running.service.sweep()
    expect((await running.status()).rejected_rulebooks).toMatchObject([
      { origin: 'http', file: 'accord.yaml', agreement: 'accord' },
    ])
    expect(await version()).toBe(1)
  })

  test('replaces only what it was to replace', async () => {
    const stale = await send('PUT', SLOWER, PATH, { 'if-match': `"${'0'.repeat(64)}"` })
    expect(stale).toMatchObject({ status: 412, body: { code: 'RULEBOOK_REPLACED' } })
    const { body } = await running.request('GET', PATH)
    const put = await send('PUT', SLOWER, PATH, { 'if-match': `"${body.hash}"` })
    expect(put).toMatchObject({ status: 201, body: { agreement: 'accord', version: 2, state: 'adopted' } })
    expect(await send('PUT', SLOWER)).toMatchObject({ status: 200, body: { version: 2, state: 'unchanged' } })
    await running.service.sweep()
    const shown = await running.status()
    expect(shown.rejected_rulebooks).toEqual([])
    expect(commitmentIn(shown, 'talks')).toMatchObject({ record: { met: 2 } })
    const mails = await running.mails()
    expect(mails).toHaveLength(3)
    expect(mails.filter(({ text }) => text?.includes('Correct'))).toHaveLength(1)
  })

  test('stays in use when the folder holds what it held before, and yields to what changes there', async () => {
    await running.close()
    await start(INCLUDING_ACCORD)
    expect(await version()).toBe(2)
    await running.close()
    await start(INCLUDING_ACCORD.replace('within: 24h', 'within: 36h'))
    const { body } = await running.request('GET', PATH)
    expect(body.versions).toMatchObject([
      { version: 3, origin: 'folder' },
      { version: 2, origin: 'http' },
      { version: 1, origin: 'folder' },
    ])
    expect((await running.request('GET', `${PATH}?version=2`)).body.text).toBe(SLOWER)
  })

  test('takes a key that may, YAML, and no other scope', async () => {
    for (const scope of ['events', 'read'] as const) {
      const key = await running.key([scope])
      const options = { type: 'application/yaml', body: SLOWER, key }
      expect(await running.request('PUT', PATH, options)).toMatchObject({ status: 403 })
      expect(await running.request('POST', `${PATH}/preview`, options)).toMatchObject({ status: 403 })
    }
    const key = await running.key(['rulebooks'])
    const asJson = { type: 'application/json', body: '{}', key }
    expect(await running.request('PUT', PATH, asJson)).toMatchObject({ status: 415 })
    expect(await running.request('PUT', PATH, { type: 'application/yaml', body: 'servanda: [', key })).toMatchObject({
      status: 422,
      body: { code: 'RULEBOOK_REJECTED' },
    })
  })
})
