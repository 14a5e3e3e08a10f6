import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { parseInstant } from '../../rules/index.ts'
import { decompressed, restoreBackup, writeBackup } from '../../services/backup/index.ts'
import { openStore } from '../../services/store/index.ts'
import { describeInModes, type Reserved, reserveEmpty } from '../servers/modes.ts'
import { type RunningService, runService } from './running-service.ts'

const RULES = `servanda: 1
agreement:
  id: accord
  title: Accord on Equipment
  legal_force: political
  visibility: public
  parties: {JPN: Japan, UKR: Ukraine}
  in_force: {from: 2026-01-01, until: 2026-12-31}
  zone: Europe/Kyiv
sources: [{id: ministry, is: [https://ministry.example/news], covers: [delivery], title: The ministry, url: "https://ministry.example/"}]
commitments:
  - {id: only-non-lethal, title: Only non-lethal equipment, kind: prohibit, by: JPN, to: UKR, severity: critical,
     what: {event: delivery, where: {lethal: true}}}
  - {id: funds, title: Ten million in 2026, kind: total, by: JPN, to: UKR, during: {calendar_year: 2026},
     target: {at_least: 10 million, unit: USD, path: linear}, counts: {event: aid, amount: amount, currency: currency}}
`

const FORMS = ['csv', 'html', 'json', 'markdown', 'pdf']
const START = '2026-03-30T10:00:00Z'

// The copy at the end is on the embedded database.
describeInModes(['postgresql'], 'status reports', (server) => {
  const clock = new TestClock(START)
  const log = pino({ level: 'silent' })
  let running: RunningService
  let copy: Reserved | undefined
  let first: string
  let subscription: string

  beforeAll(async () => {
    running = await run(server())
  })

  afterAll(async () => {
    await running.close()
    await copy?.remove()
  })

  function run(where: ReturnType<typeof server>) {
    return runService(where, clock, [{ file: 'accord/rulebook.yaml', text: RULES }])
  }

  const send = (method: string, path: string, body?: unknown, key?: string) =>
    running.request(method, path, {
      ...(key !== undefined && { key }),
      type: body === undefined ? null : 'application/json',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  async function reported(id: string, type: string, time: string, data: object, changes: object = {}) {
    const event = { specversion: '1.0', source: 'https://ministry.example/news', id, type, time, data, ...changes }
    expect(await running.post(event)).toMatchObject({ status: 202 })
  }

  /** The bytes of a form as they come. */
  async function fileOf(report: string, form: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${running.url}/v1/reports/${report}/files/${form}`, {
      headers: { authorization: `Bearer ${running.adminKey}`, ...headers },
    })
    return { response, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  test('say what is wrong with what was asked for', async () => {
    expect(await send('POST', '/v1/reports', { period: '2026-13' })).toMatchObject({
      status: 422,
      body: { code: 'PERIOD_UNKNOWN', detail: expect.stringContaining('2024-Q1') },
    })
    expect(await send('POST', '/v1/reports', { period: '2027' })).toMatchObject({
      status: 422,
      body: { code: 'PERIOD_AHEAD' },
    })
    const { status, body } = await send('POST', '/v1/reports', {
      period: '2026',
      zone: 'Kyiv',
      agreements: ['acord'],
      parties: ['JPN'],
    })
    expect(status).toBe(422)
    expect(body.errors).toMatchObject([
      { pointer: '/zone' },
      { pointer: '/agreements/0', mend: 'Did you mean accord?' },
    ])
    expect(await send('GET', '/v1/reports/none')).toMatchObject({ status: 404, body: { code: 'REPORT_UNKNOWN' } })
    expect(await send('POST', '/v1/reports', { period: '2026-02', previous: 'none' })).toMatchObject({ status: 404 })
  })

  test('tell how a month went, in every form, and stay as they are', async () => {
    await reported('aid-1', 'aid', '2026-02-10T09:00:00Z', { amount: '3000000', currency: 'USD' })
    await reported('d-1', 'delivery', '2026-03-12T09:00:00Z', { lethal: true })
    await running.service.sweep()
    const { status, body } = await send('POST', '/v1/reports', { period: '2026-03', zone: 'Europe/Kyiv' })
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        title: 'Status report on March 2026',
        period: { from: '2026-02-28T22:00:00.000Z', until: '2026-03-31T21:00:00.000Z' },
        as_of: '2026-03-30T10:00:00.000Z',
        ledger: expect.stringMatching(/^2:[0-9a-f]{64}$/),
        summary: expect.arrayContaining([expect.stringMatching(/^Breached: “Only non-lethal equipment”/)]),
      },
    })
    expect(body.files.map(({ form }: { form: string }) => form)).toEqual(FORMS)
    first = body.id
    for (const { form, sha256, length, media_type } of body.files) {
      const { response, bytes } = await fileOf(first, form)
      expect(response.headers.get('content-type')).toBe(media_type)
      expect(bytes).toHaveLength(length)
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
      const etag = response.headers.get('etag') ?? ''
      const again = await fileOf(first, form, { 'if-none-match': etag })
      expect({ status: again.response.status, length: again.bytes.length }).toEqual({ status: 304, length: 0 })
    }
    expect((await fileOf(first, 'pdf')).bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const found = JSON.parse((await fileOf(first, 'json')).bytes.toString())
    expect(found.totals[0]).toMatchObject({ case: 'accord/funds@2026', value: { min: '3000000', target: '10000000' } })
    expect(found.evidence.map(({ id }: { id: string }) => id)).toEqual(['aid-1', 'd-1'])
  })

  test('are for whoever may read, and made by whoever may make them', async () => {
    const [reader, maker] = [await running.key(['read']), await running.key(['reports'])]
    expect((await send('GET', '/v1/reports', undefined, reader)).body.reports).toHaveLength(1)
    expect((await send('POST', '/v1/reports', { period: '2026-03' }, reader)).status).toBe(403)
    expect((await send('GET', '/v1/report-schedules', undefined, reader)).status).toBe(403)
    expect((await send('POST', '/v1/reports', { period: '2026-02', parties: ['UKR'] }, maker)).status).toBe(201)
    expect((await send('GET', `/v1/reports/${first}`, undefined, maker)).status).toBe(403)
    const { response } = await fileOf(first, 'html', { authorization: '' })
    expect(response.status).toBe(401)
  })

  test('come when they are due, by the clock of their zone, with their file', async () => {
    const { body: ann } = await send('POST', '/v1/subscriptions', {
      name: 'Ann',
      address: 'ann@desk.example',
      zone: 'Europe/Kyiv',
      filter: { agreements: ['accord'], kinds: ['final'] },
    })
    const order = { every: 'month', zone: 'Europe/Kyiv', hour: 8, tell: [ann.id] }
    expect(await send('POST', '/v1/report-schedules', { ...order, tell: ['nobody'] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/tell/0' }] },
    })
    subscription = ann.id
    const { status, body: schedule } = await send('POST', '/v1/report-schedules', order)
    expect({ status, due: schedule.due_at }).toEqual({ status: 201, due: '2026-04-01T05:00:00.000Z' })
    clock.set('2026-04-01T04:59:59Z')
    await running.service.sweep()
    expect((await send('GET', `/v1/reports?schedule=${schedule.id}`)).body.reports).toEqual([])
    clock.set('2026-04-01T05:00:00Z')
    const mail = await mailTo('ann@desk.example', 1)
    expect(mail?.subject).toBe('[Servanda] Status report on March 2026')
    expect(mail?.text).toContain('Breached')
    const { body } = await send('GET', `/v1/reports?schedule=${schedule.id}`)
    const [made] = body.reports
    expect(made).toMatchObject({ as_of: '2026-03-31T21:00:00.000Z', created_by: 'service' })
    const pdf = made.files.find(({ form }: { form: string }) => form === 'pdf')
    const [attachment] = mail?.attachments ?? []
    expect(
      createHash('sha256')
        .update(Buffer.from(attachment?.content as ArrayBuffer))
        .digest('hex'),
    ).toBe(pdf.sha256)
    await followed(mail?.text ?? '', made)
    expect((await send('GET', '/v1/report-schedules')).body.schedules).toMatchObject([
      { due_at: '2026-05-01T05:00:00.000Z', failure: null },
    ])
  })

  test('after an outage are all made, and only those of late are mailed', async () => {
    clock.set('2026-07-01T06:00:00Z')
    const mail = await mailTo('ann@desk.example', 2)
    expect(mail?.subject).toBe('[Servanda] Status report on June 2026')
    const { body } = await send('GET', '/v1/reports')
    expect(body.reports.slice(0, 4).map(({ period }: { period: { name: string } }) => period.name)).toEqual([
      '2026-06',
      '2026-05',
      '2026-04',
      '2026-03',
    ])
    expect(body.reports[0].previous).toBe(body.reports[1].id)
  }, 90_000)

  test('are changed, paused and ended with their schedule', async () => {
    const [{ id }] = (await send('GET', '/v1/report-schedules')).body.schedules
    const path = `/v1/report-schedules/${id}`
    expect((await send('PATCH', path, { every: 'week', days_after: 1 })).body).toMatchObject({
      every: 'week',
      due_at: '2026-07-07T05:00:00.000Z',
    })
    expect((await send('PATCH', path, { every: 'hour' })).status).toBe(422)
    expect((await send('PATCH', path, { state: 'paused' })).body).toMatchObject({ state: 'paused', due_at: null })
    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('DELETE', path)).status).toBe(404)
  })

  test('say first what the one before was wrong about', async () => {
    clock.advance({ hours: 1 })
    expect(
      await running.post({ source: 'https://ministry.example/news', id: 'd-1', revision: 2, retracted: true }),
    ).toMatchObject({ status: 202 })
    const order = { period: '2026-06', zone: 'Europe/Kyiv', previous: first }
    const { body } = await send('POST', '/v1/reports', { ...order, tell: [subscription], attach: ['csv'] })
    expect(body).toMatchObject({ corrections: 1, previous: first })
    expect(body.summary.join(' ')).toContain(
      'Corrected since the last report: “Only non-lethal equipment” was breached',
    )
    const { changes } = JSON.parse((await fileOf(body.id, 'json')).bytes.toString())
    expect(changes[0]).toMatchObject({ kind: 'correction', case: 'accord/only-non-lethal@term' })
    const mail = await mailTo('ann@desk.example', 3)
    expect(mail?.text).toContain('Corrected since the last report')
    expect(mail?.attachments).toMatchObject([{ filename: expect.stringMatching(/^servanda-2026-06-.*\.csv$/) }])
  })

  const reproduced = () => send('POST', `/v1/reports/${first}/reproduction`, { changes: true })

  test('come out again byte for byte, and tell what is known otherwise by now', async () => {
    const { body } = await reproduced()
    expect(body).toMatchObject({ same: true, ledger_same: true, made_by: '0.1.0', made_again_by: '0.1.0' })
    expect(body.files.map(({ form, intact }: { form: string; intact: boolean }) => [form, intact])).toEqual(
      FORMS.map((form) => [form, true]),
    )
    expect(body.changes).toMatchObject([{ kind: 'correction', before: { verdict: 'breached' } }])
  })

  test('and after a restart, when the rulebook has changed, too', async () => {
    await running.close()
    const stricter = RULES.replace('10 million', '12 million')
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: stricter }])
    expect((await reproduced()).body).toMatchObject({ same: true })
  })

  test('and after a backup and its restoration', async () => {
    const file = join(server().dataDir, 'copy.ndjson.gz')
    const at = parseInstant(clock.now().toString())
    await writeBackup(running.service.store, file, { at, version: '1' })
    copy = await reserveEmpty('pglite')
    const store = await openStore({ dataDir: copy.server.dataDir, log, beforeMigrating: 'leave' })
    await restoreBackup(store, decompressed(createReadStream(file)), { at, log, acceptBrokenLedger: false })
    await store.close()
    await running.close()
    running = await run(copy.server)
    expect((await reproduced()).body).toMatchObject({ same: true })
  }, 90_000)

  /** Opens the report as whoever got the mail does: without a key. */
  async function followed(text: string, { files }: { files: { form: string; sha256: string }[] }) {
    const { pathname } = new URL(/\S+\/files\/html$/m.exec(text)?.[0] ?? '')
    const opened = await fetch(`${running.url}${pathname}`)
    const bytes = Buffer.from(await opened.arrayBuffer())
    const html = files.find(({ form }) => form === 'html')
    expect(opened.headers.get('referrer-policy')).toBe('no-referrer')
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(html?.sha256)
    const page = pathname.replace(/\/files\/html$/, '')
    expect(await (await fetch(`${running.url}${page}`)).text()).toContain('/files/pdf">pdf</a>')
    expect((await fetch(`${running.url}${pathname.replace(/.\/files/, 'x/files')}`)).status).toBe(404)
    await send('PATCH', `/v1/subscriptions/${subscription}`, { state: 'paused' })
    expect((await fetch(`${running.url}${pathname}`)).status).toBe(410)
    await send('PATCH', `/v1/subscriptions/${subscription}`, { state: 'active' })
  }

  /** The latest mail to an address, once there are so many. */
  async function mailTo(address: string, count: number) {
    const found = async () => {
      await running.service.sweep()
      return (await running.mails()).filter(({ to }) => to?.some((one) => one.address === address))
    }
    await expect.poll(async () => (await found()).length, { timeout: 80_000, interval: 100 }).toBe(count)
    return (await found()).at(-1)
  }
})
