import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './usage-error.ts'

export interface TextFile {
  readonly file: string
  readonly text: string
}

/**
 * The rulebooks at `paths`: files as they are, folders searched for `rulebook.yaml` and other `.yaml` files.
 * @throws {UsageError} when a path cannot be read or a folder holds no rulebook
 */
export function readRulebookFiles(paths: readonly string[]): readonly TextFile[] {
  return paths.flatMap((path) => {
    const found = isFolder(path) ? yamlFilesBelow(path) : [path]
    if (found.length === 0) throw new UsageError(`${path} holds no rulebook (.yaml)`)
    return found.map((file) => ({ file, text: readText(file) }))
  })
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

function yamlFilesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
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
