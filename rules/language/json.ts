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
  if (mayNest(text) && depthExceeds(text, DEEPEST)) throw new SyntaxError(`JSON nested deeper than ${DEEPEST} levels`)
  return mayLoseDigits(text) ? JSON.parse(guardNumbers(text), revive) : JSON.parse(text)
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

const DEEPEST = 64

/** Whether `text` has brackets enough, in texts or outside, to nest too deep: a search that needs no look at each character. */
function mayNest(text: string): boolean {
  let open = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++open > DEEPEST) return true
  }
  return false
}

const EXPONENT = /\d[eE][+-]?\d/
const LONG_NUMBER = /\d[\d.]{15}/
/** Of sixteen characters in a row, two that are this far apart are always seen at multiples of it. */
const STRIDE = 8

/** Whether a double may round a number in `text`: sixteen digits in a row (with a point at most) or an exponent. */
function mayLoseDigits(text: string): boolean {
  if (EXPONENT.test(text)) return true
  let before = false
  for (let at = 0; at < text.length; at += STRIDE) {
    const here = isOfNumber(text.charCodeAt(at))
    if (before && here && isAllOfNumber(text, at - STRIDE, at)) return LONG_NUMBER.test(text)
    before = here
  }
  return false
}

function isAllOfNumber(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isOfNumber(text.charCodeAt(at))) return false
  return true
}

/** A digit or a point. */
function isOfNumber(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46
}

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
