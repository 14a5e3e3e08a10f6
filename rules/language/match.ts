import { compileCel } from './cel.ts'
import { parseDecimal } from './decimal.ts'
import type { ServandaEvent } from './event.ts'
import { isJsonObject, JsonNumber, parseJson, valueAt } from './json.ts'
import type { Condition, Match } from './rulebook.ts'
import { define, type JsonSchema, list, may, need, type Reading, record, type Shape, shown, text } from './shape.ts'
import type { YamlNode } from './yaml-tree.ts'

/** Conditions on an event's data, or on the whole of it. */
export type Where = {
  readonly equals: readonly Condition[]
  readonly test: Match['where']
  readonly asksTrigger: boolean
  /** Nothing is asked but `equals`. */
  readonly onlyEquals: boolean
}

/** `where`, as written in a match. */
export const where: Shape<Where> = {
  read(node, to) {
    if (node.kind === 'scalar' && typeof node.value === 'string') return celWhere(node, node.value, to)
    if (node.kind !== 'map') {
      return to.complain(
        node.at,
        'wrong-type',
        'where is neither a mapping nor a condition',
        'write where: {field: value}, or a condition in quotes',
      )
    }
    const equals: Condition[] = []
    for (const entry of node.entries) {
      const condition = readCondition(entry.key, entry.value, to)
      if (condition) equals.push(condition)
    }
    return equals.length === node.entries.length
      ? { equals, test: (event) => equals.every((c) => holds(c, event.data)), asksTrigger: false, onlyEquals: true }
      : undefined
  },
  schema: () => ({ anyOf: [{ type: 'string' }, { type: 'object' }] }),
}

function celWhere(node: YamlNode, expression: string, to: Reading): Where | undefined {
  const compiled = compileCel(expression)
  if (!compiled.ok)
    return to.complain(
      node.at,
      'condition',
      compiled.message,
      compiled.mend,
      'the condition decides which events count',
    )
  const { condition } = compiled
  return {
    equals: [],
    onlyEquals: false,
    asksTrigger: /\btrigger\b/.test(expression),
    test: (event, trigger) =>
      condition({
        event: attributesOf(event),
        data: objectOf(event.data),
        trigger: trigger ? { ...dataFields(trigger), ...attributesOf(trigger) } : {},
      }),
  }
}

function attributesOf(event: ServandaEvent): Record<string, unknown> {
  const { source, id, type, subject, revision, standing, zone } = event
  return { source, id, type, subject, revision, standing, zone, data: objectOf(event.data) }
}

/** A trigger's data may be named without `data.` where no attribute has the name. */
function dataFields(event: ServandaEvent): Record<string, unknown> {
  return isJsonObject(event.data) ? event.data : {}
}

function objectOf(data: unknown): unknown {
  return isJsonObject(data) ? data : {}
}

function readCondition(key: string, node: YamlNode, to: Reading): Condition | undefined {
  const path = key.split('.')
  const scalars = node.kind === 'list' ? node.items : [node]
  const allowed: Condition['allowed'][number][] = []
  for (const scalar of scalars) {
    if (scalar.kind !== 'scalar')
      return to.complain(
        scalar.at,
        'wrong-type',
        `${shown(key)} is compared with a structure`,
        'compare it with a text, a number, true, false, or a list of these',
      )
    allowed.push(digitsKept(scalar))
  }
  if (allowed.length === 0)
    return to.complain(
      node.at,
      'empty',
      `${shown(key)} is compared with an empty list`,
      'no event could ever match: name at least one value',
    )
  return { path, allowed }
}

/** The value of a scalar, a number that a double would change as its digits. */
function digitsKept({ value, text }: Extract<YamlNode, { kind: 'scalar' }>): Condition['allowed'][number] {
  if (typeof value !== 'number') return value
  try {
    const exact = parseJson(text)
    return exact instanceof JsonNumber ? exact : value
  } catch {
    return value
  }
}

/** Whether `data` meets one equality condition: strict; a list in the rule is "one of", or "all of" for a list field. */
function holds(condition: Condition, data: unknown): boolean {
  const found = valueAt(data, condition.path)
  if (found === undefined) return false
  if (Array.isArray(found)) return condition.allowed.every((value) => found.some((part) => same(part, value)))
  return condition.allowed.some((value) => same(found, value))
}

/** Strict equality of JSON scalars; a number too long for a double is compared digit by digit. */
export function same(a: unknown, b: unknown): boolean {
  if (!(a instanceof JsonNumber) && !(b instanceof JsonNumber)) return a === b
  const [left, right] = [a, b].map((n) =>
    n instanceof JsonNumber ? parseDecimal(n.text) : typeof n === 'number' ? parseDecimal(String(n)) : null,
  )
  return left != null && right != null && left.equals(right)
}

/** `{event, where, same}`: which events are meant. */
export const match: Shape<Match> = define('match', {
  read(node, to) {
    const read = shape.read(node, to)
    if (!read) return undefined
    const { event, where: condition, same: fields = [], place: at } = read
    return {
      event,
      where: condition?.test ?? (() => true),
      onlyEquals: condition?.onlyEquals ?? true,
      equals: condition?.equals ?? [],
      asksTrigger: condition?.asksTrigger ?? false,
      same: fields.map((field) => field.split('.')),
      at,
    }
  },
  schema: () => shape.schema(),
})

const shape = record('a match', {
  event: need(text('an event type'), 'the type of event, such as consultation.held'),
  where: may(where, 'conditions on its data: {field: value}, or a CEL condition in quotes'),
  same: may(list(text('a field name'), { orOne: true }), "fields that have to equal the trigger's"),
})

/** One match or a list of them. */
export const matches: Shape<readonly Match[]> = define('matches', list(match, { orOne: true, least: 1 }))

/** Whether `event` is one that `match` means, given what opened the case. */
export function isMatch(match: Match, event: ServandaEvent, trigger: ServandaEvent | null): boolean {
  return isOfKind(match, event, trigger) && isSame(match, event, trigger)
}

/** Whether `event` has the type and meets `where`, whatever `same` says. */
export function isOfKind(match: Match, event: ServandaEvent, trigger: ServandaEvent | null): boolean {
  return event.type === match.event && match.where(event, trigger)
}

function isSame(match: Match, event: ServandaEvent, trigger: ServandaEvent | null): boolean {
  return match.same.every((path) => {
    const mine = valueAt(event.data, path)
    const theirs = trigger === null ? undefined : valueAt(trigger.data, path)
    return mine !== undefined && theirs !== undefined && deepSame(mine, theirs)
  })
}

function deepSame(a: unknown, b: unknown): boolean {
  if (same(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((part, i) => deepSame(part, b[i]))
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && deepSame(a[name], b[name]))
  )
}

/** The JSON Schema of a match written with further keys beside its own. */
export function matchWith(fields: JsonSchema): JsonSchema {
  const own = shape.schema()
  return { ...own, properties: { ...(own.properties as JsonSchema), ...fields } }
}

/** The events that `match` means and that meet `further` as well; `at` is where that was written. */
export function narrowed(match: Match, further: Where | undefined, at: Match['at']): Match {
  if (!further) return { ...match, at }
  return {
    ...match,
    where: (event, trigger) => match.where(event, trigger) && further.test(event, trigger),
    equals: [...match.equals, ...further.equals],
    asksTrigger: match.asksTrigger || further.asksTrigger,
    onlyEquals: match.onlyEquals && further.onlyEquals,
    at,
  }
}
