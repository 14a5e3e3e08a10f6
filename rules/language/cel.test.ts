import { expect, test } from 'vitest'
import { compileCel } from './cel.ts'

const NOTHING = { event: {}, data: {}, trigger: {} }

test.each([
  ['true', true],
  ['1 < 2', true],
  ['"a" + "b" == "ab"', true],
  ['size([1, 2]) == 2', true],
  ['[1, 2].all(x, x > 0)', true],
  ['1 in [1, 2]', true],
  ['"ab".contains("b")', true],
  ['"ab".endsWith("b")', true],
  ['true ? false : true', false],
  ['data.missing == 1', false],
  ['!has(data.missing)', true],
  ['!(1 == 1)', false],
  ['trigger.data.ref == 1', false],
])('%s gives %s', (expression, value) => {
  const compiled = compileCel(expression)
  if (!compiled.ok) throw new Error(compiled.message)
  expect(compiled.condition(NOTHING)).toBe(value)
})

/** What cannot be understood, or could run away, is refused with a sentence and what to do. */
test.each([
  ['nobody.k == 1', 'an unknown name'],
  ['data.k ==', 'half a sentence'],
  ['1 + 1', 'a number, not a condition'],
  ['"a"', 'a text, not a condition'],
  ['', 'nothing'],
  ['data.k = 1', 'an assignment'],
  ['unknownFunction(data.k)', 'an unknown function'],
  [`data.k.matches('^(a+)+$')`, 'a regular expression'],
  [`matches(data.k, '^(a+)+$')`, 'a regular expression as a function'],
  ['[1,2].all(x, [1,2].all(y, [1,2].all(z, x < y)))', 'nested comprehensions'],
  ['[1,2].exists(x, [1,2].map(y, y).size() > x)', 'a comprehension inside another'],
  ['[[1]].map(x, x.filter(y, y > 1)).size() == 0', 'map with filter inside'],
  [`${'('.repeat(400)}true${')'.repeat(400)}`, 'deep brackets'],
  [`${'!'.repeat(500)}true`, 'deep negation'],
  [Array.from({ length: 400 }, () => 'data.k == 1').join(' || '), 'a very long condition'],
  [`${'a'.repeat(3000)} == 1`, 'a very long name'],
  [`[${'1,'.repeat(500)}1].size() == 1`, 'a very long list'],
])('%s is refused', (expression) => {
  const started = performance.now()
  const compiled = compileCel(expression)
  expect(compiled).toMatchObject({ ok: false, message: expect.stringMatching(/\w/), mend: expect.stringMatching(/\w/) })
  expect(performance.now() - started).toBeLessThan(1000)
})

test('a condition over a long list of data stays quick', () => {
  const compiled = compileCel('data.l.exists(x, x > 1000000)')
  if (!compiled.ok) throw new Error(compiled.message)
  const started = performance.now()
  expect(compiled.condition({ event: {}, trigger: {}, data: { l: Array.from({ length: 20_000 }, (_, i) => i) } })).toBe(
    false,
  )
  expect(performance.now() - started).toBeLessThan(2000)
})

test('data cannot reach prototypes', () => {
  for (const expression of ['data.constructor != null', 'data.__proto__ != null', 'has(data.toString)']) {
    const compiled = compileCel(expression)
    if (compiled.ok) expect([expression, compiled.condition(NOTHING)]).toEqual([expression, false])
  }
})
