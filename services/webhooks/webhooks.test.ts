import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRig, type Rig, withoutDefault } from '../../test/alerts/rig.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { type Receiver, startReceiver } from '../../test/servers/receiver.ts'
import { type SmtpSink, startSmtpSink } from '../../test/servers/smtp.ts'
import { changeState, DEFAULT_ID, type Subscription, subscriptionById } from '../alerts/index.ts'
import { type Carrier, smtpCarrier } from '../mail/index.ts'
import { newWebhookSecret } from './index.ts'

describeOnEachDatabase('a webhook', (server) => {
  let rig: Rig
  let sink: SmtpSink
  let carrier: Carrier
  let receiver: Receiver

  beforeAll(async () => {
    rig = await openRig(server())
    sink = await startSmtpSink()
    carrier = smtpCarrier(sink.url, null)
  })

  beforeEach(async () => {
    receiver = await startReceiver()
    await withoutDefault(rig)
  })

  afterEach(async () => {
    await rig.store.db.updateTable('servanda.subscriptions').set({ state: 'paused' }).execute()
    await receiver.close()
  })

  afterAll(async () => {
    carrier.close()
    await sink.close()
    await rig.close()
  })

  function subscribe(changes: Partial<Subscription> = {}): Promise<Subscription> {
    const secrets = [{ secret: newWebhookSecret(), until: null }]
    return rig.subscribe({ channel: 'webhook', address: `${receiver.url}/hook`, secrets, ...changes })
  }

  function deliveriesTo({ id }: Pick<Subscription, 'id'>) {
    return rig.store.db
      .selectFrom('servanda.deliveries')
      .selectAll()
      .where('subscription', '=', id)
      .orderBy('number')
      .execute()
  }

  test('is told what happened, by the names of the API, and can tell who said so', async () => {
    const { secrets } = await subscribe()
    const { about, number } = await rig.alert()
    await rig.courier(carrier).deliverDue()
    const [post, ...others] = receiver.received
    expect(others).toEqual([])
    const verified = new Webhook(secrets[0]?.secret ?? '').verify(post?.body ?? '', post?.headers as never)
    expect(verified).toMatchObject({
      type: 'servanda.alert',
      timestamp: '2026-03-02T12:00:00.000Z',
      data: { alerts: [{ number, about, kind: 'breached', because: 'subscribed', replaces: null }] },
    })
  })

  test.each([[500], [429], [302]])('that answers %d is told again later, under the same id', async (status) => {
    const subscription = await subscribe()
    await rig.alert()
    receiver.answerWith(status)
    const courier = rig.courier(carrier)
    expect(await courier.deliverDue()).toBe(rig.now() + 60_000)
    expect(await deliveriesTo(subscription)).toMatchObject([{ state: 'pending', attempts: 1 }])
    receiver.answerWith(204)
    rig.clock.advance({ minutes: 1 })
    expect(await courier.deliverDue()).toBeNull()
    expect(await deliveriesTo(subscription)).toMatchObject([{ state: 'sent', attempts: 2 }])
    const [first, second, ...others] = receiver.received
    expect(others).toEqual([])
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
  })

  test('that is gone is told nothing more, and whoever runs the service is told that', async () => {
    const subscription = await subscribe({ name: 'Old wiki' })
    await rig.store.transaction((trx) => changeState(trx, DEFAULT_ID, 'active', 'for a test', rig.now()))
    await rig.alert({ kind: 'met', verdict: 'met' })
    await rig.alert({ kind: 'met', verdict: 'met', agreement: 'other' })
    receiver.answerWith(410)
    const before = sink.received.length
    await rig.courier(carrier).deliverDue()
    expect(receiver.received).toHaveLength(1)
    expect(await subscriptionById(rig.store.db, subscription.id)).toMatchObject({ state: 'gone' })
    expect(await deliveriesTo(subscription)).toMatchObject([{ state: 'failed', answer: '410' }, { state: 'withheld' }])
    const notices = sink.received.slice(before).filter(({ mail }) => mail.text?.includes('Old wiki'))
    expect(notices).toHaveLength(1)
    expect(notices[0]?.to).toEqual(['monitor@localhost'])
  })

  test('that was given another address meanwhile is not gone', async () => {
    const subscription = await subscribe()
    await rig.alert()
    receiver.answerWith(async (response) => {
      const address = `${receiver.url}/new`
      await rig.store.db
        .updateTable('servanda.subscriptions')
        .set({ address })
        .where('id', '=', subscription.id)
        .execute()
      response.writeHead(410).end()
    })
    await rig.courier(carrier).deliverDue()
    expect(await subscriptionById(rig.store.db, subscription.id)).toMatchObject({ state: 'active' })
    expect(await deliveriesTo(subscription)).toMatchObject([{ state: 'failed' }])
  })

  test('that ends while it is told is not told what was to come after', async () => {
    const subscription = await subscribe()
    await rig.alert()
    await rig.alert({ agreement: 'other' })
    receiver.answerWith(async (response) => {
      await rig.store.transaction((trx) => changeState(trx, subscription.id, 'paused', 'it was paused', rig.now()))
      response.writeHead(204).end()
    })
    await rig.courier(carrier).deliverDue()
    expect(receiver.received).toHaveLength(1)
    expect(await deliveriesTo(subscription)).toMatchObject([{ state: 'sent' }, { state: 'withheld' }])
  })

  test('that never answers may have been told', async () => {
    const subscription = await subscribe()
    await rig.alert()
    receiver.answerWith('hang')
    await rig.courier(carrier, {}, { patienceMs: 100 }).deliverDue()
    expect(await deliveriesTo(subscription)).toMatchObject([{ state: 'uncertain', answer: 'no answer in time' }])
  })

  test('that never answers keeps no other waiting, nor mail', async () => {
    const slow = await subscribe()
    const others = await startReceiver()
    const quick = [
      await rig.subscribe(),
      await subscribe({ address: others.url }),
      await subscribe({ address: others.url }),
    ]
    await rig.alert()
    await rig.alert({ agreement: 'other' })
    receiver.answerWith('hang')
    const courier = rig.courier(carrier, {}, { slowMs: 50 })
    const next = await courier.deliverDue()
    for (const one of quick)
      await expect.poll(() => deliveriesTo(one)).toMatchObject([{ state: 'sent' }, { state: 'sent' }])
    expect(await deliveriesTo(slow)).toMatchObject([{ state: 'sending' }, { state: 'sending' }])
    expect(receiver.received).toHaveLength(1)
    expect(next, 'it is not looked for again without a pause').toBeGreaterThan(rig.now())
    receiver.answerWith(204)
    receiver.breakOff()
    await courier.settled()
    expect(await deliveriesTo(slow)).toMatchObject([{ state: 'uncertain' }, { state: 'sent' }])
    await others.close()
  })

  test('in a network that is not allowed is refused at once, and it is said how to allow it', async () => {
    const subscription = await subscribe({ address: 'http://169.254.169.254/latest/meta-data' })
    await rig.alert()
    await rig.courier(carrier).deliverDue()
    expect(await deliveriesTo(subscription)).toMatchObject([
      { state: 'failed', answer: '169.254.169.254 is a private address; to allow it, name it in PRIVATE_RECEIVERS' },
    ])
  })

  test('of Alertmanager is posted to where that listens, whatever stands at the end of its address', async () => {
    await subscribe({ channel: 'alertmanager', address: `${receiver.url}/am/`, secrets: [] })
    const { about, number } = await rig.alert()
    const courier = rig.courier(carrier)
    await courier.deliverDue()
    await rig.alert({ kind: 'corrected', verdict: 'met', about, replaces: number })
    await courier.deliverDue()
    expect(receiver.received.map(({ path }) => path)).toEqual(['/am/api/v2/alerts', '/am/api/v2/alerts'])
    const [[breach], [correction]] = receiver.received.map(({ body }) => JSON.parse(body))
    expect(correction.labels).toEqual(breach.labels)
    expect(correction.endsAt).toBe('2026-03-02T12:03:00.000Z')
  })

  test.each([['slack'], ['teams']] as const)('of %s is posted a message', async (channel) => {
    await subscribe({ channel, secrets: [] })
    await rig.alert()
    await rig.courier(carrier).deliverDue()
    expect(receiver.received).toHaveLength(1)
    expect(receiver.received[0]?.body).toContain('Talks')
    expect(receiver.received[0]?.headers['webhook-id']).toBeUndefined()
  })
})
