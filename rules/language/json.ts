import { formatDecimal, parseDecimal } from './decimal.ts'

/**
 * A JSON number that a JavaScript number would change (`12345678901234567.89`): kept as its shortest decimal text.
 * Everything that reads an amount accepts one; nothing else compares equal to it but itself.
 */
export class JsonNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toJSON(): string {
    return MARK + this.text
  }
}

/**
 * `JSON.parse` that loses no digits: a number that a double cannot hold exactly becomes a {@link JsonNumber}.
 * @throws {SyntaxError} when `text` is not JSON, or nests deeper than 64 levels
 */
export function parseJson(text: string): unknown {
  if (text.length > 64 && depthExceeds(text, 64)) throw new SyntaxError('JSON nested deeper than 64 levels')
  const exactEnough = !RISKY_NUMBER.test(text)
  return JSON.parse(exactEnough ? text : guardNumbers(text), exactEnough ? undefined : revive)
}

/** Where in `text` the parser stopped, from its message; null when it does not say. Lines and columns from 1. */
export function jsonErrorPlace(
  text: string,
  error: unknown,
): { readonly line: number; readonly column: number } | null {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  if (position === undefined) return null
  const before = text.slice(0, Number(position)).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** Sixteen digits in a row (with a point at most) or an exponent: what a double may round. */
const RISKY_NUMBER = /\d[\d.]{15,}|\d[eE][+-]?\d/
const MARK = '\u0001servanda-number:'
const MARK_IN_JSON = '\\u0001servanda-number:'
const MARKED = /"\\u0001servanda-number:(-?\d+(?:\.\d+)?)"/g

/** Rewrites risky number tokens, outside strings, as marked strings that `revive` turns back. */
function guardNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => {
    if (token.startsWith('"')) return token
    const exact = parseDecimal(token)
    if (exact === null) throw new SyntaxError(`number out of range: ${token.slice(0, 40)}`)
    const shortest = formatDecimal(exact)
    const double = parseDecimal(String(Number(token)))
    return double !== null && formatDecimal(double) === shortest ? token : `"\\u0001servanda-number:${shortest}"`
  })
}

function revive(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(MARK) ? new JsonNumber(value.slice(MARK.length)) : value
}

/** Canonical `text` with every {@link JsonNumber} written as the number it is, so that {@link parseJson} reads it back. */
export function unmarkNumbers(text: string): string {
  return text.includes(MARK_IN_JSON) ? text.replace(MARKED, '$1') : text
}

function depthExceeds(text: string, limit: number): boolean {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (quoted) {
      if (c === 92) i++
      else if (c === 34) quoted = false
    } else if (c === 34) quoted = true
    else if (c === 91 || c === 123) {
      if (++depth > limit) return true
    } else if (c === 93 || c === 125) depth--
  }
  return false
}

/** Whether `value` is a JSON object (not null, an array or a {@link JsonNumber}). */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
}

/** The value at a dotted path (`a.b`) of own properties; undefined when any step is absent. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value
  for (const step of path) {
    if (!isJsonObject(at) || !Object.hasOwn(at, step)) return undefined
    at = at[step]
  }
  return at
}
