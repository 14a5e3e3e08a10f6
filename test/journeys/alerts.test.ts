import type { Email } from 'postal-mime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { describeInEveryMode } from '../servers/modes.ts'
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
  texts: [{id: text, title: The text, url: "https://texts.example/accord"}]
sources: [{id: ministry, is: [https://ministry.example/news], covers: [delivery], expected_every: 7d}]
commitments:
  - {id: only-non-lethal, title: Only non-lethal equipment, kind: prohibit, by: JPN, to: UKR, severity: critical, tags: [equipment],
     what: {event: delivery, where: {lethal: true}}, clause: {text: text, quote: "only non-lethal equipment"}}
  - {id: funds, title: Ten million in 2026, kind: total, by: JPN, to: UKR, during: {calendar_year: 2026},
     target: {at_least: 10 million, unit: USD, path: linear}, counts: {event: aid, amount: amount, currency: currency}}
`

const CASE = 'accord/only-non-lethal@term'

describeInEveryMode('people who are told', (server) => {
  const clock = new TestClock('2026-03-02T10:00:00Z')
  let running: RunningService
  let desk: string

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: RULES }], {
      PUBLIC_SUBSCRIBE: 'true',
      BOUNCE_TO: 'bounces@servanda.example',
    })
    desk = await running.key(['alerts'])
  })

  afterAll(async () => {
    await running.close()
  })

  const json = (body: unknown) => ({ key: desk, type: 'application/json', body: JSON.stringify(body) })
  const send = (method: string, path: string, body?: unknown) =>
    running.request(method, path, body === undefined ? { key: desk, type: null } : json(body))

  async function reported(id: string, data: object, changes: object = {}) {
    const event = {
      specversion: '1.0',
      source: 'https://ministry.example/news',
      id,
      type: 'delivery',
      time: clock.now().toString(),
      data,
      ...changes,
    }
    expect(await running.post(event)).toMatchObject({ status: 202 })
  }

  /** The mails to an address, once there are so many. */
  async function mailsTo(address: string, count: number): Promise<readonly Email[]> {
    const found = async () => {
      await running.service.sweep()
      return (await running.mails()).filter(({ to }) => to?.some((one) => one.address === address))
    }
    await expect.poll(async () => (await found()).length, { timeout: 15_000, interval: 50 }).toBe(count)
    return found()
  }

  async function toMonitor(): Promise<readonly Email[]> {
    await running.service.sweep()
    return (await running.mails()).filter(({ to }) => to?.some((one) => one.address === 'monitor@localhost'))
  }

  function linkIn(mail: Email | undefined, words: RegExp): string {
    const found = [...(mail?.html ?? '').matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)]
    const [, href = ''] = found.find(([, , label = '']) => words.test(label)) ?? []
    return href.replace(/^https?:\/\/[^/]+/, '')
  }

  const follow = (link: string, form = '') =>
    running.request('POST', link, { key: null, type: 'application/x-www-form-urlencoded', body: form })

  test('subscribe, and what is wrong with it is said all at once', async () => {
    const made = await send('POST', '/v1/subscriptions', {
      name: 'Ann',
      address: 'ann@desk.example',
      zone: 'Asia/Tokyo',
      filter: { parties: ['JPN'], kinds: ['breached', 'met', 'overdue', 'source_stale'] },
    })
    expect(made).toMatchObject({ status: 201, body: { state: 'active', channel: 'mail', digest: null } })
    const wrong = await send('POST', '/v1/subscriptions', {
      name: 'x',
      address: 'nobody',
      zone: 'Asia/Tokio',
      filter: { agreements: ['acord'] },
      escalation: [{ after: '2h', tell: 'nobody' }],
    })
    expect(wrong.status).toBe(422)
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/address',
      '/escalation/0/tell',
      '/filter/agreements/0',
      '/zone',
    ])
    expect(JSON.stringify(wrong.body)).toContain('Did you mean accord?')
  })

  test('hear of a breach, see whom else it reached, and read why', async () => {
    await reported('d1', { lethal: true, what: 'missiles' })
    const [mail] = await mailsTo('ann@desk.example', 1)
    expect(mail?.subject).toBe('[Servanda] Only non-lethal equipment · Accord on Equipment')
    expect(mail?.text).toContain('Asia/Tokyo')
    const { body } = await send('GET', `/v1/deliveries?about=${encodeURIComponent(CASE)}`)
    expect(body.deliveries.map((one: { subscription: { name: string } }) => one.subscription.name).sort()).toEqual([
      'Ann',
      'Monitor',
    ])
    expect(body.deliveries[0]).toMatchObject({
      state: 'sent',
      purpose: 'alert',
      alerts: [{ kind: 'breached', about: CASE }],
    })
  })

  test('acknowledge by a link: looking changes nothing, posting does', async () => {
    const [mail] = await mailsTo('ann@desk.example', 1)
    const link = linkIn(mail, /acknowledge/i)
    const shown = await running.request('GET', link, { key: null })
    expect(shown.status).toBe(200)
    const { body: before } = await send('GET', `/v1/alerts?about=${encodeURIComponent(CASE)}`)
    expect(before.alerts[0].acknowledgement).toBeNull()
    expect((await follow(link, 'note=On%20it')).status).toBe(200)
    const { body: after } = await send('GET', `/v1/alerts?about=${encodeURIComponent(CASE)}`)
    expect(after.alerts[0].acknowledgement).toMatchObject({
      note: 'On it',
      by: expect.stringMatching(/^subscription:/),
    })
    expect((await follow(link.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')))).status).toBe(404)
  })

  test('preview a letter and a silence, and are spared while it stands', async () => {
    const { body: listed } = await send('GET', '/v1/subscriptions')
    const ann = listed.subscriptions.find(({ name }: { name: string }) => name === 'Ann')
    const { body: alerts } = await send('GET', '/v1/alerts?kind=breached')
    const letter = await send('GET', `/v1/alerts/${alerts.alerts[0].number}/letter?subscription=${ann.id}`)
    expect(letter.status).toBe(200)
    const order = { filter: { tags: ['equipment'] } }
    const preview = await send('POST', '/v1/silences/preview', order)
    expect(preview.body).toMatchObject({ commitments: ['accord/only-non-lethal'], alerts: [{ about: CASE }] })
    const made = await send('POST', '/v1/silences', { ...order, reason: 'known', expires_at: '2026-03-03T00:00:00Z' })
    expect(made).toMatchObject({ status: 201, body: { state: 'standing' } })
    clock.advance({ minutes: 5 })
    await reported('d2', { lethal: true, what: 'more missiles' })
    const ofCase = async () => (await send('GET', `/v1/alerts?about=${encodeURIComponent(CASE)}`)).body.alerts
    const kinds = async () => (await ofCase()).map(({ kind }: { kind: string }) => kind)
    const violations = async () => (await kinds()).filter((kind: string) => kind === 'breached').length
    await expect.poll(violations, { timeout: 15_000 }).toBe(2)
    await mailsTo('ann@desk.example', 1)
    expect((await send('DELETE', `/v1/silences/${made.body.id}`)).status).toBe(204)
  })

  test('hear that it was wrong, in the same thread', async () => {
    clock.advance({ minutes: 5 })
    for (const id of ['d1', 'd2']) await reported(id, { lethal: false }, { revision: 2 })
    const mails = await mailsTo('ann@desk.example', 2)
    expect(mails[1]?.inReplyTo).toBe(mails[0]?.messageId)
    expect(mails[1]?.text).toMatch(/correct/i)
  })

  test('hear when a source falls silent', async () => {
    clock.advance({ hours: 8 * 24 })
    const mails = await mailsTo('ann@desk.example', 3)
    expect(mails[2]?.text).toContain('ministry')
  })

  test('get an example when they ask for one', async () => {
    const { body } = await send('GET', '/v1/subscriptions')
    const ann = body.subscriptions.find(({ name }: { name: string }) => name === 'Ann')
    expect((await send('POST', `/v1/subscriptions/${ann.id}/test`, {})).status).toBe(202)
    await mailsTo('ann@desk.example', 4)
  })

  test('unsubscribe with one click, and hear nothing more', async () => {
    const [mail] = await mailsTo('ann@desk.example', 4)
    const header = mail?.headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? ''
    const link = header.replace(/^<https?:\/\/[^/]+|>$/g, '')
    expect(await follow(link, 'List-Unsubscribe=One-Click')).toMatchObject({ status: 200 })
    const { body } = await send('GET', '/v1/subscriptions')
    expect(body.subscriptions.find(({ name }: { name: string }) => name === 'Ann')).toMatchObject({
      state: 'unsubscribed',
    })
    await reported('d3', { lethal: true })
    await running.service.sweep()
    await mailsTo('ann@desk.example', 4)
  })

  test('ask for mails themselves, are asked first, and not too often', async () => {
    const asked = { address: 'eve@home.example', filter: { agreements: ['accord'] } }
    for (let n = 0; n < 5; n++) {
      const answer = await running.request('POST', '/v1/subscribe', {
        key: null,
        type: 'application/json',
        body: JSON.stringify(asked),
      })
      expect(answer).toMatchObject({ status: 202, body: { status: 'asked' } })
    }
    const mails = await mailsTo('eve@home.example', 3)
    expect((await follow(linkIn(mails[0], /confirm/i))).status).toBe(200)
    clock.advance({ minutes: 1 })
    await reported('d4', { lethal: true })
    const [, , , told] = await mailsTo('eve@home.example', 4)
    expect(linkIn(told, /acknowledge/i)).toBe('')
    expect(linkIn(told, /unsubscribe/i)).not.toBe('')
  })

  test('are told of a mail that came back, and its address of nothing more', async () => {
    const { body } = await send('GET', '/v1/deliveries?state=sent')
    const lost = body.deliveries.find(
      (one: { subscription: { address: string } }) => one.subscription.address === 'eve@home.example',
    )
    const bounce = [
      'From: mailer-daemon@mx.example',
      `To: bounces+${lost.id}@servanda.example`,
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'It could not be delivered.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      'Final-Recipient: rfc822; eve@home.example',
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1 no such user',
      '',
      '--b--',
      '',
    ].join('\r\n')
    const before = (await toMonitor()).length
    const answer = await running.request('POST', '/v1/bounces', { key: desk, type: 'message/rfc822', body: bounce })
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'address_disabled', delivery: lost.id } })
    const mails = (await mailsTo('monitor@localhost', before + 1)).map(({ text }) => text ?? '')
    expect(mails.some((text) => text.includes('eve@home.example'))).toBe(true)
  })

  test('are told nothing while everything is muted', async () => {
    const before = (await toMonitor()).length
    const muted = await running.request('PUT', '/v1/alerts/mute', {
      type: 'application/json',
      body: JSON.stringify({ reason: 'moving house' }),
    })
    expect(muted).toMatchObject({ status: 200, body: { mute: { reason: 'moving house', until: null } } })
    await reported('d5', { lethal: true })
    await running.service.sweep()
    await mailsTo('monitor@localhost', before)
    expect((await running.request('DELETE', '/v1/alerts/mute', { type: null })).status).toBe(204)
    await mailsTo('monitor@localhost', before + 1)
  })

  test('and where nobody is, that is said', async () => {
    const { body } = await send('GET', '/v1/subscriptions/unreached')
    expect(body.unreached).toEqual([])
    await send('PATCH', '/v1/subscriptions/default', { state: 'paused' })
    const { body: after } = await send('GET', '/v1/subscriptions/unreached')
    expect(after.unreached.map(({ commitment }: { commitment: string }) => commitment)).toEqual([
      'only-non-lethal',
      'funds',
    ])
    const { body: ready } = await running.request('GET', '/readyz?verbose', { type: null })
    expect(ready.parts.find(({ part }: { part: string }) => part === 'recipients')).toMatchObject({
      state: 'degraded',
      message: expect.stringMatching(/^A breach would reach nobody: .*\/only-non-lethal, .*\/funds\.$/),
    })
  })
})
