import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRig, type Rig } from '../../test/alerts/rig.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { type SmtpSink, startSmtpSink } from '../../test/servers/smtp.ts'
import { changeState } from '../alerts/index.ts'
import { type Carrier, outboxCarrier, smtpCarrier } from '../mail/index.ts'
import type { Courier } from './courier.ts'

describeOnEachDatabase('mail', (server) => {
  let rig: Rig
  let sink: SmtpSink
  const carriers: Carrier[] = []

  beforeAll(async () => {
    rig = await openRig(server())
  })

  beforeEach(async () => {
    sink = await startSmtpSink()
    return async () => {
      for (const carrier of carriers.splice(0)) carrier.close()
      await sink.close()
    }
  })

  afterAll(async () => {
    await rig.close()
  })

  function bySmtp(): Courier {
    const carrier = smtpCarrier(sink.url, null)
    carriers.push(carrier)
    return rig.courier(carrier)
  }

  function delivery(intent: number) {
    return rig.store.db
      .selectFrom('servanda.deliveries as delivery')
      .innerJoin('servanda.told as told', 'told.delivery', 'delivery.id')
      .selectAll('delivery')
      .where('told.intent', '=', intent)
      .executeTakeFirst()
  }

  function deliveryTo(intent: number, subscription: string) {
    return rig.store.db
      .selectFrom('servanda.deliveries as delivery')
      .innerJoin('servanda.told as told', 'told.delivery', 'delivery.id')
      .select(['delivery.state', 'delivery.answer'])
      .where('told.intent', '=', intent)
      .where('delivery.subscription', '=', subscription)
      .executeTakeFirst()
  }

  function unsubscribe(id: string): Promise<void> {
    return rig.store.transaction((trx) => changeState(trx, id, 'unsubscribed', 'its owner left', rig.now()))
  }

  test('reaches the subscriber once, with a Message-ID of its own', async () => {
    const { number } = await rig.alert()
    await bySmtp().deliverDue()
    await bySmtp().deliverDue()
    expect(sink.received).toHaveLength(1)
    const row = await delivery(number)
    expect(row).toMatchObject({ state: 'sent', attempts: 1 })
    expect(sink.received[0]?.mail.messageId).toBe(row?.message_id)
    expect(sink.received[0]?.to).toEqual(['monitor@localhost'])
    expect(sink.received[0]?.mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
  })

  test('does not tell what the subscription did not ask for', async () => {
    const { number } = await rig.alert({ kind: 'opened', verdict: 'open' })
    await bySmtp().deliverDue()
    expect(sink.received).toHaveLength(0)
    expect(await delivery(number)).toBeUndefined()
  })

  test('of a correction answers the mail it corrects, also when history brought it', async () => {
    const { about, number } = await rig.alert()
    await rig.alert({ kind: 'corrected', verdict: 'met', about, replaces: number, isNews: false })
    await bySmtp().deliverDue()
    const [breach, correction] = sink.received
    expect(correction?.mail.inReplyTo).toBe(breach?.mail.messageId)
    expect(correction?.mail.references).toBe(breach?.mail.messageId)
    expect(correction?.mail.subject).toBe(breach?.mail.subject)
  })

  test('of a correction goes to nobody who was not told', async () => {
    const { about, number } = await rig.alert({ kind: 'opened', verdict: 'open' })
    await rig.alert({ kind: 'corrected', verdict: 'met', about, replaces: number })
    await bySmtp().deliverDue()
    expect(sink.received).toHaveLength(0)
  })

  test('that the server does not take now is tried again later', async () => {
    const { number } = await rig.alert()
    sink.answerWith({ code: 450, text: 'greylisted' })
    const courier = bySmtp()
    expect(await courier.deliverDue()).toBe(rig.now() + 60_000)
    expect(await delivery(number)).toMatchObject({ state: 'pending', attempts: 1 })
    sink.answerWith('accept')
    rig.clock.advance({ minutes: 1 })
    await courier.deliverDue()
    expect(await delivery(number)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(sink.received).toHaveLength(1)
  })

  test('that the server refuses for good is given up, and holds up nobody', async () => {
    const { number } = await rig.alert()
    sink.answerWith({ code: 550, text: 'no such user' })
    const courier = bySmtp()
    await courier.deliverDue()
    expect(await delivery(number)).toMatchObject({ state: 'failed', next_attempt_at: null })
    sink.answerWith('accept')
    await rig.alert()
    await courier.deliverDue()
    expect(sink.received).toHaveLength(1)
  })

  test('whose answer was lost is sent again under the same Message-ID', async () => {
    const { number } = await rig.alert()
    sink.answerWith('hang up after accepting')
    const courier = bySmtp()
    await courier.deliverDue()
    expect(await delivery(number)).toMatchObject({ state: 'uncertain' })
    sink.answerWith('accept')
    rig.clock.advance({ minutes: 1 })
    await courier.deliverDue()
    const ids = sink.received.map(({ mail }) => mail.messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  test('that went out while its reader unsubscribed is on record as sent', async () => {
    const reader = await rig.subscribe()
    const { number } = await rig.alert()
    const carrier = smtpCarrier(sink.url, null)
    carriers.push(carrier)
    const leaving = rig.courier({
      ...carrier,
      async send(mail) {
        const answer = await carrier.send(mail)
        if (mail.to.address === reader.address) await unsubscribe(reader.id)
        return answer
      },
    })
    await leaving.deliverDue()
    expect(await deliveryTo(number, reader.id)).toMatchObject({
      state: 'sent',
      answer: 'taken while it was being withheld',
    })
  })

  test('of which nobody knows whether it arrived says so when it is withheld', async () => {
    const reader = await rig.subscribe()
    const { number } = await rig.alert()
    sink.answerWith('hang up after accepting')
    await bySmtp().deliverDue()
    await unsubscribe(reader.id)
    expect(await deliveryTo(number, reader.id)).toMatchObject({
      state: 'withheld',
      answer: 'withheld: its owner left; an earlier attempt may have arrived',
    })
    sink.answerWith('accept')
    rig.clock.advance({ minutes: 1 })
    await bySmtp().deliverDue()
  })

  test('that a crash interrupted lands in the outbox once, the same file', async () => {
    const folder = join(server().dataDir, 'outbox-test')
    const carrier = outboxCarrier(folder)
    const { number } = await rig.alert()
    const crashing = rig.courier({
      ...carrier,
      async send(mail) {
        await carrier.send(mail)
        // What a killed process leaves behind: the mail is out and nobody has noted it.
        await rig.store.db
          .updateTable('servanda.deliveries')
          .set({ attempts: 9 })
          .where('id', '=', mail.deliveryId)
          .execute()
        return 'lost'
      },
    })
    await crashing.deliverDue()
    expect(await delivery(number)).toMatchObject({ state: 'sending' })
    const [before] = await readdir(folder)
    const bytes = await readFile(join(folder, before ?? ''), 'utf8')

    const restarted = rig.courier(carrier)
    expect(await restarted.takeUpInterrupted()).toBe(1)
    await restarted.deliverDue()
    expect(await readdir(folder)).toEqual([before])
    expect(await readFile(join(folder, before ?? ''), 'utf8')).toBe(bytes)
    expect(await delivery(number)).toMatchObject({ state: 'sent' })
    const mail = await PostalMime.parse(bytes)
    expect(mail.subject).toBe('[Servanda] Talks · Accord')
    expect(mail.html).toContain('Nothing was held.')
    expect(mail.text).toContain('Nothing was held.')
  })
})
