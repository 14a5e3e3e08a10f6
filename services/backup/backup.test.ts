import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLog } from '../../config/log.ts'
import { parseEvent, parseInstant } from '../../rules/index.ts'
import { describeOnEachDatabase, type Reserved, reserveEmpty } from '../../test/servers/modes.ts'
import { removeFolder, temporaryFolder } from '../../test/servers/process.ts'
import { alertHold } from '../alerts/index.ts'
import { appendBatches, type Batch, verifyLedger } from '../ledger/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { knownMigrations } from '../store/migrate.ts'
import { dump } from './dump.ts'
import { Digest, readParts } from './format.ts'
import { decompressed, restoreBackup, writeBackup } from './index.ts'
import { inOrder, tablesOf } from './tables.ts'

const log = openLog({ logLevel: 'silent' })
const MADE_AT = parseInstant('2026-03-01T12:00:00Z')
const RESTORED_AT = parseInstant('2026-03-02T08:00:00Z')
const options = { at: MADE_AT, version: '9.9.9' }
const restoring = { at: RESTORED_AT, log, acceptBrokenLedger: false }

/** Texts that are hard on whoever writes them down and reads them back. */
const HARD = ['Київ \u{1f300} "quoted" \\ \\n', '{a,"b"}', 'line\nbreak\ttab', '', 'NULL', '\u2028', "it's; -- no"]

/** Puts a row into every table, with values that are hard to carry. */
async function fill(store: Store): Promise<void> {
  await store.transaction(async (trx) => {
    const events = HARD.map((text, n) => {
      const event = {
        specversion: '1.0',
        source: 'https://a.example/',
        id: `e${n}`,
        type: 'x',
        time: '2026-01-01T00:00:00Z',
      }
      const parsed = parseEvent({ ...event, data: { text, amount: '12345678901234567.8900' } })
      if (!parsed.ok) throw new Error('the event is not one')
      return parsed.event
    })
    const batch: Batch = { events, origin: 'http', keyId: null, authorize: () => null }
    await appendBatches(trx, [batch], MADE_AT, async () => ({ touchedBy: () => [], object: () => null }))
  })
  for (const statement of [
    `insert into servanda.agreements values ('a', '2026-01-01T00:00:00.123Z', 7, null, null), ('b', null, 0, 'x', null)`,
    `insert into servanda.commitments values ('a', 'c', 0, 'open', '0044-03-15 00:00:00+00 BC', '{"b":1, "a":1.50}')`,
    `insert into servanda.transitions (case_id, agreement, commitment, verdict_version, cause, occurred_at, recorded_at,
      seq, rulebook_version, after) select n::text, 'a', 'c', 1, 'time', '2026-01-01', '2026-01-01', 1, 1, '{ "kept":  "as it is"}'
      from generate_series(1, 5000) as n`,
    `insert into servanda.engine_events values ('a', 's', 'i', 1, null, '{"x,y","q\\"",NULL}', 'c'), ('a', 's', 'j', 1, null, null, 'c')`,
    `insert into servanda.intents (about, agreement, commitment, kind, rung, verdict_version, verdict, severity, occurred_at,
      recorded_at, is_news, body) values ('k', 'a', 'c', 'breached', '', 1, 'breached', 'info', '2026-01-01', '2026-01-01', true, '{}')`,
    `insert into servanda.subscriptions (id, name, channel, address, zone, locale, kinds, minimum_severity, escalation, secrets,
      is_public, state, state_since, created_at) values ('s', 'n', 'mail', 'a@b', 'UTC', 'en-GB', '[]', 'info', '[]', '[]', false, 'active', '2026-01-01', '2026-01-01')`,
    `insert into servanda.deliveries (id, purpose, subscription, channel, receiver, state, message_id, thread, attempts,
      next_attempt_at, created_at) values ('d', 'alert', 's', 'mail', 'b', 'sending', '<m>', '[]', 1, '2026-01-01', '2026-01-01')`,
    `insert into servanda.told (intent, subscription, because, delivery) select number, 's', 'subscribed', 'd' from servanda.intents`,
    `insert into servanda.keys values ('k', 'n', '["read"]', null, 'reported', '2026-01-01', null, null, null)`,
    `insert into servanda.key_secrets values ('h', 'k', '2026-01-01', null, '2026-01-02')`,
    `update servanda.projections set seq = 42 where name = 'status'`,
  ]) {
    await store.pool.query(statement)
  }
}

async function linesOf(store: Store): Promise<string[]> {
  let text = ''
  await dump(store, options, async (piece) => {
    text += piece
  })
  return bodyOf(text)
}

/** All but the header and the checksum, in an order of its own. */
function bodyOf(text: string): string[] {
  return text.trimEnd().split('\n').slice(1, -1).sort()
}

/** A backup with its text changed, its checksum made right again. */
function changed(backup: Buffer, change: (text: string) => string): Buffer {
  const text = change(gunzipSync(backup).toString('utf8'))
  const body = text.slice(0, text.lastIndexOf('{"sha256"'))
  const digest = new Digest()
  digest.add(body)
  return gzipSync(`${body}${JSON.stringify({ sha256: digest.end() })}\n`)
}

describeOnEachDatabase('a backup', (server) => {
  let store: Store
  let empty: Store
  let reserved: Reserved
  let folder: string
  let file: string
  let bytes: Buffer

  const isEmpty = async () => {
    const { rows } = await sql<{ any: boolean }>`select to_regnamespace('servanda') is not null as any`.execute(
      empty.db,
    )
    return rows[0]?.any === false
  }

  const restore = (backup: Buffer, more: Partial<typeof restoring> = {}) =>
    restoreBackup(empty, decompressed(Readable.from([backup])), { ...restoring, ...more })

  beforeAll(async () => {
    folder = temporaryFolder('backup')
    file = join(folder, 'backups', 'first.ndjson.gz')
    store = await openStore({ ...server(), log })
    await fill(store)
    reserved = await reserveEmpty(server().mode)
    empty = await openStore({ ...reserved.server, log, beforeMigrating: 'leave' })
  })

  afterAll(async () => {
    await Promise.all([store?.close(), empty?.close()])
    await reserved?.remove()
    removeFolder(folder)
  })

  test('of a database that holds nothing of ours is refused, and leaves no file', async () => {
    const nothing = join(folder, 'nothing.ndjson.gz')
    await expect(writeBackup(empty, nothing, options)).rejects.toMatchObject({ code: 'BACKUP_OF_NOTHING' })
    expect((await readdir(folder)).filter((name) => name.startsWith('nothing'))).toEqual([])
  })

  test('is one file for its owner alone, which says what is in it', async () => {
    const { header, bytes: size } = await writeBackup(store, file, options)
    bytes = await readFile(file)
    expect(size).toBe(bytes.length)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'backups'))).toEqual(['first.ndjson.gz'])
    const { head } = await verifyLedger(store.db)
    expect(header).toMatchObject({
      made_at: '2026-03-01T12:00:00.000Z',
      servanda: '9.9.9',
      migrations: knownMigrations(),
      ledger: { events: HARD.length, hash: head?.hash },
    })
    expect(header.tables).toMatchObject({
      events: HARD.length,
      transitions: 5000,
      deliveries: 1,
      migration: knownMigrations().length,
    })
  })

  test('holds every table there is', async () => {
    const { rows } = await store.pool.query(`select relname from pg_class where relkind = 'r'
      and relnamespace = 'servanda'::regnamespace and relname <> 'migration_lock' order by relname`)
    expect((await tablesOf(store.db)).map(({ name }) => name).sort()).toEqual(rows.map(({ relname }) => relname))
  })

  test('does not overwrite what is there', async () => {
    await expect(writeBackup(store, file, options)).rejects.toMatchObject({ code: 'BACKUP_FILE_UNUSABLE' })
    expect(await readFile(file)).toEqual(bytes)
  })

  test('into a folder that cannot be is refused in a sentence', async () => {
    await expect(writeBackup(store, join(file, 'x'), options)).rejects.toMatchObject({
      code: 'BACKUP_FILE_UNUSABLE',
      message: expect.stringContaining('a part of its path is a file'),
    })
  })

  test('shows one moment, whatever is written meanwhile', async () => {
    const before = await linesOf(store)
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    // On the embedded database this waits for the backup to end; on a server it does not.
    const written = begun.then(() => store.pool.query("delete from servanda.agreements where id = 'b'"))
    let text = ''
    await dump(store, options, async (piece) => {
      text += piece
      begin()
      if (store.mode === 'server') await written
    })
    await written
    expect(bodyOf(text)).toEqual(before)
  })

  test.each([
    { what: 'cut off', damage: (whole: Buffer) => whole.subarray(0, whole.length / 2), says: 'cut off' },
    { what: 'of another program', damage: () => Buffer.from('PGDMP'), says: 'no backup of Servanda' },
    { what: 'of no lines of ours', damage: () => gzipSync('{"a":1}\n'), says: 'none of Servanda' },
    { what: 'empty', damage: () => gzipSync(''), says: 'cut off' },
    {
      what: 'with a row changed',
      damage: (whole: Buffer) => gzipSync(gunzipSync(whole).toString().replace('as it is', 'as it was')),
      says: 'do not match their checksum',
    },
    {
      what: 'with a row missing',
      damage: (whole: Buffer) => changed(whole, (text) => text.replace(/\n\["h", [^\n]*/, '')),
      says: 'key_secrets has 1 rows, and holds 0',
    },
    {
      what: 'with a table nobody knows',
      damage: (whole: Buffer) => changed(whole, (text) => text.replaceAll('"engine_events"', '"pg_class"')),
      says: 'not known here',
    },
    {
      what: 'of a format to come',
      damage: (whole: Buffer) => changed(whole, (text) => text.replace('"servanda_backup":1', '"servanda_backup":2')),
      says: 'this version reads format 1',
    },
  ])('that is $what is refused, and nothing of it stays', async ({ damage, says }) => {
    await expect(restore(damage(bytes))).rejects.toMatchObject({
      code: 'BACKUP_UNUSABLE',
      message: expect.stringContaining(says),
    })
    expect(await isEmpty()).toBe(true)
  })

  test('of a newer version is refused by name', async () => {
    const newer = changed(bytes, (text) => text.replace('"migrations":[', '"migrations":["9999-the-future",'))
    await expect(restore(newer)).rejects.toMatchObject({
      code: 'BACKUP_NEWER',
      message: expect.stringContaining('9999-the-future'),
    })
    expect(await isEmpty()).toBe(true)
  })

  const tampered = (whole: Buffer) => changed(whole, (text) => text.replaceAll("it's; -- no", "it's; -- yes"))

  test('of a ledger that was changed is refused with the row, and nothing of it stays', async () => {
    await expect(restore(tampered(bytes))).rejects.toMatchObject({
      code: 'LEDGER_BROKEN',
      message: expect.stringContaining(`row ${HARD.length}`),
    })
    expect(await isEmpty()).toBe(true)
  })

  test('is restored digit for digit, with its numbers going on, alerts held, and the ledger as closed as before', async () => {
    const before = await linesOf(store)
    const whole = join(folder, 'second.ndjson.gz')
    await writeBackup(store, whole, options)
    const { header, rows, brokenLedger } = await restoreBackup(empty, decompressed(createReadStream(whole)), restoring)
    expect(brokenLedger).toBeNull()
    expect(rows).toBe(Object.values(header.tables).reduce((sum, count) => sum + count, 0))
    const after = await linesOf(empty)
    expect(after.filter((line) => !before.includes(line))).toEqual([
      expect.stringMatching(/^\["1", "2026-03-02 08:00:00\+00", "command line", "backup.restored", null, /),
      '["alerts", "2026-03-02 08:00:00+00", "2026-03-01 12:00:00+00"]',
    ])
    expect(before.filter((line) => !after.includes(line))).toEqual([])
    expect(await alertHold(empty.db)).toEqual({ since: RESTORED_AT, backupMadeAt: MADE_AT })
    const { rows: next } = await empty.pool.query(`insert into servanda.transitions (case_id, agreement, commitment,
      verdict_version, cause, occurred_at, recorded_at, seq, rulebook_version, after)
      values ('n', 'a', 'c', 1, 'time', '2026-01-01', '2026-01-01', 1, 1, '{}') returning number`)
    expect(next).toEqual([{ number: 5001 }])
    await expect(empty.pool.query('delete from servanda.events')).rejects.toThrow('append-only')
  })

  test('is not restored over what is there', async () => {
    await expect(restore(bytes)).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' })
    expect((await verifyLedger(empty.db)).rows).toBe(HARD.length)
  })

  test('of before an upgrade is restored by the version after it', async () => {
    await empty.pool.query('drop schema servanda cascade')
    const since =
      'alert_hold|audit|heard|key_secrets|persons|sessions|shown_days|silent_sources|status_changes|deliveries|subscriptions|' +
      'told|silences|acknowledgements|escalations|alert_mute|idempotency_keys|reports|report_files|report_schedules'
    const older = changed(bytes, (text) =>
      text
        .replace(/,"00(0[5-9]|[12]\d)-[^"]*"/g, '')
        .replace(new RegExp(`"(${since})":\\d+,`, 'g'), '')
        .replace(new RegExp(`\\{"table":"(${since})"[^\\n]*\\n`, 'g'), '')
        .replace(/\["00(0[5-9]|[12]\d)-[^\n]*\n/g, '')
        .replace(/\["heard",[^\n]*\n/, '')
        .replace(/\["(s", "n|d|1", "s)", [^\n]*\n/g, '')
        .replace(/\{"sequence":"(acknowledgements|deliveries|reports)[^\n]*\n/g, '')
        .replace(/("table":"intents"[^\n]*)"about"/, '$1"case_id"')
        .replace(/"projections":\d+/, '"projections":2')
        .replace(/("table":"keys"[^\n]*)"person"(\]\}\n[^\n]*)null\]/, '$1"secret_hash"$2"h"]')
        .replace(/\["h", [^\n]*\n/, '')
        .replace(/"migration":\d+/, '"migration":4'),
    )
    await restore(older)
    const { rows } = await empty.pool.query('select name from servanda.migration order by name')
    expect(rows.map(({ name }) => name)).toEqual(knownMigrations())
    expect(await alertHold(empty.db)).not.toBeNull()
    const { rows: secrets } = await empty.pool.query('select hash, key, expires_at from servanda.key_secrets')
    expect(secrets).toEqual([{ hash: 'h', key: 'k', expires_at: null }])
  })

  test('of a ledger that was changed can be restored all the same, when it is asked for', async () => {
    await empty.pool.query('drop schema servanda cascade')
    const { brokenLedger } = await restore(tampered(bytes), { acceptBrokenLedger: true })
    expect(brokenLedger).toContain(`row ${HARD.length}`)
    expect((await verifyLedger(empty.db)).findings).not.toEqual([])
  })
})

describe('the lines of a backup', () => {
  test('end where a line has no end', async () => {
    async function* endless() {
      yield Buffer.from('{"servanda_backup":1')
      for (;;) yield Buffer.alloc(16_000_000, 0x20)
    }
    const reading = (async () => {
      for await (const _ of readParts(endless())) throw new Error('nothing can be whole')
    })()
    await expect(reading).rejects.toMatchObject({ code: 'BACKUP_UNUSABLE' })
  })
})

test('tables come after those that they refer to, also in a circle', () => {
  const references = [
    { from: 'a', to: 'c' },
    { from: 'c', to: 'b' },
    { from: 'c', to: 'c' },
    { from: 'd', to: 'e' },
    { from: 'e', to: 'd' },
  ]
  expect(inOrder(['a', 'b', 'c', 'd', 'e'], references)).toEqual(['b', 'c', 'a', 'e', 'd'])
})
