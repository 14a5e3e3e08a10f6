import { sharedShape } from './agreement-shape.ts'
import { declaredNames } from './declared.ts'
import { type Definitions, linkDefinitions } from './definitions.ts'
import { type NameKind, Names } from './names.ts'
import type { Problem } from './problem.ts'
import type { IncludedText } from './rulebook.ts'
import { type Located, Reading } from './shape.ts'
import { MAX_CHARACTERS, type Place, parseYaml } from './yaml-tree.ts'

/**
 * The file of shared definitions that a rulebook names, read by whoever knows where it lies; null when there is none. The
 * name is an identifier, never a path, so nothing outside the place for shared files can be asked for.
 */
export type Include = (name: string) => { readonly file: string; readonly text: string } | null

/** For a rulebook that comes alone, as a text: nothing lies beside it. */
export const noFiles: Include = () => null

/** What a rulebook may include, among `texts`. */
export function includeFrom(texts: readonly IncludedText[]): Include {
  return (name) => texts.find((one) => one.name === name) ?? null
}

/** A file that a rulebook includes, read; it includes nothing itself. */
export interface IncludedFile {
  readonly source: IncludedText
  /** Where the rulebook includes it. */
  readonly at: Place
  /** What it declares; null when it is no YAML, and nobody can know. */
  readonly names: Readonly<Record<NameKind, readonly Located<string>[]>> | null
  readonly definitions: Definitions
  readonly problems: readonly Problem[]
}

const MOST_FILES = 20
const NOTHING: Definitions = { sources: [], calendars: new Map(), terms: { episodes: new Map(), counts: new Map() } }

/** The files that the rulebook `text` includes by `names`; complains to `to` of those that cannot be had. */
export function readIncluded(
  names: readonly Located<string>[],
  text: string,
  include: Include,
  to: Reading,
): readonly IncludedFile[] {
  const files: IncludedFile[] = []
  let characters = text.length
  for (const { value: name, at } of names) {
    if (files.some(({ source }) => source.name === name)) {
      to.complain(at, 'duplicate-id', `${name} is included twice`, 'remove one of the two')
      continue
    }
    if (files.length === MOST_FILES) {
      to.complain(at, 'too-large', `more than ${MOST_FILES} files are included`, 'put what belongs together into one')
      break
    }
    const found = include(name)
    characters += found?.text.length ?? 0
    if (found === null) complainOfMissing(name, at, to)
    else if (characters > MAX_CHARACTERS) {
      to.complain(
        at,
        'too-large',
        `with ${name}, the rulebook and what it includes have more than ${MAX_CHARACTERS} characters`,
        'include less, or split the file',
      )
    }
    const sound = found !== null && characters <= MAX_CHARACTERS
    files.push(readOne({ name, file: found?.file ?? name, text: sound ? found.text : '' }, at, sound))
  }
  return files
}

function complainOfMissing(name: string, at: Place, to: Reading): void {
  to.complain(
    at,
    'include',
    `there are no shared definitions ${name} to include`,
    `write them into shared/${name}.yaml; in a rulebook that is given without files, write them into it`,
    'words would be used of which nobody knows what they mean',
  )
}

function readOne(source: IncludedText, at: Place, sound: boolean): IncludedFile {
  const unread = { source, at, names: null, definitions: NOTHING }
  if (!sound) return { ...unread, problems: [] }
  const yaml = parseYaml(source.text, source.file)
  if (!yaml.ok) return { ...unread, problems: yaml.problems }
  const reading = new Reading(source.file, yaml.lines)
  const names = new Names(reading)
  const declared = declaredNames(yaml.root)
  for (const [kind, located] of Object.entries(declared)) names.declare(kind as NameKind, located)
  const raw = sharedShape.read(yaml.root, reading)
  const definitions = raw ? linkDefinitions(raw, names, reading) : NOTHING
  return { source, at, names: declared, definitions, problems: reading.problems }
}

/** Tells `names` what the included files declare. */
export function includeNames(files: readonly IncludedFile[], names: Names): void {
  for (const { source, at, names: declared } of files) {
    if (declared === null) names.incomplete = true
    else
      for (const kind of ['source', 'calendar', 'term'] as const) names.include(kind, declared[kind], source.file, at)
  }
}
