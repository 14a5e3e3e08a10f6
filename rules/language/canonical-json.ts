import canonicalize from 'canonicalize'

// The package is CommonJS and its types describe an ES default export; at run time the import is the function itself.
const serialize = canonicalize as unknown as (value: unknown) => string | undefined

/** `value` as RFC 8785 text (JSON Canonicalization Scheme): one text for one value, so that it can be hashed. */
export function canonicalText(value: unknown): string {
  return serialize(value) ?? 'null'
}
