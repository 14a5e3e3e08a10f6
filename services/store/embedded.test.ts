import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { openLog } from '../../config/log.ts'
import { packageRoot } from '../../config/root.ts'
import { reserveServer } from '../../test/servers/modes.ts'
import { removeFolder, temporaryFolder } from '../../test/servers/process.ts'
import { lockDataDir, openStore, type Store } from './index.ts'

const log = openLog({ logLevel: 'silent' })
const children = new Set<ChildProcess>()

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
})

async function freshDataDir(): Promise<string> {
  const { server, remove } = await reserveServer('pglite')
  onTestFinished(remove)
  return server.dataDir
}

/** Another process that writes until it is killed; `acknowledged` are the rows whose transaction it saw committed. */
async function startWriter(dataDir: string, until: number) {
  const script = join(packageRoot(), 'test/servers/write-until-killed.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    cwd: packageRoot(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const exited = once(child, 'exit').then(() => children.delete(child))
  const acknowledged: number[] = []
  const lines = createInterface(child.stdout)
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      acknowledged.push(Number(line))
      if (acknowledged.length === until) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)))
  })
  const drained = once(lines, 'close')
  return {
    pid: child.pid,
    async kill() {
      child.kill('SIGKILL')
      await Promise.all([exited, drained])
      return acknowledged
    },
  }
}

test('kill -9 during writes, three times over, loses nothing that was acknowledged and keeps nothing by halves', async () => {
  const dataDir = await freshDataDir()
  const acknowledged: number[] = []
  for (const until of [40, 90, 10]) {
    const writer = await startWriter(dataDir, until)
    acknowledged.push(...(await writer.kill()))
  }
  const store = await openStore({ dataDir, log })
  const { rows } = await store.pool.query('select number, half from scratch.written order by number')
  await store.close()
  const kept = new Set(rows.map(({ number }) => number))
  expect(acknowledged.filter((number) => !kept.has(number))).toEqual([])
  expect(rows.filter(({ half }) => half !== 2)).toEqual([])
  expect(rows.length - acknowledged.length, 'at most one commit a death went unannounced').toBeLessThanOrEqual(3)
}, 120_000)

test("a second process is refused with the owner's pid, and let in right after kill -9", async () => {
  const dataDir = await freshDataDir()
  const writer = await startWriter(dataDir, 1)
  await expect(openStore({ dataDir, log })).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: `${dataDir} is in use by process ${writer.pid}`,
    details: { pid: writer.pid },
  })
  await writer.kill()
  const store = await openStore({ dataDir, log })
  expect((await store.pool.query('select count(*) > 0 as any from scratch.written')).rows).toEqual([{ any: true }])
  await store.close()
})

test('the lock is held once, also within one process, and can be taken again once released', async () => {
  const dataDir = temporaryFolder('lock')
  onTestFinished(() => removeFolder(dataDir))
  const lock = await lockDataDir(dataDir)
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE', details: { pid: process.pid } })
  await lock.release()
  await lock.release()
  const again = await lockDataDir(dataDir)
  await again.release()
})

test('a stale lock file of a dead process is no lock', async () => {
  const dataDir = temporaryFolder('lock')
  onTestFinished(() => removeFolder(dataDir))
  writeFileSync(join(dataDir, 'servanda.lock'), '1\n')
  await (await lockDataDir(dataDir)).release()
})

test('a first start that died half-way is begun anew', async () => {
  const dataDir = temporaryFolder('half')
  onTestFinished(() => removeFolder(dataDir))
  mkdirSync(join(dataDir, 'db.unfinished'))
  writeFileSync(join(dataDir, 'db.unfinished', 'PG_VERSION'), '18\n')
  const store = await openStore({ dataDir, log })
  expect((await store.pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])
  await store.close()
  expect(existsSync(join(dataDir, 'db.unfinished'))).toBe(false)
})

test('a folder that holds no database is refused, and its lock let go', async () => {
  const dataDir = temporaryFolder('broken')
  onTestFinished(() => removeFolder(dataDir))
  mkdirSync(join(dataDir, 'db'))
  writeFileSync(join(dataDir, 'db', 'PG_VERSION'), 'nonsense\n')
  await expect(openStore({ dataDir, log })).rejects.toMatchObject({ code: 'DATABASE_UNUSABLE' })
  await (await lockDataDir(dataDir)).release()
})

/** Makes the database's next write to its log fail, as a full disk would, until `mend` is called. */
async function breakLog(dataDir: string): Promise<() => Promise<void>> {
  const log = join(dataDir, 'db', 'pg_wal')
  await rename(log, `${log}.away`)
  return () => rename(`${log}.away`, log)
}

/** Writes rows until one is not acknowledged; resolves with how many were, and the error. */
async function writeUntilRefused(store: Store): Promise<{ acknowledged: number; error: unknown }> {
  for (let acknowledged = 0; ; acknowledged += 1) {
    try {
      await store.pool.query(
        `insert into scratch.fat select $1, repeat(md5(i::text), 100) from generate_series(1, 2000) i`,
        [acknowledged],
      )
    } catch (error) {
      return { acknowledged, error }
    }
  }
}

test('after a panic the database is started anew, with all that was acknowledged, for those who listen too', async () => {
  const dataDir = await freshDataDir()
  const store = await openStore({ dataDir, log })
  await store.pool.query('create schema scratch')
  await store.pool.query('create table scratch.fat (number int, text text)')
  const idle = await store.pool.connect()
  const told = new Promise<Error>((resolve) => idle.once('error', resolve))
  const mend = await breakLog(dataDir)
  const { acknowledged, error } = await writeUntilRefused(store)
  await mend()
  expect(error).toMatchObject({ severity: 'PANIC' })
  expect(await told).toMatchObject({ code: 'DATABASE_LOST' })
  idle.release(true)
  const { rows } = await store.pool.query('select count(distinct number) as kept from scratch.fat')
  expect(rows[0].kept).toBe(acknowledged)
  expect((await store.pool.query(`select current_setting('search_path') as path`)).rows).toEqual([{ path: 'bullmq' }])
  await store.close()
})

test('a database that cannot be started anew fails every question at once, and closes', async () => {
  const dataDir = await freshDataDir()
  const store = await openStore({ dataDir, log })
  await store.pool.query('create schema scratch')
  await store.pool.query('create table scratch.fat (number int, text text)')
  await breakLog(dataDir)
  await writeUntilRefused(store)
  await expect(store.pool.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_LOST' })
  await expect(store.transaction(async () => {})).rejects.toMatchObject({ code: 'DATABASE_LOST' })
  await store.close()
  await (await lockDataDir(dataDir)).release()
})

test('closing waits for what was asked before', async () => {
  const dataDir = await freshDataDir()
  const store = await openStore({ dataDir, log })
  const answers = Promise.all(
    Array.from({ length: 20 }, (_, index) => store.pool.query('select $1::int as x', [index])),
  )
  await Promise.all([answers, store.close()])
  expect((await answers).length).toBe(20)
  await store.close()
})

test('what has been read is not kept', async () => {
  const dataDir = await freshDataDir()
  const args = ['--max-old-space-size=64', '--import', 'tsx', join(packageRoot(), 'test/servers/read-much.ts'), dataDir]
  const child = spawn(process.execPath, args, { cwd: packageRoot(), stdio: ['ignore', 'pipe', 'ignore'] })
  children.add(child)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await once(child, 'close')
  children.delete(child)
  expect(output).toBe('read\n')
}, 60_000)

test('the event loop stays free while the embedded database works', async () => {
  const dataDir = await freshDataDir()
  const store = await openStore({ dataDir, log })
  let worstMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    worstMs = Math.max(worstMs, performance.now() - last)
    last = performance.now()
  }, 5)
  const begun = performance.now()
  await store.pool.query('select count(*) from generate_series(1, 5000000)')
  const workedMs = performance.now() - begun
  clearInterval(timer)
  await store.close()
  expect(worstMs).toBeLessThan(workedMs / 2)
})
