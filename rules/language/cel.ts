import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import { isJsonObject, JsonNumber } from './json.ts'

/** A condition in the Common Expression Language over `event`, `data` and `trigger`; what cannot be answered is not met. */
export type CelCondition = (context: {
  readonly event: unknown
  readonly data: unknown
  readonly trigger: unknown
}) => boolean

export type CompiledCel =
  | { readonly ok: true; readonly condition: CelCondition }
  | { readonly ok: false; readonly message: string; readonly mend: string }

const MAX_LENGTH = 2_000

const environment = new Environment({
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 300, maxDepth: 24, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 },
})
  .registerVariable('event', 'map')
  .registerVariable('data', 'map')
  .registerVariable('trigger', 'map')

const COMPREHENSIONS = new Set([
  'all',
  'exists',
  'exists_one',
  'existsOne',
  'map',
  'filter',
  'transformList',
  'transformMap',
  'bind',
])

/**
 * Compiles `expression`. Regular expressions and comprehensions inside comprehensions are refused: with them an
 * evaluation has no bound on its time.
 */
export function compileCel(expression: string): CompiledCel {
  if (expression.length > MAX_LENGTH)
    return refused(`the condition is longer than ${MAX_LENGTH} characters`, 'shorten it')
  try {
    const program = environment.parse(expression)
    const costly = costlyPart(program.ast, false)
    if (costly !== null)
      return refused(costly, 'compare with ==, in, startsWith, endsWith or contains, one level of exists or all')
    const checked = program.check()
    if (!checked.valid) return refused(firstLine(checked.error?.message), 'it may use event, data and trigger')
    if (checked.type !== 'bool' && checked.type !== 'dyn')
      return refused(`the condition gives ${checked.type}, not true or false`, 'compare something')
    return {
      ok: true,
      condition: ({ event, data, trigger }) => {
        try {
          return program({ event: plain(event), data: plain(data), trigger: plain(trigger) }) === true
        } catch {
          // A field that is absent or of another type: CEL answers with an error, and the condition is not met.
          return false
        }
      },
    }
  } catch (error) {
    return refused(
      firstLine(error instanceof Error ? error.message : String(error)),
      'see the reference for what a condition may say',
    )
  }
}

function refused(message: string, mend: string): CompiledCel {
  return { ok: false, message, mend }
}

function firstLine(message: string | undefined): string {
  return (message ?? 'the condition cannot be read').split('\n')[0] ?? ''
}

/** Why this tree could run away, or null. */
function costlyPart(node: unknown, inside: boolean): string | null {
  if (Array.isArray(node)) {
    for (const part of node) {
      const found = costlyPart(part, inside)
      if (found !== null) return found
    }
    return null
  }
  if (typeof node !== 'object' || node === null || !('op' in node)) return null
  const { op, args } = node as ASTNode
  let deeper = inside
  if (op === 'call' || op === 'rcall') {
    const name = String((args as unknown[])[0])
    if (name === 'matches') return 'matches is not allowed: a regular expression may never end'
    if (COMPREHENSIONS.has(name)) {
      if (inside) return `${name} inside another of its kind is not allowed: the work multiplies`
      deeper = true
    }
  }
  return costlyPart(args, deeper)
}

/** JSON as CEL may see it: no prototypes, long numbers as doubles. */
function plain(value: unknown): unknown {
  if (value instanceof JsonNumber) return Number(value.text)
  if (Array.isArray(value)) return value.map(plain)
  if (!isJsonObject(value)) return value
  return new Map(Object.entries(value).map(([name, part]) => [name, plain(part)]))
}
