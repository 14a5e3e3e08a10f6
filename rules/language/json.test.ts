import { expect, test } from 'vitest'
import { canonicalText } from './canonical-json.ts'
import { isJsonObject, JsonNumber, parseJson, unmarkNumbers, valueAt } from './json.ts'

/** A number as a double where nothing is lost, else with its digits. */
test.each<[string, number | string]>([
  ['1', 1],
  ['-0.5', -0.5],
  ['1.50', 1.5],
  ['1e3', 1000],
  ['9007199254740991', 9007199254740991],
  ['12345678901234567.89', '12345678901234567.89'],
  ['9007199254740993', '9007199254740993'],
  ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
  ['1234567890123456789e-3', '1234567890123456.789'],
  ['100000000000000000', 100000000000000000],
])('the number %s keeps its digits', (text, value) => {
  const found = (parseJson(`{"n":${text}}`) as { n: unknown }).n
  expect(found instanceof JsonNumber ? found.text : found).toBe(value)
})

test('digits inside a text are a text', () => {
  expect(parseJson('{"a":"12345678901234567.89","b":"1e400 \\" 99999999999999999999"}')).toEqual({
    a: '12345678901234567.89',
    b: '1e400 " 99999999999999999999',
  })
})

test('a text that looks like the mark of a number stays a text when it is escaped input', () => {
  const text = JSON.stringify({ a: 'servanda-number:1' })
  expect(parseJson(text)).toEqual({ a: 'servanda-number:1' })
})

test('canonical text writes long numbers as numbers again', () => {
  const text = unmarkNumbers(canonicalText(parseJson('{"b":12345678901234567.89,"a":1}')))
  expect(text).toBe('{"a":1,"b":12345678901234567.89}')
})

test.each(['', '{', '{"a":}', "{'a':1}", '{"a":01}', '{"a":1,}', 'NaN', '{"a":1e99999}', '[1] 2', '\u0000'])(
  '%j is not JSON',
  (text) => {
    expect(() => parseJson(text)).toThrow()
  },
)

test('nesting beyond 64 levels is refused, brackets in texts are no nesting', () => {
  expect(() => parseJson('['.repeat(65) + ']'.repeat(65))).toThrow(/64/)
  expect(() => parseJson('['.repeat(64) + ']'.repeat(64))).not.toThrow()
  expect(() => parseJson(JSON.stringify('['.repeat(500)))).not.toThrow()
  expect(() => parseJson('['.repeat(1_000_000))).toThrow()
})

test.each<[readonly string[], unknown]>([
  [['a', 'b'], 1],
  [['a'], { b: 1 }],
  [['a', 'c'], undefined],
  [['z'], undefined],
  [['a', 'b', 'c'], undefined],
  [['__proto__'], undefined],
  [['constructor'], undefined],
  [['a', 'toString'], undefined],
  [[], { a: { b: 1 } }],
])('the value at %j is %j', (path, value) => {
  expect(valueAt({ a: { b: 1 } }, path)).toEqual(value)
})

test('a __proto__ in JSON is data and changes no prototype', () => {
  const read = parseJson('{"__proto__":{"polluted":true}}')
  expect(isJsonObject(read)).toBe(true)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect(valueAt(read, ['polluted'])).toBeUndefined()
})
