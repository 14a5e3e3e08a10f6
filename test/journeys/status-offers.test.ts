import { parseAtomFeed } from 'feedsmith'
import ICAL from 'ical.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, accordEvent, attack, call, talks, talksCase } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'
import { SPECTRUM, SPECTRUM_EVENTS } from './spectrum.ts'

/** A title that would be markup, end a CDATA section, and break XML, a line of a calendar, or the reading direction. */
const HOSTILE = `</style><script>alert(1)</script> & "pact" ]]> \\u0001\\u0085\\ufffe\\u202e; BEGIN:VEVENT,\\nX-EVIL:1`

const PACT = ACCORD.replace('id: accord', 'id: pact')
  .replaceAll('consultation', 'meeting')
  .replace('title: Accord on meetings', `title: ${JSON.stringify(HOSTILE).replaceAll('\\\\', '\\')}`)
  .replace('title: Talks within 24 hours of a call', `title: ${JSON.stringify(HOSTILE).replaceAll('\\\\', '\\')}`)

const HIDDEN = ACCORD.replace('id: accord', 'id: hidden').replace('visibility: public', 'visibility: internal')

/** On the embedded database, whoever asks from this machine may read all. */
const ELSEWHERE = { 'x-forwarded-for': '203.0.113.1' }

describeOnEachDatabase('the status for other programs', (server) => {
  const clock = new TestClock('2026-03-01T12:00:00Z')
  let running: RunningService

  beforeAll(async () => {
    running = await runService(server(), clock, [
      { file: 'accord.yaml', text: ACCORD },
      { file: 'hidden.yaml', text: HIDDEN },
      { file: 'pact.yaml', text: PACT },
      { file: 'spectrum.yaml', text: SPECTRUM },
    ])
    for (const event of SPECTRUM_EVENTS) await running.post(event)
    await running.post(attack('a1', '2026-03-01T00:00:00Z'))
    await running.post(call('c1', '2026-03-01T11:00:00Z'))
    await running.post(accordEvent('m1', 'meeting.requested', '2026-03-01T11:00:00Z'))
    await running.service.sweep()
  })

  afterAll(() => running.close())

  async function get(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${running.url}${path}`, { headers: { ...ELSEWHERE, ...headers } })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  async function events(path: string) {
    const { status, headers, text } = await get(path)
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'text/calendar; charset=utf-8' })
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    const calendar = new ICAL.Component(ICAL.parse(text))
    return calendar.getAllSubcomponents('vevent').map((component) => {
      const event = new ICAL.Event(component)
      const { summary, description, uid, sequence, startDate, endDate } = event
      const found = { summary, description, uid, sequence, start: startDate.toString(), end: endDate.toString() }
      return {
        ...found,
        status: component.getFirstPropertyValue('status'),
        stamp: String(component.getFirstPropertyValue('dtstamp')),
      }
    })
  }

  async function entries(path: string) {
    const { status, headers, text } = await get(path)
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 200,
      type: 'application/atom+xml; charset=utf-8',
    })
    return parseAtomFeed(text)
  }

  test('a calendar has an event for each case that runs, or was due lately', async () => {
    const found = await events('/v1/calendars/spectrum.ics')
    expect(found.map(({ summary, status }) => [summary, status])).toEqual([
      ['Breached: A report in February', 'CONFIRMED'],
      ['Unknown: A report that the desk would know of', 'CONFIRMED'],
      ['Due: A report with grace', 'CONFIRMED'],
      ['Due: A report in March', 'CONFIRMED'],
      ['Due: An answer within a day', 'CONFIRMED'],
      ['Met: A report that came', 'CONFIRMED'],
      ['Excused: A report that was waived', 'CONFIRMED'],
      ['Due: Aid in 2026', 'CONFIRMED'],
      ['Due: Efforts', 'CONFIRMED'],
    ])
    const grace = found.find(({ summary }) => summary === 'Due: A report with grace')
    expect(grace).toMatchObject({ start: '2026-02-28T21:59:59Z', end: '2026-02-28T21:59:59Z' })
    expect(grace?.description).toContain(
      'Due: 2026-02-28 23:59:59 Europe/Kyiv (2026-02-28 21:59:59 UTC)\nGrace until: 2026-03-30',
    )
    expect(found.find(({ summary }) => summary === 'Due: An answer within a day')).toMatchObject({
      start: '2026-03-01T22:00:00Z',
      end: '2026-03-02T21:59:59Z',
    })
    expect(await events('/v1/calendars/spectrum/again.ics')).toMatchObject([
      { summary: 'Breached: The report in February once more' },
    ])
  })

  test('an event of a calendar keeps its name, and counts each move of its deadline and each verdict', async () => {
    const before = await get('/v1/calendars/accord/talks.ics')
    const [first] = await events('/v1/calendars/accord/talks.ics')
    expect(before.text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT1H')
    clock.advance({ minutes: 10 })
    await running.post(talks('none', '2026-02-01T00:00:00Z'))
    await running.service.sweep()
    const still = await get('/v1/calendars/accord/talks.ics', { 'if-none-match': before.headers.get('etag') ?? '' })
    expect(still.status, 'what is not about its cases changes no byte').toBe(304)
    await running.post({ ...call('c1', '2026-03-01T11:30:00Z'), revision: 2 })
    await running.service.sweep()
    const [moved] = await events('/v1/calendars/accord/talks.ics')
    expect(moved).toMatchObject({
      uid: first?.uid,
      start: '2026-03-02T11:30:00Z',
      status: 'CONFIRMED',
      stamp: '2026-03-01T12:10:00Z',
    })
    expect(moved?.sequence).toBe((first?.sequence ?? 0) + 1)
    await running.post(talks('t1', '2026-03-01T11:40:00Z'))
    await running.service.sweep()
    const [met] = await events('/v1/calendars/accord/talks.ics')
    expect(met).toMatchObject({ uid: first?.uid, summary: 'Met: Talks within 24 hours of a call' })
    expect(met?.sequence).toBeGreaterThan(moved?.sequence ?? 0)
    await running.post({
      specversion: '1.0',
      source: 'https://events.example/',
      id: 'c1',
      revision: 3,
      retracted: true,
    })
    await running.service.sweep()
    const [gone] = await events('/v1/calendars/accord/talks.ics')
    expect(gone).toMatchObject({ uid: first?.uid, status: 'CANCELLED' })
    expect(gone?.sequence).toBeGreaterThan(met?.sequence ?? 0)
  })

  test('a feed tells each verdict once, the last first, and says what is a correction', async () => {
    await running.post(call('c2', '2026-03-01T12:00:00Z'))
    await running.service.sweep()
    clock.set('2026-03-02T12:00:00.001Z')
    await running.service.sweep()
    const breached = await entries('/v1/feeds/accord.atom')
    expect(breached.entries?.[0]).toMatchObject({
      title: { value: 'Talks within 24 hours of a call: breached' },
      updated: '2026-03-02T12:00:00.001Z',
      links: [{ href: `${running.url}/v1/agreements/accord/cases/${encodeURIComponent(talksCase('c2'))}` }],
    })
    await running.post(talks('t2', '2026-03-02T11:00:00Z'))
    await running.service.sweep()
    const corrected = await entries('/v1/feeds/accord.atom')
    expect(corrected.entries?.[0]).toMatchObject({
      title: { value: 'Correction: Talks within 24 hours of a call: met, not breached' },
      summary: {
        value: expect.stringContaining('So since 2026-03-02 13:00:00 Europe/Kyiv (2026-03-02 11:00:00 UTC).'),
      },
    })
    expect(corrected.entries?.slice(1)).toEqual(breached.entries)
    const ids = corrected.entries?.map(({ id }) => id) ?? []
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids)
      expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const titles = (await entries('/v1/feed.atom')).entries?.map(({ title }) => title?.value ?? '') ?? []
    expect(titles).toContain('Correction: Talks within 24 hours of a call: met, not breached')
    expect(titles.join(), 'what a first load brings is no news').not.toContain('A report in February')
  })

  test('a hostile title stays text, whatever it is put into', async () => {
    const shown = '</style><script>alert(1)</script> & "pact" ]]> ; BEGIN:VEVENT, X-EVIL:1'
    const feed = await get('/v1/feeds/pact.atom')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(feed.text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
    expect(parseAtomFeed(feed.text).title?.value).toBe(shown)
    expect(feed.text).not.toContain('<script')
    const [one] = await events('/v1/calendars/pact.ics')
    expect(one?.summary).toContain(shown)
    const card = await get('/v1/cards/pact/talks.html')
    expect(card.text).not.toContain('<script')
    expect(card.text.match(/<\/style>/g)?.length).toBe(1)
  })

  test('a card is a page of its own, which runs nothing and may be shown within any other', async () => {
    const { status, headers, text } = await get('/v1/cards/spectrum.html')
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'text/html; charset=utf-8' })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain('frame-ancestors *')
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? ''
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64')
    expect(policy, 'its style is the only one that the policy takes').toContain(`style-src 'sha256-${digest}'`)
    expect(text).toContain('<html lang="en">')
    expect(text).toContain('Breached')
    expect(text).toContain('Binding in law in part, in part political')
    const one = await get('/v1/cards/spectrum/overdue.html')
    expect(one.text).toContain('<dt>Due</dt><dd>2026-02-28 23:59:59 Europe/Kyiv (2026-02-28 21:59:59 UTC)</dd>')
    expect(one.text).toMatch(/aria-label="2025-12-03 to 2026-03-02: nothing on record for 88 days, overdue for 2 days"/)
  })

  test.each([
    '/v1/feeds/treaty.atom',
    '/v1/calendars/treaty.ics',
    '/v1/calendars/accord/walks.ics',
    '/v1/cards/treaty.html',
    '/v1/cards/accord.png',
    '/v1/feeds/hidden.atom',
    '/v1/calendars/hidden.ics',
    '/v1/cards/hidden/talks.html',
    '/v1/badges/hidden.svg',
    '/v1/status/hidden',
    '/v1/stream?agreement=hidden',
  ])('nothing is at %s for everybody', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  test('what is not public is shown to who may read all, and counted for nobody else', async () => {
    const mine = { authorization: `Bearer ${running.adminKey}` }
    const [everybody, reader] = [await get('/v1/status'), await get('/v1/status', mine)]
    expect(everybody.headers.get('cache-control')).toMatch(/^public/)
    expect(reader.headers.get('cache-control')).toMatch(/^private/)
    expect(everybody.headers.get('etag')).not.toBe(reader.headers.get('etag'))
    expect(everybody.text).not.toContain('hidden')
    expect(JSON.parse(reader.text).agreements.map(({ id }: { id: string }) => id)).toContain('hidden')
    for (const path of [
      '/v1/feed.atom',
      '/v1/calendar.ics',
      '/v1/status/summary.json',
      '/v1/status/check?fail_on=on_track',
    ]) {
      expect({ path, text: (await get(path)).text }).toEqual({ path, text: expect.not.stringContaining('hidden') })
    }
    expect((await get('/v1/calendars/hidden.ics', mine)).status).toBe(200)
    expect((await get('/v1/calendar.ics', mine)).text).toContain('hidden')
  })

  test('each is sent again only when it says something else', async () => {
    for (const path of [
      '/v1/feeds/accord.atom',
      '/v1/calendar.ics',
      '/v1/cards/accord.html',
      '/v1/cards/accord/talks.html',
    ]) {
      const { headers } = await get(path)
      const again = await get(path, { 'if-none-match': headers.get('etag') ?? '' })
      expect({ path, status: again.status, text: again.text }).toEqual({ path, status: 304, text: '' })
    }
  })
})
