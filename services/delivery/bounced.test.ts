import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRig, type Rig } from '../../test/alerts/rig.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { type SmtpSink, startSmtpSink } from '../../test/servers/smtp.ts'
import { changeState, DEFAULT_ID, type Subscription, saveSubscription, subscriptionById } from '../alerts/index.ts'
import { type Carrier, smtpCarrier } from '../mail/index.ts'
import { noteBounce } from './bounced.ts'

const NO_SUCH_USER = 'smtp; 550 5.1.1 User unknown'

describeOnEachDatabase('a mail that comes back', (server) => {
  let rig: Rig
  let sink: SmtpSink
  let carrier: Carrier
  let subscription: Subscription
  let delivery: string

  beforeAll(async () => {
    rig = await openRig(server())
    sink = await startSmtpSink()
    carrier = smtpCarrier(sink.url, null)
  })

  beforeEach(async () => {
    await rig.store.db.updateTable('servanda.subscriptions').set({ state: 'paused' }).execute()
    subscription = await rig.subscribe()
    await rig.alert()
    await rig.courier(carrier).deliverDue()
    const { id } = await rig.store.db
      .selectFrom('servanda.deliveries')
      .select('id')
      .where('subscription', '=', subscription.id)
      .executeTakeFirstOrThrow()
    delivery = id
    await rig.store.transaction((trx) => changeState(trx, DEFAULT_ID, 'active', 'for a test', rig.now()))
  })

  afterAll(async () => {
    carrier.close()
    await sink.close()
    await rig.close()
  })

  function comesBack(changes: { readonly delivery?: string; readonly isPermanent?: boolean } = {}) {
    const bounce = { delivery, isPermanent: true, answer: NO_SUCH_USER, ...changes }
    return noteBounce(rig.store, bounce, { at: rig.now(), domain: 'example.org' })
  }

  const stateNow = async () => (await subscriptionById(rig.store.db, subscription.id))?.state

  function row() {
    return rig.store.db
      .selectFrom('servanda.deliveries')
      .select(['state', 'answer'])
      .where('id', '=', delivery)
      .executeTakeFirst()
  }

  /** The notices about the subscription that were made. */
  async function notices(): Promise<readonly string[]> {
    const rows = await rig.store.db
      .selectFrom('servanda.deliveries')
      .select(['notice', 'subscription'])
      .where('purpose', '=', 'notice')
      .execute()
    return rows
      .filter(({ notice }) => JSON.stringify(notice).includes(subscription.address))
      .map(({ subscription: to }) => to)
  }

  test('for good ends its address, and tells whoever runs the service once', async () => {
    expect(await comesBack()).toBe('address_disabled')
    expect(await row()).toEqual({ state: 'bounced', answer: NO_SUCH_USER })
    expect(await stateNow()).toBe('bounced')
    expect(await comesBack(), 'a second report').toBe('noted')
    expect(await notices()).toEqual([DEFAULT_ID])
    const before = sink.received.length
    await rig.courier(carrier).deliverDue()
    const [notice] = sink.received.slice(before)
    expect(notice?.to).toEqual(['monitor@localhost'])
    expect(notice?.mail.text).toContain(subscription.name)
  })

  test('for good takes with it what waits for the same address', async () => {
    await rig.alert()
    sink.answerWith((recipient) => (recipient === subscription.address ? { code: 450, text: 'later' } : 'accept'))
    await rig.courier(carrier).deliverDue()
    sink.answerWith('accept')
    await comesBack()
    const waiting = await rig.store.db
      .selectFrom('servanda.deliveries')
      .select('state')
      .where('subscription', '=', subscription.id)
      .orderBy('number')
      .execute()
    expect(waiting).toEqual([{ state: 'bounced' }, { state: 'withheld' }])
  })

  test('for now changes nothing but what is on record of it', async () => {
    expect(await comesBack({ isPermanent: false })).toBe('noted')
    expect(await row()).toEqual({ state: 'sent', answer: NO_SUCH_USER })
    expect(await stateNow()).toBe('active')
    expect(await notices()).toEqual([])
  })

  test('from an address that was changed since ends nothing', async () => {
    rig.clock.advance({ minutes: 1 })
    const address = `new-${subscription.address}`
    await saveSubscription(rig.store.db, { ...subscription, address, stateSince: rig.now() })
    expect(await comesBack()).toBe('noted')
    expect(await stateNow()).toBe('active')
    expect(await notices()).toEqual([])
  })

  test.each(['unsubscribed', 'paused', 'forgotten'] as const)(
    'to a subscription that is %s is noted',
    async (state) => {
      await rig.store.transaction((trx) => changeState(trx, subscription.id, state, 'for a test', rig.now()))
      expect(await comesBack()).toBe('noted')
      expect(await stateNow()).toBe(state)
      expect(await notices()).toEqual([])
    },
  )

  test('that nobody here sent is unknown', async () => {
    expect(await comesBack({ delivery: 'f'.repeat(32) })).toBe('unknown')
    expect(await stateNow()).toBe('active')
  })

  test('whose answer is long is kept in part', async () => {
    const answer = 'no '.repeat(1_000)
    await noteBounce(rig.store, { delivery, isPermanent: true, answer }, { at: rig.now(), domain: 'example.org' })
    expect((await row())?.answer).toHaveLength(1_000)
  })
})
