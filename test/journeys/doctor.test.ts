import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { type ServandaProcess, spawnServanda } from '../faults/servanda-process.ts'
import { type ModeServer, type Reserved, reserveServer } from '../servers/modes.ts'
import { freePort } from '../servers/process.ts'
import { ACCORD } from './accord.ts'

// Each starts a program or two.
vi.setConfig({ testTimeout: 60_000 })

let reserved: Reserved
let server: ModeServer
let rules: string

beforeAll(async () => {
  reserved = await reserveServer('pglite')
  server = reserved.server
  rules = join(server.dataDir, 'rules')
  mkdirSync(rules)
  chmodSync(server.dataDir, 0o700)
  writeFileSync(join(rules, 'accord.yaml'), ACCORD)
})

afterAll(() => reserved.remove())

/** What the doctor prints, without what is another's every time. */
async function examined(env: Readonly<Record<string, string>> = {}): Promise<{ exit: unknown; said: string }> {
  const doctor: ServandaProcess = spawnServanda(['doctor'], server, { RULES_DIR: rules, ...env })
  const exit = await doctor.ended
  const said = doctor
    .output()
    .replaceAll(server.dataDir, 'DATA')
    .replace(/(Servanda|Node\.js) \d+\.\d+\.\d+/g, '$1 N')
    .replace(/[\d.]+ GB of [\d.]+ GB/, 'some')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
  return { exit, said }
}

test('finds nothing in a setup that was just made', async () => {
  expect(await examined()).toEqual({
    exit: 0,
    said: `  ✓ node        Servanda N on Node.js N, which has to be >=20.19.
  ✓ settings    All can be used.
  ✓ data        DATA can be written, by its owner alone.
  ✓ backups     There is none in DATA/backups. Those that "servanda backup FILE" writes elsewhere are not known here.
  ✓ rulebooks   1 in DATA/rules, without a problem.
  ✓ database    The embedded database answers.
  ✓ schema      The tables are those of this version.
  ✓ evaluation  Everything is evaluated.
  ✓ deliveries  0 mails sent, none waits.
  ✓ alerts      Alerts are sent.
  ✓ reports     Every report that is due was made.
  ✓ recipients  A breach of any commitment reaches somebody.
  ✓ disk        some are free at DATA.
  ✓ clock       The clock is the one of this machine.
  ✓ ledger      It is empty.
  ✓ mail        Without SMTP_URL, mails are written to DATA/outbox.

Everything is fine.
`,
  })
})

test('says what to mend in one that cannot work', async () => {
  writeFileSync(join(rules, 'broken.yaml'), 'servanda: 1\n')
  chmodSync(server.dataDir, 0o755)
  const nobody = `127.0.0.1:${await freePort()}`
  const env = {
    DATABASE_URL: `postgres://u:hidden@${nobody}/x`,
    REDIS_URL: `redis://${nobody}`,
    SMTP_URL: `smtp://u:hidden@${nobody}`,
    MAIL_FROM: 'alerts@servanda.example',
    SECRET: 'x'.repeat(32),
  }
  expect(await examined(env)).toEqual({
    exit: 1,
    said: `  ✓ node       Servanda N on Node.js N, which has to be >=20.19.
  ✓ settings   All can be used.
  ! data       Others on this machine may look into DATA.
               → chmod 700 DATA
  ! secret     SECRET can be guessed: it has few different characters.
               → openssl rand -hex 32
  ! rulebooks  Of 2 rulebooks in DATA/rules, 1 cannot be used.
               → servanda check DATA/rules
  ✗ database   The database of DATABASE_URL cannot be reached (connect ECONNREFUSED HOST).
               → See DATABASE_URL, and that the server runs.
  ! queue      Redis does not answer: connect ECONNREFUSED HOST. Work is found in the database within ten seconds all the same.
               → See that the server of REDIS_URL runs, and that this machine reaches it.
  ! mail       Mails cannot go to the mail server 127.0.0.1: connect ECONNREFUSED HOST. They wait, and are tried again.
               → See that SMTP_URL is right, with its user and password, and that this machine reaches the server.

6 findings.
`,
  })
})

test('lists every setting that cannot be used', async () => {
  const doctor = spawnServanda(['doctor', '--format', 'json'], server, { PORT: 'many', REDIS_URL: 'redis://x' })
  expect(await doctor.ended).toBe(1)
  expect(JSON.parse(doctor.output())).toMatchObject({
    ok: false,
    parts: [{ part: 'node' }, { part: 'settings', state: 'down' }, { part: 'settings', state: 'down' }],
  })
})

test('asks the service that holds the folder, and opens nothing beside it', async () => {
  chmodSync(server.dataDir, 0o700)
  const started = spawnServanda(['start'], server, { RULES_DIR: rules, CLOCK: '2026-03-01T00:00:00Z' })
  onTestFinished(() => void started.child.kill('SIGKILL'))
  await started.running
  const doctor = spawnServanda(['doctor', '--format', 'json'], server, { RULES_DIR: rules })
  expect(await doctor.ended).toBe(1)
  started.child.kill('SIGTERM')
  const { parts } = JSON.parse(doctor.output()) as { parts: { part: string; state: string }[] }
  expect(parts.filter(({ state }) => state !== 'ok').map(({ part }) => part)).toEqual(['rulebooks', 'clock'])
  const heard = parts.slice(parts.findIndex(({ part }) => part === 'service')).map(({ part }) => part)
  expect(heard.join(' ')).toBe(
    'service database schema queue mail status evaluation deliveries alerts reports recipients disk clock',
  )
  expect(await started.ended).toBe(0)
})
