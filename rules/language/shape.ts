import { closest, distance } from 'fastest-levenshtein'
import type { Problem } from './problem.ts'
import type { Place, YamlNode } from './yaml-tree.ts'

/**
 * A shape says what a part of a rulebook looks like, once: it reads the part, explains what is wrong with it, and
 * describes itself as JSON Schema for editors.
 */
export interface Shape<T> {
  /** The value, or undefined after a complaint. */
  read(node: YamlNode, to: Reading): T | undefined
  schema(): JsonSchema
}

export type JsonSchema = Readonly<Record<string, unknown>>

/** A file with more problems than these is not read as a rulebook by anybody. */
const MOST_PROBLEMS = 500
/** Looking for the nearest name costs time; after so many problems the next mistake is not a slip. */
const MOST_SUGGESTED = 50

/** Collects what is wrong while a file is read. */
export class Reading {
  readonly problems: Problem[] = []
  readonly file: string
  private readonly lines: readonly string[]

  constructor(file: string, lines: readonly string[]) {
    this.file = file
    this.lines = lines
  }

  complain(at: Place, code: string, message: string, mend: string, why: string | null = null): undefined {
    if (this.problems.length >= MOST_PROBLEMS) return undefined
    const excerpt = (this.lines[at.line - 1] ?? '').slice(0, 300)
    this.problems.push({ file: this.file, line: at.line, column: at.column, code, message, why, mend, excerpt })
    return undefined
  }
}

/** A value and where it stands. */
export interface Located<T> {
  readonly value: T
  readonly at: Place
}

/** ` Did you mean …?` when one of `names` is close to `name`, else an empty text. */
export function suggestion(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === null ? '' : `did you mean ${near}?`
}

/** The one of `names` that `name` is most likely a slip for; null: it is like none of them. */
export function nearest(name: string, names: readonly string[]): string | null {
  if (names.length === 0) return null
  const best = closest(name.slice(0, 80), names as string[])
  return distance(name.slice(0, 80), best) <= Math.max(2, Math.floor(name.length / 3)) ? best : null
}

const definitions = new Map<string, Shape<unknown>>()

/** `shape` under a name, so that the JSON Schema describes it once however often it is used. */
export function define<T>(name: string, shape: Shape<T>): Shape<T> {
  definitions.set(name, shape)
  return { read: (node, to) => shape.read(node, to), schema: () => ({ $ref: `#/$defs/${name}` }) }
}

/** The schemas of all named shapes. */
export function definedSchemas(): JsonSchema {
  return Object.fromEntries([...definitions].map(([name, shape]) => [name, shape.schema()]))
}

/** A text, of any form. */
export function text(what: string): Shape<string>
/** A text of the form that `parse` reads; null means it is not of that form. */
export function text<T>(what: string, parse: (text: string) => T | null, schema?: JsonSchema): Shape<T>
export function text(
  what: string,
  parse: (text: string) => unknown = (all) => all,
  schema: JsonSchema = {},
): Shape<unknown> {
  return {
    read(node, to) {
      if (node.kind !== 'scalar' || node.value === null) {
        return to.complain(node.at, 'wrong-type', `this is not ${what}`, `write ${what}`)
      }
      const value = parse(node.text)
      if (value !== null) return value
      return to.complain(node.at, 'wrong-form', `"${shown(node.text)}" is not ${what}`, `write ${what}`)
    },
    schema: () => ({ type: ['string', 'number'], ...schema }),
  }
}

/** One of a few words. */
export function oneOf<const W extends string>(words: readonly W[]): Shape<W> {
  return {
    read(node, to) {
      const found = node.kind === 'scalar' ? words.find((word) => word === node.text) : undefined
      if (found !== undefined) return found
      const said = node.kind === 'scalar' ? `"${shown(node.text)}"` : 'this'
      const near = node.kind === 'scalar' ? suggestion(node.text, words) : ''
      return to.complain(
        node.at,
        'wrong-word',
        `${said} is none of ${words.join(', ')}`,
        near || `write one of ${words.join(', ')}`,
      )
    },
    schema: () => ({ enum: words }),
  }
}

/** `true` or `false`. */
export const truth: Shape<boolean> = {
  read(node, to) {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value
    return to.complain(node.at, 'wrong-type', 'this is neither true nor false', 'write true or false, without quotes')
  },
  schema: () => ({ type: 'boolean' }),
}

/** A whole number within bounds. */
export function whole(min: number, max: number): Shape<number> {
  return {
    read(node, to) {
      if (
        node.kind === 'scalar' &&
        typeof node.value === 'number' &&
        Number.isInteger(node.value) &&
        node.value >= min &&
        node.value <= max
      )
        return node.value
      return to.complain(
        node.at,
        'wrong-type',
        `this is not a whole number from ${min} to ${max}`,
        `write a whole number from ${min} to ${max}`,
      )
    },
    schema: () => ({ type: 'integer', minimum: min, maximum: max }),
  }
}

/** A list of `item`; one item alone is read as a list of one when `orOne`. */
export function list<T>(
  item: Shape<T>,
  options: { readonly orOne?: boolean; readonly least?: number } = {},
): Shape<readonly T[]> {
  const { orOne = false, least = 0 } = options
  return {
    read(node, to) {
      if (node.kind !== 'list') {
        if (!orOne)
          return to.complain(
            node.at,
            'wrong-type',
            'this is not a list',
            'write [one, two], or one item a line with a dash',
          )
        const one = item.read(node, to)
        return one === undefined ? undefined : [one]
      }
      if (node.items.length < least)
        return to.complain(node.at, 'empty', 'this list is empty', 'write at least one item, or remove the key')
      const items = node.items.map((part) => item.read(part, to))
      return items.includes(undefined) ? undefined : (items as T[])
    },
    schema: () => {
      const many = { type: 'array', items: item.schema(), ...(least > 0 ? { minItems: least } : {}) }
      return orOne ? { anyOf: [item.schema(), many] } : many
    },
  }
}

/** A list of `item` that keeps the sound ones, so that the rest of the file can still be checked against them. */
export function soundItems<T>(item: Shape<T>, least = 0): Shape<readonly T[]> {
  const strict = list(item, { least })
  return {
    read(node, to) {
      if (node.kind !== 'list' || node.items.length < least) return strict.read(node, to)
      return node.items.map((part) => item.read(part, to)).filter((part) => part !== undefined)
    },
    schema: strict.schema,
  }
}

/** A mapping from names of a certain form to `value`. */
export function mapping<T>(what: string, names: RegExp, value: Shape<T>): Shape<ReadonlyMap<string, Located<T>>> {
  return {
    read(node, to) {
      if (node.kind !== 'map')
        return to.complain(node.at, 'wrong-type', `this is not a mapping of ${what}`, 'write name: value, one a line')
      const found = new Map<string, Located<T>>()
      for (const entry of node.entries) {
        if (!names.test(entry.key)) {
          to.complain(
            entry.at,
            'wrong-form',
            `"${shown(entry.key)}" cannot name one of ${what}`,
            'use letters, digits, - and _',
          )
          continue
        }
        const read = value.read(entry.value, to)
        if (read !== undefined) found.set(entry.key, { value: read, at: entry.at })
      }
      return found
    },
    schema: () => ({ type: 'object', additionalProperties: value.schema() }),
  }
}

/** The same value with its place. */
export function located<T>(shape: Shape<T>): Shape<Located<T>> {
  return {
    read(node, to) {
      const value = shape.read(node, to)
      return value === undefined ? undefined : { value, at: node.at }
    },
    schema: shape.schema,
  }
}

/** The node itself, for parts that another stage reads. */
export const anything: Shape<YamlNode> = { read: (node) => node, schema: () => ({}) }

export interface Field<T> {
  readonly shape: Shape<T>
  readonly required: boolean
  readonly doc: string
}

/** A key that has to be there. */
export function need<T>(shape: Shape<T>, doc: string): Field<T> {
  return { shape, required: true, doc }
}

/** A key that may be left out. */
export function may<T>(shape: Shape<T>, doc: string): Field<T | undefined> {
  return { shape, required: false, doc }
}

export type Fields = Readonly<Record<string, Field<unknown>>>
export type RecordOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never } & {
  readonly place: Place
}

/**
 * A mapping with known keys. `hint` may say more about a key that is not among them. With `keepsUnsound` the parts that
 * could be read are given even when others could not, which are then undefined.
 */
export function record<F extends Fields>(
  what: string,
  fields: F,
  hint: (key: string) => string | null = () => null,
  keepsUnsound = false,
): Shape<RecordOf<F>> {
  const names = Object.keys(fields)
  return {
    read(node, to) {
      if (node.kind !== 'map')
        return to.complain(
          node.at,
          'wrong-type',
          `this is not ${what}`,
          `write ${what} as key: value, with ${names.join(', ')}`,
        )
      const found: Record<string, unknown> = { place: node.at }
      let sound = true
      for (const entry of node.entries) {
        const field = Object.hasOwn(fields, entry.key) ? fields[entry.key] : undefined
        if (!field) {
          const near = to.problems.length < MOST_SUGGESTED ? suggestion(entry.key, names) : ''
          to.complain(
            entry.at,
            'unknown-key',
            `${what} has no key ${shown(entry.key)}`,
            near || `it has ${names.join(', ')}`,
            hint(entry.key) ?? 'a key that is not understood would silently change nothing',
          )
          continue
        }
        const value = field.shape.read(entry.value, to)
        if (value === undefined) sound = false
        else found[entry.key] = value
      }
      for (const name of names) {
        if (!fields[name]?.required || node.entries.some((entry) => entry.key === name)) continue
        // A misspelt key was complained of already, with this name as the mend.
        if (node.entries.some((entry) => suggestion(entry.key, names) === `did you mean ${name}?`)) {
          sound = false
          continue
        }
        sound =
          to.complain(node.at, 'missing-key', `${what} has no ${name}`, `add ${name}: ${fields[name]?.doc}`) ?? false
      }
      return sound || keepsUnsound ? (found as RecordOf<F>) : undefined
    },
    schema: () => ({
      type: 'object',
      additionalProperties: false,
      required: names.filter((name) => fields[name]?.required),
      properties: Object.fromEntries(
        names.map((name) => [name, { description: fields[name]?.doc, ...fields[name]?.shape.schema() }]),
      ),
    }),
  }
}

/** One shape for a scalar, another for a mapping or list. */
export function either<A, B>(scalar: Shape<A>, structure: Shape<B>): Shape<A | B> {
  return {
    read: (node, to): A | B | undefined => (node.kind === 'scalar' ? scalar.read(node, to) : structure.read(node, to)),
    schema: () => ({ anyOf: [scalar.schema(), structure.schema()] }),
  }
}

/** `text` shortened and without control characters, for a message. */
export function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.slice(0, 60).replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}
