import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A rulebook found in a folder, with the events that lie beside it. */
export interface RulebookFile {
  /** Relative to the folder: `japan-ukraine-2024/rulebook.yaml`. */
  readonly file: string
  readonly text: string
  /** The NDJSON beside it; null when there is none. */
  readonly evidence: { readonly file: string; readonly text: string } | null
}

/**
 * The rulebooks in `folder`: `<name>/rulebook.yaml` with `<name>/evidence.ndjson`, and `<name>.yaml` with `<name>.ndjson`.
 */
export async function readRulesFolder(folder: string): Promise<readonly RulebookFile[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return [[`${entry.name}/rulebook.yaml`, `${entry.name}/evidence.ndjson`] as const]
      const name = /^(.+)\.ya?ml$/.exec(entry.name)?.[1]
      return name === undefined ? [] : [[entry.name, `${name}.ndjson`] as const]
    })
  const files = await Promise.all(
    found.map(async ([file, evidence]) => {
      const text = await readIfThere(join(folder, file))
      const events = await readIfThere(join(folder, evidence))
      if (text === null) return null
      return { file, text, evidence: events === null ? null : { file: evidence, text: events } }
    }),
  )
  return files.filter((file) => file !== null)
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
