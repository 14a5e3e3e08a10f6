import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { parseInstant } from '../../rules/index.ts'
import { decompressed, restoreBackup, writeBackup } from '../../services/backup/index.ts'
import { openStore } from '../../services/store/index.ts'
import { describeOnEachDatabase, type ModeServer, reserveEmpty } from '../servers/modes.ts'
import { type SmtpSink, startSmtpSink } from '../servers/smtp.ts'
import { ACCORD, attack, call, talks, talksCase } from './accord.ts'
import { casesOf, commitmentIn, type RunningService, runService } from './running-service.ts'

const log = pino({ level: 'silent' })
const FILES = [{ file: 'accord/rulebook.yaml', text: ACCORD }]

/** Which case each mail is about. */
const cases = ({ received }: SmtpSink) => received.flatMap(({ mail }) => casesOf(mail))

describeOnEachDatabase('a copy restored on the other kind of database from', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  const remove: (() => Promise<void>)[] = []
  let mailbox: SmtpSink
  let copyMailbox: SmtpSink
  let original: RunningService
  let copy: RunningService

  const mailing = (sink: SmtpSink) => ({ SMTP_URL: sink.url, MAIL_FROM: 'Servanda <s@example.org>' })
  const calledAt = (day: number) => `2026-03-0${day}T00:00:00Z`

  /** Embedded becomes a server, and a server embedded; where there is no server, another folder has to do. */
  async function elsewhere(): Promise<ModeServer> {
    const toServer = server().mode === 'pglite' && inject('postgresUrl') !== null
    const reserved = await reserveEmpty(toServer ? 'postgresql' : 'pglite')
    remove.push(reserved.remove)
    return reserved.server
  }

  async function breachOf(running: RunningService, id: string, day: number): Promise<void> {
    clock.set(calledAt(day))
    await running.post(call(id, calledAt(day)))
    clock.advance({ hours: 25 })
    await running.service.sweep()
  }

  const indicator = async (running: RunningService) => commitmentIn(await running.status(), 'talks').indicator
  const hold = async () => (await copy.request('GET', '/v1/alerts/hold')).body
  const resume = (body: object) =>
    copy.request('POST', '/v1/alerts/resume', { body: JSON.stringify(body), type: 'application/json' })

  beforeAll(async () => {
    mailbox = await startSmtpSink()
    copyMailbox = await startSmtpSink()
    original = await runService(server(), clock, FILES, mailing(mailbox))
    await original.post(attack('a1', '2026-02-28T20:00:00Z'))
    await breachOf(original, 'c1', 1)
    mailbox.answerWith({ code: 450, text: 'come back later' })
    await breachOf(original, 'c2', 3)
  }, 120_000)

  afterAll(async () => {
    await Promise.all([original?.close(), copy?.close()])
    for (const one of [mailbox, copyMailbox]) await one?.close()
    for (const one of remove) await one()
  })

  test('is made while the original runs, with a mail told and a mail waiting', async () => {
    expect(cases(mailbox)).toEqual([talksCase('c1')])
    const made = await original.request('POST', '/v1/backups', { body: '{}', type: 'application/json' })
    const folder = join(server().dataDir, 'backups')
    if (server().mode === 'pglite') {
      expect(made).toMatchObject({ status: 201, body: { events: 3 } })
    } else {
      expect(made.status, 'a server is asked by the command itself').toBe(404)
      await writeBackup(original.service.store, join(folder, 'x'), { at: original.service.now(), version: '1' })
    }
    const bytes = await readFile(join(folder, made.body.file ?? 'x'))

    // The original goes on, and tells of the second breach.
    mailbox.answerWith('accept')
    clock.advance({ minutes: 1 })
    await original.service.sweep()
    expect(cases(mailbox)).toEqual([talksCase('c1'), talksCase('c2')])

    const target = await elsewhere()
    const store = await openStore({ ...target, log, beforeMigrating: 'leave' })
    const at = parseInstant(clock.now().toString())
    await restoreBackup(store, decompressed(Readable.from([bytes])), { at, log, acceptBrokenLedger: false })
    await store.close()
    copy = await runService(target, clock, FILES, mailing(copyMailbox))
  }, 120_000)

  test('shows what the original shows, and answers its keys', async () => {
    expect(await indicator(copy)).toBe(await indicator(original))
    expect((await copy.request('GET', '/v1/keys', { key: original.adminKey })).status).toBe(200)
    expect(await copy.post(attack('a1', '2026-02-28T20:00:00Z'))).toMatchObject({ body: { duplicate: true } })
  })

  test('evaluates what comes and mails nothing, and says since when', async () => {
    const since = (await copy.request('GET', '/readyz')).body.alerts_held_since
    expect(since).toBe('2026-03-04T01:01:00.000Z')
    expect((await original.request('GET', '/readyz')).body).toEqual({ ok: true, alerts_held_since: null })
    await breachOf(copy, 'c3', 5)
    expect(await indicator(copy)).toBe('breached')
    expect(copyMailbox.received).toEqual([])
    expect(await hold()).toMatchObject({
      held: { since, backup_made_at: '2026-03-04T01:00:00.000Z' },
      waiting: { count: 2, from: '2026-03-04T00:00:00.000Z', to: '2026-03-06T00:00:00.000Z' },
    })
  })

  test('is not let go without saying what was told', async () => {
    const refused = await resume({})
    expect(refused).toMatchObject({ status: 409, body: { code: 'ALERTS_WAITING' } })
    expect(refused.body.detail).toContain('2 mails wait')
    for (const told_until of ['yesterday', '0000-01-01T00:00:00Z'])
      expect(await resume({ told_until })).toMatchObject({ status: 422 })
    expect((await copy.request('POST', '/v1/alerts/resume', { key: null, body: '{}' })).status).toBe(401)
    await copy.service.sweep()
    expect(copyMailbox.received).toEqual([])
  })

  test('mails, once it may, only what the original cannot have told', async () => {
    expect(await resume({ told_until: '2026-03-05T00:00:00Z' })).toMatchObject({
      status: 200,
      body: { to_send: 1, withheld: 1 },
    })
    await copy.service.sweep()
    expect(cases(copyMailbox)).toEqual([talksCase('c3')])
    expect(await resume({})).toMatchObject({ status: 409, body: { code: 'ALERTS_NOT_HELD' } })
    expect((await copy.request('GET', '/readyz')).body.alerts_held_since).toBeNull()
  })

  test('corrects what the original told, in the same thread', async () => {
    await copy.post(talks('t2', '2026-03-03T10:00:00Z'))
    await copy.service.sweep()
    // The first call is answered by them too, late.
    expect(cases(copyMailbox)).toEqual(['c3', 'c1', 'c2'].map(talksCase))
    const [told1, told2] = mailbox.received
    const [, again1, again2] = copyMailbox.received
    expect(again1?.mail.inReplyTo).toBe(told1?.mail.messageId)
    expect(again2?.mail.inReplyTo).toBe(told2?.mail.messageId)
  })
})
