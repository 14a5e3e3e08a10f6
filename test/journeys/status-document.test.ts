import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Temporal } from 'temporal-polyfill'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { INDICATORS } from '../../rules/index.ts'
import { RulebookShelf } from '../../services/rulebooks/index.ts'
import { type StatusDocument, StatusProjection } from '../../services/status/index.ts'
import {
  AgreementStatusSchema,
  BadgeSchema,
  CheckSchema,
  CommitmentStatusSchema,
  StatusSchema,
  SummarySchema,
} from '../../services/status/schema.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, attack, call, talks } from './accord.ts'
import { commitmentIn, type RunningService, runService } from './running-service.ts'
import { SPECTRUM, SPECTRUM_EVENTS } from './spectrum.ts'

describeOnEachDatabase('the document', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [
      { file: 'accord.yaml', text: ACCORD },
      { file: 'spectrum.yaml', text: SPECTRUM },
      { file: 'broken.yaml', text: 'servanda: 1\nagreement: {id: broken}\n' },
    ])
    for (const event of SPECTRUM_EVENTS) expect((await running.post(event)).status).toBe(202)
    await running.service.sweep()
  })

  afterAll(() => running.close())

  const get = async (path: string) => (await running.request('GET', path, { key: null })).body

  function expectToMatch(schema: TSchema, document: unknown): void {
    expect(Value.Errors(schema, document).map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([])
  }

  /** What a process would serve that begins now. */
  async function readAnew(): Promise<StatusDocument | null> {
    const { store, now } = running.service
    const deps = { store, shelf: new RulebookShelf(), base: () => `${running.url}/v1`, now, clock: null }
    const fresh = new StatusProjection(deps)
    await fresh.refresh()
    return fresh.status
  }

  test('shows each indicator for what it is', async () => {
    const { agreements } = await running.status()
    const shown = agreements.find(({ id }) => id === 'spectrum')?.commitments ?? []
    expect(shown.slice(0, INDICATORS.length).map(({ id, indicator }) => [id, indicator])).toEqual(
      INDICATORS.map((indicator) => [indicator, indicator]),
    )
  })

  test('is what its schema says, in all its forms', async () => {
    expectToMatch(StatusSchema, await get('/v1/status'))
    expectToMatch(SummarySchema, await get('/v1/status/summary.json'))
    expectToMatch(CheckSchema, await get('/v1/status/check'))
    expectToMatch(AgreementStatusSchema, await get('/v1/status/accord'))
    expectToMatch(AgreementStatusSchema, await get('/v1/status/spectrum'))
    expectToMatch(BadgeSchema, await get('/v1/badges/spectrum.json'))
    for (const { id } of (await get('/v1/status/spectrum')).agreement.commitments) {
      expectToMatch(CommitmentStatusSchema, await get(`/v1/status/spectrum/${id}`))
    }
  })

  test('tells the clock that runs in the zone of the agreement, with grace and with what is imprecise', async () => {
    const status = await running.status()
    expect(commitmentIn(status, 'overdue').deadline).toEqual({
      due: '2026-02-28T21:59:59.999Z',
      due_local: '2026-02-28T23:59:59.999+02:00',
      zone: 'Europe/Kyiv',
      grace_until: '2026-03-30T20:59:59.999Z',
    })
    expect(commitmentIn(status, 'imprecise').deadline).toMatchObject({
      due: { from: '2026-03-01T22:00:00.000Z', to: '2026-03-02T21:59:59.999Z' },
      due_local: { from: '2026-03-02T00:00:00.000+02:00' },
      grace_until: null,
    })
    expect(commitmentIn(status, 'breached').deadline).toBeNull()
    expect(commitmentIn(status, 'on_track').value).toEqual({
      min: '900.25',
      max: '900.25',
      unit: 'EUR',
      target: '1000.5',
      expected: expect.stringMatching(/^\d+\.\d+$/),
    })
    expect(status.next_deadlines[0]).toMatchObject({ commitment: 'overdue', zone: 'Europe/Kyiv' })
    expect(status.next_deadlines.map(({ commitment }) => commitment)).not.toContain('again')
  })

  test('links to what is there', async () => {
    const { links, agreements } = await running.status()
    const one = commitmentIn(await running.status(), 'breached')
    const there = [
      links.self,
      links.summary,
      ...agreements.flatMap((a) => [a.links.self, a.links.badge, a.links.cases]),
    ]
    for (const link of [...there, one.links.self, one.links.badge, one.case?.link ?? '']) {
      expect({ link, status: (await fetch(link)).status }).toEqual({ link, status: 200 })
    }
  })

  test('reads only what changed, and says the same as who reads it all', async () => {
    const before = await running.status()
    const had = await running.request('GET', '/v1/status/spectrum')
    await running.post(attack('a1', '2026-03-01T00:00:00Z'))
    await running.post(call('c1', '2026-03-01T11:00:00Z'))
    await running.service.sweep()
    clock.advance({ hours: 1 })
    await running.post(talks('t1', '2026-03-01T12:30:00Z'))
    await running.service.sweep()
    const after = await running.status()
    expect(commitmentIn(after, 'talks')).toMatchObject({ indicator: 'fulfilled', record: { met: 1 } })
    expect(after.seq).toBeGreaterThan(before.seq)
    expect(after).toEqual(await readAnew())
    const spectrum = await running.request('GET', '/v1/status/spectrum', {
      headers: { 'if-none-match': had.headers.get('etag') ?? '' },
    })
    expect(spectrum.status, 'what is said of another agreement stays').toBe(304)
  })

  test('has a strip of days, which moves on at midnight by the calendar of the agreement, under another tag', async () => {
    const path = '/v1/status/accord/talks'
    const { strip } = commitmentIn(await running.status(), 'talks')
    expect(strip).toEqual({
      from: '2025-12-02',
      to: '2026-03-01',
      runs: [
        { indicator: null, days: 89 },
        // For an hour a call had not been answered.
        { indicator: 'on_track', days: 1 },
      ],
    })
    const before = await running.request('GET', path)
    const midnight = Temporal.ZonedDateTime.from('2026-03-02T00:00[Europe/Kyiv]').toInstant()
    clock.set(midnight.toString())
    await running.service.sweep()
    const after = await running.request('GET', path, { headers: { 'if-none-match': before.headers.get('etag') ?? '' } })
    expect(after).toMatchObject({
      status: 200,
      body: {
        commitment: {
          strip: {
            to: '2026-03-02',
            runs: [
              { indicator: null, days: 88 },
              { indicator: 'on_track', days: 1 },
              { indicator: 'fulfilled', days: 1 },
            ],
          },
        },
      },
    })
    expect(await running.status()).toEqual(await readAnew())
  })

  test.each(['gzip', 'br', 'identity'])('is sent in %s under a tag of its own', async (encoding) => {
    // `fetch` would unpack it, and say that it asked for more.
    const { request } = await import('node:http')
    const ask = (headers: Record<string, string>, method = 'GET') =>
      new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
        (resolve, reject) => {
          const asked = request(`${running.url}/v1/status`, { method, headers }, (response) => {
            const pieces: Buffer[] = []
            response.on('data', (piece) => pieces.push(piece))
            response.on('end', () =>
              resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }),
            )
          })
          asked.on('error', reject).end()
        },
      )
    const { headers, body } = await ask({ 'accept-encoding': encoding })
    expect(headers['content-encoding']).toBe(encoding === 'identity' ? undefined : encoding)
    expect(headers).toMatchObject({ vary: 'Accept-Encoding, Authorization', 'content-length': String(body.length) })
    const unpacked = { gzip: gunzipSync, br: brotliDecompressSync, identity: (bytes: Buffer) => bytes }[encoding]
    expect(JSON.parse(unpacked?.(body).toString() ?? '')).toEqual(await running.status())
    const etag = String(headers.etag)
    expect(etag).toMatch(
      encoding === 'identity' ? /^"\d+-[0-9a-f]{8}"$/ : new RegExp(`^"\\d+-[0-9a-f]{8}-${encoding}"$`),
    )
    const again = await ask({ 'accept-encoding': encoding, 'if-none-match': `"other", ${etag}` })
    expect({ ...again, body: again.body.length }).toMatchObject({ status: 304, body: 0, headers: { etag } })
    const other = await ask({ 'accept-encoding': 'identity;q=0.9', 'if-none-match': etag })
    expect(other.status).toBe(encoding === 'identity' ? 304 : 200)
    const head = await ask({ 'accept-encoding': encoding }, 'HEAD')
    expect(head).toMatchObject({ status: 200, headers: { etag, 'content-length': headers['content-length'] } })
    expect(head.body.length).toBe(0)
  })
})
