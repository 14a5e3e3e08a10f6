import type { NameKind } from './names.ts'
import type { Located } from './shape.ts'
import type { YamlNode } from './yaml-tree.ts'

/** A name that a commitment uses, and what it should name. */
export interface Reference {
  readonly kind: NameKind
  readonly name: Located<string>
}

/** Which keys of a commitment hold names, by their path. */
const PLACES: readonly { readonly path: readonly string[]; readonly kind: NameKind }[] = [
  { path: ['by'], kind: 'party' },
  { path: ['to'], kind: 'party' },
  { path: ['reading_of'], kind: 'commitment' },
  { path: ['clause', 'text'], kind: 'text' },
  { path: ['reported_by'], kind: 'source' },
  { path: ['when', 'episode'], kind: 'term' },
  { path: ['counts', 'term'], kind: 'term' },
  { path: ['when', 'exercised'], kind: 'commitment' },
  { path: ['when', 'breached'], kind: 'commitment' },
  { path: ['when', 'met'], kind: 'commitment' },
  { path: ['every', 'fiscal_year'], kind: 'fiscal year' },
  { path: ['during', 'of'], kind: 'fiscal year' },
  { path: ['effect', 'suspends'], kind: 'commitment' },
  { path: ['effect', 'resumes'], kind: 'commitment' },
  { path: ['effect', 'waives'], kind: 'commitment' },
  { path: ['effect', 'extends'], kind: 'commitment' },
]

/**
 * The names that the commitment at `node` uses, read from the bare tree: one with a mistake in it cannot be resolved as a
 * whole, and its other mistakes should be told in the same run.
 */
export function referencesIn(node: YamlNode): readonly Reference[] {
  return PLACES.flatMap(({ path, kind }) => scalarsAt(node, path).map((name) => ({ kind, name })))
}

function scalarsAt(node: YamlNode, path: readonly string[]): readonly Located<string>[] {
  const [key, ...rest] = path
  if (key === undefined) {
    const items = node.kind === 'list' ? node.items : [node]
    return items.flatMap((item) =>
      item.kind === 'scalar' && item.value !== null ? [{ value: item.text, at: item.at }] : [],
    )
  }
  const below = node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined
  return below ? scalarsAt(below, rest) : []
}
