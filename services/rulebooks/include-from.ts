import type { Include, IncludedText } from '../../rules/index.ts'

/** What a rulebook may include, among `texts`. */
export function includeFrom(texts: readonly IncludedText[]): Include {
  return (name) => texts.find((one) => one.name === name) ?? null
}
