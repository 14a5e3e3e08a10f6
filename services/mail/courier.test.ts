import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { type CaseResult, instant } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { type SmtpSink, startSmtpSink } from '../../test/servers/smtp.ts'
import { type Alert, ensureDefaultSubscription, recordIntents } from '../alerts/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { type Carrier, outboxCarrier, smtpCarrier } from './carrier.ts'
import { Courier } from './courier.ts'

const log = pino({ level: 'silent' })

describeOnEachDatabase('mail', (server) => {
  const clock = new TestClock('2026-03-02T12:00:00Z')
  const now = () => instant(clock.now().epochMilliseconds)
  let store: Store
  let sink: SmtpSink
  const carriers: Carrier[] = []
  let number = 0

  beforeAll(async () => {
    const { databaseUrl, dataDir } = server()
    store = await openStore({ databaseUrl, dataDir, log })
    await ensureDefaultSubscription(store.db, { address: 'monitor@localhost', zone: 'Europe/Kyiv' }, now())
  })

  beforeEach(async () => {
    sink = await startSmtpSink()
    return async () => {
      for (const carrier of carriers.splice(0)) carrier.close()
      await sink.close()
    }
  })

  afterAll(async () => {
    await store.close()
  })

  /** Puts an alert on record; each call is about a case of its own, unless `caseId` says otherwise. */
  async function alertOf(
    kind: Alert['kind'],
    verdict: CaseResult['verdict'],
    caseId = `accord/talks@s#${++number}`,
    changes: Partial<Alert> = {},
  ) {
    const after: CaseResult = {
      id: caseId,
      phase: 'closed',
      verdict,
      certainty: 'provisional',
      flags: [],
      opened: null,
      due: null,
      close: null,
      next_check: null,
      value: null,
      explanation: 'Nothing was held.',
      evidence: [],
      evidence_omitted: 0,
    }
    const alert: Alert = {
      caseId,
      kind,
      rung: '',
      verdictVersion: ++number,
      severity: 'critical',
      occurredAt: now(),
      replaces: null,
      isNews: true,
      before: null,
      after,
      ...changes,
    }
    const body = {
      agreement: { id: 'accord', title: 'Accord', legalForce: 'political', zone: 'UTC' },
      commitment: { id: 'talks', title: 'Talks', kind: 'act' as const, note: null, clause: null },
      before: null,
      after,
    }
    await store.transaction((trx) => recordIntents(trx, [alert], () => body, now()))
    const row = await store.db
      .selectFrom('servanda.intents')
      .select('number')
      .where('case_id', '=', caseId)
      .orderBy('number', 'desc')
      .executeTakeFirstOrThrow()
    return { caseId, intent: row.number }
  }

  function bySmtp(): Courier {
    const carrier = smtpCarrier(sink.url)
    carriers.push(carrier)
    return new Courier({
      store,
      clock,
      carrier,
      mailFrom: 'S <s@example.org>',
      publicUrl: () => 'http://localhost',
      log,
    })
  }

  function delivery(intent: number) {
    return store.db.selectFrom('servanda.deliveries').selectAll().where('intent', '=', intent).executeTakeFirst()
  }

  test('reaches the subscriber once, with a Message-ID of its own', async () => {
    const { intent } = await alertOf('breached', 'breached')
    await bySmtp().deliverDue()
    await bySmtp().deliverDue()
    expect(sink.received).toHaveLength(1)
    const row = await delivery(intent)
    expect(row).toMatchObject({ state: 'sent', attempts: 1 })
    expect(sink.received[0]?.mail.messageId).toBe(row?.message_id)
    expect(sink.received[0]?.to).toEqual(['monitor@localhost'])
    expect(sink.received[0]?.mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
  })

  test('does not tell what the subscription did not ask for', async () => {
    const { intent } = await alertOf('opened', 'open')
    await bySmtp().deliverDue()
    expect(sink.received).toHaveLength(0)
    expect(await delivery(intent)).toBeUndefined()
  })

  test('of a correction answers the mail it corrects, also when history brought it', async () => {
    const { caseId, intent } = await alertOf('breached', 'breached')
    await alertOf('corrected', 'met', caseId, { replaces: intent, isNews: false })
    await bySmtp().deliverDue()
    const [breach, correction] = sink.received
    expect(correction?.mail.inReplyTo).toBe(breach?.mail.messageId)
    expect(correction?.mail.references).toBe(breach?.mail.messageId)
    expect(correction?.mail.subject).toBe(breach?.mail.subject)
  })

  test('of a correction goes to nobody who was not told', async () => {
    const { caseId, intent } = await alertOf('opened', 'open')
    await alertOf('corrected', 'met', caseId, { replaces: intent, isNews: true })
    await bySmtp().deliverDue()
    expect(sink.received).toHaveLength(0)
  })

  test('that the server does not take now is tried again later', async () => {
    const { intent } = await alertOf('breached', 'breached')
    sink.answerWith({ code: 450, text: 'greylisted' })
    const courier = bySmtp()
    expect(await courier.deliverDue()).toBe(now() + 60_000)
    expect(await delivery(intent)).toMatchObject({ state: 'pending', attempts: 1 })
    sink.answerWith('accept')
    clock.advance({ minutes: 1 })
    await courier.deliverDue()
    expect(await delivery(intent)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(sink.received).toHaveLength(1)
  })

  test('that the server refuses for good is given up, and holds up nobody', async () => {
    const { intent } = await alertOf('breached', 'breached')
    sink.answerWith({ code: 550, text: 'no such user' })
    const courier = bySmtp()
    await courier.deliverDue()
    expect(await delivery(intent)).toMatchObject({ state: 'failed', next_attempt_at: null })
    sink.answerWith('accept')
    await alertOf('breached', 'breached')
    await courier.deliverDue()
    expect(sink.received).toHaveLength(1)
  })

  test('whose answer was lost is sent again under the same Message-ID', async () => {
    const { intent } = await alertOf('breached', 'breached')
    sink.answerWith('hang up after accepting')
    const courier = bySmtp()
    await courier.deliverDue()
    expect(await delivery(intent)).toMatchObject({ state: 'uncertain' })
    sink.answerWith('accept')
    clock.advance({ minutes: 1 })
    await courier.deliverDue()
    const ids = sink.received.map(({ mail }) => mail.messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  test('that a crash interrupted lands in the outbox once, the same file', async () => {
    const folder = join(server().dataDir, 'outbox-test')
    const carrier = outboxCarrier(folder)
    const deps = { store, clock, mailFrom: 's@example.org', publicUrl: () => 'http://localhost', log }
    const { intent } = await alertOf('breached', 'breached')
    const crashing = new Courier({
      ...deps,
      carrier: {
        ...carrier,
        async send(mail) {
          await carrier.send(mail)
          // What a killed process leaves behind: the mail is out and nobody has noted it.
          await store.db.updateTable('servanda.deliveries').set({ attempts: 9 }).where('intent', '=', intent).execute()
          return 'lost'
        },
      },
    })
    await crashing.deliverDue()
    expect(await delivery(intent)).toMatchObject({ state: 'sending' })
    const [before] = await readdir(folder)
    const bytes = await readFile(join(folder, before ?? ''), 'utf8')

    const restarted = new Courier({ ...deps, carrier })
    expect(await restarted.takeUpInterrupted()).toBe(1)
    await restarted.deliverDue()
    expect(await readdir(folder)).toEqual([before])
    expect(await readFile(join(folder, before ?? ''), 'utf8')).toBe(bytes)
    expect(await delivery(intent)).toMatchObject({ state: 'sent' })
    const mail = await PostalMime.parse(bytes)
    expect(mail.subject).toBe('[Servanda] Talks · Accord')
    expect(mail.html).toContain('Nothing was held.')
  })
})
