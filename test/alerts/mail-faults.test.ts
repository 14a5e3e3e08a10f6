import { Temporal } from 'temporal-polyfill'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { changeState, DEFAULT_ID, type Subscription, subscriptionById } from '../../services/alerts/index.ts'
import { type Courier, replayDelivery } from '../../services/delivery/index.ts'
import { type Carrier, smtpCarrier } from '../../services/mail/index.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { freePort } from '../servers/process.ts'
import { type SmtpSink, startSmtpSink } from '../servers/smtp.ts'
import { openRig, type Rig, type Times } from './rig.ts'

const HOUR = 3_600_000

describeOnEachDatabase('mail, when something is wrong with a server', (server) => {
  let rig: Rig
  let sink: SmtpSink
  const carriers: Carrier[] = []

  beforeAll(async () => {
    rig = await openRig(server())
  })

  beforeEach(async () => {
    sink = await startSmtpSink()
    await rig.store.db.updateTable('servanda.subscriptions').set({ state: 'paused' }).execute()
  })

  afterEach(async () => {
    for (const carrier of carriers.splice(0)) carrier.close()
    await sink.close()
  })

  afterAll(() => rig.close())

  function courier(url = sink.url, times: Times = {}): Courier {
    const carrier = smtpCarrier(url, null)
    carriers.push(carrier)
    return rig.courier(carrier, {}, times)
  }

  function deliveriesTo({ id }: Subscription) {
    return rig.store.db
      .selectFrom('servanda.deliveries')
      .selectAll()
      .where('subscription', '=', id)
      .orderBy('number')
      .execute()
  }

  /** Sends what is due, whenever something is, up to `until`. @returns when something was, in minutes from now */
  async function deliverUntil(by: Courier, until: number): Promise<readonly number[]> {
    const began = rig.now()
    const minutes: number[] = []
    for (let next: Instant | null = began; next !== null && next <= until; next = await by.deliverDue()) {
      rig.clock.set(Temporal.Instant.fromEpochMilliseconds(next))
      minutes.push((next - began) / 60_000)
    }
    return minutes
  }

  const messageIds = () => sink.received.map(({ mail }) => mail.messageId)

  async function replay(id: string): Promise<boolean> {
    return rig.store.transaction((trx) =>
      replayDelivery(trx, id, { actor: 'command line', at: rig.now(), requestId: null }),
    )
  }

  test('a server that is away for six hours gets everything then, once and in order', async () => {
    const reader = await rig.subscribe()
    const { about, number } = await rig.alert()
    await rig.alert({ kind: 'corrected', verdict: 'met', about, replaces: number })
    await rig.alert({ agreement: 'other' })
    const port = await freePort()
    const by = courier(`smtp://127.0.0.1:${port}`)
    const began = rig.now()
    expect(await deliverUntil(by, began + 6 * HOUR)).toEqual([0, 1, 6, 21, 81, 321])
    expect(await deliveriesTo(reader)).toMatchObject([
      { state: 'pending', attempts: 6 },
      { state: 'pending', attempts: 0 },
      { state: 'pending', attempts: 6 },
    ])
    await sink.close()
    sink = await startSmtpSink(port)
    expect((await deliverUntil(by, began + 24 * HOUR)).at(-1)).toBe(240)
    const rows = await deliveriesTo(reader)
    expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['sent', 7],
      ['sent', 1],
      ['sent', 7],
    ])
    const ids = messageIds()
    expect(ids.toSorted()).toEqual(rows.map(({ message_id }) => message_id).toSorted())
    const [breach, correction] = rows.map(({ message_id }) => ids.indexOf(message_id))
    expect(correction).toBeGreaterThan(breach ?? 0)
  })

  test('a server that greylists gets it at the second attempt', async () => {
    const reader = await rig.subscribe()
    await rig.alert()
    const by = courier()
    sink.answerWith({ code: 450, text: '4.2.0 greylisted', at: 'recipient' })
    expect(await by.deliverDue()).toBe(rig.now() + 60_000)
    sink.answerWith('accept')
    await deliverUntil(by, rig.now() + HOUR)
    expect(await deliveriesTo(reader)).toMatchObject([{ state: 'sent', attempts: 2 }])
    expect(sink.received).toHaveLength(1)
  })

  test('a server that wants to be asked later for three days is given up, until somebody lets it go once more', async () => {
    const reader = await rig.subscribe()
    await rig.alert()
    const by = courier()
    sink.answerWith({ code: 450, text: '4.2.0 later', at: 'recipient' })
    const tried = await deliverUntil(by, rig.now() + 100 * HOUR)
    expect(tried).toHaveLength(23)
    expect(tried.at(-1)).toBe(73 * 60 + 21)
    const [row] = await deliveriesTo(reader)
    expect(row).toMatchObject({
      state: 'failed',
      attempts: 23,
      answer: expect.stringMatching(/^given up: .*4\.2\.0 later/),
    })
    expect(await replay(row?.id ?? '')).toBe(true)
    await by.deliverDue()
    sink.answerWith('accept')
    await deliverUntil(by, rig.now() + HOUR)
    expect(await deliveriesTo(reader)).toMatchObject([{ state: 'sent', attempts: 2 }])
  })

  test('a server that knows no such user is believed at once: the address ends, and the operator is told', async () => {
    const reader = await rig.subscribe()
    await rig.store.transaction((trx) => changeState(trx, DEFAULT_ID, 'active', 'for a test', rig.now()))
    await rig.alert()
    sink.answerWith((recipient) =>
      recipient === reader.address ? { code: 550, text: '5.1.1 No such user here', at: 'recipient' } : 'accept',
    )
    const by = courier()
    // A machine that is busy may be slower than who counts as slow, and then it goes on beside.
    await expect.poll(() => by.deliverDue(), { timeout: 20_000 }).toBeNull()
    const [row] = await deliveriesTo(reader)
    expect(row).toMatchObject({ state: 'failed', attempts: 1, next_attempt_at: null })
    expect(await subscriptionById(rig.store.db, reader.id)).toMatchObject({ state: 'bounced' })
    const notices = sink.received.filter(({ mail }) => mail.text?.includes(reader.name))
    expect(notices.map(({ to }) => to)).toEqual([['monitor@localhost']])
    expect(await replay(row?.id ?? ''), 'nothing goes there again').toBe(false)
  })

  test('a server that refuses the text has it on record, and gets it when somebody lets it go once more', async () => {
    const reader = await rig.subscribe()
    await rig.alert()
    const by = courier()
    sink.answerWith({ code: 550, text: '5.7.1 looks like spam', at: 'data' })
    await by.deliverDue()
    const [row] = await deliveriesTo(reader)
    expect(row).toMatchObject({ state: 'failed', attempts: 1, answer: expect.stringContaining('looks like spam') })
    expect(await subscriptionById(rig.store.db, reader.id)).toMatchObject({ state: 'active' })
    sink.answerWith('accept')
    await by.deliverDue()
    expect(sink.received).toHaveLength(0)
    expect(await replay(row?.id ?? '')).toBe(true)
    await by.deliverDue()
    expect(messageIds()).toEqual([row?.message_id])
    expect(await replay(row?.id ?? ''), 'what has arrived').toBe(false)
  })

  test('a server that takes a mail and never says so gets it again, by the same name', async () => {
    const reader = await rig.subscribe()
    await rig.alert()
    const by = courier(sink.url, { slowMs: 20 })
    sink.answerWith('hang')
    const delivered = by.deliverDue()
    await sink.waitFor(1)
    await delivered
    expect(await deliveriesTo(reader)).toMatchObject([{ state: 'sending' }])
    sink.breakOff()
    await by.settled()
    expect(await deliveriesTo(reader)).toMatchObject([{ state: 'uncertain', attempts: 1 }])
    sink.answerWith('accept')
    await deliverUntil(by, rig.now() + HOUR)
    const [row] = await deliveriesTo(reader)
    expect(row).toMatchObject({ state: 'sent', attempts: 2 })
    expect(messageIds()).toEqual([row?.message_id, row?.message_id])
  })

  test('a recipient whose server hangs keeps twenty others waiting no longer than it takes to see that', async () => {
    const hanging = await rig.subscribe({ address: 'reader@hangs.example' })
    const others = []
    for (let n = 0; n < 20; n++) others.push(await rig.subscribe({ address: `reader@quick${n}.example` }))
    for (const agreement of ['a', 'b', 'c']) await rig.alert({ agreement })
    sink.answerWith((recipient) => (recipient === hanging.address ? 'hang' : 'accept'))
    // What takes longer than that on a busy machine counts as slow too: it is looked again, as the worker does.
    const by = courier(sink.url, { slowMs: 500 })
    const arrived = async () => {
      await by.deliverDue()
      return sink.received.filter(({ to }) => to[0] !== hanging.address).length
    }
    await expect.poll(arrived, { timeout: 90_000 }).toBe(60)
    expect(await deliveriesTo(hanging)).toMatchObject([{ state: 'sending' }, {}, {}])
    sink.answerWith('accept')
    sink.breakOff()
    await by.settled()
    await deliverUntil(by, rig.now() + HOUR)
    for (const one of [hanging, ...others])
      expect(
        (await deliveriesTo(one)).map(({ state }) => state),
        `to ${one.id} at ${formatInstant(rig.now())}`,
      ).toEqual(Array(3).fill('sent'))
  }, 120_000)
})
