import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type CompiledRulebook, compileRulebook, type Include, type Problem } from '../rules/index.ts'
import { UsageError } from './usage-error.ts'

export interface RulebookOnDisk {
  readonly file: string
  readonly compiled: CompiledRulebook
}

/**
 * The rulebooks at `paths`, read and checked: files as they are, folders searched for `rulebook.yaml` and other `.yaml`
 * files. What they include is read from the folder `shared` beside them.
 * @throws {UsageError} when a path cannot be read or a folder holds no rulebook
 */
export function compileRulebookFiles(paths: readonly string[]): readonly RulebookOnDisk[] {
  const files = paths.flatMap((path) => {
    const found = isFolder(path) ? filesBelow(path, /\.ya?ml$/).filter((file) => !isShared(file)) : [path]
    if (found.length === 0) throw new UsageError(`${path} holds no rulebook (.yaml)`)
    return found
  })
  return files.map((file) => ({ file, compiled: compileRulebook(readText(file), file, sharedBeside(file)) }))
}

/** Every problem in `rulebooks`; one in a file that several of them include is told once. */
export function problemsIn(rulebooks: readonly RulebookOnDisk[]): readonly Problem[] {
  const problems = rulebooks.flatMap(({ compiled }) => (compiled.ok ? [] : compiled.problems))
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

/**
 * The files of events at `paths`; a folder stands for every `.ndjson` below it, and - for standard input.
 * @throws {UsageError} when a path cannot be read or a folder holds none
 */
export function eventFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const found = path !== '-' && isFolder(path) ? filesBelow(path, /\.ndjson$/) : [path]
    if (found.length === 0) throw new UsageError(`${path} holds no events (.ndjson)`)
    return found
  })
}

const SHARED = 'shared'

function isShared(file: string): boolean {
  return basename(dirname(file)) === SHARED
}

/** What `<folder>/rulebook.yaml` includes lies in the folder `shared` beside `<folder>`; what `<name>.yaml` does, beside it. */
function sharedBeside(file: string): Include {
  const folder = join(dirname(file), basename(file) === 'rulebook.yaml' ? '..' : '.', SHARED)
  return (name) => {
    const path = join(folder, `${name}.yaml`)
    const text = startOf(path)
    return text === null ? null : { file: path, text }
  }
}

/** More than a rulebook may include; the compiler refuses what is as long as this. */
const MOST_BYTES = 2_000_000

/** The beginning of a regular file, however long it is; null when there is none. */
function startOf(path: string): string | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null
  const buffer = Buffer.alloc(MOST_BYTES)
  const file = openSync(path, 'r')
  try {
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, MOST_BYTES, 0)).replace(/^\ufeff/, '')
  } finally {
    closeSync(file)
  }
}

/** The text of `file`. @throws {UsageError} when it cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    throw cannotRead(file, error)
  }
}

export function cannotRead(file: string, error: unknown): UsageError {
  return new UsageError(`cannot read ${file}: ${reason(error)}`)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw cannotRead(path, error)
  }
}

function filesBelow(folder: string, name: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function reason(error: unknown): string {
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'ENOENT') return 'there is no such file or folder'
    if (error.code === 'EACCES') return 'permission denied'
  }
  return error instanceof Error ? error.message : String(error)
}
