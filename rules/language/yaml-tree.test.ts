import { expect, test } from 'vitest'
import { parseYaml, type YamlNode } from './yaml-tree.ts'

/** The tree as plain JSON. */
function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value
  return node.kind === 'list'
    ? node.items.map(plain)
    : Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]))
}

/** YAML 1.2, core schema: what 1.1 would change stays what is written. */
test.each<[string, unknown]>([
  ['a: yes', { a: 'yes' }],
  ['a: no', { a: 'no' }],
  ['a: on', { a: 'on' }],
  ['a: NO', { a: 'NO' }],
  ['a: true', { a: true }],
  ['a: null', { a: null }],
  ['a: ~', { a: null }],
  ['a:', { a: null }],
  ['a: 2024-06-13', { a: '2024-06-13' }],
  ['a: 12:30', { a: '12:30' }],
  ['a: 1_000', { a: '1_000' }],
  ['a: 010', { a: 10 }],
  ['a: 1.50', { a: 1.5 }],
  ['a: "1"', { a: '1' }],
  ['on: 1', { on: 1 }],
  ['[a, b]', ['a', 'b']],
  ['- a\n- b: 1', ['a', { b: 1 }]],
  ['a: |\n  x\n  y\n', { a: 'x\ny\n' }],
  ['a: >-\n  x\n  y\n', { a: 'x y' }],
  ['# only\na: 1 # a comment', { a: 1 }],
  ['\ufeffa: 1', { a: 1 }],
  ['a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
])('%j', (text, tree) => {
  const result = parseYaml(text, 'f.yaml')
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  expect(plain(result.root)).toEqual(tree)
})

test('a scalar keeps its digits as text', () => {
  const result = parseYaml('a: 12345678901234567.890', 'f.yaml')
  if (!result.ok || result.root.kind !== 'map') throw new Error('refused')
  expect(result.root.entries[0]?.value).toMatchObject({ kind: 'scalar', text: '12345678901234567.890' })
})

test('every value knows its line and column', () => {
  const result = parseYaml('a:\n  b: [1,\n    2]\n', 'f.yaml')
  if (!result.ok || result.root.kind !== 'map') throw new Error('refused')
  const b = result.root.entries[0]?.value
  if (b?.kind !== 'map') throw new Error('no map')
  const list = b.entries[0]?.value
  expect(b.entries[0]?.at).toEqual({ line: 2, column: 3 })
  expect(list?.kind === 'list' && list.items.map(({ at }) => at)).toEqual([
    { line: 2, column: 7 },
    { line: 3, column: 5 },
  ])
})

test.each([
  ['a: 1\na: 2', 'duplicate-key', 2],
  ['a: &x 1', 'alias', 1],
  ['a: !x 1', 'yaml', 1],
  ['a: !!set {x}', 'tag', 1],
  ['? [a]\n: 1', 'key', 1],
  ['a: [1', 'yaml', 1],
  ['a: "x', 'yaml', 1],
  ['a: 1\n---\nb: 1', 'yaml', 2],
  ['a: 1\n\tb: 2', 'yaml', 2],
  ['['.repeat(300), 'too-deep', 1],
])('%j is refused as %s on line %i', (text, code, line) => {
  const result = parseYaml(text, 'f.yaml')
  expect(result.ok || result.problems.map((p) => [p.code, p.line])[0]).toEqual([code, line])
})
