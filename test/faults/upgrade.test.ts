import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../services/store/index.ts'
import { knownMigrations, layTables } from '../../services/store/migrate.ts'
import { describeOnEachDatabase, type Reserved, reserveEmpty } from '../servers/modes.ts'
import { spawnServanda } from './servanda-process.ts'

const log = pino({ level: 'silent' })
const [oldest = '', ...later] = knownMigrations()

/** Each step runs several processes, one after another. */
const PATIENCE = 120_000

describeOnEachDatabase('a database of another version', (server) => {
  let reserved: Reserved

  async function run(...args: string[]): Promise<{ code: unknown; said: string }> {
    const command = spawnServanda(args, reserved.server, { LOG_LEVEL: '' })
    return { code: await command.ended, said: command.output() }
  }

  async function onDatabase(work: (query: (text: string) => Promise<unknown>) => Promise<unknown>): Promise<void> {
    const store = await openStore({ ...reserved.server, log, beforeMigrating: 'leave' })
    await work((text) => store.pool.query(text))
    await store.close()
  }

  beforeAll(async () => {
    reserved = await reserveEmpty(server().mode)
    const store = await openStore({ ...reserved.server, log, beforeMigrating: 'leave' })
    await store.transaction((trx) => layTables(trx, [oldest]))
    await store.pool.query(`insert into servanda.migration values ('${oldest}', '2026-01-01T00:00:00.000Z')`)
    await store.pool.query(`insert into servanda.keys (id, secret_hash, name, scopes, highest_standing, created_at)
      values ('abc', 'x', 'from before', '["admin"]', 'confirmed', '2026-01-01')`)
    await store.close()
  })

  afterAll(async () => {
    await reserved?.remove()
  })

  test('that is older is backed up as it is, by the version after it', { timeout: PATIENCE }, async () => {
    const file = join(reserved.server.dataDir, 'before.ndjson.gz')
    expect(await run('backup', file)).toMatchObject({ code: 0 })
    await onDatabase(async (query) => {
      expect(await query('select name from servanda.migration')).toMatchObject({ rows: [{ name: oldest }] })
    })
  })

  test('that is older is changed only once there is a backup', { timeout: PATIENCE }, async () => {
    const listed = await run('key', 'list')
    if (server().mode === 'pglite') {
      expect(listed).toMatchObject({ code: 0, said: expect.stringContaining('from before') })
      expect(listed.said).toContain('a backup was made first')
      const [made, ...more] = await readdir(join(reserved.server.dataDir, 'backups'))
      expect(made).toMatch(new RegExp(`^\\d{8}T\\d{9}Z-before-${later[0]}\\.ndjson\\.gz$`))
      expect(more).toEqual([])
    } else {
      expect(listed.code).toBe(2)
      expect(listed.said).toContain(later.join(', '))
      expect(listed.said).toContain('then run "servanda migrate"')
      expect(await run('migrate')).toEqual({ code: 0, said: expect.stringContaining(`Applied ${later.join(', ')}.\n`) })
      expect(await run('key', 'list')).toMatchObject({ code: 0, said: expect.stringContaining('from before') })
    }
    expect(await run('migrate')).toEqual({ code: 0, said: 'The tables are up to date.\n' })
  })

  test('that is newer is refused by every command, and stays as it is', { timeout: PATIENCE }, async () => {
    await onDatabase((query) => query(`insert into servanda.migration values ('9999-the-future', '9999')`))
    const refused = async (command: readonly string[]) => {
      const { code, said } = await run(...command)
      expect({ command, code }, said).toEqual({ command, code: 2 })
      expect(said).toContain('A newer version of Servanda has changed this database (9999-the-future)')
    }
    await refused(['start'])
    await refused(['backup', join(reserved.server.dataDir, 'x')])
    if (server().mode !== 'pglite') await Promise.all([refused(['api']), refused(['worker']), refused(['migrate'])])
  })
})
