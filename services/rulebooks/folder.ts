import type { Dirent } from 'node:fs'
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IncludedText } from '../../rules/index.ts'

/** What a folder of rules holds. */
export interface RulesFolder {
  readonly rulebooks: readonly RulebookFile[]
  /** Definitions that its rulebooks may include. */
  readonly shared: readonly IncludedText[]
  /** Events that concern several of them. */
  readonly evidence: readonly EventsFile[]
}

/** A rulebook found in a folder, with the events that lie beside it. */
export interface RulebookFile {
  /** Relative to the folder: `japan-ukraine-2024/rulebook.yaml`. */
  readonly file: string
  readonly text: string
  /** The NDJSON beside it; null when there is none. */
  readonly evidence: EventsFile | null
}

export interface EventsFile {
  readonly file: string
  readonly text: string
}

const SHARED = 'shared'

/**
 * The rulebooks in `folder`: `<name>/rulebook.yaml` with `<name>/evidence.ndjson`, and `<name>.yaml` with `<name>.ndjson`;
 * and what they have in common: `shared/<name>.yaml` with definitions, `shared/<name>.ndjson` with events.
 */
export async function readRulesFolder(folder: string): Promise<RulesFolder> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = rulebooksAmong(entries)
  const rulebooks = await Promise.all(
    found.map(async ([file, evidence]) => {
      const text = await readIfThere(join(folder, file))
      const events = await readIfThere(join(folder, evidence))
      if (text === null) return null
      return { file, text, evidence: events === null ? null : { file: evidence, text: events } }
    }),
  )
  return {
    rulebooks: rulebooks.filter((file) => file !== null),
    ...(holdsShared(entries) ? await readShared(folder) : { shared: [], evidence: [] }),
  }
}

/** The files that {@link readRulesFolder} reads where they are there, in no matter what order, as they are called in it. */
export async function rulesFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  if (!holdsShared(entries)) return rulebooksAmong(entries).flat()
  const shared = await readdir(join(folder, SHARED))
  return [...rulebooksAmong(entries).flat(), ...shared.map((name) => `${SHARED}/${name}`)]
}

/** The rulebooks of a folder, each with the file of its evidence. */
function rulebooksAmong(entries: readonly Dirent[]): readonly (readonly [rulebook: string, evidence: string])[] {
  return [...entries]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory())
        return entry.name === SHARED ? [] : [[`${entry.name}/rulebook.yaml`, `${entry.name}/evidence.ndjson`] as const]
      const name = /^(.+)\.ya?ml$/.exec(entry.name)?.[1]
      return name === undefined ? [] : [[entry.name, `${name}.ndjson`] as const]
    })
}

function holdsShared(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => entry.isDirectory() && entry.name === SHARED)
}

async function readShared(folder: string): Promise<Pick<RulesFolder, 'shared' | 'evidence'>> {
  const entries = await readdir(join(folder, SHARED), { withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  const ending = (end: string) => names.filter((name) => name.endsWith(end)).sort()
  return {
    shared: await Promise.all(
      ending('.yaml').map(async (name) => ({
        name: name.replace(/\.yaml$/, ''),
        file: `${SHARED}/${name}`,
        text: await startOf(join(folder, SHARED, name)),
      })),
    ),
    evidence: await Promise.all(
      ending('.ndjson').map(async (name) => ({
        file: `${SHARED}/${name}`,
        text: await readFile(join(folder, SHARED, name), 'utf8'),
      })),
    ),
  }
}

/** More than a rulebook may include; the compiler refuses what is as long as this. */
const MOST_BYTES = 2_000_000

/** The beginning of a file, however long it is. */
async function startOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(MOST_BYTES)
    const { bytesRead } = await file.read(buffer, 0, MOST_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
  } finally {
    await file.close()
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
