import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { initCommand } from '../../bin/commands/init.ts'
import { UsageError } from '../../bin/usage-error.ts'
import { packageRoot } from '../../config/root.ts'
import { compileRulebook, readEvents, refusedEvents, runScenarios } from '../../rules/index.ts'

// `servanda init`: what it writes is sound, and it overwrites nothing.

const samples = join(packageRoot(), 'config', 'samples', 'first-rulebook')
const root = mkdtempSync(join(tmpdir(), 'servanda-init-'))
afterAll(() => rmSync(root, { recursive: true }))

async function init(folder: string): Promise<string> {
  const program = new Command('servanda')
  initCommand(program)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  try {
    await program.parseAsync(['init', folder], { from: 'user' })
    return log.mock.calls.join('\n')
  } finally {
    log.mockRestore()
  }
}

test('the sample has no problem, keeps what its scenarios say, and touches every commitment', () => {
  const compiled = compileRulebook(readFileSync(join(samples, 'rulebook.yaml'), 'utf8'), 'rulebook.yaml')
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems))
  const { mismatches, untouched } = runScenarios(compiled.rulebook)
  expect({ mismatches, untouched }).toEqual({ mismatches: [], untouched: [] })
  const { events, problems } = readEvents(readFileSync(join(samples, 'events.ndjson'), 'utf8'), 'events.ndjson')
  expect({ problems, refused: refusedEvents(compiled.rulebook, events) }).toEqual({ problems: [], refused: [] })
})

test('a new folder, and the folders above it, are made; what was written is named', async () => {
  const folder = join(root, 'new', 'my agreement')
  const said = await init(folder)
  expect(readdirSync(folder).sort()).toEqual(['events.ndjson', 'rulebook.yaml'])
  expect(said).toContain(join(folder, 'rulebook.yaml'))
  expect(said).toContain(`check '${join(folder, 'rulebook.yaml')}'`)
})

test('a folder that holds other things keeps them', async () => {
  const folder = join(root, 'used')
  mkdirSync(folder)
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await init(folder)
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine')
})

describe('nothing is overwritten, and nothing written beside it', () => {
  const rows: readonly [string, (folder: string) => void, RegExp][] = [
    ['a rulebook', (f) => put(f, 'rulebook.yaml'), /rulebook\.yaml is there already: nothing was written/],
    ['a file of events', (f) => put(f, 'events.ndjson'), /events\.ndjson is there already: nothing was written/],
    ['a link that leads nowhere', (f) => link(f, 'rulebook.yaml'), /rulebook\.yaml is there already/],
    ['a file in the place of the folder', (f) => writeFileSync(f, 'mine'), /is there already: nothing was written/],
  ]

  test.each(rows)('%s', async (name, prepare, message) => {
    const folder = join(root, name.replaceAll(' ', '-'))
    prepare(folder)
    const before = contents(folder)
    const refused = await init(folder).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UsageError)
    expect(String(refused)).toMatch(message)
    expect(contents(folder)).toEqual(before)
  })

  test('a path through a file', async () => {
    writeFileSync(join(root, 'file'), 'mine')
    await expect(init(join(root, 'file', 'below'))).rejects.toThrow('a part of this path is a file')
  })

  test('no name', async () => {
    await expect(init('')).rejects.toThrow('the folder has no name')
  })
})

function put(folder: string, name: string): void {
  mkdirSync(folder)
  writeFileSync(join(folder, name), 'mine')
}

function link(folder: string, name: string): void {
  mkdirSync(folder)
  symlinkSync(join(root, 'nowhere'), join(folder, name))
}

function contents(path: string): unknown {
  try {
    return readdirSync(path)
  } catch {
    return readFileSync(path, 'utf8')
  }
}
