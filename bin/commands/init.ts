import { lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { packageRoot } from '../../config/root.ts'
import { UsageError } from '../usage-error.ts'

/** What a first rulebook consists of, and what each file is, for the one who finds it. */
const FILES = [
  { name: 'rulebook.yaml', is: 'what was promised, with comments and scenarios' },
  { name: 'events.ndjson', is: 'what happened, one event a line' },
]

/** `servanda init [folder]`: a commented first rulebook and a few events; nothing that is there is overwritten. */
export function initCommand(program: Command): void {
  program
    .command('init')
    .description('write a first rulebook with comments, and a few events to try it on')
    .argument('[folder]', 'where to', 'my-agreement')
    .action((folder: string) => {
      const samples = join(packageRoot(), 'config', 'samples', 'first-rulebook')
      const files = FILES.map(({ name }) => ({ from: join(samples, name), to: join(folder, name) }))
      refuseToOverwrite(folder, files)
      writeAll(folder, files)
      console.log(welcome(folder))
    })
}

interface Copy {
  readonly from: string
  readonly to: string
}

function refuseToOverwrite(folder: string, files: readonly Copy[]): void {
  if (folder === '') throw new UsageError('the folder has no name: nothing was written')
  const taken = [folder, ...files.map(({ to }) => to)].find((path) => isTaken(path))
  if (taken !== undefined) throw new UsageError(`${taken} is there already: nothing was written; name another folder`)
}

/** Whether something other than a folder has this name, be it a link that leads nowhere. */
function isTaken(path: string): boolean {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false })
    return there?.isSymbolicLink()
      ? statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true
      : there !== undefined && !there.isDirectory()
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

function writeAll(folder: string, files: readonly Copy[]): void {
  try {
    mkdirSync(folder, { recursive: true })
    for (const { from, to } of files) writeFileSync(to, readFileSync(from), { flag: 'wx' })
  } catch (error) {
    throw cannotWrite(folder, error)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of this path is a file',
  EEXIST: 'a file of that name is there already',
}

function cannotWrite(path: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new UsageError(`cannot write to ${path}: ${REASONS[code] ?? (error instanceof Error ? error.message : error)}`)
}

function welcome(folder: string): string {
  const width = Math.max(...FILES.map(({ name }) => join(folder, name).length))
  const [rulebook = '', events = ''] = FILES.map(({ name }) => quoted(join(folder, name)))
  return `Written:
${FILES.map(({ name, is }) => `  ${join(folder, name).padEnd(width)}  ${is}`).join('\n')}

Read them, then try:
  ${command()} check ${rulebook}
  ${command()} test ${rulebook}
  ${command()} evaluate --rules ${rulebook} --events ${events} --as-of 2026-05-01

docs/first-rulebook.md goes on from here; docs/language.md says all that a rulebook can.`
}

/** How this program was called, so that what is printed can be typed: as `npm run servanda`, or by its name. */
function command(): string {
  return process.env.npm_lifecycle_event === 'servanda' ? 'npm run -s servanda --' : 'servanda'
}

function quoted(path: string): string {
  return /^[\w./\\:@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
