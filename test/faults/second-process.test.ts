import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reserveServer } from '../servers/modes.ts'
import { postTo, type ServandaProcess, spawnServanda } from './servanda-process.ts'

type Reserved = Awaited<ReturnType<typeof reserveServer>>

let reserved: Reserved
let first: ServandaProcess

beforeAll(async () => {
  reserved = await reserveServer('pglite')
  const rules = join(reserved.server.dataDir, 'rules')
  await mkdir(rules)
  first = spawnServanda(['start'], reserved.server, { RULES_DIR: rules, LOG_LEVEL: '' })
  await first.running
})

afterAll(async () => {
  first.child.kill('SIGTERM')
  await first.ended
  await reserved.remove()
})

test('on the embedded database a start tells people what it does, and logs nothing beside it', () => {
  expect(first.output()).toContain('Servanda is running.')
  expect(first.output()).not.toContain('{"level"')
})

test('a second process on the same data folder is refused, with the owner’s pid', async () => {
  const second = spawnServanda(['start'], reserved.server)
  expect(await second.ended).toBe(2)
  expect(second.output()).toContain(`is in use by process ${first.child.pid}`)
})

test('a key can be made while a service holds the data folder: the command asks the service', async () => {
  const command = ['key', 'create', '--name', 'feed', '--scopes', 'events', '--sources', 'https://a.example/']
  const made = spawnServanda(command, reserved.server)
  expect(await made.ended, made.output()).toBe(0)
  const key = made.output().trim()
  expect(key).toMatch(/^svd_/)
  const event = {
    specversion: '1.0',
    source: 'https://a.example/x',
    id: '1',
    type: 'attack',
    time: '2026-01-01T00:00:00Z',
  }
  expect(await postTo(await first.running, key, event)).toMatchObject({ status: 202 })
  expect(await postTo(await first.running, key, { ...event, source: 'https://b.example/' })).toMatchObject({
    status: 403,
  })
})

test('the status is there for who looks from this machine, and not for who comes through a proxy on it', async () => {
  const url = `${await first.running}/v1/status`
  expect((await fetch(url)).status).toBe(200)
  expect((await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(401)
})

test('settings that cannot be used end the start with every problem named', async () => {
  const wrong = spawnServanda(['start'], reserved.server, { PORT: 'many', ALERT_WINDOW: 'soon' })
  expect(await wrong.ended).toBe(2)
  expect(wrong.output()).toContain('PORT')
  expect(wrong.output()).toContain('ALERT_WINDOW')
})
