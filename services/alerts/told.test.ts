import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Rulebook } from '../../rules/index.ts'
import { caseResult, openRig, type Rig, withoutDefault } from '../../test/alerts/rig.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import type { OutgoingMail } from '../mail/index.ts'
import { timestamp } from '../store/index.ts'
import { acknowledge } from './acknowledgements.ts'
import { intentsByNumber } from './intents.ts'
import { endMute, muteAlerts } from './mute.ts'
import { unreachedCommitments } from './reached.ts'
import { createSilence, endSilence, silenceById } from './silences.ts'
import { changeState, EVERYTHING, subscriptionById } from './subscriptions.ts'

const AUTHOR = { actor: 'command line', requestId: null } as const

describeOnEachDatabase('who is told', (server) => {
  let rig: Rig
  let mails: OutgoingMail[]

  beforeAll(async () => {
    rig = await openRig(server())
  })

  afterAll(() => rig.close())

  beforeEach(async () => {
    rig.clock.set('2026-03-02T12:00:00Z')
    mails = []
    for (const table of ['escalations', 'acknowledgements', 'told', 'silences', 'deliveries', 'intents', 'alert_mute'])
      await rig.store.pool.query(`delete from servanda.${table}`)
    await rig.store.pool.query("delete from servanda.subscriptions where id <> 'default'")
    await withoutDefault(rig)
  })

  /** Does what is due, and answers with what went out. */
  async function deliver(): Promise<readonly OutgoingMail[]> {
    mails = []
    await rig
      .courier({
        where: 'the test',
        verify: async () => {},
        send: async (mail) => {
          mails.push(mail)
          return 'taken'
        },
        close: () => {},
      })
      .deliverDue()
    return mails
  }

  const told = async () => (await deliver()).map(({ to }) => to.name).sort()

  test('whoever asked for it is, and nobody else', async () => {
    await rig.subscribe({ name: 'Ann', filter: { ...EVERYTHING, agreements: ['accord'] } })
    await rig.subscribe({ name: 'Bob', filter: { ...EVERYTHING, parties: ['DEU'] } })
    await rig.subscribe({ name: 'Cem', filter: { ...EVERYTHING, kinds: ['met'] } })
    await rig.subscribe({ name: 'Dan', state: 'unconfirmed' })
    await rig.alert()
    expect(await told()).toEqual(['Ann'])
    expect(await told()).toEqual([])
  })

  test('of what comes up together about one agreement, once', async () => {
    await rig.subscribe()
    await rig.alert({ commitment: 'talks' })
    await rig.alert({ commitment: 'funds' })
    await rig.alert({ agreement: 'treaty' })
    const subjects = (await deliver()).map(({ subject }) => subject).sort()
    expect(subjects).toEqual(['[Servanda] Accord', '[Servanda] Talks · Accord'])
  })

  test('of more than a few things at once, of all that is no breach in one', async () => {
    await rig.subscribe()
    for (const agreement of ['a', 'b', 'c', 'd', 'e', 'f']) await rig.alert({ agreement, kind: 'met', verdict: 'met' })
    await rig.alert({ agreement: 'g' })
    const sent = await deliver()
    expect(sent).toHaveLength(2)
    expect(sent.filter(({ subject }) => subject.includes('·'))).toHaveLength(1)
  })

  test('of a correction by an answer to the mail it corrects, and so are those who were told because nobody answered', async () => {
    const bob = await rig.subscribe({ name: 'Bob', filter: { ...EVERYTHING, kinds: ['met_late'] } })
    await rig.subscribe({ name: 'Ann', escalation: [{ afterMinutes: 120, tell: bob.id }] })
    const { number, about } = await rig.alert()
    const [breach] = await deliver()
    rig.clock.advance({ hours: 2 })
    expect(await told()).toEqual(['Bob'])
    await rig.alert({
      kind: 'corrected',
      verdict: 'met',
      about,
      replaces: number,
      before: caseResult(about, 'breached'),
    })
    const corrections = await deliver()
    expect(corrections.map(({ to }) => to.name).sort()).toEqual(['Ann', 'Bob'])
    const toAnn = corrections.find(({ to }) => to.name === 'Ann')
    expect(toAnn?.thread).toEqual([breach?.messageId])
    expect(toAnn?.subject).toBe(breach?.subject)
  })

  test('not before the quiet hours are over, unless it is a breach', async () => {
    rig.clock.advance({ hours: 11 })
    await rig.subscribe({ quiet: { from: '22:00', to: '07:00' } })
    await rig.alert({ kind: 'met', verdict: 'met' })
    await rig.alert({ kind: 'due_soon', verdict: 'open' })
    await rig.alert({ kind: 'breached' })
    expect((await deliver()).map(({ fileName }) => fileName.split('-')[1])).toEqual(['breached'])
    rig.clock.advance({ hours: 7, minutes: 59 })
    expect(await deliver()).toEqual([])
    rig.clock.advance({ minutes: 1 })
    const [digest, ...others] = await deliver()
    expect(others).toEqual([])
    expect(digest?.fileName).toContain('-digest-')
  })

  test('once a day, at an hour of their own', async () => {
    await rig.subscribe({ zone: 'Europe/Kyiv', rhythm: { every: 'day', hour: 8 } })
    await rig.alert({ kind: 'met', verdict: 'met' })
    rig.clock.advance({ hours: 1 })
    await deliver()
    await rig.alert({ kind: 'met', verdict: 'met' })
    expect(await deliver()).toEqual([])
    rig.clock.advance({ hours: 17 })
    const [digest, ...others] = await deliver()
    expect(others).toEqual([])
    expect(digest?.subject).toContain('Daily digest')
  })

  test('nobody of what a silence hides, until the verdict changes', async () => {
    await rig.subscribe({ name: 'Ann' })
    const { about } = await rig.alert({ kind: 'due_soon', verdict: 'open' })
    expect(await told()).toEqual(['Ann'])
    const silence = await rig.store.transaction((trx) =>
      createSilence(
        trx,
        { about, filter: EVERYTHING, subscription: null, reason: 'known', expiresAt: atHour(48) },
        { ...AUTHOR, at: rig.now() },
      ),
    )
    rig.clock.advance({ minutes: 1 })
    await rig.alert({ kind: 'overdue', verdict: 'open', about })
    expect(await told()).toEqual([])
    await verdictChanged(about, 'open', 'breached')
    await rig.alert({ kind: 'breached', verdict: 'breached', about, before: caseResult(about, 'open') })
    expect(await told()).toEqual(['Ann'])
    expect(await silenceById(rig.store.db, silence.id)).toMatchObject({ endedWhy: 'the verdict changed' })
  })

  test('again when a silence has ended, by itself or by hand; and one of a reader spares only that one', async () => {
    const ann = await rig.subscribe({ name: 'Ann' })
    await rig.subscribe({ name: 'Bob' })
    const order = { about: null, filter: { ...EVERYTHING, tags: ['security'] }, reason: 'known', expiresAt: atHour(1) }
    const mine = await rig.store.transaction((trx) =>
      createSilence(trx, { ...order, subscription: ann.id }, { ...AUTHOR, at: rig.now() }),
    )
    await rig.alert({ kind: 'met', verdict: 'met' })
    expect(await told()).toEqual(['Bob'])
    await rig.store.transaction((trx) => endSilence(trx, mine.id, { ...AUTHOR, at: rig.now() }))
    await rig.alert({ kind: 'met', verdict: 'met' })
    expect(await told()).toEqual(['Ann', 'Bob'])
    await rig.store.transaction((trx) =>
      createSilence(trx, { ...order, subscription: null }, { ...AUTHOR, at: rig.now() }),
    )
    await rig.alert({ kind: 'met', verdict: 'met' })
    expect(await told()).toEqual([])
    rig.clock.advance({ hours: 1 })
    await rig.alert({ kind: 'met', verdict: 'met' })
    expect(await told()).toEqual(['Ann', 'Bob'])
  })

  test('the next, unless somebody acknowledges in time', async () => {
    const bob = await rig.subscribe({ name: 'Bob', filter: { ...EVERYTHING, kinds: ['final'] } })
    await rig.subscribe({ name: 'Ann', escalation: [{ afterMinutes: 120, tell: bob.id }] })
    const first = await rig.alert()
    const second = await rig.alert()
    expect(await told()).toEqual(['Ann'])
    const intent = (await intentsByNumber(rig.store.db, [first.number])).get(first.number)
    await rig.store.transaction((trx) =>
      acknowledge(trx, intent as NonNullable<typeof intent>, { by: 'key:k', note: 'mine', at: rig.now() }),
    )
    rig.clock.advance({ hours: 2 })
    const [mail, ...others] = await deliver()
    expect(others).toEqual([])
    expect(mail?.to.name).toBe('Bob')
    expect(mail?.text).toContain(second.about)
    expect(mail?.text).not.toContain(first.about)
    expect(await told()).toEqual([])
  })

  test('as the chain stood when it started, whatever becomes of it', async () => {
    const bob = await rig.subscribe({ name: 'Bob', filter: { ...EVERYTHING, kinds: ['final'] } })
    const ann = await rig.subscribe({ name: 'Ann', escalation: [{ afterMinutes: 120, tell: bob.id }] })
    await rig.alert()
    await deliver()
    await rig.subscribe({ ...ann, escalation: [] })
    rig.clock.advance({ hours: 2 })
    expect(await told()).toEqual(['Bob'])
  })

  test('nobody while everything is muted, and everybody once that is over', async () => {
    await rig.subscribe({ name: 'Ann' })
    await rig.store.transaction((trx) =>
      muteAlerts(trx, { reason: 'moving house', until: atHour(3) }, { ...AUTHOR, at: rig.now() }),
    )
    await rig.alert()
    expect(await told()).toEqual([])
    rig.clock.advance({ hours: 3 })
    expect(await told()).toEqual(['Ann'])
    await rig.store.transaction((trx) =>
      muteAlerts(trx, { reason: 'again', until: null }, { ...AUTHOR, at: rig.now() }),
    )
    await rig.alert()
    rig.clock.advance({ hours: 300 })
    expect(await told()).toEqual([])
    await rig.store.transaction((trx) => endMute(trx, { ...AUTHOR, at: rig.now() }))
    expect(await told()).toEqual(['Ann'])
  })

  test('nobody who has ended the subscription, also of what waited for its hour', async () => {
    const ann = await rig.subscribe({ rhythm: { every: 'day', hour: 8 } })
    await rig.alert({ kind: 'met', verdict: 'met' })
    await deliver()
    await rig.store.transaction((trx) => changeState(trx, ann.id, 'unsubscribed', 'its reader unsubscribed', rig.now()))
    rig.clock.advance({ hours: 48 })
    expect(await told()).toEqual([])
  })

  test('by a public subscription only of what is public', async () => {
    await rig.subscribe({ name: 'Ann', isPublic: true })
    const { number } = await rig.alert()
    const intent = (await intentsByNumber(rig.store.db, [number])).get(number)
    if (!intent) throw new Error('no intent')
    const body = { ...intent.body, agreement: { ...intent.body.agreement, visibility: 'internal' as const } }
    await rig.alert({ body })
    const [mail, ...others] = await deliver()
    expect(others).toEqual([])
    expect(mail?.text).toContain(intent.about)
  })

  test('of no commitment at all is said', async () => {
    const commitment = {
      id: 'talks',
      kind: 'act',
      by: ['JPN'],
      to: ['UKR'],
      tags: [],
      severity: 'info',
      readingOf: null,
    }
    const power = { ...commitment, id: 'call', kind: 'power' }
    const rulebooks = [{ id: 'accord', commitments: [commitment, power] }] as unknown as Rulebook[]
    const ann = await rig.subscribe({ filter: { ...EVERYTHING, minimumSeverity: 'critical' } })
    expect(unreachedCommitments(rulebooks, [ann])).toEqual([
      { agreement: 'accord', commitment: 'talks', kind: 'breached' },
    ])
    expect(unreachedCommitments(rulebooks, [{ ...ann, filter: EVERYTHING }])).toEqual([])
    expect(unreachedCommitments(rulebooks, [{ ...ann, filter: EVERYTHING, state: 'bounced' }])).toHaveLength(1)
    expect(await subscriptionById(rig.store.db, ann.id)).toEqual(ann)
  })

  function atHour(hours: number) {
    return (rig.now() + hours * 3_600_000) as ReturnType<Rig['now']>
  }

  async function verdictChanged(about: string, before: 'open', after: 'breached') {
    await rig.store.db
      .insertInto('servanda.transitions')
      .values({
        case_id: about,
        agreement: 'accord',
        commitment: 'talks',
        verdict_version: 2,
        cause: 'time',
        occurred_at: timestamp(rig.now()),
        recorded_at: timestamp(rig.now()),
        seq: 1,
        rulebook_version: 1,
        before: JSON.stringify(caseResult(about, before)),
        after: JSON.stringify(caseResult(about, after)),
      })
      .execute()
  }
})
