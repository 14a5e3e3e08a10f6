import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLog } from '../../config/log.ts'
import { removeFolder, temporaryFolder } from '../../test/servers/process.ts'
import type { RulesFolder } from './folder.ts'
import { lookAtRules, RulesWatch } from './watch.ts'

const LOOK_MS = 20

let folder: string
let watch: RulesWatch
let loads: RulesFolder[]
let failing = 0

beforeEach(async () => {
  folder = temporaryFolder('rules')
  await mkdir(join(folder, 'accord'))
  await mkdir(join(folder, 'shared'))
  await write('accord/rulebook.yaml', 'one')
  await write('shared/attacks.yaml', 'one')
  loads = []
  failing = 0
  watch = new RulesWatch(
    { path: folder, seen: await lookAtRules(folder), load, log: openLog({ logLevel: 'silent' }) },
    LOOK_MS,
  )
})

afterEach(async () => {
  await watch.stop()
  removeFolder(folder)
})

async function load(rules: RulesFolder): Promise<void> {
  if (failing-- > 0) throw new Error('the database is away')
  loads.push(rules)
}

const write = (file: string, text: string) => writeFile(join(folder, file), text)

test.each([
  ['a rulebook', 'accord/rulebook.yaml'],
  ['evidence beside it', 'accord/evidence.ndjson'],
  ['a rulebook in one file', 'treaty.yaml'],
  ['shared definitions', 'shared/attacks.yaml'],
  ['shared evidence', 'shared/attacks.ndjson'],
])('%s that is written is taken up, once', async (_, file) => {
  await write(file, 'two: 2')
  await vi.waitFor(() => expect(loads).toHaveLength(1))
  expect(JSON.stringify(loads[0])).toContain('two: 2')
  await write('accord/evidence.ndjson', 'a later look')
  await vi.waitFor(() => expect(loads).toHaveLength(2))
  expect(JSON.stringify(loads[1])).toContain('a later look')
})

test('What could not be loaded is tried again', async () => {
  failing = 2
  await write('accord/rulebook.yaml', 'two')
  await vi.waitFor(() => expect(loads).toHaveLength(1))
})

test('A folder that cannot be read is looked at again, and loaded once it is back', async () => {
  await rm(folder, { recursive: true })
  await mkdir(folder)
  await vi.waitFor(() => expect(loads).toHaveLength(1))
  await write('treaty.yaml', 'two')
  await vi.waitFor(() => expect(loads.at(-1)?.rulebooks).toMatchObject([{ file: 'treaty.yaml' }]))
})

test('Other files are none of its business', async () => {
  const before = await lookAtRules(folder)
  await write('notes.txt', 'two')
  await write('accord/notes.yaml', 'two')
  expect(await lookAtRules(folder)).toBe(before)
})

test('Once stopped it loads nothing', async () => {
  await write('accord/rulebook.yaml', 'two')
  await watch.stop()
  const before = loads.length
  await write('accord/rulebook.yaml', 'three')
  await new Promise((resolve) => setTimeout(resolve, 5 * LOOK_MS))
  expect(loads).toHaveLength(before)
})
