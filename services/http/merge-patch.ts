import { isJsonObject } from '../../rules/index.ts'

/** The content type of a JSON merge patch. */
export const MERGE_PATCH_TYPE = 'application/merge-patch+json'

/**
 * `target` with what `patch` changes: members that are null are taken away, objects are merged, all else replaces. Pure.
 * @see RFC 7396
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : [])
  for (const [name, part] of Object.entries(patch)) {
    if (part === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), part))
  }
  // Not by assignment: a member may be called __proto__.
  return Object.fromEntries(merged)
}
