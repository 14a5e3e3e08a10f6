import { KINDS, type Kind } from '../engine/result.ts'
import type { NameKind } from './names.ts'
import type { Located } from './shape.ts'
import type { YamlNode } from './yaml-tree.ts'

/**
 * The names that a rulebook declares, read from the bare tree: a commitment with a mistake in it still has its name, and
 * what refers to it is not a second mistake.
 */
export function declaredNames(root: YamlNode): Readonly<Record<NameKind, readonly Located<string>[]>> {
  const agreement = child(root, 'agreement')
  return {
    commitment: ids(child(root, 'commitments')),
    source: ids(child(root, 'sources')),
    text: ids(agreement && child(agreement, 'texts')),
    term: keys(child(root, 'terms')),
    calendar: keys(child(root, 'calendars')),
    'fiscal year': keys(agreement && child(agreement, 'fiscal_years')),
    party: keys(agreement && child(agreement, 'parties')),
  }
}

/** The commitments as they stand in the tree, sound or not. */
export function commitmentNodes(root: YamlNode): readonly YamlNode[] {
  return items(child(root, 'commitments'))
}

/** The kind of every commitment, by its id. */
export function declaredKinds(root: YamlNode): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>()
  for (const item of commitmentNodes(root)) {
    const id = scalar(child(item, 'id'))
    const kind = KINDS.find((known) => known === scalar(child(item, 'kind')))
    if (id !== null && kind) kinds.set(id, kind)
  }
  return kinds
}

function child(node: YamlNode, key: string): YamlNode | undefined {
  return node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined
}

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : []
}

function scalar(node: YamlNode | undefined): string | null {
  return node?.kind === 'scalar' && node.value !== null ? node.text : null
}

function ids(node: YamlNode | undefined): readonly Located<string>[] {
  return items(node).flatMap((item) => {
    const value = scalar(child(item, 'id'))
    return value === null ? [] : [{ value, at: item.at }]
  })
}

function keys(node: YamlNode | undefined): readonly Located<string>[] {
  return node?.kind === 'map' ? node.entries.map(({ key, at }) => ({ value: key, at })) : []
}
