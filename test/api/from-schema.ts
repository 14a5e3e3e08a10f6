import fc from 'fast-check'
import type { Schema } from './described.ts'

/** Texts that have broken services before. */
const HOSTILE = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  'a'.repeat(5_000),
  '../../etc/passwd',
  "'; drop table servanda.events; --",
  '<script>alert(1)</script>',
  '=1+1',
  '\r\nX-Injected: 1',
  '__proto__',
  'constructor',
  '%00',
  '%2e%2e%2f',
  '💥',
  '9'.repeat(400),
  '-1',
  'NaN',
  'null',
  '2026-02-30T25:61:00Z',
  '+275760-09-13T00:00:00.001Z',
]

const hostile = fc.constantFrom(...HOSTILE)

/** Anything at all. */
const anything = fc.oneof(hostile, fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.constant(null))

/** One of these once in `every` times, else null. */
export function sometimes<T>(every: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: every - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
}

/** What `schema` allows, mostly; now and then, anywhere in it, something that it does not. */
export function fromSchema(schema: Schema | undefined): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: allowed(schema ?? {}) }, { weight: 1, arbitrary: anything })
}

function allowed(schema: Schema): fc.Arbitrary<unknown> {
  const {
    enum: choices,
    const: only,
    anyOf,
    allOf,
    examples,
    type,
  } = schema as {
    enum?: readonly unknown[]
    const?: unknown
    anyOf?: readonly Schema[]
    allOf?: readonly Schema[]
    examples?: readonly unknown[]
    type?: string
  }
  if (choices) return fc.constantFrom(...choices)
  if (examples) return fc.constantFrom(...examples)
  if (only !== undefined) return fc.constant(only)
  if (anyOf) return fc.oneof(...anyOf.map(fromSchema))
  if (allOf) return fc.tuple(...allOf.map(allowed)).map((parts) => Object.assign({}, ...(parts as object[])))
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.oneof(fc.integer({ min: 0, max: 20 }), fc.maxSafeInteger())
    case 'number':
      return fc.double()
    case 'string':
      return text(schema)
    case 'array':
      return fc.array(fromSchema(schema.items as Schema), { maxLength: 4 })
    case 'object':
      return object(schema)
    default:
      return anything
  }
}

function text({ pattern }: Schema): fc.Arbitrary<string> {
  const plain = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    hostile,
    fc.constantFrom('accord', 'talks', '2026-03-01T00:00:00Z', 'https://events.example/', 'a1', 'c1'),
  )
  if (typeof pattern !== 'string') return plain
  return fc.oneof({ weight: 4, arbitrary: fc.stringMatching(new RegExp(pattern)) }, { weight: 1, arbitrary: plain })
}

function object({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<object> {
  const known = properties as Readonly<Record<string, Schema>>
  const needed = required as readonly string[]
  const fields = Object.entries(known).map(([name, one]) => [name, fromSchema(one)] as const)
  const isSealed = additionalProperties === false
  return fc
    .tuple(
      fc.record(Object.fromEntries(fields), { requiredKeys: needed.filter((name) => Object.hasOwn(known, name)) }),
      sometimes(isSealed ? 20 : 5, fc.tuple(hostile, anything)),
    )
    .map(([one, more]) => (more === null ? one : { ...one, [more[0]]: more[1] }))
}
